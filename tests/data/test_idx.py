"""The idx reader: what the format says, to the byte, and every way in which a file can be wrong."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress.data import read_idx

TYPES = ["uint8", "int8", "int16", "int32", "float32", "float64"]


def written(folder, content, name="x.idx"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_matrix_of_bytes_is_read_row_by_row(tmp_path):
    header = bytes([0, 0, 0x08, 2]) + bytes([0, 0, 0, 2]) + bytes([0, 0, 0, 3])
    x = read_idx(written(tmp_path, header + bytes([1, 2, 3, 4, 5, 255])))
    np.testing.assert_array_equal(x, np.array([[1, 2, 3], [4, 5, 255]], np.uint8), strict=True)


@pytest.mark.parametrize(
    ("code", "payload", "dtype", "value"),
    [
        (0x08, "80", "uint8", 128),
        (0x09, "80", "int8", -128),  # the same byte in two's complement
        (0x0B, "0102", "int16", 258),  # 1 * 256 + 2
        (0x0C, "fffffffe", "int32", -2),
        (0x0D, "bfc00000", "float32", -1.5),  # sign 1, exponent 127, fraction 1/2
        (0x0E, "4004000000000000", "float64", 2.5),  # 2^1 * (1 + 1/4)
    ],
)
def test_each_type_is_read_big_endian(tmp_path, code, payload, dtype, value):
    x = read_idx(written(tmp_path, bytes([0, 0, code, 1, 0, 0, 0, 1]) + bytes.fromhex(payload)))
    np.testing.assert_array_equal(x, np.array([value], dtype), strict=True)


def test_dimensions_are_32_bit_big_endian(tmp_path):
    x = read_idx(written(tmp_path, bytes([0, 0, 0x08, 1, 0, 1, 0, 2]) + bytes(65_538)))  # 1 * 65536 + 2
    assert x.shape == (65_538,)


@pytest.mark.parametrize("name", ["x.idx", "x.gz"])
@given(
    array=st.sampled_from(TYPES).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read_back_bit_for_bit(tmp_path, to_idx, to_gzip, name, array):
    content = to_idx(array)
    x = read_idx(written(tmp_path, to_gzip(content) if name.endswith("gz") else content, name))
    assert x.dtype == array.dtype
    assert x.dtype.isnative
    assert x.shape == array.shape
    assert x.tobytes() == array.tobytes()  # bytes, so that NaNs compare too


def test_result_is_fresh_and_writable(tmp_path, to_idx):
    path = written(tmp_path, to_idx(np.arange(4, dtype=np.uint8)))
    read_idx(path)[:] = 9
    assert read_idx(path).tolist() == [0, 1, 2, 3]


def test_gzip_of_several_members_is_read_as_one(tmp_path, to_idx, to_gzip):
    content = to_idx(np.arange(6, dtype=np.int16))
    path = written(tmp_path, to_gzip(content[:7]) + to_gzip(content[7:]), "x.gz")
    assert read_idx(path).tolist() == [0, 1, 2, 3, 4, 5]


def test_path_may_be_a_string(tmp_path, to_idx):
    assert read_idx(str(written(tmp_path, to_idx(np.array([7], np.uint8))))).tolist() == [7]


def test_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(f"read_idx: there is no file {tmp_path / 'no.gz'}")):
        read_idx(tmp_path / "no.gz")


PLAIN = bytes([0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes([1, 2, 3, 4, 5, 6])

PLAIN_FAULTS = {
    "empty": (b"", "its header is cut short: 0 bytes, expected at least 4"),
    "magic": (b"<htm" + PLAIN[4:], "it is not an idx file: it begins with 3c 68 74 6d, expected 00 00"),
    "type": (
        PLAIN[:2] + b"\x0a" + PLAIN[3:],
        "its type code is 0x0a, expected one of 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e",
    ),
    "header": (PLAIN[:11], "its header is cut short: 11 bytes, expected 12"),
    "shorter": (PLAIN[:-1], "its payload is shorter than the header says: 5 bytes, expected 6"),
    "longer": (PLAIN + b"\0", "its payload is longer than the header says: 7 bytes, expected 6"),
    "no payload": (PLAIN[:12], "its payload is shorter than the header says: 0 bytes, expected 6"),
    "absurd size": (
        bytes([0, 0, 0x0E, 3]) + b"\xff" * 12,
        f"its payload is shorter than the header says: 0 bytes, expected {8 * (2**32 - 1) ** 3:,}",
    ),
    "absurd size of nothing": (bytes([0, 0, 0x0E, 4]) + bytes(4) + b"\xff" * 12, "NumPy cannot hold its shape (0, 429"),
    "too many dimensions": (bytes([0, 0, 0x08, 70]) + bytes([0, 0, 0, 1]) * 70 + b"\0", "NumPy cannot hold its shape"),
    "gzip": (b"\x1f\x8b" + PLAIN, "it holds gzip data although its name does not end in .gz"),
}


@pytest.mark.parametrize(("content", "message"), PLAIN_FAULTS.values(), ids=PLAIN_FAULTS)
def test_wrong_idx_is_refused_with_file_and_fault(tmp_path, content, message):
    path = written(tmp_path, content)
    with pytest.raises(ValueError, match=re.escape(f"read_idx: {path}: {message}")):
        read_idx(path)


def flip(content, index):
    return content[:index] + bytes([content[index] ^ 0xFF]) + content[index:][1:]


# A .gz ends in 4 bytes of CRC and 4 of length.
GZIP_FAULTS = {
    "empty": (lambda good: b"", "it is not gzip data: it begins with nothing, expected 1f 8b"),
    "not gzip": (lambda good: PLAIN, "it is not gzip data: it begins with 00 00 08 02, expected 1f 8b"),
    "only the magic": (lambda good: good[:2], "its gzip data is cut short after 2 bytes"),
    "half": (lambda good: good[: len(good) // 2], "its gzip data is cut short after"),
    "last byte": (lambda good: good[:-1], "its gzip data is cut short after"),
    "crc": (lambda good: flip(good, len(good) - 8), "its gzip data is damaged: its checksum does not agree"),
    "length": (lambda good: flip(good, len(good) - 1), "its gzip data is damaged:"),
    "method": (lambda good: flip(good, 2), "its gzip data is damaged:"),
    "trailing bytes": (lambda good: good + b"more", "its gzip data is damaged:"),
}


@pytest.mark.parametrize(("spoil", "message"), GZIP_FAULTS.values(), ids=GZIP_FAULTS)
def test_wrong_gzip_is_refused_with_file_and_fault(tmp_path, to_gzip, spoil, message):
    path = written(tmp_path, spoil(to_gzip(PLAIN)), "x.gz")
    with pytest.raises(ValueError, match=re.escape(f"read_idx: {path}: {message}")):
        read_idx(path)


def test_wrong_idx_inside_right_gzip_is_refused(tmp_path, to_gzip):
    path = written(tmp_path, to_gzip(PLAIN[:-1]), "x.gz")
    with pytest.raises(ValueError, match=re.escape(f"{path}: its payload is shorter")):
        read_idx(path)


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_flipped_byte_never_passes_for_other_data(tmp_path, to_idx, to_gzip, data):
    right = np.arange(40, dtype=np.int32).reshape(5, 8)
    good = to_gzip(to_idx(right))
    path = written(tmp_path, flip(good, data.draw(st.integers(0, len(good) - 1))), "x.gz")
    try:
        x = read_idx(path)
    except ValueError:
        return
    # Read all the same: a byte of gzip's header that means nothing here, such as the time.
    np.testing.assert_array_equal(x, right, strict=True)
