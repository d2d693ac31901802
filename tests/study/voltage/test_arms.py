"""Weights stay within the limit where they are trained with it."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization.voltage import FixedPoint
from minicompress.study.voltage import arms
from minicompress.study.voltage.arms import ARMS


def test_the_limit_holds_where_it_is_trained_with(run):
    shelf = {path.name.rpartition("-")[0].rpartition("-")[2]: path for path in run[1].glob("*.npz")}
    assert set(shelf) == {"start", "floats", "plain", "robust", "clipped", "randbet"}
    for arm, path in shelf.items():
        largest = max(np.abs(p.value).max() for p in nn.load(path).weight_parameters())
        assert (largest <= np.float32(0.25)) == (arm in ("clipped", "randbet"))


def test_plain_and_robust_are_one_network_in_two_codes(run):
    shelf = {arm: nn.load(next(run[1].glob(f"*-{arm}-0.npz"))) for arm in ("plain", "robust", "clipped", "randbet")}
    first = {arm: model.weight_parameters()[0].value for arm, model in shelf.items()}
    np.testing.assert_array_equal(first["plain"], first["robust"])
    assert not np.array_equal(first["clipped"], first["robust"])
    assert not np.array_equal(first["clipped"], first["randbet"])


@pytest.mark.parametrize(("arm", "symmetric", "signed"), [("plain", True, True), ("robust", False, False)])
def test_each_arm_has_its_codes_of_8_bits(arm, symmetric, signed, monkeypatch):
    monkeypatch.setattr(arms, "_keep", lambda name, networks, make: name)
    stored = ARMS[arm](SimpleNamespace(fine_tuned=None))
    assert stored == arms.StoredNetwork(arm, FixedPoint(8, symmetric=symmetric, signed=signed))
