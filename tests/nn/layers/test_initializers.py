import numpy as np
import pytest

from minicompress import nn
from minicompress.nn.layers import initializers


def test_fans_by_hand():
    assert initializers.fans((300, 784)) == (784, 300)
    # 5x5 window over 20 channels into 50 filters: each output sees 20 * 25 inputs, each input feeds 50 * 25 outputs
    assert initializers.fans((50, 20, 5, 5)) == (500, 1250)
    assert initializers.fans((8, 1, 3, 3))[0] == 9  # depthwise: one channel of input


VARIANCES = {
    "he_normal": lambda fan_in, fan_out: 2 / fan_in,
    "he_uniform": lambda fan_in, fan_out: 2 / fan_in,
    "glorot_normal": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "glorot_uniform": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
}


@pytest.mark.parametrize("name", VARIANCES)
@pytest.mark.parametrize("shape", [(300, 784), (64, 32, 3, 5)])
def test_mean_variance_and_range_are_those_of_the_formula(name, shape, rng):
    w = getattr(initializers, name)(shape, rng=rng)
    variance = VARIANCES[name](*initializers.fans(shape))
    assert w.shape == shape
    assert w.dtype == np.float32
    assert abs(w.mean()) < 4 * (variance / w.size) ** 0.5
    assert w.var() == pytest.approx(variance, rel=0.04)
    if name.endswith("uniform"):
        limit = (3 * variance) ** 0.5
        assert 0.99 * limit < np.abs(w).max() <= limit * (1 + 1e-6)
    else:
        assert np.abs(w).max() > 3 * variance**0.5


def test_same_seed_gives_the_same_weights():
    one, two, other = (nn.Linear(5, 4, rng=np.random.default_rng(seed)).weight.value for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_layers_take_another_initializer():
    layer = nn.Conv2d(2, 3, 3, rng=np.random.default_rng(0), initializer=initializers.glorot_uniform)
    np.testing.assert_array_equal(
        layer.weight.value, initializers.glorot_uniform((3, 2, 3, 3), rng=np.random.default_rng(0))
    )


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match=r"shape must have at least two axes, got \(3,\)"):
        initializers.he_normal((3,), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"rng must be a numpy.random.Generator such as np.random.default_rng\(0\)"):
        initializers.glorot_uniform((3, 2), rng=np.random.RandomState(0))
