import numpy as np
import pytest

from minicompress import nn


def small_cnn(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, rng=rng),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Residual(nn.Conv2d(4, 6, 1, rng=rng), nn.BatchNorm2d(6), shortcut=nn.Conv2d(4, 6, 1, rng=rng)),
        nn.GlobalAvgPool2d(),
        nn.Flatten(),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(6, 3, rng=rng),
        input_shape=(1, 6, 5),
    )


IMAGES = np.random.default_rng(9).standard_normal((8, 1, 6, 5)).astype(np.float32)
NAMES = [
    "0.weight",
    "0.bias",
    "1.gamma",
    "1.beta",
    "1.running_mean",
    "1.running_var",
    "3.body.0.weight",
    "3.body.0.bias",
    "3.body.1.gamma",
    "3.body.1.beta",
    "3.body.1.running_mean",
    "3.body.1.running_var",
    "3.shortcut.0.weight",
    "3.shortcut.0.bias",
    "7.weight",
    "7.bias",
]


def test_layers_is_flat_and_in_order(rng):
    first, inner, last = nn.Linear(4, 3, rng=rng), nn.ReLU(), nn.Linear(3, 2, rng=rng)
    model = nn.Sequential(first, nn.Sequential(inner, nn.Sequential(last)))
    assert model.layers == [first, inner, last]
    assert list(model) == model.layers
    assert len(model) == 3
    assert model[1] is inner
    assert model[-1] is last
    assert model[:2].layers == [first, inner]


def test_one_list_of_layers_is_taken_too(rng):
    layers = [nn.Linear(4, 3, rng=rng), nn.ReLU()]
    assert nn.Sequential(layers).layers == layers
    assert nn.Sequential(layer for layer in layers).layers == layers
    assert nn.Sequential().layers == nn.Sequential([]).layers == []


def test_the_same_layer_twice_is_refused():
    relu = nn.ReLU()
    with pytest.raises(ValueError, match="every layer must be an object of its own"):
        nn.Sequential(relu, nn.Tanh(), relu)


def test_weights_are_the_masters_without_biases_and_batch_norm():
    model = small_cnn()
    shapes = [[weight.shape for weight in layer.weights] for layer in model.layers]
    assert shapes == [[(4, 1, 3, 3)], [], [], [(6, 4, 1, 1), (6, 4, 1, 1)], [], [], [], [(3, 6)]]
    assert [weight.shape for weight in model.weights] == [(4, 1, 3, 3), (6, 4, 1, 1), (6, 4, 1, 1), (3, 6)]
    assert all(weight.dtype == np.float32 for weight in model.weights)


def test_writing_into_weights_acts_at_the_next_forward():
    model = small_cnn()
    for layer in model.layers:
        for weight in layer.weights:
            weight[...] = 0
    model.layers[-1].bias.value[...] = [1, 2, 3]
    assert model.forward(IMAGES).tolist() == [[1, 2, 3]] * 8


def test_parameters_come_in_order_weight_before_bias():
    model = small_cnn()
    trainable = [name for name in NAMES if "running" not in name]
    assert [p.shape for p in model.parameters()] == [model.arrays()[name].shape for name in trainable]
    assert list(model.named_parameters()) == trainable
    assert all(a is b for a, b in zip(model.parameters(), model.named_parameters().values(), strict=True))


def test_calling_a_model_is_forward():
    model = small_cnn()
    np.testing.assert_array_equal(model(IMAGES), model.forward(IMAGES))


def test_training_reaches_dropout_and_batch_norm_inside_residuals():
    model = small_cnn()
    model.forward(IMAGES)
    assert not model.layers[3].body[1].running_mean.any()
    model.forward(IMAGES, training=True)
    assert model.layers[3].body[1].running_mean.any()


def test_images_are_converted_to_the_parameters_dtype():
    model = small_cnn()
    pixels = np.random.default_rng(0).integers(0, 256, (2, 1, 6, 5), dtype=np.uint8)
    reference = model.forward(pixels.astype(np.float32))
    for dtype in (np.uint8, np.int64, np.float64):
        logits = model.forward(pixels.astype(dtype))
        assert logits.dtype == np.float32
        np.testing.assert_array_equal(logits, reference)
    assert model.astype(np.float64).forward(pixels).dtype == np.float64
    assert nn.Sequential(nn.Flatten()).forward(pixels).dtype == np.float32


def test_float64_gradients_of_the_loss_do_not_slow_down_a_float32_model():
    model = small_cnn()
    logits = model.forward(IMAGES)
    assert model.backward(np.ones(logits.shape)).dtype == np.float32


def test_backward_without_dx_gives_the_same_gradients():
    rng = np.random.default_rng(0)
    first = {
        "flatten, linear": lambda: nn.Sequential(nn.Flatten(), nn.Linear(30, 4, rng=rng), nn.Linear(4, 2, rng=rng)),
        "batch norm": lambda: nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(30, 4, rng=rng)),
        "residual": lambda: nn.Sequential(nn.Residual(nn.Conv2d(1, 1, 3, padding=1, rng=rng)), nn.Flatten()),
        "cnn": small_cnn,
    }
    for make in first.values():
        model = make()
        dlogits = rng.standard_normal(model.forward(IMAGES).shape)
        assert model.backward(dlogits).shape == IMAGES.shape
        expected = [parameter.grad.copy() for parameter in model.parameters()]
        model.zero_grad()
        assert model.backward(dlogits, need_dx=False) is None
        for parameter, grad in zip(model.parameters(), expected, strict=True):
            np.testing.assert_array_equal(parameter.grad, grad)
    model = nn.Sequential(nn.ReLU())
    model.forward(IMAGES)
    assert model.backward(IMAGES, need_dx=False) is None


