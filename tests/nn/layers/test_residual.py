import numpy as np

from minicompress import nn


def test_residual_by_hand():
    body = nn.Linear(2, 2, bias=False, rng=np.random.default_rng(0))
    body.weight.value = np.array([[1, 2], [3, 4]])
    layer = nn.Residual(body)
    assert layer.forward([[1, 10]]).tolist() == [[1 + 21, 10 + 43]]
    assert layer.backward([[1, 0]]).tolist() == [[1 + 1, 0 + 2]]
