"""Sparsity, multiply-accumulates and bytes are counted on the weights as they are."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicompress import nn
from minicompress.deploy import encode
from minicompress.pruning import (
    DynamicMask,
    Mask,
    hold_masks,
    hybrid_pruning,
    lottery_rounds,
    n_m_sparsity,
    pruning_report,
    sparsity,
    structure_pruning,
    weight_pruning,
)
from minicompress.quantization import FakeQuantize


def model():
    class Linear(SimpleNamespace):
        pass

    first = Linear(weights=[np.array([[0.0, -0.0, 1.0], [2.0, 0.0, -3.0]], np.float32)])
    return SimpleNamespace(layers=[SimpleNamespace(weights=[]), first, Linear(weights=[np.array([[4.0, 0.0]])])])


def residual(rng):
    body = [nn.Conv2d(4, 4, 3, padding=1, groups=4, rng=rng), nn.BatchNorm2d(4), nn.Conv2d(4, 6, 1, stride=2, rng=rng)]
    block = nn.Residual(*body, shortcut=nn.Conv2d(4, 6, 2, stride=2, bias=False, rng=rng))
    layers = [nn.Conv2d(1, 4, 3, rng=rng), nn.ReLU(), block, nn.Flatten(), nn.Linear(6 * 9, 5, rng=rng)]
    return nn.Sequential(layers, input_shape=(1, 8, 8))


MODELS = {"lenet_300_100": nn.zoo.lenet_300_100, "lenet5": nn.zoo.lenet5, "residual": residual}


def test_report_counts_each_array_and_the_total():
    report = pruning_report(model())

    assert [(row.name, row.shape, row.weights, row.kept) for row in report.rows] == [
        ("1.Linear", (2, 3), 6, 3),
        ("2.Linear", (1, 2), 2, 1),
    ]
    assert [row.sparsity for row in report.rows] == [0.5, 0.5]
    assert (report.weights, report.kept, report.sparsity) == (8, 4, 0.5)
    assert sparsity(model()) == 0.5


def test_bytes_worked_by_hand():
    report = pruning_report(model())

    # 3 nonzeros: 12 bytes of values, 6 of columns, 3 row starts are 12, two axes are 8; and 1 nonzero: 4 + 2 + 8 + 8
    assert [row.sparse_bytes for row in report.rows] == [38, 22]
    assert [row.dense_bytes for row in report.rows] == [24, 8]
    assert (report.dense_bytes, report.sparse_bytes, report.parameters) == (32, 60, 8)
    assert (report.macs, report.kept_macs, report.rows[0].macs, report.rows[0].kept_macs) == (None,) * 4


def test_report_prints_one_line_an_array_a_total_and_the_bytes():
    lines = str(pruning_report(model())).splitlines()

    assert len(lines) == 5
    assert len({len(line) for line in lines[:-1]}) == 1
    assert lines[0].split() == ["layer", "shape", "weights", "kept", "sparsity", "MACs", "kept", "MACs"]
    assert lines[1].split() == ["1.Linear", "2x3", "6", "3", "50.00%", "-", "-"]
    assert lines[-2].split() == ["total", "8", "4", "50.00%", "-", "-"]
    assert lines[-1] == "8 parameters; float32: 32 bytes dense, 60 in sparse rows"


def test_a_model_without_weights_reports_zero():
    report = pruning_report(SimpleNamespace(layers=[]))

    assert (report.weights, report.kept, report.sparsity) == (0, 0, 0.0)
    assert (report.macs, report.dense_bytes, report.sparse_bytes) == (0, 0, 0)
    assert str(report).splitlines()[-2].split() == ["total", "0", "0", "0.00%", "0", "0"]


@pytest.mark.parametrize("name", MODELS)
def test_totals_are_those_of_the_summary_and_of_what_is_really_stored(name, rng):
    network = MODELS[name](rng=rng)
    hold_masks(network, [rng.random(p.shape) < 0.3 for p in network.weight_parameters()])
    report, summary = pruning_report(network), network.summary()
    assert (report.macs, report.parameters) == (summary.macs, summary.parameters)
    assert report.dense_bytes == encode(network).size_bytes
    assert report.sparse_bytes == encode(network, sparse=True).size_bytes
    assert report.sparsity == sparsity(network) == pytest.approx(1 - report.kept / report.weights)
    assert type(sparsity(network)) is float
    assert 0 < report.kept_macs < 0.5 * report.macs


@pytest.mark.parametrize("name", MODELS)
def test_each_weight_is_multiplied_once_for_each_position_of_its_layers_output(name, rng):
    network = MODELS[name](rng=rng)
    hold_masks(network, [rng.random(p.shape) < 0.3 for p in network.weight_parameters()])
    report = pruning_report(network)
    inside = {id(p): shape for p, shape in shapes_in(network.layers, network.input_shape)}
    for row, parameter in zip(report.rows, network.weight_parameters(), strict=True):
        each = int(np.prod(inside[id(parameter)][1:]))
        assert row.kept_macs == sum(each for value in parameter.value.ravel() if value != 0)
        assert row.macs == row.weights * each


def shapes_in(layers, shape):
    """Each weight with the shape of its layer's output, by running the layers on zeros."""
    x = np.zeros((1, *shape), np.float32)
    for layer in layers:
        y = layer.forward(x)
        if isinstance(layer, nn.Residual):
            for branch in (layer.body, layer.shortcut):
                yield from shapes_in(branch.layers, x.shape[1:])
        else:
            yield from ((p, y.shape[1:]) for p in layer.weight_parameters())
        x = y


