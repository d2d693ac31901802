"""Solution, library function and stand-in models say the same: three accounts, each the oracle of the others.

The graded checks call answers with small stand-ins; what is solved there must work on real `minicompress.nn` models.
"""

import inspect

import numpy as np
import pytest
from kit_command import DISTILLATION, PRUNING, QUANTIZATION, solution

from minicompress import nn
from minicompress.distillation import knowledge_distillation
from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.grading.grade import grade_function
from minicompress.kit.grading.stand_ins import (
    StandInLayer,
    StandInLoss,
    StandInModel,
    StandInNetwork,
    StandInOptimizer,
    StandInParameter,
)
from minicompress.pruning import magnitude_mask, n_m_mask, sparsity, taylor_saliency, weight_pruning
from minicompress.quantization import quantization

LIBRARY = {
    "pruning/weight_pruning": weight_pruning,
    "quantization/quantization": quantization,
    "distillation/knowledge_distillation": knowledge_distillation,
    "pruning/magnitude_mask": magnitude_mask,
    "pruning/n_m_sparsity": n_m_mask,
    "pruning/taylor_saliency": taylor_saliency,
}


def solve(exercise_id):
    names = {}
    exec(solution(exercise_id), names)
    return names[exercise_id.split("/")[1]]


def answers(exercise_id):
    """The solution and every right answer, each of which must do what the library does."""
    return [solve(exercise_id)] + [answer.function for answer in right_answers(exercise_id)]


def with_everything(rng):
    """Weights in a residual block, a depthwise convolution, batch norm, dropout."""
    body = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1, groups=3, rng=rng), nn.BatchNorm2d(3), nn.ReLU())
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, rng=rng),
        nn.Residual(body),
        nn.Flatten(),
        nn.Dropout(0.3, rng=rng),
        nn.Linear(3 * 6 * 6, 10, rng=rng),
    )


MODELS = {
    "lenet_300_100": lambda rng: nn.zoo.lenet_300_100(rng=rng),
    "lenet5": lambda rng: nn.zoo.lenet5(rng=rng),
    "with everything": with_everything,
}


@pytest.fixture(params=MODELS)
def model(request, rng):
    return MODELS[request.param](rng)


def weights(model):
    return [w for layer in model.layers for w in layer.weights]


def assert_same_state(one, other, **tolerance):
    state, expected = one.state_dict(), other.state_dict()
    assert list(state) == list(expected)
    for name, value in state.items():
        np.testing.assert_allclose(value, expected[name], err_msg=name, **tolerance)


# --- the grader judges the library ------------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise_id", LIBRARY)
def test_the_library_function_earns_all_points(exercise_id):
    results = grade_function(find_exercise(exercise_id), LIBRARY[exercise_id])
    assert {result.name: result.message for result in results if not result.passed} == {}


@pytest.mark.parametrize("exercise_id", LIBRARY)
def test_the_library_function_begins_with_the_arguments_of_the_exercise(exercise_id):
    ours = list(inspect.signature(LIBRARY[exercise_id]).parameters.values())
    theirs = list(inspect.signature(solve(exercise_id)).parameters.values())
    assert [(p.name, p.default) for p in ours[: len(theirs)]] == [(p.name, p.default) for p in theirs]
    assert all(p.kind is p.KEYWORD_ONLY for p in ours[len(theirs) :])


# --- real models ------------------------------------------------------------------------------------------------------


def test_pruning_agrees_with_the_library_to_the_bit(model):
    expected = model.copy()
    returned = weight_pruning(expected, 0.03125)
    assert 0 < returned < 1
    slow = 1  # of the right answers, the one that visits every weight in Python
    for answer in [solve(PRUNING)] + [known.function for known in right_answers(PRUNING)[slow:]]:
        pruned = model.copy()
        assert answer(pruned, 0.03125) == pytest.approx(returned, abs=1e-12)
        assert_same_state(pruned, expected, rtol=0)
        assert sparsity(pruned) == returned


