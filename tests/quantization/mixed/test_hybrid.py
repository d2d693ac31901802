"""Methods mixed in one network: costs, bytes, and the model left as it was."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import Binarize, FakeQuantize, attach_quantizers, exact_allocation, quantization_report
from minicompress.quantization.mixed import (
    StorageMethod,
    compare_allocations,
    measure_costs,
    method_sizes,
    squared_errors,
    uniform_allocation,
    uniform_bits,
)

METHODS = [uniform_bits(2), uniform_bits(4), uniform_bits(8), StorageMethod("floats", 32, extra_bytes=0)]


@pytest.fixture
def model(rng):
    return nn.zoo.mlp([6, 5, 4, 3], rng=rng)


def loss_on(x):
    return lambda model: float(np.sum(np.square(model.predict(x), dtype=np.float64)))


def test_measured_costs_are_those_of_one_array_at_a_time(model, rng):
    loss = loss_on(rng.normal(size=(20, 6)).astype(np.float32))
    costs = measure_costs(model, METHODS, loss)
    assert costs.shape == (3, 4)
    for i in range(3):
        for j, bits in enumerate((2, 4, 8)):
            twin = model.copy()
            twin.weight_parameters()[i].transforms.append(FakeQuantize(bits))
            assert costs[i, j] == loss(twin) - loss(model)
    np.testing.assert_array_equal(costs[:, 3], 0)


def test_a_method_comes_behind_the_transforms_that_are_there(model, rng):
    model.weight_parameters()[0].transforms.append(FakeQuantize(2))
    costs = measure_costs(model, [uniform_bits(2)], loss_on(rng.normal(size=(20, 6)).astype(np.float32)))
    assert costs[0] == 0 != costs[1]  # it is on the grid of 2 bits already


def test_model_is_as_before_also_after_an_error(model):
    before, mask = model.state_dict(), FakeQuantize(5)
    model.weight_parameters()[1].transforms.append(mask)
    calls = []

    def fails_late(model):
        calls.append(1)
        if len(calls) > 6:
            raise RuntimeError("out of samples")
        return 0.0

    with pytest.raises(RuntimeError):
        measure_costs(model, METHODS, fails_late)
    assert [p.transforms for p in model.weight_parameters()] == [[], [mask], []]
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_squared_errors_are_those_of_the_report(model):
    errors = squared_errors(model, METHODS)
    for j, bits in enumerate((2, 4, 8)):
        rows = quantization_report(model, bits).rows
        expected = [row.mse * np.prod(row.shape) for row in rows]
        np.testing.assert_allclose(errors[:, j], expected, rtol=1e-5)
    np.testing.assert_array_equal(errors[:, 3], 0)
    assert (np.diff(errors[:, :3], axis=1) < 0).all()


def test_sizes_are_packed_codes_and_a_scale(model):
    expected = [[8 + 4, 15 + 4, 30 + 4, 120], [5 + 4, 10 + 4, 20 + 4, 80], [3 + 4, 6 + 4, 12 + 4, 48]]
    np.testing.assert_array_equal(method_sizes(model, METHODS), expected)
    assert StorageMethod("one bit", 1).size_bytes(9) == 2 + 4


def test_binary_middle_and_eight_bit_ends(model, rng):
    eight, binary = uniform_bits(8), StorageMethod("binary", 1, lambda: Binarize(scaled=True))
    twin = model.copy()
    attach_quantizers(model, [eight, binary, eight])
    seen = [p.effective() for p in model.weight_parameters()]
    assert [np.unique(w).size for w in seen] == [np.unique(seen[0]).size, 2, np.unique(seen[2]).size]
    assert np.unique(seen[0]).size > 2
    np.testing.assert_array_equal(model.weights[1], twin.weights[1])  # masters stay
    assert model.weight_parameters()[0].transforms[0] is not model.weight_parameters()[2].transforms[0]


def test_a_method_for_each_array_or_none_is_attached(model):
    with pytest.raises(ValueError, match="attach_quantizers: methods must be 3, one for each weight array, got 2"):
        attach_quantizers(model, METHODS[:2])
    assert not any(p.transforms for p in model.weight_parameters())
    attach_quantizers(model, [METHODS[3]] * 3)
    assert not any(p.transforms for p in model.weight_parameters())


def test_allocation_of_measured_costs_beats_uniform_bits_on_mnist(mnist, rng):
    x, y, *_ = (array[:1000] for array in mnist)
    model = nn.zoo.mlp([784, 40, 30, 10], rng=rng)
    nn.fit(model, x, y, optimizer=nn.Adam(model.parameters(), 2e-3), epochs=3, batch_size=50, rng=rng)

    def loss(model, x=x, y=y):
        return nn.softmax_cross_entropy(model.predict(x), y)[0]

    methods = [uniform_bits(b) for b in (2, 3, 4, 6, 8)]
    costs, sizes = measure_costs(model, methods, loss), method_sizes(model, methods)
    budget = int(sizes[:, 1].sum()) + 500  # 3 bits throughout, and a little more
    chosen = exact_allocation(costs, sizes, budget).choices
    mixed, uniform = model.copy(), model.copy()
    attach_quantizers(mixed, [methods[j] for j in chosen])
    attach_quantizers(uniform, [methods[1]] * 3)
    assert uniform_allocation(costs, sizes, budget).choices == (1, 1, 1)
    assert len(set(chosen)) > 1
    assert loss(mixed) < loss(uniform)


def test_comparison_shows_the_gap():
    costs, sizes = [[5, 0], [40, 0]], [[1, 2], [1, 11]]
    table = compare_allocations(costs, sizes, 12, ["few", "many"]).splitlines()
    assert table[0].split() == ["allocation", "cost", "excess", "size", "methods"]
    assert table[1].split() == ["exact", "5", "0", "12", "few,", "many"]
    assert table[2].split() == ["greedy", "40", "35", "3", "many,", "few"]
    assert table[3].split() == ["uniform", "45", "40", "2", "few,", "few"]
    table = compare_allocations([[1, 2], [2, 1]], [[1, 9], [9, 1]], 2, "ab").splitlines()
    assert table[3].split() == ["uniform", "-", "-", "-", "none", "fits"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"bits": 0}, "bits must be"),
        ({"bits": 17}, "bits must be an integer from 1 to 16, or 32"),
        ({"bits": 8.0}, "bits must be"),
        ({"bits": 8, "extra_bytes": -1}, "extra_bytes must be"),
        ({"bits": 8, "transform": 8}, "transform must be a function"),
    ],
)
def test_a_method_that_is_none_is_named(options, text):
    with pytest.raises(ValueError, match=f"StorageMethod: {text}"):
        StorageMethod("x", **options)


def test_bits_of_narrow_integers_do_not_wrap():
    assert StorageMethod("x", np.int8(8), extra_bytes=np.int8(100)).size_bytes(1000) == 1100


@pytest.mark.parametrize("loss", [float("nan"), None, "1"])
def test_a_loss_that_is_no_number_is_named(model, loss):
    with pytest.raises(ValueError, match="measure_costs: loss of the model as it is must be a finite number"):
        measure_costs(model, METHODS, lambda model: loss)
    calls = iter([1.0, loss])
    with pytest.raises(ValueError, match=f"measure_costs: loss with {METHODS[0].name!r} must be"):
        measure_costs(model, METHODS, lambda model: next(calls))


@pytest.mark.parametrize("methods", [4, [4], [FakeQuantize(4)]], ids=repr)
def test_methods_that_are_none_are_named(model, methods):
    for use in (method_sizes, squared_errors, lambda model, methods: measure_costs(model, methods, lambda m: 1.0)):
        with pytest.raises(ValueError, match="methods must be a list of StorageMethods"):
            use(model, methods)


def test_names_must_be_as_many_as_methods():
    with pytest.raises(ValueError, match="compare_allocations: names must be 2, one for each method"):
        compare_allocations([[1, 2]], [[1, 2]], 5, ["a"])
