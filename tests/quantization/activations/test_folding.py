"""Folding batch norm: the folded model computes what the model computes, and nothing else has changed."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import FakeQuantize, fold_batchnorm
from minicompress.quantization.activations import (
    FrozenBatchNorm1d,
    FrozenBatchNorm2d,
    fold_arrays,
    freeze_batchnorm,
)


def with_random_statistics(model, rng):
    """The model with every array random, variances positive and of different sizes."""
    for name, array in model.arrays().items():
        array[...] = rng.normal(size=array.shape)
        if name.endswith("running_var"):
            array[...] = np.geomspace(1e-4, 4, array.size)
    return model


def deep(rng, bias=True):
    """Batch norm behind a convolution, in a body, in a shortcut, behind a linear layer; and where it has to stay."""
    body = [nn.Conv2d(4, 6, 3, padding=1, bias=bias, rng=rng), nn.BatchNorm2d(6), nn.ReLU()]
    shortcut = [nn.Conv2d(4, 6, 1, bias=bias, rng=rng), nn.BatchNorm2d(6, eps=1e-3)]
    model = nn.Sequential(
        nn.BatchNorm2d(2),
        nn.Conv2d(2, 4, 3, bias=bias, rng=rng),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Residual(body, shortcut=shortcut),
        nn.Conv2d(6, 6, 3, groups=6, bias=bias, rng=rng),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.BatchNorm2d(6),
        nn.Flatten(),
        nn.Linear(6 * 3 * 4, 5, bias=bias, rng=rng),
        nn.BatchNorm1d(5),
    )
    return with_random_statistics(model, rng)


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


@pytest.mark.parametrize("bias", [True, False])
def test_folded_model_agrees_in_float64(bias, rng):
    model = deep(rng, bias).astype(np.float64)
    x = rng.normal(size=(5, 2, 7, 8))
    folded = fold_batchnorm(model)
    np.testing.assert_allclose(folded.predict(x), model.predict(x), rtol=1e-9, atol=1e-9)


def test_folded_model_agrees_in_float32(rng):
    model = deep(rng)
    x = rng.normal(size=(5, 2, 7, 8)).astype(np.float32)
    y, folded = model.predict(x), fold_batchnorm(model)
    assert folded.weights[0].dtype == np.float32
    np.testing.assert_allclose(folded.predict(x), y, rtol=1e-3, atol=1e-4 * np.abs(y).max())


def test_only_batch_norms_right_behind_a_weight_go(rng):
    folded = fold_batchnorm(deep(rng))
    expected = ["BatchNorm2d", "Conv2d", "ReLU", "Residual", "Conv2d", "ReLU", "BatchNorm2d", "Flatten", "Linear"]
    assert kinds(folded) == expected
    assert kinds(folded.layers[3].body) == ["Conv2d", "ReLU"]
    assert kinds(folded.layers[3].shortcut) == ["Conv2d"]


def test_folding_is_hand_worked():
    # k = 6 / sqrt(8 + 1) = 2 and -1 / sqrt(3 + 1) = -1/2, with eps = 1
    w = np.array([[1.0, -3.0], [0.5, 2.0]])
    vectors = [6.0, -1.0], [10.0, 20.0], [1.0, 2.0], [8.0, 3.0]
    w_folded, b_folded = fold_arrays(w, None, *vectors, 1.0)
    np.testing.assert_array_equal(w_folded, [[2.0, -6.0], [-0.25, -1.0]])
    np.testing.assert_array_equal(b_folded, [10 + (0 - 1) * 2, 20 + (0 - 2) * -0.5])
    _, b_folded = fold_arrays(w, np.array([4.0, -6.0]), *vectors, 1.0)
    np.testing.assert_array_equal(b_folded, [10 + (4 - 1) * 2, 20 + (-6 - 2) * -0.5])


def test_model_stays_as_it_is(rng):
    model = deep(rng)
    before, layers = model.state_dict(), list(model.layers)
    fold_batchnorm(model)
    freeze_batchnorm(model)
    assert model.layers == layers
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_masters_are_the_folded_models_own(rng):
    model = with_random_statistics(nn.Sequential(nn.Linear(3, 2, rng=rng), nn.ReLU()), rng)
    folded = fold_batchnorm(model)
    folded.weights[0][...] = 0
    assert model.weights[0].all()


def test_transforms_are_refused_and_nothing_changes(rng):
    model = deep(rng)
    model.layers[1].weight.transforms.append(FakeQuantize(8))
    with pytest.raises(ValueError, match=r"fold_batchnorm: Conv2d.*weight must be without transforms \(bake"):
        fold_batchnorm(model)
    model.layers[1].weight.bake()
    assert "BatchNorm2d" not in kinds(fold_batchnorm(model))[1:3]


def test_channels_that_do_not_fit_are_refused(rng):
    model = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.BatchNorm1d(5))
    with pytest.raises(ValueError, match=r"fold_batchnorm: BatchNorm1d.*must have the 4 channels"):
        fold_batchnorm(model)


def test_frozen_batch_norm_trains_on_what_inference_computes(rng):
    model = deep(rng)
    frozen = freeze_batchnorm(model)
    assert isinstance(frozen.layers[2], FrozenBatchNorm2d)
    assert isinstance(frozen.layers[4].body.layers[1], FrozenBatchNorm2d)
    assert isinstance(frozen.layers[-1], FrozenBatchNorm1d)
    x = rng.normal(size=(5, 2, 7, 8)).astype(np.float32)
    before = frozen.state_dict()
    np.testing.assert_array_equal(frozen.forward(x, training=True), model.forward(x))
    for name, array in frozen.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    dx = frozen.backward(np.ones((5, 5), np.float32))  # of a fixed affine map, as after a forward at inference
    assert frozen.layers[2].gamma.grad.any()
    np.testing.assert_array_equal(model.layers[2].gamma.grad, 0)  # its own parameters
    np.testing.assert_array_equal(dx, model.backward(np.ones((5, 5), np.float32)))


def test_frozen_batch_norms_fold_and_are_saved(rng, tmp_path):
    frozen = freeze_batchnorm(deep(rng))
    x = rng.normal(size=(3, 2, 7, 8)).astype(np.float32)
    np.testing.assert_array_equal(fold_batchnorm(frozen).predict(x), fold_batchnorm(deep_again(frozen)).predict(x))
    frozen.save(tmp_path / "frozen.npz")
    np.testing.assert_array_equal(nn.load(tmp_path / "frozen.npz").predict(x), frozen.predict(x))


def deep_again(frozen):
    """The frozen model with ordinary batch norms."""
    model = deep(np.random.default_rng(0))
    model.load_state_dict(frozen.state_dict())
    return model


def test_pytorch_folds_to_the_same_arrays(rng):
    torch = pytest.importorskip("torch")
    fusion = pytest.importorskip("torch.nn.utils.fusion")
    w, b = rng.normal(size=(4, 3, 2, 2)), rng.normal(size=4)
    gamma, beta, mu, v = rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), rng.uniform(0, 2, 4)
    tensors = [torch.tensor(a) for a in (w, b, mu, v)]
    theirs = fusion.fuse_conv_bn_weights(*tensors, 1e-3, torch.tensor(gamma), torch.tensor(beta))
    for one, other in zip(fold_arrays(w, b, gamma, beta, mu, v, 1e-3), theirs, strict=True):
        np.testing.assert_allclose(one, other.detach().numpy(), rtol=1e-12)


def test_answers_to_the_exercise_fold_to_the_same_arrays(rng):
    names = {}
    exec(content().solution("quantization/batchnorm_folding").read_text(encoding="utf-8"), names)
    answers = [names["batchnorm_folding"], *(a.function for a in right_answers("quantization/batchnorm_folding"))]
    for shape, b in [((4, 3), None), ((3, 2, 3, 2), rng.normal(size=3)), ((1, 1, 1, 1), np.zeros(1))]:
        vectors = [*rng.normal(size=(3, shape[0])), rng.uniform(0, 3, shape[0])]
        args = (rng.normal(size=shape), b, *vectors, 1e-3)
        for answer in answers:
            for one, other in zip(answer(*args), fold_arrays(*args), strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)  # one is in float32


FOLDABLE = {
    "w": np.ones((2, 3)),
    "b": None,
    "gamma": [1.0, 2],
    "beta": [0.0, 0],
    "mu": [0.0, 1],
    "v": [1.0, 1],
    "eps": 0,
}


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"w": np.ones((2, 3), int)}, "w must be an array of floats"),
        ({"w": [[np.nan] * 3] * 2}, "w must be finite"),
        ({"gamma": [1.0]}, r"gamma must have shape \(2,\)"),
        ({"b": [1.0, 2, 3]}, r"b must have shape \(2,\)"),
        ({"mu": [np.nan, 0]}, "mu must be finite"),
        ({"v": ["a", "b"]}, "v must be an array of numbers"),
        ({"v": [-1.0, 1]}, r"v \+ eps must be > 0, got -1"),
        ({"v": [0.0, 1]}, r"v \+ eps must be > 0, got 0"),
        ({"eps": -1e-3}, "eps must be"),
        ({"w": np.ones((2, 3), np.float32), "gamma": [1e300, 1]}, "k must keep w' and b' within float32"),
    ],
)
def test_what_cannot_be_folded_is_named(wrong, text):
    with pytest.raises(ValueError, match=f"fold_arrays: {text}"):
        fold_arrays(**{**FOLDABLE, **wrong})


def test_integer_statistics_do_not_wrap():
    w, b = fold_arrays(**{**FOLDABLE, "gamma": np.array([100, 1], np.int8), "mu": np.array([-128, 0], np.int8)})
    assert (w[0, 0], b[0]) == (100, 12800)
