"""Hand-worked values of every layer, and the contract that all of them keep."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.nn import Layer

RNG = np.random.default_rng(0)
# one of every layer, with the shape of one sample
EVERY = {
    "Linear": (lambda: nn.Linear(6, 3, rng=np.random.default_rng(0)), (6,)),
    "Conv2d": (lambda: nn.Conv2d(2, 4, 3, stride=2, padding=1, groups=2, rng=np.random.default_rng(0)), (2, 5, 6)),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), (2, 5, 6)),
    "AvgPool2d": (lambda: nn.AvgPool2d(3, stride=1, padding=1), (2, 5, 6)),
    "GlobalAvgPool2d": (lambda: nn.GlobalAvgPool2d(), (2, 5, 6)),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(6), (6,)),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(2), (2, 5, 6)),
    "Dropout": (lambda: nn.Dropout(0.5, rng=np.random.default_rng(0)), (6,)),
    "ReLU": (lambda: nn.ReLU(), (6,)),
    "Tanh": (lambda: nn.Tanh(), (6,)),
    "Sigmoid": (lambda: nn.Sigmoid(), (6,)),
    "Flatten": (lambda: nn.Flatten(), (2, 5, 6)),
    "Residual": (lambda: nn.Residual(nn.Linear(6, 6, rng=np.random.default_rng(0))), (6,)),
    "Sequential": (lambda: nn.Sequential(nn.Linear(6, 3, rng=np.random.default_rng(0)), nn.ReLU()), (6,)),
}
every_layer = pytest.mark.parametrize("name", EVERY)


def batch(shape, n=4, dtype=np.float32, seed=1):
    return np.random.default_rng(seed).standard_normal((n, *shape)).astype(dtype)


# ---- the contract of every layer ----------------------------------------------------------------------------------


@every_layer
def test_gradients_accumulate_and_dx_does_not(name):
    make, shape = EVERY[name]
    layer = make()
    y = layer.forward(batch(shape))
    dx = layer.backward(np.ones_like(y))
    once = [parameter.grad.copy() for parameter in layer.parameters()]
    again = layer.backward(np.ones_like(y))
    np.testing.assert_array_equal(again, dx)
    for parameter, grad in zip(layer.parameters(), once, strict=True):
        np.testing.assert_allclose(parameter.grad, 2 * grad, rtol=1e-6)


@every_layer
@pytest.mark.parametrize("training", [False, True])
def test_returned_arrays_are_not_overwritten_later(name, training):
    make, shape = EVERY[name]
    layer = make()
    y = layer.forward(batch(shape), training=training)
    dx = layer.backward(np.ones_like(y))
    y_then, dx_then = y.copy(), dx.copy()
    other = layer.forward(batch(shape, seed=2), training=training)
    layer.backward(-3 * np.ones_like(other))
    np.testing.assert_array_equal(y, y_then)
    np.testing.assert_array_equal(dx, dx_then)


@every_layer
@pytest.mark.parametrize("training", [False, True])
def test_input_and_dy_are_left_alone(name, training):
    make, shape = EVERY[name]
    layer = make()
    x = batch(shape)
    x.flags.writeable = False
    y = layer.forward(x, training=training)
    dy = np.ones_like(y)
    dy.flags.writeable = False
    layer.backward(dy)


@every_layer
@pytest.mark.parametrize("training", [False, True])
def test_dtype_follows_parameters_and_input(name, training):
    make, shape = EVERY[name]
    for dtype in (np.float32, np.float64):
        layer = make().astype(dtype)
        y = layer.forward(batch(shape, dtype=dtype), training=training)
        dx = layer.backward(np.ones_like(y))
        assert y.dtype == dx.dtype == dtype
        assert all(array.dtype == dtype for array in layer.arrays().values())
        assert all(parameter.grad.dtype == dtype for parameter in layer.parameters())


@every_layer
@pytest.mark.parametrize("training", [False, True])
def test_layout_in_memory_does_not_matter(name, training):
    make, shape = EVERY[name]
    x = batch(shape)
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), np.float32)
    wide[..., ::2] = x
    results = []
    for version in (x, wide[..., ::2], np.asfortranarray(x)):
        layer = make()
        y = layer.forward(version, training=training)
        dy = np.asfortranarray(batch(y.shape[1:], seed=5))
        results.append((y, layer.backward(dy), *(parameter.grad for parameter in layer.parameters())))
    for result in results[1:]:
        for one, two in zip(results[0], result, strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)


@every_layer
@pytest.mark.parametrize("training", [False, True])
def test_empty_batch_gives_an_empty_result(name, training):
    make, shape = EVERY[name]
    layer = make()
    y = layer.forward(batch(shape, n=0), training=training)
    assert y.shape == (0, *layer.output_shape(shape))
    assert layer.backward(np.zeros_like(y)).shape == (0, *shape)
    assert not any(parameter.grad.any() for parameter in layer.parameters())
    assert all(np.isfinite(array).all() for array in layer.arrays().values())


@every_layer
def test_output_shape_is_the_shape_of_the_output(name):
    make, shape = EVERY[name]
    layer = make()
    assert layer.forward(batch(shape)).shape == (4, *layer.output_shape(shape))


@every_layer
def test_integer_images_are_taken_as_float32(name):
    make, shape = EVERY[name]
    x = np.random.default_rng(0).integers(0, 255, (3, *shape), dtype=np.uint8)
    y = make().forward(x)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, make().forward(x.astype(np.float32)))


@every_layer
def test_backward_before_forward_is_an_error_that_names_the_layer(name):
    make, shape = EVERY[name]
    with pytest.raises(ValueError, match=rf"{name}\(.*\): backward needs a forward first"):
        make().backward(np.ones((4, *shape)))


@every_layer
def test_dy_of_another_shape_is_an_error_and_adds_nothing(name):
    make, shape = EVERY[name]
    layer = make()
    y = layer.forward(batch(shape))
    with pytest.raises(ValueError, match=rf"{name}\(.*\): dy must have the shape of the last y, .*, got shape \(1,\)"):
        layer.backward(np.ones(1))
    for wrong in (y[:1], y.reshape(-1), y[None]):
        with pytest.raises(ValueError, match="dy must have the shape"):
            layer.backward(wrong)
    assert not any(parameter.grad.any() for parameter in layer.parameters())


@every_layer
def test_scalar_input_is_an_error(name):
    with pytest.raises(ValueError, match="x must have a batch axis"):
        EVERY[name][0]().forward(np.float32(1))


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.Linear(6, 3, rng=RNG), (4, 5), r"Linear\(6, 3\): x must have shape \(n, 6\), got shape \(n, 5\)"),
        (nn.Linear(6, 3, rng=RNG), (4, 2, 3), r"Linear\(6, 3\): x must have shape \(n, 6\), got shape \(n, 2, 3\)"),
        (nn.Conv2d(3, 4, 5, rng=RNG), (4, 1, 8, 8), r"Conv2d\(3, 4, 5\): x must have shape \(n, 3, h, w\)"),
        (nn.Conv2d(3, 4, 5, rng=RNG), (4, 3, 8), r"x must have shape \(n, 3, h, w\), got shape \(n, 3, 8\)"),
        (nn.Conv2d(3, 4, 5, padding=1, rng=RNG), (4, 3, 8, 2), r"x must have shape \(n, 3, >=3, >=3\)"),
        (nn.MaxPool2d(3), (4, 3, 8), r"MaxPool2d\(3, stride=3\): x must have shape \(n, c, h, w\)"),
        (nn.AvgPool2d(3), (4, 3, 8, 2), r"x must have shape \(n, c, >=3, >=3\), got shape \(n, 3, 8, 2\)"),
        (nn.GlobalAvgPool2d(), (4, 3), r"x must have shape \(n, c, h, w\)"),
        (nn.BatchNorm1d(3), (4, 2), r"BatchNorm1d\(3\): x must have shape \(n, 3\), got shape \(n, 2\)"),
        (nn.BatchNorm2d(3), (4, 3), r"x must have shape \(n, 3, h, w\), got shape \(n, 3\)"),
    ],
)
def test_input_of_another_shape_is_an_error_that_says_what_was_expected(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.forward(np.zeros(shape))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Linear(0, 3, rng=RNG), "Linear: in_features must be an integer >= 1, got 0"),
        (lambda: nn.Linear(3, 2.0, rng=RNG), "Linear: out_features must be an integer >= 1, got 2.0"),
        (lambda: nn.Linear(3, 2, rng=0), "initializers: rng must be a numpy.random.Generator"),
        (lambda: nn.Conv2d(3, 4, 3, groups=2, rng=RNG), "Conv2d: groups must be a divisor of 3 and of 4, got 2"),
        (lambda: nn.Conv2d(4, 3, 3, groups=2, rng=RNG), "Conv2d: groups must be a divisor of 4 and of 3, got 2"),
        (lambda: nn.Conv2d(3, 4, (3, 3, 3), rng=RNG), "Conv2d: kernel_size must be an integer or a pair of integers"),
        (lambda: nn.Conv2d(3, 4, 3, stride=0, rng=RNG), "Conv2d: stride must be an integer >= 1, got 0"),
        (lambda: nn.Conv2d(3, 4, 3, padding=-1, rng=RNG), "Conv2d: padding must be an integer >= 0, got -1"),
        (lambda: nn.MaxPool2d(2, padding=2), r"MaxPool2d: padding must be at most half of kernel_size \(2, 2\), got 2"),
        (lambda: nn.BatchNorm1d(3, eps=0), "BatchNorm1d: eps must be a finite number > 0, got 0"),
        (lambda: nn.BatchNorm1d(3, momentum=1.5), "BatchNorm1d: momentum must be a finite number >= 0 and <= 1"),
        (lambda: nn.Dropout(1.5, rng=RNG), "Dropout: p must be a finite number >= 0 and <= 1, got 1.5"),
        (lambda: nn.Dropout(0.5, rng=np.random), "Dropout: rng must be a numpy.random.Generator"),
        (lambda: nn.Sequential(nn.ReLU(), "ReLU"), "Sequential: layers must be Layers, got 'ReLU'"),
    ],
)
def test_wrong_arguments_of_constructors_are_told(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_rng_is_required_where_random_numbers_are_drawn():
    for make in (lambda: nn.Linear(2, 2), lambda: nn.Conv2d(1, 1, 1), lambda: nn.Dropout()):
        with pytest.raises(TypeError, match="rng"):
            make()


def test_need_dx_false_gives_the_same_parameter_gradients(rng):
    for name in ("Linear", "Conv2d", "Residual"):
        layer = EVERY[name][0]()
        y = layer.forward(batch(EVERY[name][1]))
        dy = rng.standard_normal(y.shape)
        layer.backward(dy)
        expected = [parameter.grad.copy() for parameter in layer.parameters()]
        layer.zero_grad()
        assert layer.backward(dy, need_dx=False) is None
        for parameter, grad in zip(layer.parameters(), expected, strict=True):
            np.testing.assert_array_equal(parameter.grad, grad)


def test_layer_prints_as_the_call_that_makes_it():
    assert repr(nn.Conv2d(1, 20, 5, padding=(2, 1), bias=False, rng=RNG)) == (
        "Conv2d(1, 20, 5, padding=(2, 1), bias=False)"
    )
    assert repr(nn.Dropout(0.2, rng=RNG)) == "Dropout(p=0.2)"
    assert repr(nn.ReLU()) == "ReLU()"


def test_base_layer_says_that_it_does_nothing():
    with pytest.raises(NotImplementedError):
        Layer().forward(np.zeros(1))
    with pytest.raises(NotImplementedError):
        Layer().backward(np.zeros(1))


# ---- the ends of each dtype --------------------------------------------------------------------------------------


def test_half_precision_does_not_overflow_in_means_and_statistics():
    x = np.full((4, 2, 4, 4), 60000, np.float16)
    x[:, :, ::2] = 59000
    for layer in (nn.AvgPool2d(2), nn.GlobalAvgPool2d()):
        y = layer.forward(x)
        assert y.dtype == np.float16
        np.testing.assert_allclose(y.astype(float), 59500, rtol=1e-3)
    norm = nn.BatchNorm2d(2).astype(np.float16)
    norm.running_var = norm.running_var.astype(np.float32)  # its variance, 250,000, is beyond half precision
    y = norm.forward(x, training=True)
    assert y.dtype == np.float16
    np.testing.assert_allclose(np.abs(y.astype(float)), 1, rtol=1e-2)
    assert norm.backward(y).dtype == np.float16
