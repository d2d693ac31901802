"""Defences against bit errors: the projection, the averaged gradient, the sweep, and the published order of methods."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import Mask
from minicompress.quantization.voltage import (
    FixedPoint,
    RandomBitErrors,
    WeightClip,
    bit_error_rate,
    fit_with_bit_errors,
    relative_energy,
    voltage_sweep,
)


def small(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(6, 8, rng=rng), nn.ReLU(), nn.Linear(8, 3, rng=rng))


def data(n=40, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6)).astype(np.float32)
    return x, x[:, :3].argmax(axis=1)


def test_clipping_holds_after_every_step_and_the_network_sees_the_weights_unchanged():
    model = small()
    for parameter in model.weight_parameters():
        parameter.transforms = [WeightClip(0.1)]
    x, y = data()
    nn.fit(model, x, y, optimizer=nn.SGD(model.parameters(), 0.5, momentum=0.9), epochs=2, rng=np.random.default_rng(2))
    for parameter in model.weight_parameters():
        assert np.abs(parameter.value).max() == np.float32(0.1)
        np.testing.assert_array_equal(parameter.effective(), parameter.value)
    nn.check_transform(WeightClip(0.5), np.random.default_rng(0).normal(size=(3, 4)), rng=np.random.default_rng(1))


class Recorder:
    """Plain gradient descent that keeps its gradients; a learning rate of 0 leaves the masters as they are."""

    def __init__(self, parameters, learning_rate=0.0):
        self.parameters, self.learning_rate, self.seen = parameters, learning_rate, []

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.zero_grad()

    def step(self):
        self.seen.append([parameter.grad.copy() for parameter in self.parameters])
        for parameter in self.parameters:
            parameter.value -= self.learning_rate * parameter.grad


def gradients(model, x, y):
    for parameter in model.parameters():
        parameter.zero_grad()
    model.backward(nn.softmax_cross_entropy(model.forward(x, training=True), y)[1])
    return [parameter.grad.copy() for parameter in model.parameters()]


def test_gradient_is_the_mean_of_a_clean_and_a_perturbed_pass_at_the_quantized_weights():
    model, (x, y) = small(), data(12)
    optimizer = Recorder(model.parameters())
    options = {"epochs": 1, "batch_size": 12, "start_below": 99, "rng": np.random.default_rng(5)}
    fit_with_bit_errors(model, x, y, optimizer=optimizer, rate=0.2, **options)
    twin, rng = small(), np.random.default_rng(5)
    ((x, y),) = nn.batches(x, y, 12, rng=rng)
    errors = [RandomBitErrors(8, 0.0, rng=rng) for _ in twin.weight_parameters()]
    for parameter, transform in zip(twin.weight_parameters(), errors, strict=True):
        parameter.transforms = [transform]
    clean = gradients(twin, x, y)
    for transform in errors:
        transform.rate = 0.2
    perturbed = gradients(twin, x, y)
    for got, one, other in zip(optimizer.seen[0], clean, perturbed, strict=True):
        assert np.abs(one - other).max() > 1e-3
        np.testing.assert_allclose(got, (one + other) / 2, rtol=1e-4, atol=1e-6)


def test_errors_wait_until_the_loss_is_low_enough_and_the_whole_gradient_counts_before():
    model, (x, y) = small(), data(12)
    optimizer = Recorder(model.parameters())
    fit_with_bit_errors(
        model, x, y, optimizer=optimizer, epochs=2, batch_size=12, rate=0.5, start_below=0, rng=np.random.default_rng(5)
    )
    twin = small()
    for parameter in twin.weight_parameters():
        parameter.transforms = [RandomBitErrors(8, 0.0, rng=np.random.default_rng(0))]
    expected = gradients(twin, x, y)
    for seen in optimizer.seen:
        for got, whole in zip(seen, expected, strict=True):
            np.testing.assert_allclose(got, whole, rtol=1e-4, atol=1e-6)


def test_the_same_seed_trains_the_same_network_and_leaves_quantization_behind():
    models = small(), small()
    x, y = data()
    for model in models:
        model.layers[0].weight.transforms = [Mask(np.arange(48).reshape(8, 6) % 4)]
        for epochs in (1, 2):  # the second training replaces the first one's errors
            losses = fit_with_bit_errors(
                model,
                x,
                y,
                optimizer=nn.SGD(model.parameters(), 0.1),
                epochs=epochs,
                batch_size=8,
                rate=0.1,
                scheme=FixedPoint(4),
                rng=np.random.default_rng(3),
            )
            assert len(losses) == epochs
    for one, other in zip(models[0].parameters(), models[1].parameters(), strict=True):
        np.testing.assert_array_equal(one.value, other.value)
    kinds = [type(t) for t in models[0].layers[0].weight.transforms]
    assert kinds == [Mask, RandomBitErrors]
    seen = models[0].layers[0].weight.effective()
    assert len(np.unique(seen)) <= 15
    np.testing.assert_array_equal(seen, models[0].layers[0].weight.effective())


def test_sweep_keeps_the_model_and_its_chips_and_reports_rates_and_energies():
    model, (x, y) = small(), data(200)
    model.weight_parameters()[0].transforms = [RandomBitErrors(8, 0.5, rng=np.random.default_rng(9))]
    before = model.state_dict()
    sweep = voltage_sweep(model, x, y, [1.1, 0.8, 0.8, 0.5], scheme=6, chips=4, rng=np.random.default_rng(0))
    assert sweep.accuracies.shape == (4, 4)
    np.testing.assert_array_equal(sweep.accuracies[0], sweep.clean)
    np.testing.assert_array_equal(sweep.accuracies[1], sweep.accuracies[2])  # errors persist
    assert len(set(sweep.accuracies[1])) > 1  # and chips differ
    np.testing.assert_allclose(sweep.mean, sweep.accuracies.sum(axis=1) / 4)
    np.testing.assert_array_equal(sweep.worst, np.sort(sweep.accuracies, axis=1)[:, 0])
    assert sweep.energies.tolist() == [relative_energy(v) for v in (1.1, 0.8, 0.8, 0.5)]
    assert sweep.bit_error_rates.tolist() == [bit_error_rate(v) for v in (1.1, 0.8, 0.8, 0.5)]
    assert [type(t) for t in model.weight_parameters()[0].transforms] == [RandomBitErrors]
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    model.weight_parameters()[0].transforms = []  # errors of training are none of the chip's
    again = voltage_sweep(model, x, y, [1.1, 0.8, 0.8, 0.5], scheme=6, chips=4, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(again.accuracies, sweep.accuracies)


@pytest.fixture(scope="module")
def trained(mnist):
    """A plain network, one with clipped weights, one with clipping and random bit errors; and what to test on."""
    x, y, x_test, y_test = (array[:n] for array, n in zip(mnist, (8000, 8000, 1000, 1000), strict=True))
    models = {}
    for name, limit, rate in (("plain", None, None), ("clipped", 0.1, None), ("errors", 0.1, 0.08)):
        model = nn.zoo.mlp([784, 60, 10], rng=np.random.default_rng(0))
        if limit:
            for parameter in model.weight_parameters():
                parameter.transforms = [WeightClip(limit)]
        options = {"optimizer": nn.SGD(model.parameters(), 0.1, momentum=0.9), "rng": np.random.default_rng(1)}
        if rate is None:
            nn.fit(model, x, y, epochs=3, **options)
        else:
            fit_with_bit_errors(model, x, y, epochs=3, rate=rate, **options)
        models[name] = model
    return models, x_test, y_test


def test_defences_help_in_the_published_order_where_five_percent_of_the_bits_flip(trained):
    models, x, y = trained
    sweeps = {
        name: voltage_sweep(model, x, y, [1.0, 0.792, 0.75], chips=3, rng=np.random.default_rng(2))
        for name, model in models.items()
    }
    plain, clipped, errors = (sweeps[name] for name in ("plain", "clipped", "errors"))
    assert plain.clean > clipped.clean > 0.8  # clipping costs clean accuracy
    assert plain.mean[1] < plain.clean - 0.2
    assert clipped.mean[1] > plain.mean[1] + 0.15
    assert clipped.mean[1] > clipped.clean - 0.1
    assert errors.mean[1] > clipped.mean[1] - 0.02
    assert errors.mean[2] > plain.mean[2] + 0.25
    assert plain.mean[2] < plain.mean[1] < plain.mean[0]


def test_floor_ruins_four_bits_that_rounding_keeps(trained):
    models, x, y = trained
    clean = {
        rounding: voltage_sweep(
            models["plain"], x, y, [1.1], scheme=FixedPoint(4, rounding=rounding), chips=1, rng=np.random.default_rng(0)
        ).clean
        for rounding in ("nearest", "floor")
    }
    assert clean["nearest"] > clean["floor"] + 0.2


def test_bad_arguments_are_refused_before_anything_changes():
    model, (x, y) = small(), data()
    fit = {"optimizer": nn.SGD(model.parameters(), 0.1), "epochs": 1, "rate": 0.1, "rng": np.random.default_rng(0)}
    for change, text in (
        ({"epochs": 0}, "epochs must be"),
        ({"rate": 1.5}, "rate must be"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"start_below": "1"}, "start_below must be"),
        ({"rng": 0}, "rng must be"),
        ({"scheme": 1}, "bits must be"),
        ({"optimizer": nn.SGD(small().parameters(), 0.1)}, "optimizer must be over this model's parameters"),
    ):
        with pytest.raises(ValueError, match=text):
            fit_with_bit_errors(model, x, y, **{**fit, **change})
    with pytest.raises(ValueError, match="x must be at least one sample"):
        fit_with_bit_errors(model, x[:0], y[:0], **fit)
    assert not any(parameter.transforms for parameter in model.parameters())
    for limit in (0, -1, np.inf):
        with pytest.raises(ValueError, match="WeightClip: limit must be a finite number > 0"):
            WeightClip(limit)
    for change, text in (
        ({"voltages": []}, "voltages must be a list"),
        ({"voltages": 0.8}, "voltages must be a list"),
        ({"voltages": [0.8, 0]}, "voltage must be a finite number > 0"),
        ({"chips": 0}, "chips must be"),
        ({"rng": None}, "rng must be"),
    ):
        with pytest.raises(ValueError, match=text):
            voltage_sweep(model, x, y, **{"voltages": [0.8], "rng": np.random.default_rng(0), **change})


def test_a_loss_that_is_not_finite_is_said():
    model, (x, y) = small(), data()
    model.layers[0].bias.value[0] = np.nan
    with pytest.raises(ValueError, match="fit_with_bit_errors: the loss is nan"):
        fit_with_bit_errors(
            model, x, y, optimizer=nn.SGD(model.parameters(), 0.1), epochs=1, rate=0.1, rng=np.random.default_rng(0)
        )


@pytest.mark.parametrize("voltages", ["0.8", [None], [], 0.8, [[0.8]]], ids=repr)
def test_voltages_that_are_no_list_are_named(voltages):
    with pytest.raises(ValueError, match="voltage_sweep: voltages must be a list of numbers"):
        voltage_sweep(small(), *data(), voltages, rng=np.random.default_rng(0))


def test_training_with_bit_errors_refuses_what_fit_refuses_and_leaves_out_a_last_batch_of_one():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((21, 4)).astype(np.float32), np.arange(21) % 3

    def network():
        rng = np.random.default_rng(1)
        return nn.Sequential(nn.Linear(4, 5, rng=rng), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3, rng=rng))

    def train(model, x, **options):
        options = {"optimizer": nn.SGD(model.parameters(), 0.1), "batch_size": 10} | options
        return fit_with_bit_errors(model, x, y, epochs=1, rate=0.0, rng=np.random.default_rng(2), **options)

    with pytest.raises(ValueError, match="drop_last=True"):
        train(network(), x)
    assert np.isfinite(train(network(), x, drop_last=True)).all()
    with pytest.raises(ValueError, match="batch_size must be at most the 21 training samples with drop_last"):
        train(network(), x, drop_last=True, batch_size=22)
    with pytest.raises(ValueError, match="fit_with_bit_errors: x must hold floats, got uint8"):
        train(network(), np.abs(9 * x).astype(np.uint8))
    with pytest.raises(ValueError, match="fit_with_bit_errors: optimizer must be an optimizer"):
        train(network(), x, optimizer=None)
    model = network()
    optimizer = nn.SGD(model.parameters(), 0.1)
    optimizer.step = lambda: model.layers[3].bias.value.fill(np.nan)
    with pytest.raises(ValueError, match=r"fit_with_bit_errors: 3\.bias is not finite"):
        fit_with_bit_errors(model, x[:10], y[:10], optimizer=optimizer, epochs=1, rate=0.0, batch_size=10, rng=rng)
