"""A scan prunes one array at a time, leaves the model as it found it, and leads to an allocation."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel
from minicompress.kit.places import content
from minicompress.pruning import local_masks, sensitivity_scan, sparsity
from minicompress.pruning.criteria import tolerated_sparsities


def answers():
    names = {}
    exec(content().solution("pruning/sensitivity_scan").read_text(encoding="utf-8"), names)
    return [names["sensitivity_scan"]] + [answer.function for answer in right_answers("pruning/sensitivity_scan")]


def test_each_score_is_that_of_one_pruned_array(rng):
    model = nn.zoo.mlp([4, 10, 10], rng=rng)
    scores = sensitivity_scan(model, [0.5, 0.0, 1.0], sparsity)
    shares = np.array([40, 100]) / 140
    np.testing.assert_allclose(scores, np.outer(shares, [0.5, 0.0, 1.0]))


def test_solution_and_right_answers_agree_with_the_library(rng):
    model = nn.zoo.mlp([12, 20, 8, 5], rng=rng)
    x, labels = rng.normal(size=(50, 12)).astype(np.float32), rng.integers(0, 5, 50)

    def loss(model):
        return nn.softmax_cross_entropy(model.forward(x), labels)[0]

    sparsities, before = [0.9, 0.0, 0.33, 0.5, 1.0], model.state_dict()
    expected = sensitivity_scan(model, sparsities, loss)
    assert len(np.unique(expected)) > 8
    for answer in answers():
        np.testing.assert_array_equal(answer(model, sparsities, loss), expected)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)


def test_the_model_is_whole_if_evaluate_raises(rng):
    model = nn.zoo.mlp([4, 6, 3], rng=rng)
    before = [w.copy() for layer in model.layers for w in layer.weights]
    with pytest.raises(ZeroDivisionError):
        sensitivity_scan(model, [0.5], lambda model: 1 / 0)
    for w, original in zip((w for layer in model.layers for w in layer.weights), before, strict=True):
        np.testing.assert_array_equal(w, original)


def test_tolerated_is_the_last_sparsity_before_the_curve_falls():
    scores = [[0.9, 0.8, 0.4], [0.9, 0.5, 0.9], [0.3, 0.9, 0.9], [0.9, 0.9, 0.9]]
    assert tolerated_sparsities(scores, [0.5, 0.7, 0.9], 0.8) == [0.7, 0.5, 0.0, 0.9]
    shuffled = np.array(scores)[:, [2, 0, 1]]
    assert tolerated_sparsities(shuffled, [0.9, 0.5, 0.7], 0.8) == [0.7, 0.5, 0.0, 0.9]


def test_scan_leads_to_masks():
    model = StandInModel(StandInLayer(np.array([1.0, 2.0, 3.0, 4.0])), StandInLayer(np.array([9.0, 9.0, 9.0, 9.0])))

    def total(model):
        return sum(w.sum() for layer in model.layers for w in layer.weights)

    sparsities = [0.25, 0.5, 0.75]
    scores = sensitivity_scan(model, sparsities, total)  # 46 less 1, 3, 6 or 9, 18, 27
    np.testing.assert_array_equal(scores, [[45, 43, 40], [37, 28, 19]])
    tolerated = tolerated_sparsities(scores, sparsities, 37)
    assert tolerated == [0.75, 0.25]
    assert [np.count_nonzero(m) for m in local_masks(model, tolerated)] == [1, 3]


@pytest.mark.parametrize("bad", [[0.5, 1.5], [float("nan")], ["half"]])
def test_bad_sparsities_are_refused_before_anything_is_evaluated(rng, bad):
    with pytest.raises(ValueError, match="sensitivity_scan: every sparsity must be"):
        sensitivity_scan(nn.zoo.mlp([3, 2], rng=rng), bad, pytest.fail)


def test_scores_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"tolerated_sparsities: scores must be of shape \(weight arrays, 2\), got"):
        tolerated_sparsities(np.ones((3, 4)), [0.1, 0.2], 0.5)


@pytest.mark.parametrize("score", [None, "0.9", np.nan, [0.9]], ids=repr)
def test_a_score_that_is_no_number_is_named_and_the_weights_are_back(score):
    w = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="sensitivity_scan: what evaluate returns must be a number"):
        sensitivity_scan(StandInModel(StandInLayer(w)), [0.5], lambda model: score)
    assert w.tolist() == [1, 2]


def test_sparsities_are_listed_once_and_others_named():
    model = StandInModel(StandInLayer(np.array([1.0, 2.0])))
    scores = sensitivity_scan(model, (s for s in (0, 0.5)), lambda model: float(model.layers[0].weights[0].sum()))
    assert scores.tolist() == [[3, 2]]
    for bad in (0.5, None, "0.5"):
        with pytest.raises(ValueError, match="sensitivity_scan: sparsities must be a list"):
            sensitivity_scan(model, bad, lambda model: 1.0)
    with pytest.raises(ValueError, match="sensitivity_scan: evaluate must be a function"):
        sensitivity_scan(model, [0.5], 0.9)


@pytest.mark.parametrize(
    ("scores", "sparsities", "lowest", "named"),
    [
        ([[np.nan]], [0.5], 0.9, "scores"),
        ([["a"]], [0.5], 0.9, "scores"),
        ([[0.9]], [np.nan], 0.9, "sparsities"),
        ([[0.9]], [0.5], np.nan, "lowest"),
        ([[0.9]], [0.5], None, "lowest"),
    ],
)
def test_scores_that_do_not_compare_are_named(scores, sparsities, lowest, named):
    with pytest.raises(ValueError, match=f"tolerated_sparsities: {named} must be"):
        tolerated_sparsities(scores, sparsities, lowest)