def test_first_weight_layer_does_not_compute_a_dx_that_nobody_needs(monkeypatch):
    model = small_cnn()
    logits = model.forward(IMAGES)
    monkeypatch.setattr("minicompress.nn.layers.conv._image", lambda *_: pytest.fail("dx was computed"))
    with pytest.raises(pytest.fail.Exception):
        model.backward(logits)
    model = nn.Sequential(model.layers[0])
    model.backward(model.forward(IMAGES), need_dx=False)


@pytest.mark.parametrize("batch_size", [1, 3, 8, 1000])
def test_predict_is_inference_in_pieces(batch_size):
    model = small_cnn()
    model.forward(IMAGES, training=True)  # statistics that differ from the batch's
    np.testing.assert_allclose(model.predict(IMAGES, batch_size=batch_size), model.forward(IMAGES), atol=1e-6)


def test_predict_of_nothing_has_the_shape_of_logits():
    assert small_cnn().predict(IMAGES[:0]).shape == (0, 3)
    with pytest.raises(ValueError, match="predict: batch_size must be an integer >= 1, got 0"):
        small_cnn().predict(IMAGES, batch_size=0)


def test_copy_is_independent_in_everything():
    model = small_cnn()
    model.layers[0].weight.transforms = [Double()]
    model.backward(model.forward(IMAGES, training=True))
    state, grads = model.state_dict(), [p.grad.copy() for p in model.parameters()]
    twin = model.copy()
    np.testing.assert_array_equal(twin.forward(IMAGES), model.forward(IMAGES))
    # the dropout of both draws the same masks, from generators of their own
    np.testing.assert_array_equal(twin.forward(IMAGES, training=True), model.copy().forward(IMAGES, training=True))
    for parameter in twin.parameters():
        parameter.value[...] = 0
        parameter.grad[...] = 0
    twin.layers[0].weight.transforms[0].factor = 0
    twin.layers.pop()
    assert len(model.layers) == 8
    assert model.layers[0].weight.transforms[0].factor == 2
    assert twin.input_shape == (1, 6, 5)
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, state[name])
    for parameter, grad in zip(model.parameters(), grads, strict=True):
        np.testing.assert_array_equal(parameter.grad, grad)


class Double(nn.WeightTransform):
    factor = 2

    def forward(self, w):
        return self.factor * w

    def backward(self, dy):
        return self.factor * dy


def test_copy_does_not_carry_the_last_batch_along():
    model = small_cnn()
    model.forward(IMAGES)
    with pytest.raises(ValueError, match="backward needs a forward first"):
        model.copy().backward(np.ones((8, 3)))
    model.backward(np.ones((8, 3)))  # the original still can


def test_state_dict_is_a_copy_with_dotted_names():
    model = small_cnn()
    state = model.state_dict()
    assert list(state) == NAMES
    state["7.bias"][...] = 9
    assert not model.layers[7].bias.value.any()


def test_load_state_dict_writes_in_place_and_keeps_the_dtype():
    model, other = small_cnn(), small_cnn(seed=1)
    other.forward(IMAGES, training=True)
    masters = model.arrays()
    state = {name: array.astype(np.float64) for name, array in other.state_dict().items()}
    model.load_state_dict(state)
    for name, array in model.arrays().items():
        assert array is masters[name]
        assert array.dtype == np.float32
    np.testing.assert_array_equal(model.forward(IMAGES), other.forward(IMAGES))
    state["7.bias"][...] = 9
    assert not (model.layers[7].bias.value == 9).any()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.pop("1.running_var"), "missing 1.running_var$"),
        (lambda s: s.update({"8.weight": np.ones(1)}), "unexpected 8.weight$"),
        (lambda s: (s.pop("0.bias"), s.update(x=1)), "missing 0.bias; unexpected x$"),
        (lambda s: s.update({"7.bias": np.ones(4)}), r"7.bias must have shape \(3,\), got shape \(4,\)"),
        (lambda s: s.update({"7.bias": np.ones((1, 3))}), r"7.bias must have shape \(3,\), got shape \(1, 3\)"),
        (
            lambda s: s.update({"7.bias": np.array(["a", "b", "c"])}),
            "7.bias must be an array of numbers, got dtype <U1",
        ),
        (lambda s: s.update({"7.bias": 1j * np.ones(3)}), "7.bias must be an array of numbers, got dtype complex128"),
    ],
)
def test_load_state_dict_is_all_or_nothing(spoil, message):
    model, state = small_cnn(), small_cnn(seed=1).state_dict()
    before = model.state_dict()
    spoil(state)
    with pytest.raises(ValueError, match=message):
        model.load_state_dict(state)
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, before[name])


def test_load_state_dict_is_all_or_nothing_even_when_numpy_raises_on_overflow():
    model = small_cnn()
    before = model.state_dict()
    state = small_cnn(seed=1).state_dict() | {"7.bias": np.full(3, 1e300)}
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        model.load_state_dict(state)
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, before[name])


def test_residual_refuses_branches_of_different_shapes_instead_of_broadcasting(rng):
    layer = nn.Residual(nn.Conv2d(3, 1, 1, rng=rng))
    with pytest.raises(ValueError, match=r"same output shape, got \(1, 4, 4\) and \(3, 4, 4\)"):
        layer.forward(np.zeros((2, 3, 4, 4)))


def test_residual_takes_a_list_as_shortcut(rng):
    layer = nn.Residual([nn.Linear(4, 2, rng=rng), nn.Tanh()], shortcut=[nn.Linear(4, 2, rng=rng), nn.Sigmoid()])
    x = rng.standard_normal((3, 4)).astype(np.float32)
    expected = layer.body.forward(x) + layer.shortcut.forward(x)
    np.testing.assert_array_equal(layer.forward(x), expected)
    assert len(layer.weights) == 2
