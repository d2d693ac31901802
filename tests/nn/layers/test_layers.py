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


# ---- hand-worked values -------------------------------------------------------------------------------------------


def test_linear_by_hand():
    layer = nn.Linear(3, 2, rng=RNG)
    layer.weight.value = np.array([[1, 2, 3], [0, -1, 1]])
    layer.bias.value = np.array([10, 20])
    # y1 = 1*1 + 2*0 + 3*(-1) + 10 = 8        y2 = 0 - 0 + (-1) + 20 = 19
    assert layer.forward([[1, 0, -1]]).tolist() == [[8, 19]]
    # dx = dy w = 2*(1,2,3) + 1*(0,-1,1)      dw = outer(dy, x)
    assert layer.backward([[2, 1]]).tolist() == [[2, 3, 7]]
    assert layer.weight.grad.tolist() == [[2, 0, -2], [1, 0, -1]]
    assert layer.bias.grad.tolist() == [2, 1]


def test_convolution_by_hand_does_not_flip_the_kernel():
    layer = nn.Conv2d(1, 1, 2, rng=RNG)
    layer.weight.value = np.array([[[[1, 2], [3, 4]]]])
    layer.bias.value = np.array([0.5])
    x = np.array([[[[1, 0, 0], [0, 0, 0], [0, 0, 1]]]])
    # top left: 1*1; bottom right: 4*1; elsewhere nothing; + 0.5
    assert layer.forward(x).tolist() == [[[[1.5, 0.5], [0.5, 4.5]]]]
    dx = layer.backward(np.array([[[[1.0, 0], [0, 10]]]]))
    assert dx.tolist() == [[[[1, 2, 0], [3, 14, 20], [0, 30, 40]]]]
    assert layer.weight.grad.tolist() == [[[[1, 0], [0, 10]]]]  # 1 at (0,0) from the first, 10 at (1,1) from the last
    assert layer.bias.grad.tolist() == [11]


def test_depthwise_convolution_keeps_channels_apart():
    layer = nn.Conv2d(2, 2, 1, groups=2, bias=False, rng=RNG)
    assert layer.weight.shape == (2, 1, 1, 1)
    layer.weight.value = np.array([10.0, -1.0]).reshape(2, 1, 1, 1)
    assert layer.forward(np.array([[[[3]], [[4]]]])).tolist() == [[[[30]], [[-4]]]]


def test_max_pool_gives_ties_to_the_first_element():
    layer = nn.MaxPool2d(2)
    assert layer.forward(np.array([[[[1.0, 5], [5, 5]]]])).tolist() == [[[[5]]]]
    assert layer.backward(np.array([[[[7.0]]]])).tolist() == [[[[0, 7], [0, 0]]]]


def test_max_pool_pads_with_less_than_any_number():
    layer = nn.MaxPool2d(3, stride=1, padding=1)
    x = -np.ones((1, 1, 2, 2))
    assert layer.forward(x).tolist() == x.tolist()


def test_max_pool_adds_up_the_gradients_of_overlapping_windows():
    layer = nn.MaxPool2d((1, 2), stride=1)
    assert layer.forward(np.array([[[[1.0, 9, 2]]]])).tolist() == [[[[9, 9]]]]
    assert layer.backward(np.array([[[[1.0, 10]]]])).tolist() == [[[[0, 11, 0]]]]


def test_max_pool_does_not_hide_nan():
    for position in range(4):
        x = np.arange(4.0)
        x[position] = np.nan
        assert np.isnan(nn.MaxPool2d(2).forward(x.reshape(1, 1, 2, 2))).all()


def test_max_pool_drops_the_last_window_that_does_not_fit():
    assert nn.MaxPool2d(2).forward(np.zeros((1, 1, 5, 4))).shape == (1, 1, 2, 2)


def test_max_pool_with_a_window_of_more_than_256_elements_finds_the_winner():
    x = np.zeros((1, 1, 17, 17))
    x[0, 0, 16, 16] = 1
    layer = nn.MaxPool2d(17)
    layer.forward(x)
    assert layer.backward(np.ones((1, 1, 1, 1))).tolist() == x.tolist()


def test_average_pool_counts_padded_zeros():
    # one pixel of 8 in a 2x2 window with three zeros of padding
    assert nn.AvgPool2d(2, padding=1).forward(np.full((1, 1, 1, 1), 8.0)).tolist() == [[[[2]]]]


def test_global_average_pool_by_hand():
    layer = nn.GlobalAvgPool2d()
    assert layer.forward(np.array([[[[1.0, 2, 6]], [[3, 3, 3]]]])).tolist() == [[[[3]], [[3]]]]
    assert layer.backward(np.array([[[[3.0]], [[6]]]])).tolist() == [[[[1, 1, 1]], [[2, 2, 2]]]]


