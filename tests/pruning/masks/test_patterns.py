"""N:M sparsity: exactly n of every m inputs, masks that hold, and a packed form that multiplies."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import Mask, n_m_mask, n_m_sparsity, sparsity
from minicompress.pruning.masks import pack_n_m


def naive(w, n, m):
    """One group at a time, with Python's stable sort."""
    mask = np.zeros(w.shape, bool)
    for o, *position in np.ndindex(w.shape[0], *w.shape[2:]):
        for start in range(0, w.shape[1], m):
            group = range(start, start + m)
            kept = sorted(group, key=lambda i, at=(o, position): -abs(w[(at[0], i, *at[1])]))[:n]
            mask[(o, kept, *position)] = True
    return mask


patterns = st.integers(1, 6).flatmap(lambda m: st.tuples(st.integers(1, m), st.just(m)))


@settings(max_examples=60, deadline=None)
@given(
    pattern=patterns,
    outputs=st.integers(1, 4),
    groups=st.integers(0, 3),
    kernel=st.sampled_from([(), (1, 1), (2, 3)]),
    seed=st.integers(0, 999),
)
def test_mask_is_that_of_the_naive_loop_and_of_the_exercise_solution(pattern, outputs, groups, kernel, seed):
    n, m = pattern
    w = np.random.default_rng(seed).integers(-3, 4, (outputs, groups * m, *kernel)) / 4  # ties and zeros abound
    mask = n_m_mask(w, n, m)
    np.testing.assert_array_equal(mask, naive(w, n, m))
    names = {}
    exec(content().solution("pruning/n_m_sparsity").read_text(encoding="utf-8"), names)
    np.testing.assert_array_equal(mask, names["n_m_sparsity"](w, n, m))
    for answer in right_answers("pruning/n_m_sparsity"):
        np.testing.assert_array_equal(mask, answer.function(w, n, m), err_msg=answer.name)


def test_no_other_choice_of_two_in_four_keeps_more_magnitude():
    w = np.random.default_rng(0).normal(size=(5, 4))
    best = [max(sum(abs(row[i]) for i in pair) for pair in itertools.combinations(range(4), 2)) for row in w]
    np.testing.assert_allclose(np.abs(w * n_m_mask(w, 2, 4)).sum(axis=1), best)


def test_groups_of_a_convolution_run_over_its_input_channels():
    w = np.zeros((1, 4, 2, 2))
    w[0, :, 0, 1] = [1, -4, 3, 2]
    assert n_m_mask(w, 2, 4)[0, :, 0, 1].tolist() == [False, True, True, False]


@pytest.mark.parametrize(("n", "m"), [(0, 4), (5, 4), (2, 0), (2.0, 4), (True, 4), (1, 3)])
def test_a_pattern_that_does_not_fit_is_refused(n, m):
    with pytest.raises(ValueError, match=r"n_m_mask: (n|m) must"):
        n_m_mask(np.ones((2, 8)), n, m)
    with pytest.raises(ValueError, match="must divide"):
        n_m_mask(np.ones(8), 2, 4)


def test_mask_holds_through_momentum_and_decay(rng):
    model = nn.Sequential(nn.Linear(8, 12, rng=rng), nn.ReLU(), nn.Linear(12, 3, rng=rng))
    held = n_m_sparsity(model, 1, 4)
    assert held == 72 + 27
    assert sparsity(model) == 0.75
    optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=0.01)
    x, labels = rng.normal(size=(5, 8)).astype(np.float32), rng.integers(0, 3, 5)
    for _ in range(3):
        optimizer.zero_grad()
        model.backward(nn.softmax_cross_entropy(model.forward(x), labels)[1])
        optimizer.step()
    assert sparsity(model) == 0.75


def test_an_earlier_mask_keeps_holding_and_only_one_mask_is_left(rng):
    model = nn.Sequential(nn.Linear(4, 3, rng=rng))
    first = np.array([[1, 0, 1, 1]] * 3)
    model.layers[0].weight.transforms = [Mask(first)]
    n_m_sparsity(model, 3, 4)
    (mask,) = model.layers[0].weight.transforms
    np.testing.assert_array_equal(mask.m, first == 1)


def test_a_layer_that_cannot_be_grouped_leaves_the_whole_model_as_it_was(rng):
    model = nn.zoo.lenet5(rng=rng)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"n_m_sparsity: m must divide .* got 4 and shape \(20, 1, 5, 5\)"):
        n_m_sparsity(model)
    with pytest.raises(ValueError, match="layers must be indices of layers with weights"):
        n_m_sparsity(model, layers=[1])
    assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(parameter.transforms for parameter in model.parameters())
    others = [i for i, layer in enumerate(model.layers) if layer.weights][1:]
    assert n_m_sparsity(model, layers=others) == (25_000 + 400_000 + 5_000) // 2


def test_packed_half_of_float16_takes_nine_sixteenths():
    w = np.random.default_rng(1).normal(size=(6, 16)).astype(np.float16)
    packed = pack_n_m(w * n_m_mask(w, 2, 4), 2, 4)
    assert packed.size_bytes * 16 == w.nbytes * 9


