"""Saliency: the predicted change of the loss is the change, to first order, whatever lies between maker and reader."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import coupled_channels, structure_pruning, taylor_saliency
from minicompress.pruning.channels import named_layers
from minicompress.pruning.criteria import obd_saliency, taylor_importance


@settings(max_examples=40, deadline=None)
@given(
    batches=st.integers(1, 4),
    shape=st.sampled_from([(1, 1), (3, 5), (5, 2), (4, 2, 3, 2), (2, 3, 1, 1)]),
    seed=st.integers(0, 999),
)
def test_saliency_is_that_of_the_exercise_solution_and_of_every_right_answer(batches, shape, seed):
    rng = np.random.default_rng(seed)
    args = [rng.normal(size=s) for s in (shape, shape[:1], (batches, *shape), (batches, shape[0]))]
    names = {}
    exec(content().solution("pruning/taylor_saliency").read_text(encoding="utf-8"), names)
    expected = taylor_saliency(*args)
    for answer in [names["taylor_saliency"], *(known.function for known in right_answers("pruning/taylor_saliency"))]:
        np.testing.assert_allclose(answer(*args), expected, rtol=1e-4, atol=1e-6)


def mlp(rng):
    return nn.Sequential(
        nn.Linear(6, 5, rng=rng), nn.ReLU(), nn.Linear(5, 4, rng=rng), nn.ReLU(), nn.Linear(4, 3, rng=rng)
    )


def cnn(rng):
    """Batch norm, a depthwise and a grouped convolution, pooling, a Flatten."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=rng),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 4, 3, groups=4, padding=1, rng=rng),
        nn.Conv2d(4, 6, 3, groups=2, rng=rng),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(6 * 2 * 2, 3, rng=rng),
    )


def residual(rng):
    body = nn.Sequential(nn.Linear(5, 5, rng=rng), nn.ReLU())
    return nn.Sequential(nn.Linear(6, 5, rng=rng), nn.Residual(body), nn.Linear(5, 3, rng=rng))


MODELS = {"mlp": (mlp, (6,)), "cnn": (cnn, (1, 8, 8)), "residual": (residual, (6,))}


@pytest.fixture(params=MODELS)
def case(request, rng):
    """A model in float64 with running statistics and biases that are not 0, and two batches."""
    make, shape = MODELS[request.param]
    model = make(rng).astype(np.float64)
    model.forward(rng.normal(size=(50, *shape)), training=True)
    for parameter in model.parameters():
        parameter.value += rng.normal(0, 0.1, parameter.shape)
    return model, [(rng.normal(size=(4, *shape)), rng.integers(0, 3, 4)) for _ in range(2)]


def loss_with_channel_scaled(model, group, channel, scale, x, y):
    """The loss when what every reader of one channel sees is scaled: found without a gradient."""
    model = model.copy()
    for name in group.readers:
        reader = named_layers(model)[name]
        groups, (out, inputs, *_) = getattr(reader, "groups", 1), reader.weight.shape
        if groups > 1:
            block, column = divmod(channel, inputs)
            reader.weight.value[block * out // groups : (block + 1) * out // groups, column] *= scale
        else:
            places = inputs // group.size
            reader.weight.value[:, channel * places : (channel + 1) * places] *= scale
    return nn.softmax_cross_entropy(model.forward(x), y)[0]


def test_importance_is_the_square_of_the_numerical_slope_of_the_loss(case):
    model, batches = case
    h = 1e-5
    for group in coupled_channels(model):
        got = taylor_importance(batches)(model, group)
        for channel in range(group.size):
            slopes = [
                (
                    loss_with_channel_scaled(model, group, channel, 1 + h, x, y)
                    - loss_with_channel_scaled(model, group, channel, 1 - h, x, y)
                )
                / (2 * h)
                for x, y in batches
            ]
            assert got[channel] == pytest.approx(np.mean(np.square(slopes)), rel=1e-5, abs=1e-12)


def test_through_relu_the_makers_row_with_its_bias_has_the_same_saliency(rng):
    model = mlp(rng).astype(np.float64)
    batches = [(rng.normal(size=(5, 6)), rng.integers(0, 3, 5)) for _ in range(3)]
    dw, db = [], []
    for x, y in batches:
        model.zero_grad()
        model.backward(nn.softmax_cross_entropy(model.forward(x), y)[1])
        dw.append(model.layers[0].weight.grad.copy())
        db.append(model.layers[0].bias.grad.copy())
    maker = model.layers[0]
    group = coupled_channels(model)[0]
    expected = taylor_saliency(maker.weight.value, maker.bias.value, np.array(dw), np.array(db))
    np.testing.assert_allclose(taylor_importance(batches)(model, group), expected, rtol=1e-9)


def test_behind_batch_norm_in_training_the_row_of_the_maker_says_nothing(rng):
    model = nn.Sequential(nn.Linear(6, 4, rng=rng), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3, rng=rng))
    model = model.astype(np.float64)
    x, y = rng.normal(size=(30, 6)) * 100, rng.integers(0, 3, 30)  # so large that batch norm's eps does not matter
    model.backward(nn.softmax_cross_entropy(model.forward(x, training=True), y)[1])
    weight = model.layers[0].weight
    sums = (weight.grad * weight.value).sum(axis=1)
    assert np.abs(sums).max() < 1e-6 * np.abs(weight.grad * weight.value).sum(axis=1).max()


