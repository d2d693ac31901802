"""The projection gradient check over every layer, loss and transform; and proof that it rejects wrong ones."""

import numpy as np
import pytest
from other_shapes import other_shapes

from minicompress import nn
from minicompress.quantization import ActivationQuantizer
from minicompress.quantization.binary import BinaryActivation


def make(seed=3):
    return np.random.default_rng(seed)


# name: (layer, shape of x); shapes are odd, so that axes cannot be confused
LAYERS = {
    "linear": (lambda rng: nn.Linear(5, 3, rng=rng), (4, 5)),
    "linear without bias": (lambda rng: nn.Linear(5, 3, bias=False, rng=rng), (4, 5)),
    "linear, one sample": (lambda rng: nn.Linear(2, 7, rng=rng), (1, 2)),
    "conv": (lambda rng: nn.Conv2d(3, 4, 3, rng=rng), (2, 3, 6, 5)),
    "conv, stride and padding": (lambda rng: nn.Conv2d(2, 3, 3, stride=2, padding=1, rng=rng), (3, 2, 7, 6)),
    "conv, rectangular": (
        lambda rng: nn.Conv2d(2, 3, (1, 4), stride=(2, 3), padding=(0, 2), rng=rng),
        (2, 2, 5, 9),
    ),
    "conv, stride beyond kernel": (lambda rng: nn.Conv2d(2, 2, 1, stride=3, rng=rng), (2, 2, 7, 8)),
    "conv, groups": (lambda rng: nn.Conv2d(4, 6, 3, padding=1, groups=2, rng=rng), (2, 4, 5, 4)),
    "conv, depthwise": (lambda rng: nn.Conv2d(3, 3, 3, stride=2, groups=3, bias=False, rng=rng), (2, 3, 6, 7)),
    "conv, depthwise, two filters each": (lambda rng: nn.Conv2d(3, 6, 2, groups=3, rng=rng), (2, 3, 4, 5)),
    "max-pool": (lambda rng: nn.MaxPool2d(2), (2, 3, 6, 5)),
    "max-pool, overlapping, padded": (lambda rng: nn.MaxPool2d(3, stride=2, padding=1), (2, 2, 7, 6)),
    "max-pool, rectangular": (lambda rng: nn.MaxPool2d((2, 3), stride=(1, 2)), (2, 2, 5, 8)),
    "average pool": (lambda rng: nn.AvgPool2d(2), (2, 3, 6, 5)),
    "average pool, overlapping, padded": (lambda rng: nn.AvgPool2d(3, stride=2, padding=1), (2, 2, 7, 6)),
    "global average pool": (lambda rng: nn.GlobalAvgPool2d(), (2, 3, 4, 5)),
    "batch norm 1d": (lambda rng: moved(nn.BatchNorm1d(4), rng), (7, 4)),
    "batch norm 2d": (lambda rng: moved(nn.BatchNorm2d(3), rng), (2, 3, 4, 5)),
    "dropout": (lambda rng: nn.Dropout(0.4, rng=rng), (5, 6)),
    "dropout of everything": (lambda rng: nn.Dropout(1.0, rng=rng), (5, 6)),
    "relu": (lambda rng: nn.ReLU(), (5, 4)),
    "tanh": (lambda rng: nn.Tanh(), (5, 4)),
    "sigmoid": (lambda rng: nn.Sigmoid(), (5, 4)),
    "flatten": (lambda rng: nn.Flatten(), (2, 3, 4, 5)),
    "residual": (lambda rng: nn.Residual(nn.Linear(4, 4, rng=rng), nn.Tanh()), (5, 4)),
    "residual with projection": (
        lambda rng: nn.Residual(
            nn.Conv2d(2, 3, 3, padding=1, rng=rng),
            moved(nn.BatchNorm2d(3), rng),
            shortcut=nn.Conv2d(2, 3, 1, rng=rng),
        ),
        (3, 2, 4, 5),
    ),
    "network": (
        lambda rng: nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1, rng=rng),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Residual(nn.Conv2d(4, 4, 3, padding=1, groups=4, rng=rng), nn.Tanh()),
            nn.Flatten(),
            nn.Dropout(0.3, rng=rng),
            nn.Linear(24, 3, rng=rng),
        ),
        (3, 1, 6, 4),
    ),
}


def moved(norm, rng):
    """Batch norm away from its first state, where several mistakes would not show."""
    channels = norm.num_features
    norm.gamma.value = rng.uniform(0.5, 2, channels)
    norm.beta.value = rng.standard_normal(channels)
    norm.running_mean[...] = rng.standard_normal(channels)
    norm.running_var[...] = rng.uniform(0.5, 2, channels)
    return norm


@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("name", LAYERS)
def test_layer_backward_is_the_derivative_of_forward(name, training):
    rng = make()
    build, shape = LAYERS[name]
    layer = build(rng)
    checks = nn.check_gradients(layer, rng.standard_normal(shape), rng=rng, training=training)
    assert [check.name for check in checks] == ["x", *layer.named_parameters()]


@pytest.mark.parametrize(
    ("loss", "options"),
    [
        (nn.softmax_cross_entropy, {}),
        (nn.softmax_cross_entropy, {"label_smoothing": 0.3}),
        (nn.softmax_cross_entropy, {"label_smoothing": 1.0}),
        (nn.soft_cross_entropy, {}),
        (nn.kl_divergence, {}),
        (nn.mean_squared_error, {}),
    ],
)
def test_loss_gradient_is_the_derivative_of_the_loss(loss, options):
    rng = make()
    logits = 3 * rng.standard_normal((5, 4))
    targets = rng.integers(0, 4, 5) if loss is nn.softmax_cross_entropy else nn.softmax(rng.standard_normal((5, 4)))
    nn.check_loss_gradient(loss, logits, targets, rng=rng, **options)


