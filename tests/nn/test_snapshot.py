"""The state of a network is all of it: weights, transforms, statistics, observers; and it comes back in place."""

import collections

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import DynamicMask, Mask
from minicompress.quantization import ActivationQuantizer, FakeQuantize
from minicompress.quantization.activations import MovingAverageObserver, activation_quantizers


class LearnedStep(nn.WeightTransform):
    """Scales by a step that an optimizer trains too, and keeps a history in every kind of container."""

    def __init__(self):
        self.step = nn.Parameter(np.ones(1))
        self.seen, self.by_name, self.kinds, self.last = [], {}, set(), collections.deque(maxlen=3)

    def forward(self, w):
        return w * self.step.value.astype(w.dtype)

    def backward(self, dy):
        return dy * self.step.value.astype(dy.dtype)

    def project(self, value):
        self.step.value[...] += 1
        for keep in (self.seen.append, self.kinds.add, self.last.append):
            keep(float(self.step.value[0]))
        self.by_name["step"] = self.seen[-1]


def network(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        ActivationQuantizer(8),
        nn.Linear(4, 6, rng=rng),
        nn.BatchNorm1d(6),
        nn.ReLU(),
        nn.Residual(ActivationQuantizer(6), nn.Linear(6, 6, rng=rng), nn.BatchNorm1d(6), nn.Tanh()),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(6, 3, rng=rng),
    )


def qat_network():
    """Every kind of state at once."""
    model = network()
    for quantizer in activation_quantizers(model):
        quantizer.follow(MovingAverageObserver(c=0.3))
    first, second, third = model.weight_parameters()
    first.transforms = [DynamicMask(np.ones(first.shape), 0.2, 0.4), FakeQuantize(4)]
    second.transforms = [Mask(np.arange(36).reshape(6, 6) % 3 > 0), FakeQuantize(3, axis=0)]
    third.transforms = [LearnedStep()]
    return model


def samples(n=60, seed=1):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 4)).astype(np.float32), rng.integers(0, 3, n)


def train(model, epochs=1, **options):
    x, y = samples()
    optimizer = nn.SGD(model.parameters(), 0.3, momentum=0.9)
    options = {"batch_size": 20, "rng": np.random.default_rng(2)} | options
    return nn.fit(model, x, y, optimizer=optimizer, epochs=epochs, **options)


def everything(model):
    """All numbers that are part of a state, as a flat list of arrays."""
    first, second, third = model.weight_parameters()
    quantizers = activation_quantizers(model)
    step = third.transforms[0]
    return [
        *model.state_dict().values(),
        first.transforms[0].m.copy(),
        np.array([first.transforms[0].steps]),
        second.transforms[0].m.copy(),
        step.step.value.copy(),
        np.array([*step.seen, -1, *sorted(step.kinds), -1, *step.last, *step.by_name.values()]),
        *(np.array([q._observer.low, q._observer.high, *q._observer.range()], float) for q in quantizers),
    ]


def test_restoring_brings_back_weights_transforms_statistics_and_observers():
    model = qat_network()
    train(model)
    snapshot, before = model.snapshot(), everything(model)
    x, _ = samples(seed=3)
    logits = model.predict(x)
    for _ in range(2):  # a snapshot can be used again
        train(model, epochs=2)
        after = everything(model)
        assert not any(np.array_equal(a, b) for a, b in zip(before[3:7], after[3:7], strict=True))
        assert before[-3].tolist() != after[-3].tolist()
        snapshot.restore()
        for a, b in zip(before, everything(model), strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(model.predict(x), logits)


def test_restoring_keeps_every_object_and_array_in_its_place():
    model = qat_network()
    train(model)
    parameters, masters = model.parameters(), [p.value for p in model.parameters()]
    transforms = [list(p.transforms) for p in parameters]
    snapshot = model.snapshot()
    train(model)
    snapshot.restore()
    for parameter, same, master, chain in zip(model.parameters(), parameters, masters, transforms, strict=True):
        assert parameter is same
        assert parameter.value is master
        assert all(a is b for a, b in zip(parameter.transforms, chain, strict=True))


def test_transforms_put_on_or_taken_off_later_are_undone():
    model = network()
    for quantizer in activation_quantizers(model):
        quantizer.limits[...] = [-3, 3]
    first, second, _ = model.weight_parameters()
    mask = Mask(np.arange(24).reshape(6, 4) % 2)
    first.transforms = [mask]
    snapshot, x = model.snapshot(), samples()[0]
    logits = model.predict(x)
    first.transforms.clear()
    second.transforms = [FakeQuantize(2)]
    assert (model.predict(x) != logits).any()
    snapshot.restore()
    assert first.transforms == [mask]
    assert second.transforms == []
    np.testing.assert_array_equal(model.predict(x), logits)


def test_generators_and_gradients_are_left_alone():
    model = network()
    for quantizer in activation_quantizers(model):
        quantizer.limits[...] = [-3, 3]
    snapshot = model.snapshot()
    model.backward(model.forward(samples()[0], training=True))
    state = model.layers[5].rng.bit_generator.state
    grads = [p.grad.copy() for p in model.parameters()]
    snapshot.restore()
    assert model.layers[5].rng.bit_generator.state == state
    for parameter, grad in zip(model.parameters(), grads, strict=True):
        np.testing.assert_array_equal(parameter.grad, grad)


@pytest.mark.parametrize("best", [0, 1, 2])
def test_fit_leaves_the_masks_quantizers_and_observers_of_the_best_epoch(best, monkeypatch):
    model, states = qat_network(), []
    held_out = samples(20, seed=4)
    accuracy = [[0.5, 0.4, 0.3], [0.4, 0.5, 0.3], [0.3, 0.4, 0.5]][best]
    predict = nn.Sequential.predict

    def scripted(self, x, batch_size=1000):
        if len(states) < 3:
            states.append((everything(self), predict(self, x)))
            right = round(accuracy[len(states) - 1] * 20)
            return np.eye(3, dtype=np.float32)[[*held_out[1][:right], *((held_out[1][right:] + 1) % 3)]]
        return predict(self, x)

    monkeypatch.setattr(nn.Sequential, "predict", scripted)
    history = train(model, epochs=3, validation=held_out)
    assert history.best_epoch == best
    numbers, logits = states[best]
    for a, b in zip(numbers, everything(model), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.predict(held_out[0]), logits)


def test_recorded_accuracy_is_that_of_the_network_left_behind():
    model = qat_network()
    held_out = samples(40, seed=4)
    history = train(model, epochs=6, validation=held_out)
    assert nn.accuracy(model, *held_out) == history.validation_accuracy[history.best_epoch]