def test_structure_pruning_takes_it_as_a_criterion_and_the_model_keeps_its_gradients(case):
    model, batches = case
    before = [(p.value.copy(), p.grad.copy()) for p in model.parameters()]
    smaller = structure_pruning(model, 0.5, importance=taylor_importance(batches))
    assert smaller.forward(batches[0][0]).shape == (4, 3)
    assert sum(p.size for p in smaller.parameters()) < sum(p.size for p in model.parameters())
    for parameter, (value, grad) in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)
        np.testing.assert_array_equal(parameter.grad, grad)


def test_obd_of_a_softmax_regression_is_its_hessian_where_labels_follow_the_model(rng):
    model = nn.Sequential(nn.Linear(3, 4, rng=rng)).astype(np.float64)
    x = rng.normal(size=(3000, 3))
    p = nn.softmax(model.forward(x))
    y = (rng.random((3000, 1)) > np.cumsum(p, axis=1)).sum(axis=1).clip(0, 3)
    (got,) = obd_saliency(model, x, y)
    h = np.einsum("nc,ni->ci", p * (1 - p), x**2) / len(x)  # d2L/dw_ci2 = mean p (1 - p) x^2
    np.testing.assert_allclose(got, h * model.layers[0].weights[0] ** 2 / 2, rtol=0.2)


def test_obd_takes_the_square_before_the_mean(rng):
    model = nn.Sequential(nn.Linear(2, 2, bias=False, rng=rng)).astype(np.float64)
    model.layers[0].weight.value[...] = [[1, -2], [1, -2]]  # p = 1/2, whatever x
    x = np.array([[1.0, 2], [1, 2]])
    (got,) = obd_saliency(model, x, np.array([0, 1]))  # g = -+x/2 and +-x/2: the mean is 0, the mean square x^2 / 4
    np.testing.assert_allclose(got, [[1 / 8, 4 * 4 / 8], [1 / 8, 4 * 4 / 8]])


def test_what_does_not_fit_is_refused(rng):
    fits = {"w": (2, 3), "b": (2,), "dw": (4, 2, 3), "db": (4, 2)}
    taylor_saliency(*map(np.ones, fits.values()))
    none = {"dw": (0, 2, 3), "db": (0, 2)}
    for other in ({"dw": (2, 3)}, {"dw": (4, 1, 3)}, {"b": (1,), "db": (4, 1)}, {"db": (1, 2)}, {"db": (4,)}, none):
        with pytest.raises(ValueError, match="taylor_saliency: w, b, dw and db must be"):
            taylor_saliency(*map(np.ones, (fits | other).values()))
    with pytest.raises(ValueError, match="taylor_importance: batches must be one"):
        taylor_importance([])
    with pytest.raises(ValueError, match="obd_saliency: x must be one sample or more"):
        obd_saliency(mlp(rng), np.ones((0, 6)), np.ones(0, int))


def test_narrow_integers_and_small_numbers_keep_their_saliency():
    w, b = np.array([[100, 100]], np.int8), np.array([100], np.int8)
    assert taylor_saliency(w, b, w[None], b[None]).tolist() == [30_000.0**2]
    tiny = np.full((1, 2), 1e-30, np.float32)
    assert taylor_saliency(tiny, [0], [[[1, 1]]], [[0]]).tolist() == pytest.approx([4e-60])


def test_obd_does_not_underflow(rng):
    model = nn.Sequential(nn.Linear(2, 3, rng=rng))
    model.layers[0].weight.value[...] = 1e-25
    (s,) = obd_saliency(model, np.ones((2, 2), np.float32), np.array([0, 1]))
    assert (s > 0).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, "a", None])
def test_gradients_that_are_no_numbers_are_named(bad):
    with pytest.raises(ValueError, match="taylor_saliency: dw must be"):
        taylor_saliency([[1.0]], [1.0], [[[bad]]], [[1.0]])
    with pytest.raises(ValueError, match="taylor_importance: batches must be one"):
        taylor_importance([np.ones(3)])


def test_as_many_labels_as_samples(rng):
    with pytest.raises(ValueError, match="obd_saliency: "):
        obd_saliency(mlp(rng), np.ones((3, 36)), [0, 1])
