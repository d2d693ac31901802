"""Stand-ins behave as the framework does, and show what was done to them."""

import numpy as np

from minicompress.kit.grading.stand_ins import (
    StandInLayer,
    StandInLoss,
    StandInModel,
    StandInNetwork,
    StandInOptimizer,
    StandInParameter,
)


def test_a_layer_lists_its_weights_anew_and_its_bias_last_among_the_parameters():
    w, b = np.array([[1.0, -2.0]]), np.array([0.5])
    layer = StandInLayer(w, bias=b)
    layer.weights[0] = None  # changes the list alone
    layer.weights[0][0, 0] = 7
    assert w.tolist() == [[7, -2]]
    assert [p.value is array for p, array in zip(layer.parameters(), (w, b), strict=True)] == [True, True]
    assert list(layer.state()) == [".weights[0]", ".bias"]
    assert len(StandInModel(layer, StandInLayer()).parameters()) == 2


def network():
    return StandInNetwork(np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]]), np.array([10.0, 20.0]))


def test_a_network_drops_every_second_input_and_moves_its_mean_in_training_alone():
    x = np.array([[1.0, 1.0, 2.0]])
    model = network()
    assert model.predict(x).tolist() == [[1 + 2 + 6 + 10, -1 + 2 + 20]]
    assert model.running_mean.tolist() == [0, 0, 0]
    assert model(x, training=True).tolist() == [[1 + 0 + 6 + 10, 2 + 20]]
    assert model.running_mean.tolist() == [0.5, 0.5, 1]


def test_a_network_adds_the_gradients_of_its_last_forward_to_what_was_there():
    model, x, dy = network(), np.array([[1.0, 1.0, 2.0], [0.0, 1.0, 0.0]]), np.array([[1.0, 0.0], [2.0, -1.0]])
    model.forward(x)
    dx = model.backward(dy)
    assert dx.tolist() == [[1, 2, 3], [2, 5, 5]]
    assert (model.w.grad - 0.5).tolist() == [[1, 3, 2], [0, -1, 0]]
    assert (model.b.grad + 0.25).tolist() == [3, -1]


def test_the_loss_is_the_mean_cross_entropy_with_its_gradient_and_remembers_its_calls():
    loss = StandInLoss(weight=2.0)
    value, gradient = loss(np.zeros((2, 4)), np.eye(4)[[0, 3]])
    assert np.isclose(value, 2 * np.log(4))
    np.testing.assert_allclose(gradient, [[-0.75, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, -0.75]])
    assert list(loss.state()) == [" call 1, logits", " call 1, soft labels"]


def test_the_optimizer_descends_clears_and_counts():
    parameter = StandInParameter(np.array([1.0, 2.0]))
    parameter.grad[...] = [10, -10]
    optimizer = StandInOptimizer([parameter])
    optimizer.step()
    assert parameter.value.tolist() == [0, 3]
    optimizer.zero_grad()
    optimizer.step()
    assert (parameter.value.tolist(), optimizer.state()) == ([0, 3], {".steps": 2})
