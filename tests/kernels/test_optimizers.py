"""Optimizers: the compiled twins against the NumPy functions, to the last bit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kernels import optimizers as twin
from minicompress.nn import optimizers as reference

dtypes = st.sampled_from([np.float32, np.float64])
shapes = st.sampled_from([(0,), (1,), (33,), (5, 7), (2, 3, 1, 4)])
numbers = st.sampled_from([0.0, 0.1, 0.9])


def arrays(shape, dtype, count):
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape).astype(dtype) for _ in range(count)]


def same_after(update, reference_update, state, g, *options):
    ours, theirs = ([array.copy(order="K") for array in state] for _ in range(2))
    update(ours[0], g, *ours[1:], *options)
    reference_update(theirs[0], g, *theirs[1:], *options)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


@settings(deadline=None)
@given(shapes, dtypes, st.sampled_from([0.1, 0.9]), st.booleans(), numbers)
def test_sgd_with_momentum_is_numpys(shape, dtype, momentum, nesterov, weight_decay):
    w, g, v = arrays(shape, dtype, 3)
    same_after(twin.update_sgd, reference.update_sgd, (w, v), g, 0.05, momentum, nesterov, weight_decay)


@settings(deadline=None)
@given(shapes, dtypes, numbers)
def test_plain_gradient_descent_is_numpys(shape, dtype, weight_decay):
    w, g = arrays(shape, dtype, 2)
    ours, theirs = w.copy(), w.copy()
    twin.update_sgd(ours, g, None, 0.05, 0.0, False, weight_decay)
    reference.update_sgd(theirs, g, None, 0.05, 0.0, False, weight_decay)
    np.testing.assert_array_equal(ours, theirs)


@settings(deadline=None)
@given(shapes, dtypes, st.integers(1, 30), numbers, st.sampled_from([0.0, 1e-8]))
def test_adam_is_numpys(shape, dtype, t, weight_decay, eps):
    w, g, m, v = arrays(shape, dtype, 4)
    betas = (0.9, 0.999)
    options = (1e-3 / (1 - betas[0] ** t), betas, (1 - betas[1] ** t) ** 0.5, eps, weight_decay)
    same_after(twin.update_adam, reference.update_adam, (w, m, np.abs(v)), g, *options)


def test_weights_that_do_not_lie_flat_in_memory_are_updated_too():
    arrays_in_columns = [np.asfortranarray(array) for array in arrays((5, 7), np.float32, 4)]
    w, g, m, v = arrays_in_columns
    same_after(twin.update_sgd, reference.update_sgd, (w, m), g, 0.05, 0.9, True, 0.1)
    options = (1e-3, (0.9, 0.999), 0.5, 1e-8, 0.1)
    same_after(twin.update_adam, reference.update_adam, (w, m, np.abs(v)), g, *options)


def test_training_does_not_depend_on_when_the_twin_takes_over(monkeypatch):
    finals = []
    for first_steps in (0, 3, 10):  # of ten, with NumPy
        rng = np.random.default_rng(0)
        model = nn.zoo.mlp([200, 60, 3], rng=rng)
        x, y = rng.standard_normal((10, 200)).astype(np.float32), rng.integers(0, 3, 10)
        for optimizer in (nn.SGD(model.parameters(), 0.1, momentum=0.9), nn.AdamW(model.parameters())):
            for step in range(10):
                module = reference if step < first_steps else twin
                monkeypatch.setattr(
                    "minicompress.nn.optimizers.fastest",
                    lambda function, *_, module=module: getattr(module, function.__name__),
                )
                optimizer.zero_grad()
                model.backward(nn.softmax_cross_entropy(model.forward(x), y)[1])
                optimizer.step()
        finals.append([array.copy() for array in model.weights])
    for other in finals[1:]:
        for one, two in zip(finals[0], other, strict=True):
            np.testing.assert_array_equal(one, two)