def test_the_shape_of_the_input_may_be_given(rng):
    network = nn.Sequential(nn.Conv2d(1, 2, 3, rng=rng), nn.Flatten(), nn.Linear(2 * 4 * 5, 3, rng=rng))
    assert pruning_report(network).macs is None
    assert pruning_report(network, (1, 6, 7)).macs == 2 * 9 * 20 + 120
    with pytest.raises(ValueError, match=r"Linear.*: x must have shape \(n, 40\)"):
        pruning_report(network, (1, 7, 7))


@pytest.mark.parametrize("name", ["lenet_300_100", "lenet5"])
def test_every_method_has_its_report_in_80_columns(name, rng):
    pruned = {
        "dense": MODELS[name](rng=rng),
        "weights": MODELS[name](rng=rng),
        "structure": structure_pruning(MODELS[name](rng=rng), 0.5),
        "hybrid": hybrid_pruning(MODELS[name](rng=rng), channel_share=0.5, budget=20_000),
        "2:4": MODELS[name](rng=rng),
        "ticket": lottery_rounds(MODELS[name](rng=rng), lambda m: None, rounds=3)[-1].ticket,
    }
    weight_pruning(pruned["weights"], 0.03)
    n_m_sparsity(pruned["2:4"], layers=[i for i, layer in enumerate(pruned["2:4"].layers) if layer.weights][1:])
    dense = pruning_report(pruned["dense"])
    for method, network in pruned.items():
        report = pruning_report(network)
        assert max(map(len, str(report).splitlines())) <= 80, method
        smaller = method in ("structure", "hybrid")
        assert (report.weights < dense.weights) is (report.macs < dense.macs) is smaller
        assert (report.kept_macs < dense.kept_macs) is (method != "dense")


def test_counts_are_of_what_the_network_sees(rng):
    net = nn.Sequential(nn.Linear(6, 4, rng=rng), nn.Residual(nn.Linear(4, 4, rng=rng)), nn.Linear(4, 2, rng=rng))
    first, inner, last = net.weight_parameters()
    first.transforms = [Mask(rng.random(first.shape) < 0.5)]
    inner.transforms = [DynamicMask(rng.random(inner.shape) < 0.5, 0, 1)]
    last.transforms = [FakeQuantize(2)]
    seen = [parameter.effective() for parameter in net.weight_parameters()]
    kept = [int(np.count_nonzero(w)) for w in seen]
    assert [row.kept for row in pruning_report(net).rows] == kept
    assert sparsity(net) == 1 - sum(kept) / sum(w.size for w in seen)
    assert all(np.count_nonzero(w) == w.size for layer in net.layers for w in layer.weights)  # the masters are dense
    baked = net.copy()
    for parameter in baked.parameters():
        parameter.bake()
    assert str(pruning_report(net)) == str(pruning_report(baked))
