"""One sparsity for the network: exact counts by array or over all, and thresholds by deviation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel
from minicompress.kit.places import content
from minicompress.pruning import DynamicMask, Mask, global_masks, local_masks, magnitude_mask
from minicompress.pruning.criteria import deviation_masks
from minicompress.quantization import FakeQuantize

FEW_MAGNITUDES = st.sampled_from([0.0, -0.0, 0.25, -0.25, 1.0, -8.0])
ARRAYS = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4), elements=FEW_MAGNITUDES
)
WEIGHTS = st.lists(ARRAYS, min_size=1, max_size=4)
SPARSITIES = st.floats(0, 1)


def model_of(weights):
    return StandInModel(StandInLayer(), *(StandInLayer(w) for w in weights))


def answers():
    names = {}
    exec(content().solution("pruning/local_vs_global").read_text(encoding="utf-8"), names)
    return [names["local_vs_global"]] + [answer.function for answer in right_answers("pruning/local_vs_global")]


def assert_same_masks(got, expected):
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@given(WEIGHTS, SPARSITIES)
def test_global_count_is_exact_and_no_kept_weight_is_smaller_than_a_pruned_one(weights, sparsity):
    masks = global_masks(model_of(weights), sparsity)

    assert [m.shape for m in masks] == [w.shape for w in weights]
    kept = [abs(v) for w, m in zip(weights, masks, strict=True) for v in w[m]]
    pruned = [abs(v) for w, m in zip(weights, masks, strict=True) for v in w[~m]]
    assert len(pruned) == round(sparsity * sum(w.size for w in weights))
    assert not kept or not pruned or min(kept) >= max(pruned)


@given(WEIGHTS, SPARSITIES)
def test_local_masks_are_those_of_each_array_alone(weights, sparsity):
    assert_same_masks(local_masks(model_of(weights), sparsity), [magnitude_mask(w, sparsity) for w in weights])


@settings(max_examples=40, deadline=None)
@given(WEIGHTS, SPARSITIES)
def test_solution_and_right_answers_agree_with_the_library(weights, sparsity):
    for answer in answers():
        assert_same_masks(answer(weights, sparsity, "local"), local_masks(model_of(weights), sparsity))
        assert_same_masks(answer(weights, sparsity, "global"), global_masks(model_of(weights), sparsity))


def test_solution_agrees_with_the_library_on_a_real_network(rng):
    model = nn.zoo.lenet5(rng=rng)
    solution, weights = answers()[0], [w for layer in model.layers for w in layer.weights]
    assert_same_masks(solution(weights, 0.9, "local"), local_masks(model, 0.9))
    assert_same_masks(solution(weights, 0.9, "global"), global_masks(model, 0.9))


def test_a_global_share_takes_from_the_layer_of_small_weights(rng):
    weights = [rng.normal(0, scale, 20_000) for scale in (1, 0.01)]
    first, second = (np.mean(~m) for m in global_masks(model_of(weights), 0.5))
    assert first == pytest.approx(0.019, abs=0.003)
    assert first + second == pytest.approx(1)


def test_each_array_may_have_its_own_share():
    weights = [np.arange(1.0, 5.0), np.arange(1.0, 5.0)]
    assert_same_masks(
        local_masks(model_of(weights), [0.25, 1.0]), [np.array([False, True, True, True]), np.zeros(4, bool)]
    )


def test_deviation_threshold_worked_by_hand():
    # mean 0, mean square (9 + 9 + 1 + 1) / 4 = 5, std 2.236: at quality 0.5 the threshold is 1.118
    w = np.array([3.0, -3.0, 1.0, -1.0])
    assert_same_masks(deviation_masks(model_of([w, 10 * w]), 0.5), [np.abs(w) > 2] * 2)
    assert_same_masks(deviation_masks(model_of([np.array([1.0, -1.0])]), 1.0), [np.ones(2, bool)])  # equal: stays
    assert_same_masks(deviation_masks(model_of([w, w]), [0.0, 2.0]), [np.ones(4, bool), np.zeros(4, bool)])


# In hundredths: a quality near 0 makes the threshold underflow in float32, and that depends on the scale.
@given(WEIGHTS, st.integers(0, 400).map(lambda hundredths: hundredths / 100))
def test_deviation_masks_do_not_depend_on_a_layers_scale(weights, quality):
    scaled = [w * 4 for w in weights]
    assert_same_masks(deviation_masks(model_of(scaled), quality), deviation_masks(model_of(weights), quality))


@given(WEIGHTS, SPARSITIES)
def test_the_weights_stay_as_they_are(weights, sparsity):
    before = [w.copy() for w in weights]
    for allocate in (local_masks, global_masks, deviation_masks):
        allocate(model_of(weights), sparsity)
    assert_same_masks(weights, before)


def test_a_model_without_weights_has_no_masks():
    assert (
        local_masks(StandInModel(), 0.5)
        == global_masks(StandInModel(), 0.5)
        == deviation_masks(StandInModel(), 1)
        == []
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda model: local_masks(model, 1.5), r"local_masks: sparsity must be .*got 1.5"),
        (lambda model: local_masks(model, [0.5, float("nan")]), r"local_masks: sparsity must be .*got nan"),
        (lambda model: local_masks(model, [0.5]), r"local_masks: sparsity must be one number, or 2 for"),
        (lambda model: global_masks(model, -0.5), r"global_masks: sparsity must be .*got -0.5"),
        (lambda model: global_masks(StandInModel(), "half"), r"global_masks: sparsity must be .*got 'half'"),
        (lambda model: deviation_masks(model, -1), r"deviation_masks: quality must be .*got -1"),
        (lambda model: deviation_masks(model, [1, 2, 3]), r"deviation_masks: quality must be one number, or 2 for"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(model_of([np.ones(3), np.ones((2, 2))]))


@pytest.mark.parametrize("allocate", [local_masks, global_masks, deviation_masks])
def test_weights_with_nan_are_refused(allocate):
    with pytest.raises(ValueError, match="NaN"):
        allocate(model_of([np.ones(3), np.array([1.0, np.nan])]), 0.5)


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.5, 0.9, 1.0])
def test_pytorch_prunes_the_same_globally_and_by_layer(sparsity, rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here")
    from torch.nn.utils import prune

    weights = [rng.normal(size=shape).astype(np.float32) for shape in [(4, 7), (3, 5)]]
    layers = [torch.nn.Linear(w.shape[1], w.shape[0], bias=False) for w in weights]
    for scope, expected in (("local", local_masks), ("global", global_masks)):
        for layer, w in zip(layers, weights, strict=True):
            layer.weight = torch.nn.Parameter(torch.from_numpy(w.copy()))
            if scope == "local":
                prune.l1_unstructured(layer, "weight", amount=sparsity)
        if scope == "global":
            prune.global_unstructured([(layer, "weight") for layer in layers], prune.L1Unstructured, amount=sparsity)
        assert_same_masks([layer.weight_mask.numpy() != 0 for layer in layers], expected(model_of(weights), sparsity))
        for layer in layers:
            prune.remove(layer, "weight")


def test_an_infinite_weight_has_no_deviation_to_be_compared_with(rng):
    model = nn.Sequential(nn.Linear(3, 2, rng=rng))
    model.layers[0].weight.value[0, 0] = np.inf
    with pytest.raises(ValueError, match="deviation_masks: weights must be finite"):
        deviation_masks(model, 0.0)


def test_weights_that_a_mask_hides_go_first(rng):
    model = nn.Sequential(nn.Linear(4, 3, rng=rng))
    weight = model.layers[0].weight
    m = np.ones((3, 4), bool)
    m[0, :3] = False
    for mask in (Mask(m), DynamicMask(m, 0, 1)):
        weight.transforms = [mask, FakeQuantize(2)]
        weight.value[...] = rng.uniform(1, 2, (3, 4))
        weight.value[~m] = 9  # written behind the mask, as `load_state_dict` does
        for masks in (local_masks(model, 3 / 12), global_masks(model, 3 / 12), deviation_masks(model, 0.1)):
            np.testing.assert_array_equal(masks[0], m)


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**900])
def test_deviations_of_the_smallest_and_largest_floats(factor, rng):
    w = rng.normal(size=(5, 6))
    assert_same_masks(deviation_masks(model_of([w * factor]), 1.0), deviation_masks(model_of([w]), 1.0))


def test_integer_weights_have_no_deviation_here():
    with pytest.raises(ValueError, match="deviation_masks: weights must be arrays of floats"):
        deviation_masks(model_of([np.array([-128, 1], np.int8)]), 1.0)


def test_the_same_quality_removes_nothing_more(rng):
    w = rng.normal(size=(300, 400))
    once = np.where(deviation_masks(model_of([w]), 1.0)[0], w, 0)
    assert once.std() / w.std() == pytest.approx(0.895, abs=0.005)
    np.testing.assert_array_equal(deviation_masks(model_of([once]), 1.0)[0], once != 0)