def test_soft_losses_have_the_exact_gradient_for_targets_that_do_not_sum_to_one():
    rng = make()
    targets = rng.random((5, 4))
    for loss in (nn.soft_cross_entropy, nn.kl_divergence):
        nn.check_loss_gradient(loss, rng.standard_normal((5, 4)), targets, rng=rng)


class Cube(nn.WeightTransform):
    def forward(self, w):
        self.w = w.copy()
        return w**3

    def backward(self, dy):
        return 3 * self.w**2 * dy


class Round(nn.WeightTransform):
    """Rounding with a straight-through gradient."""

    def forward(self, w):
        return np.round(w)

    def backward(self, dy):
        return dy.copy()

    def surrogate(self, w):
        return w


def test_transform_backward_is_the_derivative_of_forward(rng):
    nn.check_transform(Cube(), rng.standard_normal((3, 4)), rng=rng)


def test_straight_through_estimator_is_checked_against_its_surrogate(rng):
    w = rng.standard_normal((3, 4))
    nn.check_transform(Round(), w, rng=rng)
    Round.surrogate, surrogate = lambda self, w: 2 * w, Round.surrogate
    try:
        with pytest.raises(nn.GradientMismatch, match="Round: w: analytic"):
            nn.check_transform(Round(), w, rng=rng)
    finally:
        Round.surrogate = surrogate


def test_layer_with_transforms_passes(rng):
    layer = nn.Linear(5, 3, rng=rng)
    layer.weight.transforms = [Cube()]
    nn.check_gradients(layer, rng.standard_normal((4, 5)), rng=rng)
    layer.weight.transforms = [Cube(), Round()]
    nn.check_gradients(layer, rng.standard_normal((4, 5)), rng=rng)
    assert len(layer.weight.transforms) == 2  # baked on the copy only


def transposed(self, dy, need_dx=True):
    dx = nn.Linear.backward(self, dy)
    self.weight.grad[...] = self.weight.grad.T
    return dx


WRONG = {
    "x": lambda self, dy, need_dx=True: 1.001 * nn.Linear.backward(self, dy),
    "weight": transposed,
    "bias": lambda self, dy, need_dx=True: (nn.Linear.backward(self, dy), self.bias.grad.__imul__(0.5))[0],
}


@pytest.mark.parametrize("culprit", WRONG)
def test_check_rejects_a_wrong_backward_and_names_the_culprit(rng, culprit):
    wrong = type("Wrong", (nn.Linear,), {"backward": WRONG[culprit]})
    with pytest.raises(nn.GradientMismatch, match=rf"{culprit}: analytic .*, numeric .*, relative error"):
        nn.check_gradients(wrong(4, 4, rng=rng), rng.standard_normal((5, 4)), rng=rng)


def test_check_rejects_a_missing_gradient_and_one_that_is_not_a_number(rng):
    for value in (0.0, np.nan):
        wrong = type("Wrong", (nn.Tanh,), {"backward": lambda self, dy, value=value: value * dy})
        with pytest.raises(nn.GradientMismatch):
            nn.check_gradients(wrong(), rng.standard_normal((5, 4)), rng=rng)


def test_check_rejects_a_loss_whose_gradient_lacks_the_mean(rng):
    def summed(logits, labels):
        loss, dlogits = nn.softmax_cross_entropy(logits, labels)
        return loss, dlogits * len(logits)

    with pytest.raises(nn.GradientMismatch, match="summed: logits: analytic"):
        nn.check_loss_gradient(summed, rng.standard_normal((5, 4)), np.zeros(5, int), rng=rng)


def test_check_leaves_the_layer_as_it_was(rng):
    model = LAYERS["network"][0](rng)
    before = model.state_dict()
    state = rng.bit_generator.state
    model.forward(np.ones((3, 1, 6, 4), np.float32), training=True)
    model.load_state_dict(before)
    rng.bit_generator.state = state
    nn.check_gradients(model, np.random.default_rng(1).standard_normal((3, 1, 6, 4)), rng=make(), training=True)
    assert rng.bit_generator.state == state
    for name, array in model.arrays().items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, before[name])
    assert not any(parameter.grad.any() for parameter in model.parameters())


def test_bias_before_batch_norm_has_gradient_zero_and_passes(rng):
    model = nn.Sequential(nn.Linear(4, 3, rng=rng), nn.BatchNorm1d(3))
    nn.check_gradients(model, rng.standard_normal((6, 4)), rng=rng, training=True)


# ---- a dy of another shape ---------------------------------------------------------------------------------------

MORE = {
    "activation quantizer": (lambda rng: ActivationQuantizer(4, dynamic=True), (3, 4)),
    "binary activation": (lambda rng: BinaryActivation(), (3, 4)),
}


@pytest.mark.parametrize("name", [*LAYERS, *MORE])
def test_layers_refuse_a_dy_of_another_shape_and_touch_no_gradient(name):
    rng = np.random.default_rng(0)
    build, shape = (LAYERS | MORE)[name]
    layer = build(rng)
    y = layer.forward(rng.standard_normal(shape), training=True)
    for other in other_shapes(y.shape):
        if other != y.shape:
            with pytest.raises(ValueError, match=r"dy must have the shape of the last y"):
                layer.backward(np.ones(other))
    assert not any(p.grad.any() for p in layer.parameters())
    for dy in (None, "dy", y.astype(complex), [[1], [1, 2]]):
        with pytest.raises(ValueError, match="dy must"):
            layer.backward(dy)