def test_batch_norm_by_hand():
    # x = 1, 3: mean 2, biased variance 1, unbiased 2. With eps = 3, xhat = (x - 2) / 2.
    layer = nn.BatchNorm1d(1, eps=3, momentum=0.25)
    layer.gamma.value = np.array([10.0])
    layer.beta.value = np.array([100.0])
    assert layer.forward(np.array([[1.0], [3]]), training=True).tolist() == [[95], [105]]
    assert layer.running_mean.tolist() == [0.5]  # 0.75 * 0 + 0.25 * 2
    assert layer.running_var.tolist() == [1.25]  # 0.75 * 1 + 0.25 * 2
    # inference: (x - 0.5) / sqrt(1.25 + 3)
    np.testing.assert_allclose(layer.forward(np.array([[0.5], [2.5]])), [[100], [100 + 20 / 4.25**0.5]])


def test_batch_norm_inference_changes_no_statistics():
    layer = nn.BatchNorm2d(2)
    layer.forward(batch((2, 3, 4)))
    assert layer.running_mean.tolist() == [0, 0]
    assert layer.running_var.tolist() == [1, 1]


def test_batch_norm_refuses_to_train_on_one_value_and_keeps_its_statistics():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match=r"BatchNorm1d\(3\): training needs at least 2 values per channel, got 1"):
        layer.forward(np.ones((1, 3)), training=True)
    assert layer.running_mean.tolist() == [0, 0, 0]
    assert nn.BatchNorm2d(3).forward(np.ones((1, 3, 1, 2)), training=True).shape == (1, 3, 1, 2)


def test_relu_has_slope_zero_at_zero_and_keeps_nan():
    layer = nn.ReLU()
    np.testing.assert_array_equal(layer.forward(np.array([[-1.0, 0, 2, np.nan]])), [[0, 0, 2, np.nan]])
    assert layer.backward(np.full((1, 4), 3.0)).tolist() == [[0, 0, 3, 0]]


def test_sigmoid_neither_overflows_nor_loses_small_values():
    y = nn.Sigmoid().forward(np.array([[-1000.0, -50, 0, 1000]], np.float32))
    np.testing.assert_allclose(y, [[0, np.exp(-50.0), 0.5, 1]], rtol=1e-6)


def test_dropout_keeps_the_mean_and_draws_a_new_mask_each_time(rng):
    layer = nn.Dropout(0.25, rng=rng)
    x = np.ones((100, 100), np.float32)
    first, second = layer.forward(x, training=True), layer.forward(x, training=True)
    assert set(np.unique(first)) == {0, np.float32(1 / 0.75)}
    assert abs((first == 0).mean() - 0.25) < 0.02
    assert (first != second).any()
    np.testing.assert_array_equal(layer.backward(x), second)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_dropout_of_nothing_and_of_everything(rng):
    x = batch((5,))
    np.testing.assert_array_equal(nn.Dropout(0, rng=rng).forward(x, training=True), x)
    np.testing.assert_array_equal(nn.Dropout(1, rng=rng).forward(x, training=True), 0)


def test_residual_by_hand():
    body = nn.Linear(2, 2, bias=False, rng=RNG)
    body.weight.value = np.array([[1, 2], [3, 4]])
    layer = nn.Residual(body)
    assert layer.forward([[1, 10]]).tolist() == [[1 + 21, 10 + 43]]
    assert layer.backward([[1, 0]]).tolist() == [[1 + 1, 0 + 2]]


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


def test_linear_promotes_as_numpy_does_where_dtypes_are_mixed():
    layer = nn.Linear(2, 1, rng=np.random.default_rng(0))
    layer.weight.value[...] = [[1, 2]]
    layer.bias.value = np.array([1e-12])  # float64: lost beside 3 in float32
    y = layer.forward(np.ones((1, 2), np.float32))
    assert y.dtype == np.float64
    assert y[0, 0] > 3


@pytest.mark.parametrize("order", ["C", "F"])
def test_linear_hands_back_a_dx_that_lies_in_memory_as_x_does(order, rng):
    layer = nn.Linear(4, 3, rng=rng).astype(np.float64)
    x, dy = np.array(rng.standard_normal((5, 4)), order=order), rng.standard_normal((5, 3))
    layer.forward(x)
    dx = layer.backward(dy)
    assert dx.strides == x.strides
    np.testing.assert_allclose(dx, dy @ layer.weight.value, atol=1e-14)


# ---- the ends of each dtype --------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 40])  # 40 channels: the compiled twin
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (2, 1, 1), ((2, 3), (1, 2), (1, 1)), (2, 2, 0)])
def test_a_window_of_minus_infinity_keeps_its_gradient_inside_the_image(many, kernel, stride, padding):
    layer = nn.MaxPool2d(kernel, stride=stride, padding=padding)
    x = np.full((2, many, 12, 13), -np.inf, np.float32)
    x[:, :, 5:7, 5] = 1
    y = layer.forward(x)
    dx = layer.backward(np.ones_like(y))
    assert dx.sum() == y.size
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of where the gradient goes")
    t = torch.from_numpy(x).requires_grad_()
    torch.nn.functional.max_pool2d(t, kernel, stride, padding).sum().backward()
    np.testing.assert_array_equal(dx, t.grad.numpy())


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
