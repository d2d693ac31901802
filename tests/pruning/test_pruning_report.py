"""Sparsity is counted on the weights as they are."""

from types import SimpleNamespace

import numpy as np

from minicompress.pruning import pruning_report, sparsity


def model():
    class Linear(SimpleNamespace):
        pass

    first = Linear(weights=[np.array([[0.0, -0.0, 1.0], [2.0, 0.0, -3.0]], np.float32)])
    return SimpleNamespace(layers=[SimpleNamespace(weights=[]), first, Linear(weights=[np.array([[4.0, 0.0]])])])


def test_report_counts_each_array_and_the_total():
    report = pruning_report(model())

    assert [(row.name, row.shape, row.weights, row.kept) for row in report.rows] == [
        ("1.Linear", (2, 3), 6, 3),
        ("2.Linear", (1, 2), 2, 1),
    ]
    assert [row.sparsity for row in report.rows] == [0.5, 0.5]
    assert (report.weights, report.kept, report.sparsity) == (8, 4, 0.5)
    assert sparsity(model()) == 0.5


def test_report_prints_one_line_an_array_and_a_total_all_equally_wide():
    lines = str(pruning_report(model())).splitlines()

    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert lines[1].split() == ["1.Linear", "2x3", "6", "3", "50.00%"]
    assert lines[-1].split() == ["total", "8", "4", "50.00%"]


def test_a_model_without_weights_reports_zero():
    report = pruning_report(SimpleNamespace(layers=[]))

    assert (report.weights, report.kept, report.sparsity) == (0, 0, 0.0)
    assert str(report).splitlines()[-1].split() == ["total", "0", "0", "0.00%"]
