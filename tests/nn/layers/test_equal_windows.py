"""Equal windows of a convolution before max-pooling: rounding may choose among them, and no weight learns of it.

Some kernels of OpenBLAS round the same sum differently by its place in a tile (single precision with AVX2, from 16
filters on; others at the edge of a matrix). Then max-pooling finds a largest one among windows that are equal.
"""

import io
import os
import subprocess
import sys

import flat_images
import numpy as np
import pytest

from minicompress import nn
from minicompress.nn.layers import conv
from minicompress.nn.twins import fastest

OPTIONS = ((1, 1), (0, 0), 1)  # stride, padding, groups
KERNELS = ("Prescott", "Haswell", "SkylakeX")  # of old processors, of those with AVX2, and with AVX-512
PRODUCT = "import numpy as np; np.ones((324, 500), 'f') @ np.ones((500, 50), 'f')"


@pytest.fixture(params=["reference", "twin"])
def convolve(request):
    return conv.convolve if request.param == "reference" else fastest(conv.convolve, 10**9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("channels", "filters"), [(1, 20), (20, 50), (3, 1), (4, 7)])
def test_equal_windows_differ_by_rounding_at_most(channels, filters, dtype, convolve, rng):
    window = rng.standard_normal((1, channels, 1, 1)).astype(dtype)
    w = rng.standard_normal((filters, channels, 5, 5)).astype(dtype)
    y = convolve(np.broadcast_to(window, (9, channels, 12, 11)), w, None, *OPTIONS)
    size = w[0].size * np.abs(w * window).sum(axis=(1, 2, 3))  # of rounding, in units of the last place
    assert np.all(np.abs(y - y[:1, :, :1, :1]) <= 2 * np.finfo(dtype).eps * size[:, None, None])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("channels", "filters"), [(1, 20), (20, 50), (3, 1), (4, 7)])
def test_windows_of_zeros_give_the_bias_exactly(channels, filters, dtype, convolve, rng):
    """A blank background is a tie on every machine: sums of zeros have nothing to round."""
    w, b = rng.standard_normal((filters, channels, 5, 5)).astype(dtype), rng.standard_normal(filters).astype(dtype)
    y = convolve(np.zeros((9, channels, 12, 11), dtype), w, b, *OPTIONS)
    np.testing.assert_array_equal(y, np.broadcast_to(b[:, None, None], y.shape))


def turned(array):
    """Upside down and left to right: the last of equal windows comes first."""
    return array[..., ::-1, ::-1]


def both_choices(model, x, dy):
    """dx and the gradients if the first and if the last of equal windows gets dy, by a model that is turned itself."""
    other = model.copy()
    for parameter in other.parameters():
        if parameter.value.ndim == 4:
            parameter.value = turned(parameter.value).copy()
    first = flat_images.gradients(model, x, dy)[1:]
    _, dx, grads = flat_images.gradients(other, turned(x).copy(), turned(dy).copy())
    return first, (turned(dx), [turned(grad) if grad.ndim == 4 else grad for grad in grads])


def test_whichever_of_equal_windows_wins_all_weights_get_the_same_gradient(rng):
    model, x = flat_images.two_convolutions(rng).astype(np.float64), flat_images.flat(rng, 2, np.float64)
    dy = rng.standard_normal(model.forward(x).shape)
    (dx, grads), (other_dx, other_grads) = both_choices(model, x, dy)
    assert np.mean(np.abs(dx - other_dx) > 1e-3) > 0.2  # others have won
    np.testing.assert_allclose(dx.sum(), other_dx.sum(), rtol=1e-9)
    for grad, other in zip(grads, other_grads, strict=True):
        np.testing.assert_allclose(grad, other, rtol=0, atol=1e-11 * np.abs(grad).max())


def test_dx_is_a_subgradient_whichever_of_equal_windows_wins(rng):
    """For dy >= 0 convolution and max-pooling are convex in x: they lie above each plane that a subgradient spans."""
    model = nn.Sequential(nn.Conv2d(1, 6, 5, rng=rng), nn.MaxPool2d(2)).astype(np.float64)
    x = flat_images.flat(rng, 2, np.float64)
    y = model.forward(x)
    dy = rng.uniform(0, 1, y.shape)
    for dx, _ in both_choices(model, x, dy):
        for step in rng.standard_normal((50, *x.shape)) * 10.0 ** rng.uniform(-6, 1, (50, 1, 1, 1, 1)):
            rise = np.sum(dy * (model.forward(x + step) - y))
            assert rise >= np.sum(dx * step) - 1e-9


@pytest.fixture(scope="module")
def exact():
    """y and the gradients in double precision."""
    model, x, dy = flat_images.in_single_precision()
    y, _, grads = flat_images.gradients(model.astype(np.float64), x.astype(np.float64), dy.astype(np.float64))
    return y, *grads


@pytest.mark.parametrize("kernel", KERNELS)
def test_weights_get_the_same_gradient_under_every_kernel_of_openblas(kernel, exact):
    """Haswell breaks the ties and the others do not: 4 of 10 winners differ, and no gradient beyond rounding."""
    environment = os.environ | {"OPENBLAS_CORETYPE": kernel, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if subprocess.run([sys.executable, "-c", PRODUCT], env=environment, capture_output=True, check=False).returncode:
        pytest.skip("NumPy's own product crashes here")  # no such instructions; or a bug: Prescott in OpenBLAS 0.3.34
    command = [sys.executable, flat_images.__file__]
    child = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert child.returncode == 0, child.stderr.decode(errors="replace")
    with np.load(io.BytesIO(child.stdout)) as file:
        used, *found = file.values()
    if used not in (kernel, "Katmai") and used == flat_images.openblas_kernel():
        pytest.skip(f"NumPy's library has no such kernel: {used or 'not OpenBLAS'}")
    for ours, expected in zip(found, exact, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