def test_pruning_a_model_that_holds_masks_agrees_with_the_library(rng):
    masked = nn.zoo.lenet_300_100(rng=rng)
    weight_pruning(masked, 0.015625)
    assert all(parameter.transforms for layer in masked.layers for parameter in layer.weight_parameters())
    expected = masked.copy()
    returned = weight_pruning(expected, 0.03125)
    assert solve(PRUNING)(masked, 0.03125) == returned
    assert_same_state(masked, expected, rtol=0)


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_quantization_agrees_with_the_library_except_where_a_half_could_round_either_way(model, bits):
    original, expected = model.copy(), model.copy()
    scales = quantization(expected, bits)
    assert solve(QUANTIZATION)(model, bits) == pytest.approx(scales, rel=1e-6)
    for w, ours, before, s in zip(weights(model), weights(expected), weights(original), scales, strict=True):
        position = np.abs(before.astype(np.float64)) / s
        safe = np.abs(position - np.floor(position) - 0.5) > 0.01
        assert safe.mean() > 0.9
        np.testing.assert_allclose(w[safe], ours[safe], rtol=1e-6, atol=1e-6 * s)
        np.testing.assert_allclose(w, ours, rtol=0, atol=1.01 * s)  # float32 rounds q s
    biases = [name for name in model.state_dict() if "bias" in name]
    assert biases
    for name in biases:
        np.testing.assert_array_equal(model.state_dict()[name], original.state_dict()[name])


def test_distillation_agrees_with_the_library(rng):
    teacher = with_everything(rng)
    student = with_everything(rng)
    images = rng.random((11, 1, 8, 8), np.float32)
    loader = [(images[i : i + 4], rng.integers(0, 10, len(images[i : i + 4]))) for i in (0, 4, 8)]
    before = {name: value.copy() for name, value in teacher.state_dict().items()}

    def taught(function):
        pupil = student.copy()
        optimizer = nn.SGD(pupil.parameters(), learning_rate=0.1, momentum=0.9)
        loss = function(pupil, teacher, nn.soft_cross_entropy, iter(loader), optimizer, 3.0)
        return loss, pupil

    expected_loss, expected = taught(knowledge_distillation)
    assert np.any(weights(expected)[0] != weights(student)[0])
    for answer in answers(DISTILLATION):
        loss, pupil = taught(answer)
        assert loss == pytest.approx(expected_loss, rel=1e-5)
        assert_same_state(pupil, expected, rtol=1e-4, atol=1e-6)
    for name, value in teacher.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


# --- stand-ins --------------------------------------------------------------------------------------------------------

COUNTERPARTS = [
    (StandInParameter, nn.Parameter),
    (StandInLayer, nn.Linear),
    (StandInModel, nn.Sequential),
    (StandInNetwork, nn.Sequential),
    (StandInOptimizer, nn.SGD),
]


def instance(kind):
    rng = np.random.default_rng(0)
    w, b = np.ones((2, 3), np.float32), np.zeros(2, np.float32)
    made = {
        StandInParameter: lambda: StandInParameter(w),
        StandInLayer: lambda: StandInLayer(w, bias=b),
        StandInModel: lambda: StandInModel(StandInLayer(w)),
        StandInNetwork: lambda: StandInNetwork(w, b),
        StandInOptimizer: lambda: StandInOptimizer([]),
        nn.Parameter: lambda: nn.Parameter(w),
        nn.Linear: lambda: nn.Linear(3, 2, rng=rng),
        nn.Sequential: lambda: nn.Sequential(nn.Linear(3, 2, rng=rng)),
        nn.SGD: lambda: nn.SGD(nn.Linear(3, 2, rng=rng).parameters(), 0.1),
    }
    return made[kind]()


# What the stand-ins have for the checks' own sake: their state in plain sight and as a call to paste, and what tells
# training from inference.
OF_THE_CHECKS = {"as_python", "state", "running_mean", "w", "b", "steps"}


