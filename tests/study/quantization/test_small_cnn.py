"""The small CNN has the weights and MACs that its docstring states, and is trained once for each seed."""

import numpy as np
import pytest
from small_quantization import N

from minicompress.study.quantization import small_cnn
from minicompress.study.samples import Samples
from minicompress.study.shelf import Shelf


def stream_of(seed):
    return small_cnn.stream(seed, "test")


def test_the_network_has_the_numbers_that_its_docstring_states():
    model = small_cnn.small_cnn(rng=stream_of(0))
    assert tuple(p.size for p in model.weight_parameters()) == N
    assert (sum(N), model.summary().macs) == (20_424, 97_024)


class CountingShelf(Shelf):
    """A shelf that notes what is trained."""

    def _make(self, name, make):
        self.trained = [*getattr(self, "trained", []), name]
        return super()._make(name, make)


@pytest.fixture
def networks(tmp_path):
    rng = np.random.default_rng(0)
    x, y = rng.random((60, 1, 28, 28), np.float32), rng.integers(0, 10, 60)
    samples = Samples(3, x[:40], y[:40], (x[40:50], y[40:50]), (x[50:], y[50:]))
    options = {"training_samples": 40, "validation_samples": 10, "test_samples": 10}
    c = small_cnn.Training(**options, calibration_samples=15, epochs=1, tuning_epochs=1, batch_size=10)
    return small_cnn.FloatNetworks(samples, CountingShelf(tmp_path, "s"), c)


def test_each_network_of_a_seed_is_trained_once_and_every_call_returns_a_copy(networks):
    for make in (networks.folded, networks.fine_tuned, networks.with_batchnorm):
        first, second = make(), make()
        first.layers[0].weight.value[...] = 0
        assert second.layers[0].weight.value.all()
    assert networks.shelf.trained == ["start-3", "floats-3"]
    assert networks.calibration is not None
    np.testing.assert_array_equal(networks.calibration, networks.samples.x[:15])


def test_folding_changes_no_prediction_and_fine_tuning_does(networks):
    x = networks.samples.x
    folded = networks.folded()
    assert not any("BatchNorm" in type(layer).__name__ for layer in folded.layers)
    np.testing.assert_allclose(folded.predict(x), networks.with_batchnorm().predict(x), rtol=1e-3, atol=1e-4)
    assert not np.allclose(networks.fine_tuned().predict(x), folded.predict(x), atol=1e-4)


def test_networks_of_one_seed_and_purpose_see_the_same_batches(networks):
    c, samples, options = networks.configuration, networks.samples, {"epochs": 1, "learning_rate": 0.01}
    fitted = [
        small_cnn.fit(small_cnn.small_cnn(rng=stream_of(0)), samples, c, purpose=purpose, **options)
        for purpose in ("a", "a", "b")
    ]
    first, second, other = (model.layers[0].weight.value for model in fitted)
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
