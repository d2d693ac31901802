"""The exercise's step and the library's optimizer with a mask move weights alike."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import Mask


def answers():
    names = {}
    exec(content().solution("pruning/masked_update").read_text(encoding="utf-8"), names)
    return [names["masked_update"]] + [answer.function for answer in right_answers("pruning/masked_update")]


@pytest.mark.parametrize(("momentum", "weight_decay"), [(0.0, 0.0), (0.9, 0.0), (0.0, 0.01), (0.9, 0.01)])
@pytest.mark.parametrize("shape", [(6, 5), (4, 3, 2, 2)])
def test_solution_and_right_answers_agree_with_sgd_under_a_mask(shape, momentum, weight_decay):
    for update in answers():
        rng = np.random.default_rng(2)
        parameter = nn.Parameter(rng.normal(size=shape).astype(np.float32))
        optimizer = nn.SGD([parameter], 0.1, momentum=momentum, weight_decay=weight_decay)
        parameter.grad[...] = rng.normal(size=shape)
        optimizer.step()  # leaves velocities, if there is momentum

        w, v, m = parameter.value.copy(), optimizer.velocities[0].copy(), rng.random(shape) < 0.5
        parameter.transforms = [Mask(m)]
        for _ in range(4):
            g = rng.normal(size=shape).astype(np.float32)
            parameter.zero_grad()
            parameter.forward()
            parameter.backward(g)
            optimizer.step()
            update(w, g, v, m, 0.1, momentum, weight_decay)
            np.testing.assert_allclose(w, parameter.value, rtol=1e-5, atol=1e-6)
            np.testing.assert_array_equal(w[~m], 0)
            np.testing.assert_array_equal(v[~m], 0)
            if momentum:
                np.testing.assert_allclose(v[m], optimizer.velocities[0][m], rtol=1e-5, atol=1e-6)


def test_solution_agrees_with_pytorch_where_the_mask_keeps(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here")
    w, g, v = (rng.normal(size=(3, 4)) for _ in range(3))
    m = rng.random((3, 4)) < 0.5
    weight = torch.nn.Parameter(torch.from_numpy(w.copy()))
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9, weight_decay=0.01)
    optimizer.state[weight]["momentum_buffer"] = torch.from_numpy(v.copy())
    weight.grad = torch.from_numpy(g.copy())
    optimizer.step()

    answers()[0](w, g, v, m, 0.1, 0.9, 0.01)
    np.testing.assert_allclose(w, m * weight.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(v, m * optimizer.state[weight]["momentum_buffer"].numpy(), rtol=1e-12)