@pytest.mark.parametrize(("stand_in", "real"), COUNTERPARTS, ids=lambda kind: kind.__name__)
def test_whatever_a_stand_in_offers_the_framework_offers_too(stand_in, real):
    one, other = instance(stand_in), instance(real)
    offered = {name for name in dir(one) if not name.startswith("_")} - OF_THE_CHECKS
    assert {name for name in offered if not hasattr(other, name)} == set()
    for name in offered:
        if callable(getattr(one, name)):
            ours = list(inspect.signature(getattr(one, name)).parameters)
            theirs = list(inspect.signature(getattr(other, name)).parameters)
            assert len(theirs) >= len(ours)
            assert set(ours) - {"dlogits", "dy"} <= set(theirs)


def test_calling_a_model_is_forward_in_both():
    x = np.ones((1, 3), np.float32)
    for kind in (StandInNetwork, nn.Sequential):
        model = instance(kind)
        np.testing.assert_array_equal(model(x), model.forward(x))


def test_the_stand_in_network_computes_what_a_linear_layer_does(rng):
    linear = nn.Linear(4, 3, rng=rng)
    linear.bias.value[...] = [0.5, -1.0, 0.25]
    network = StandInNetwork(linear.weights[0].copy(), linear.bias.value.copy())
    x, dlogits = rng.normal(size=(5, 4)).astype(np.float32), rng.normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(network.forward(x), linear.forward(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(network.predict(x, batch_size=2), linear.forward(x), rtol=1e-5, atol=1e-6)
    network.forward(x)
    for parameter in network.parameters():
        parameter.grad[...] = 0
    np.testing.assert_allclose(network.backward(dlogits), linear.backward(dlogits), rtol=1e-5, atol=1e-6)
    for one, other in zip(network.parameters(), linear.parameters(), strict=True):
        np.testing.assert_allclose(one.grad, other.grad, rtol=1e-5, atol=1e-6)


def test_the_stand_in_network_tells_training_from_inference(rng):
    network = instance(StandInNetwork)
    x = rng.normal(size=(5, 3)).astype(np.float32)
    inference = network.forward(x)
    assert not network.running_mean.any()
    assert np.abs(network.forward(x, training=True) - inference).max() > 0.1
    assert network.running_mean.any()


def test_the_stand_in_loss_is_the_frameworks_times_its_weight(rng):
    logits = 3 * rng.normal(size=(6, 4))
    targets = nn.softmax(rng.normal(size=(6, 4)))
    loss, dlogits = StandInLoss(weight=0.5)(logits, targets)
    expected_loss, expected = nn.soft_cross_entropy(logits, targets)
    assert loss == pytest.approx(0.5 * expected_loss)
    np.testing.assert_allclose(dlogits, 0.5 * expected, rtol=1e-6, atol=1e-9)


def test_the_stand_in_optimizer_is_plain_gradient_descent(rng):
    value, grad = rng.normal(size=3), rng.normal(size=3)
    parameters = [StandInParameter(value.copy())], [nn.Parameter(value.copy())]
    for parameter in (parameters[0][0], parameters[1][0]):
        parameter.grad += grad
    StandInOptimizer(parameters[0], 0.1).step()
    nn.SGD(parameters[1], 0.1).step()
    np.testing.assert_allclose(parameters[0][0].value, parameters[1][0].value)


def test_a_pruned_stand_in_equals_a_pruned_model_with_the_same_weights(rng):
    model = nn.Sequential(nn.Linear(6, 5, rng=rng), nn.ReLU(), nn.Linear(5, 2, rng=rng))
    stand_in = StandInModel(*(StandInLayer(*(w.copy() for w in layer.weights)) for layer in model.layers))
    for exercise_id, argument in ((PRUNING, 0.125), (QUANTIZATION, 4)):
        assert solve(exercise_id)(stand_in, argument) == solve(exercise_id)(model, argument)
        for one, other in zip(weights(stand_in), weights(model), strict=True):
            np.testing.assert_array_equal(one, other)


def test_rebinding_an_item_of_weights_changes_neither_a_stand_in_nor_a_layer():
    for kind in (StandInLayer, nn.Linear):
        layer = instance(kind)
        before = layer.weights[0].copy()
        layer.weights[0] = None
        np.testing.assert_array_equal(layer.weights[0], before)
        layer.weights[0][...] = 7
        assert (layer.weights[0] == 7).all()
