"""Encodings hold real bytes, and give back exactly the weights that the network saw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.deploy import Encoded, decode, encode, read
from minicompress.pruning import Mask, weight_pruning
from minicompress.quantization import FakeQuantize, attach_quantizers, quantization


def convolutional(seed=0):
    """Odd shapes, groups, a residual, batch norm, a layer without bias."""
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        nn.Conv2d(2, 6, (3, 1), groups=2, rng=rng),
        nn.BatchNorm2d(6),
        nn.Residual(nn.Conv2d(6, 6, 3, padding=1, bias=False, rng=rng)),
        nn.Flatten(),
        nn.Linear(6 * 3 * 5, 7, rng=rng),
    )
    model.forward(rng.normal(size=(4, 2, 5, 5)).astype(np.float32), training=True)  # moves the running statistics
    return model


def assert_same_network(decoded, model):
    for got, parameter in zip(decoded.parameters(), model.parameters(), strict=True):
        np.testing.assert_array_equal(got.value, parameter.effective())
        assert got.value.dtype == np.float32
        assert got.transforms == []
    weights = {f"{i}.{name}" for i, layer in enumerate(model.layers) for name in layer.named_parameters()}
    for name in model.arrays().keys() - weights:
        np.testing.assert_array_equal(decoded.arrays()[name], model.arrays()[name])


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("bits", [None, 2, 3, 4, 5, 7, 8, 11, 16])
def test_every_encoding_round_trips_exactly_through_a_file(bits, sparse, tmp_path):
    model = convolutional()
    weight_pruning(model, 0.25)
    if bits:
        quantization(model, bits)
    encoded = encode(model, bits=bits, sparse=sparse)

    size_on_disk = encoded.write(tmp_path / "model.npz")
    decoded = decode(read(tmp_path / "model.npz"), convolutional(seed=1))

    assert_same_network(decoded, model)
    assert size_on_disk == (tmp_path / "model.npz").stat().st_size
    assert size_on_disk > encoded.size_bytes
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


@settings(deadline=None)
@given(
    rows=st.integers(1, 9),
    columns=st.integers(1, 9),
    bits=st.sampled_from([None, 2, 4, 8]),
    sparse=st.booleans(),
    threshold=st.sampled_from([0.0, 0.3, 1.0, 9.0]),
    seed=st.integers(0, 2**32),
)
def test_odd_shapes_empty_rows_and_all_zero_layers_round_trip(rows, columns, bits, sparse, threshold, seed):
    model = nn.zoo.mlp([columns, rows], rng=np.random.default_rng(seed))
    weight_pruning(model, threshold)
    if bits:
        quantization(model, bits)

    assert_same_network(decode(encode(model, bits=bits, sparse=sparse), model), model)


def test_bytes_are_counted_as_the_table_says():
    model = nn.zoo.mlp([5, 3], rng=np.random.default_rng(0))
    w = model.layers[1].weights[0]
    w[...] = 0
    w[0, 1], w[2, 0], w[2, 4] = 7, -1, 3  # 3 of 15 weights; at 4 bits the step is 1
    biases, shape = 4 * 3, 4 * 2

    assert encode(model).size_bytes == 4 * 15 + biases
    assert encode(model, bits=4).size_bytes == 8 + 4 + shape + biases  # 60 bits in 8 bytes
    assert encode(model, sparse=True).size_bytes == 3 * (4 + 2) + 4 * 4 + shape + biases
    assert encode(model, bits=4, sparse=True).size_bytes == 2 + 3 * 2 + 4 * 4 + 4 + shape + biases


def test_sparse_rows_and_packed_codes_worked_by_hand():
    model = nn.zoo.mlp([5, 3], rng=np.random.default_rng(0))
    w = model.layers[1].weights[0]
    w[...] = 0
    w[0, 1], w[2, 0], w[2, 4] = 7, -1, 3

    arrays = encode(model, bits=4, sparse=True).arrays

    assert arrays["1.weight.columns"].tolist() == [1, 0, 4]
    assert arrays["1.weight.columns"].dtype == np.uint16
    assert arrays["1.weight.row_starts"].tolist() == [0, 1, 1, 3]
    assert arrays["1.weight.row_starts"].dtype == np.int32
    # code + 7: 14, 6, 10 = 1110 0110 1010 (0000 to fill the byte)
    assert arrays["1.weight.codes"].tolist() == [0b11100110, 0b10100000]
    assert arrays["1.weight.max"] == 7


def test_rows_too_long_for_uint16_get_wider_columns():
    model = nn.zoo.mlp([70_000, 1], rng=np.random.default_rng(0))
    weight_pruning(model, 0.005)
    encoded = encode(model, sparse=True)

    assert encoded.arrays["1.weight.columns"].dtype == np.uint32
    assert encoded.arrays["1.weight.columns"].max() > 2**16
    assert "uint32" in encoded.counted_as
    assert_same_network(decode(encoded, model), model)


def test_a_masked_or_quantized_model_is_no_smaller_until_it_is_encoded_so():
    model = nn.zoo.mlp([20, 10], rng=np.random.default_rng(0))
    dense = encode(model).size_bytes
    weight_pruning(model, 0.5)
    assert encode(model).size_bytes == dense
    assert encode(model, sparse=True).size_bytes < dense
    quantization(model, 8)
    assert encode(model).size_bytes == dense


def test_what_is_encoded_is_what_the_network_sees():
    model = nn.zoo.mlp([20, 10], rng=np.random.default_rng(0))
    parameter = model.layers[1].weight
    parameter.transforms = [Mask(np.abs(parameter.value) > 0.1), FakeQuantize(4)]
    x = np.random.default_rng(1).normal(size=(3, 20)).astype(np.float32)

    decoded = decode(encode(model, bits=4, sparse=True), model)

    np.testing.assert_array_equal(decoded.predict(x), model.predict(x))
    assert len(parameter.transforms) == 2


def test_weights_off_the_grid_are_refused_not_rounded():
    model = nn.zoo.mlp([20, 10], rng=np.random.default_rng(0))

    with pytest.raises(ValueError, match=r"encode: 1.weight must lie on the 8-bit grid .* quantization\(model, 8\)"):
        encode(model, bits=8)
    quantization(model, 8)
    with pytest.raises(ValueError, match="4-bit grid"):
        encode(model, bits=4)


def test_float64_weights_are_refused():
    with pytest.raises(ValueError, match=r"1\.weight must be float32"):
        encode(nn.zoo.mlp([2, 2], rng=np.random.default_rng(0)).astype(np.float64))


@pytest.mark.parametrize("bits", [1, 17, 8.0, True])
def test_bad_bits_are_named(bits):
    with pytest.raises(ValueError, match="encode: bits must be an integer from 2 to 16"):
        encode(convolutional(), bits=bits)


def test_encoded_arrays_do_not_change_with_the_model():
    model = nn.zoo.mlp([4, 3], rng=np.random.default_rng(0))
    before = model.state_dict()
    encoded = encode(model)
    for parameter in model.parameters():
        parameter.value[...] = 5

    decoded = decode(encoded, model)

    np.testing.assert_array_equal(decoded.state_dict()["1.weight"], before["1.weight"])
    np.testing.assert_array_equal(decoded.state_dict()["1.bias"], before["1.bias"])


@pytest.mark.parametrize("sizes", [[4, 5], [5, 3], [3, 4], [4, 3, 3]])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("bits", [None, 8])
def test_another_architecture_is_refused(sizes, sparse, bits):
    model = nn.zoo.mlp([4, 3], rng=np.random.default_rng(0))
    quantization(model, 8)
    other = nn.zoo.mlp(sizes, rng=np.random.default_rng(0))

    with pytest.raises(ValueError, match="decode: encoded must fit the architecture"):
        decode(encode(model, bits=bits, sparse=sparse), other)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40])
def test_a_foreign_file_is_named(content, tmp_path):
    path = tmp_path / "foreign.npz"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=r"read: .*foreign.npz must be a file written by Encoded.write"):
        read(path)


def test_a_truncated_file_and_one_of_another_kind_are_named(tmp_path):
    encode(convolutional()).write(tmp_path / "whole.npz")
    content = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(content[: len(content) // 2])
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    np.save(tmp_path / "array.npy", np.zeros(3))

    for name in ("half.npz", "other.npz", "array.npy"):
        with pytest.raises(ValueError, match=r"must be a file written by Encoded\.write"):
            read(tmp_path / name)


def test_equal_models_make_equal_files(tmp_path):
    encode(convolutional()).write(tmp_path / "a.npz")
    encode(convolutional()).write(tmp_path / "b.npz")

    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    path.write_bytes(b"old")

    def interrupted(file, **arrays):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        encode(convolutional()).write(path)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_counted_as_says_what_the_bytes_are():
    assert Encoded({}).counted_as == "float32 values of all weights; float32 biases"
    sparse = Encoded({}, bits=8, sparse=True).counted_as
    assert Encoded({}).encoding == "dense float32"
    assert Encoded({}, bits=8, sparse=True).encoding == "sparse 8-bit"
    assert sparse.startswith("8-bit codes of the nonzero weights")
    for part in ("uint16 columns", "int32 row starts", "max|w|", "float32 biases"):
        assert part in sparse


def test_a_model_with_fewer_layers_is_refused_though_all_its_own_are_there():
    layers = [nn.Linear(4, 4, rng=np.random.default_rng(0)) for _ in range(2)]
    with pytest.raises(ValueError, match=r"arrays of the model alone, got 1\.weight\.values, 1\.bias too"):
        decode(encode(nn.Sequential(*layers)), nn.Sequential(layers[0]))


@pytest.mark.parametrize(("bits", "sparse"), [(None, False), (8, True)])
def test_no_damaged_byte_passes_unnoticed(tmp_path, bits, sparse):
    model = nn.zoo.mlp([3, 2], rng=np.random.default_rng(0))
    quantization(model, 8)
    whole, path = encode(model, bits=bits, sparse=sparse), tmp_path / "damaged.npz"
    whole.write(path)
    content = path.read_bytes()
    for place in range(len(content)):
        for pattern in (0x01, 0xFF):
            path.write_bytes(content[:place] + bytes([content[place] ^ pattern]) + content[place + 1 :])
            try:
                found = read(path)
            except ValueError:
                continue
            # Dates and the like may change; a name that is another one fits no model.
            assert all(
                np.array_equal(found.arrays[key], array) for key, array in whole.arrays.items() if key in found.arrays
            )
            if found.arrays.keys() != whole.arrays.keys():
                with pytest.raises(ValueError, match="decode: encoded must"):
                    decode(found, model)


def spread_out(rng):
    """Channels, and groups within them, of very different ranges, so that no coarser grid fits by chance."""
    model = convolutional()
    for w in (w for layer in model.layers for w in layer.weights):
        w *= (10.0 ** -rng.integers(0, 4, w.size)).reshape(w.shape).astype(np.float32)
    return model


SHARING = [{}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"group_size": 3}, {"scale": 0.01}]


@pytest.mark.parametrize("sharing", SHARING, ids=str)
@pytest.mark.parametrize("sparse", [False, True])
def test_weights_of_any_fake_quantizer_are_stored_without_rounding_them_again(sharing, sparse, rng, tmp_path):
    model = spread_out(rng)
    attach_quantizers(model, FakeQuantize(5, **sharing))
    encode(model, bits=5, sparse=sparse).write(tmp_path / "model.npz")
    assert_same_network(decode(read(tmp_path / "model.npz"), convolutional(seed=1)), model)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("bits", [2, 3, 4, 8, 16])
def test_a_scale_a_channel_is_found_in_weights_that_were_baked(bits, sparse, rng):
    model = spread_out(rng)
    attach_quantizers(model, FakeQuantize(bits, axis=0))
    model.bake()
    encoded = encode(model, bits=bits, sparse=sparse)
    assert_same_network(decode(encoded, model), model)
    assert encoded.arrays["0.weight.max"].shape == (6, 1, 1, 1)
    assert "per array, channel or group" in encoded.counted_as


def test_groups_that_were_baked_are_stored_if_their_size_is_said(rng):
    model = spread_out(rng)
    attach_quantizers(model, FakeQuantize(4, group_size=3))
    model.bake()
    with pytest.raises(
        ValueError, match=r"encode: 2.body.0.weight must lie on the 4-bit grid .* each group of `group_size`"
    ):
        encode(model, bits=4)
    encoded = encode(model, bits=4, group_size=3)
    assert_same_network(decode(encoded, model), model)
    last = encoded.arrays["4.weight.group_max"]
    assert last.shape == (7, 30)
    assert encoded.arrays["4.weight.codes"].nbytes + last.nbytes == 7 * 90 // 2 + 4 * 210


def test_a_scale_a_channel_is_counted(rng):
    model = nn.zoo.mlp([5, 3], rng=rng)
    model.layers[1].weights[0][...] = [[7, 1, 0, -7, 2], [0.7, 0, 0.1, 0.2, 0], [70, 10, 10, 0, 0]]
    encoded = encode(model, bits=4)
    assert encoded.size_bytes == 4 * 3 + 4 * 2 + 8 + 3 * 4  # biases, shape, 15 codes of 4 bits, three scales


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_on_no_grid_are_named(bad):
    model = nn.zoo.mlp([5, 3], rng=np.random.default_rng(0))
    model.layers[1].weights[0][0, 0] = bad
    with pytest.raises(ValueError, match=r"encode: 1\.weight must lie on the 8-bit grid"):
        encode(model, bits=8)


@pytest.mark.parametrize("bits", [None, 8])
def test_an_encoded_model_with_its_architecture_needs_no_other(bits, tmp_path):
    model = convolutional()
    quantization(model, 8)
    encoded = encode(model, bits=bits, architecture=True)
    encoded.write(tmp_path / "model.npz")
    alone = decode(read(tmp_path / "model.npz"))
    assert repr(alone) == repr(model)
    assert_same_network(alone, model)
    assert_same_network(decode(encoded, convolutional(seed=1)), model)
    assert 0 < encoded.size_bytes - encode(model, bits=bits).size_bytes < 1000
    with pytest.raises(ValueError, match="decode: model must be given, as encoded holds no architecture"):
        decode(encode(model, bits=bits))


DAMAGE = {
    "no values": (None, False, lambda a: a.pop("1.weight.values"), "there is no 1.weight.values"),
    "no bias": (None, False, lambda a: a.pop("1.bias"), "there is no 1.bias"),
    "no codes": (8, False, lambda a: a.pop("1.weight.codes"), "there is no 1.weight.codes"),
    "no max": (8, False, lambda a: a.pop("1.weight.max"), "there is no 1.weight.max"),
    "codes too few": (8, False, lambda a: a.update({"1.weight.codes": np.zeros(3, np.uint8)}), "unpack_bits: packed"),
    "max of another shape": (8, False, lambda a: a.update({"1.weight.max": np.ones(5, np.float32)}), "broadcast"),
    "NaN": (8, False, lambda a: a.update({"1.weight.max": np.float32(np.nan)}), "s must be finite"),
    "no row starts": (None, True, lambda a: a.pop("1.weight.row_starts"), "there is no 1.weight.row_starts"),
    "row starts": (None, True, lambda a: a["1.weight.row_starts"].__setitem__(1, 99), "1.weight.row_starts must rise"),
    "columns": (None, True, lambda a: a["1.weight.columns"].__setitem__(0, 99), "1.weight.columns must rise"),
    "columns twice": (8, True, lambda a: a["1.weight.columns"].__setitem__(0, 1), "1.weight.columns must rise"),
    "values": (None, True, lambda a: a.update({"1.weight.values": np.zeros(3, np.float32)}), "1.weight.values are 3"),
}


@pytest.mark.parametrize(("bits", "sparse", "damage", "text"), DAMAGE.values(), ids=DAMAGE)
def test_what_does_not_fit_is_named(bits, sparse, damage, text):
    model = nn.zoo.mlp([4, 3], rng=np.random.default_rng(0))
    quantization(model, 8)
    encoded = encode(model, bits=bits, sparse=sparse)
    damage(encoded.arrays)
    with pytest.raises(ValueError, match=f"decode: encoded must fit the architecture of the model .*{text}"):
        decode(encoded, model)


@pytest.mark.parametrize("bad", [None, 3, "model.npz", {}])
def test_arguments_that_are_none_are_named(bad):
    model = convolutional()
    with pytest.raises(ValueError, match="decode: encoded must be an Encoded"):
        decode(bad, model)
    if bad is not None:
        with pytest.raises(ValueError, match="decode: model must be a Sequential"):
            decode(encode(model), bad)
    with pytest.raises(ValueError, match="encode: model must be a Sequential"):
        encode(bad)
    with pytest.raises(ValueError, match="encode: group_size must be an integer >= 1"):
        encode(model, bits=8, group_size=0.5)


@pytest.mark.parametrize("header", [[1, 0], [17, 0], [8, 2], [8], [8, 0, 0]], ids=str)
def test_a_header_that_no_encoding_has_is_named(header, tmp_path):
    np.savez(tmp_path / "odd.npz", **{"minicompress.encoded": np.array(header, np.uint8)})
    with pytest.raises(ValueError, match=r"odd.npz must be a file written by Encoded.write, but it is not \("):
        read(tmp_path / "odd.npz")
