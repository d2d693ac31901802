import subprocess
import sys

import numpy as np
import pytest

from minicompress import nn
from minicompress.nn import optimizers, twins
from minicompress.nn.layers import conv, pooling
from minicompress.nn.twins import fastest

SINGLE, DOUBLE = np.zeros(2, np.float32), np.zeros(2)
ENOUGH = 10**9


@pytest.mark.parametrize(
    "function",
    [
        conv.convolve,
        conv.convolve_backward,
        pooling.max_pool,
        pooling.max_pool_backward,
        pooling.average_pool,
        pooling.average_pool_backward,
        optimizers.update_sgd,
        optimizers.update_adam,
    ],
)
def test_the_twin_stands_under_the_same_name_in_the_file_of_the_same_name(function):
    twin = fastest(function, ENOUGH, SINGLE)
    if twin is function:
        pytest.skip("nothing is compiled here")
    assert twin.__name__ == function.__name__
    assert twin.__module__ == f"minicompress.kernels.{function.__module__.rpartition('.')[2]}"
    assert (
        twin.__code__.co_varnames[: twin.__code__.co_argcount]
        == (function.__code__.co_varnames[: function.__code__.co_argcount])
    )


def test_numpy_keeps_what_is_small_or_of_another_dtype():
    assert fastest(conv.convolve, 100, SINGLE) is conv.convolve
    assert fastest(conv.convolve, ENOUGH, SINGLE, DOUBLE) is conv.convolve
    assert fastest(conv.convolve, ENOUGH, np.zeros(2, np.float16)) is conv.convolve
    assert fastest(conv.convolve, ENOUGH, SINGLE, None) is fastest(conv.convolve, ENOUGH, SINGLE)
    assert fastest(conv.convolve, ENOUGH, DOUBLE) is fastest(conv.convolve, ENOUGH, SINGLE)


def test_the_choice_does_not_depend_on_what_was_loaded():
    program = """
import sys
import numpy as np
from minicompress.nn import optimizers
from minicompress.nn.twins import fastest
weight = np.zeros(2, np.float32)
assert fastest(optimizers.update_sgd, 9_999, weight) is optimizers.update_sgd
assert "numba" not in sys.modules
before = fastest(optimizers.update_sgd, 10_000, weight)
import numba
assert fastest(optimizers.update_sgd, 10_000, weight) is before
assert fastest(optimizers.update_sgd, 9_999, weight) is optimizers.update_sgd
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_without_a_numba_that_can_be_imported_numpy_does_it_and_says_so_once(monkeypatch):
    twins._kernels.cache_clear()
    monkeypatch.setitem(sys.modules, "minicompress.kernels.jit", None)  # makes the import fail
    monkeypatch.delattr("minicompress.kernels.jit", raising=False)
    try:
        with pytest.warns(UserWarning, match="numba cannot be imported, training is several times slower"):
            assert fastest(conv.convolve, ENOUGH, SINGLE) is conv.convolve
        assert fastest(conv.convolve, ENOUGH, SINGLE) is conv.convolve
    finally:
        twins._kernels.cache_clear()


def test_training_a_small_fully_connected_network_loads_no_numba():
    program = """
import sys
import numpy as np
from minicompress import nn
rng = np.random.default_rng(0)
model = nn.zoo.mlp([784, 12, 10], rng=rng)
x, y = rng.random((200, 784), dtype=np.float32), rng.integers(0, 10, 200)
nn.fit(model, x, y, optimizer=nn.SGD(model.parameters(), 0.1, momentum=0.9), epochs=2, rng=rng)
assert "numba" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_network_of_realistic_size_agrees_with_numpy_alone(monkeypatch):
    """Layers one after the other hand each other images in the twins' layout."""

    def gradients():
        rng = np.random.default_rng(0)
        model = nn.Sequential(
            nn.Conv2d(1, 8, 5, rng=rng),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Residual(nn.Conv2d(8, 8, 3, padding=1, rng=rng), nn.Tanh()),
            nn.Conv2d(8, 8, 3, padding=1, groups=8, rng=rng),
            nn.AvgPool2d(3, stride=2, padding=1),
            nn.Conv2d(8, 12, 3, stride=2, rng=rng),
            nn.Flatten(),
            nn.Linear(48, 10, rng=rng),
        ).astype(np.float64)
        x, labels = rng.random((40, 1, 24, 24)), rng.integers(0, 10, 40)
        logits = model.forward(x, training=True)
        dx = model.backward(nn.softmax_cross_entropy(logits, labels)[1])
        return [logits, dx, *(parameter.grad for parameter in model.parameters())]

    fast = gradients()
    monkeypatch.setattr(twins, "_WORTH_A_TWIN", float("inf"))
    for one, other in zip(fast, gradients(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