@settings(max_examples=40, deadline=None)
@given(pattern=patterns, outputs=st.integers(1, 4), groups=st.integers(0, 3), seed=st.integers(0, 999))
def test_packing_loses_nothing_and_multiplies_like_the_dense_matrix(pattern, outputs, groups, seed):
    n, m = pattern
    rng = np.random.default_rng(seed)
    w = rng.integers(-2, 3, (outputs, groups * m)).astype(np.float32)
    w *= n_m_mask(w, n, m)
    packed = pack_n_m(w, n, m)
    np.testing.assert_array_equal(packed.unpack(), w)
    x = rng.integers(-3, 4, (2, groups * m)).astype(np.float32)
    np.testing.assert_array_equal(packed.matmul(x), x @ w.T)
    assert (np.diff(packed.positions.astype(int), axis=-1) > 0).all()


def test_packing_takes_lists_and_keeps_positions_of_two_bits():
    packed = pack_n_m([[0, 7, 0, 5], [0, 0, 0, 0]], 2, 4)
    assert packed.values.tolist() == [[[7, 5]], [[0, 0]]]
    assert packed.positions.tolist() == [[[1, 3]], [[0, 1]]]
    assert packed.matmul([[1, 2, 3, 4]]).tolist() == [[34, 0]]


def test_packing_refuses_to_drop_a_weight():
    with pytest.raises(ValueError, match="pack_n_m: w must be 2:4 sparse"):
        pack_n_m(np.array([[1.0, 2, 3, 0]]), 2, 4)
    with pytest.raises(ValueError, match="pack_n_m: w must be a matrix"):
        pack_n_m(np.ones((1, 4, 2)), 4, 4)
    with pytest.raises(ValueError, match="matmul: x must be of shape"):
        pack_n_m(np.eye(4), 1, 4).matmul(np.ones((1, 3)))


def test_pytorch_sparsifier_makes_the_same_choice_where_no_magnitudes_are_equal():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    pruning = pytest.importorskip("torch.ao.pruning", reason="moves out of PyTorch some day")
    w = np.random.default_rng(5).normal(size=(6, 12)).astype(np.float32)
    model = torch.nn.Sequential(torch.nn.Linear(12, 6, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(torch.from_numpy(w))
    sparsifier = pruning.WeightNormSparsifier(sparsity_level=1.0, sparse_block_shape=(1, 4), zeros_per_block=2)
    sparsifier.prepare(model, [{"tensor_fqn": "0.weight"}])
    sparsifier.step()
    sparsifier.squash_mask()
    np.testing.assert_array_equal(model[0].weight.detach().numpy(), w * n_m_mask(w, 2, 4))


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint8, np.uint64, bool, np.float16])
def test_magnitudes_of_narrow_types_do_not_wrap(dtype):
    info = np.iinfo(dtype) if np.issubdtype(dtype, np.integer) else None
    w = np.array([[0, 3, 1, 0] if info is None else [0, 3, info.min or 1, info.max]], dtype)
    m = n_m_mask(w, 2, 4)
    python = [abs(int(x)) for x in w[0]]
    assert sorted((python[i] for i in np.flatnonzero(m[0])), reverse=True) == sorted(python, reverse=True)[:2]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize("x_dtype", [np.int8, np.uint8])
def test_products_of_codes_do_not_wrap(dtype, x_dtype, rng):
    w = rng.integers(100, 127, (3, 8)).astype(dtype)
    w[~n_m_mask(w, 2, 4)] = 0
    x = rng.integers(100, 127, (2, 8)).astype(x_dtype)
    np.testing.assert_array_equal(pack_n_m(w, 2, 4).matmul(x), x.astype(np.int64) @ w.T.astype(np.int64))


def test_numpys_narrow_integers_do_for_n_and_m(rng):
    w = rng.normal(size=(2, 512))
    w[~n_m_mask(w, 2, 4)] = 0
    packed, same = pack_n_m(w, np.uint8(2), np.uint8(4)), pack_n_m(w, 2, 4)
    assert packed.size_bytes == same.size_bytes
    np.testing.assert_array_equal(packed.matmul(np.ones((1, 512))), same.matmul(np.ones((1, 512))))


@pytest.mark.parametrize("w", [[[np.nan, 1.0]], [["a", "b"]], [[None, 1]]], ids=repr)
def test_weights_without_a_rank_are_named(w):
    for act in (n_m_mask, pack_n_m):
        with pytest.raises(ValueError, match=f"^{act.__name__}: w must be"):
            act(w, 1, 2)


def test_nan_in_a_later_layer_leaves_the_model_as_it_was(rng):
    model = nn.Sequential(nn.Linear(4, 4, rng=rng), nn.Linear(4, 4, rng=rng))
    model.layers[1].weight.value[0, 0] = np.nan
    with pytest.raises(ValueError, match="n_m_sparsity: w must be free of NaN"):
        n_m_sparsity(model)
    assert model.layers[0].weight.transforms == []
    assert sparsity(model) == 0


@pytest.mark.parametrize("layers", [0, "0", [True], [0.0]], ids=repr)
def test_layers_that_are_no_list_of_indices_are_named(layers, rng):
    with pytest.raises(ValueError, match="n_m_sparsity: layers must be"):
        n_m_sparsity(nn.Sequential(nn.Linear(4, 4, rng=rng), nn.Linear(4, 4, rng=rng)), layers=layers)
