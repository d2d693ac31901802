"""A gradient of another shape is never broadcast: Parameters, their chains and taps refuse it, as all layers do."""

import numpy as np
import pytest
from other_shapes import other_shapes

from minicompress import nn
from minicompress.distillation.features.taps import Tapped


def test_parameters_refuse_a_gradient_of_another_shape():
    parameter = nn.Parameter(np.ones((2, 3)))
    for cleared in (False, True):
        if cleared:
            parameter.zero_grad()
        for other in other_shapes((2, 3)):
            with pytest.raises(ValueError, match=r"dseen must have shape \(2, 3\), got shape"):
                parameter.backward(np.ones(other))
            with pytest.raises(ValueError, match=r"Parameter: grad must have shape \(2, 3\), got shape"):
                parameter.grad = np.ones(other)
        assert not parameter.grad.any()
    for other in (None, "grad", 1j * np.ones((2, 3))):
        with pytest.raises(ValueError, match="Parameter: grad must"):
            parameter.grad = other
    parameter.grad = [[1, 2, 3], [4, 5, 6]]
    assert parameter.grad.tolist() == [[1, 2, 3], [4, 5, 6]]


class Broad(nn.WeightTransform):
    """Forward or backward of another shape."""

    def __init__(self, forward, backward):
        self.shapes = forward, backward

    def forward(self, w):
        return np.ones(self.shapes[0])

    def backward(self, dy):
        return np.ones(self.shapes[1])


def test_transforms_that_change_the_shape_are_told_by_their_name():
    parameter = nn.Parameter(np.ones((2, 3)))
    parameter.transforms = [Broad((4, 2, 3), (2, 3))]
    for use in (parameter.forward, parameter.effective, parameter.bake):
        with pytest.raises(
            ValueError, match=r"what Broad returns from forward must have shape \(2, 3\), got shape \(4"
        ):
            use()
    parameter.transforms = [Broad((2, 3), (1, 3))]
    with pytest.raises(
        ValueError, match=r"what Broad returns from backward must have shape \(2, 3\), got shape \(1, 3\)"
    ):
        parameter.backward(np.ones((2, 3)))
    assert not parameter.grad.any()


def test_tapped_networks_refuse_a_gradient_of_another_shape_at_every_place():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    tapped = Tapped(model, [0, 1])
    with pytest.raises(ValueError, match="Tapped: backward needs a forward first"):
        tapped.backward(np.ones((5, 2)), [None, None])
    tapped.forward(rng.standard_normal((5, 3)))
    right = np.ones((5, 2)), [np.ones((5, 4)), np.ones((5, 4))]
    for wrong in ((1, 4), (4,), (), (5, 1)):
        for place in (0, 1):
            dtapped = [np.ones(wrong) if i == place else dy for i, dy in enumerate(right[1])]
            with pytest.raises(ValueError, match=rf"Tapped: the gradient at layer {place} must have shape \(5, 4\)"):
                tapped.backward(right[0], dtapped)
    with pytest.raises(
        ValueError, match=r"Tapped: the gradient at layer 2 must have shape \(5, 2\), got shape \(1, 2\)"
    ):
        tapped.backward(np.ones((1, 2)), right[1])
    tapped.backward(*right)
