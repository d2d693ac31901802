"""Bit packing: worked by hand, against text made of the digits, against NumPy's special cases, and as a round trip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress.quantization import pack_bits, unpack_bits
from minicompress.quantization.packing import packed_bytes

coded = st.integers(1, 16).flatmap(
    lambda bits: st.tuples(st.just(bits), st.lists(st.integers(0, 2**bits - 1), max_size=40))
)


def as_text(codes, bits):
    """The stream as digits, cut into bytes."""
    digits = "".join(f"{code:0{bits}b}" for code in codes)
    digits += "0" * (-len(digits) % 8)
    return [int(digits[i : i + 8], 2) for i in range(0, len(digits), 8)]


def test_three_bits_worked_by_hand():
    # 101 011 110 -> 10101111 00000000
    packed = pack_bits(np.array([5, 3, 6]), 3)
    assert packed.tolist() == [0b10101111, 0]
    assert packed.dtype == np.uint8
    assert unpack_bits(packed, 3, 3).tolist() == [5, 3, 6]


@given(coded)
def test_bytes_are_those_of_the_digits_and_every_code_comes_back(case):
    bits, codes = case
    packed = pack_bits(np.array(codes, np.uint16), bits)
    assert packed.tolist() == as_text(codes, bits)
    assert packed.size == packed_bytes(len(codes), bits)
    back = unpack_bits(packed, bits, len(codes))
    assert back.tolist() == codes
    assert back.dtype == (np.uint8 if bits <= 8 else np.uint16)


def test_one_eight_and_sixteen_bits_are_what_numpy_has_for_them():
    rng = np.random.default_rng(0)
    one, eight, sixteen = (rng.integers(0, 2**bits, 37) for bits in (1, 8, 16))
    np.testing.assert_array_equal(pack_bits(one, 1), np.packbits(one.astype(bool)))
    np.testing.assert_array_equal(pack_bits(eight, 8), eight.astype(np.uint8))
    assert pack_bits(sixteen, 16).tobytes() == sixteen.astype(">u2").tobytes()


def test_four_bits_put_the_first_code_into_the_upper_half():
    assert pack_bits(np.array([0x1, 0xF, 0x2]), 4).tolist() == [0x1F, 0x20]


def test_shapes_are_read_in_c_order_and_types_do_not_matter():
    codes = np.arange(12, dtype=np.int8).reshape(3, 4)
    np.testing.assert_array_equal(pack_bits(codes.T, 5), pack_bits(codes.T.ravel().astype(np.uint64), 5))
    assert pack_bits([1, 2], 4).tolist() == [0x12]


def test_no_codes_need_no_bytes():
    assert pack_bits(np.zeros((0, 3), np.uint8), 3).tolist() == []
    assert pack_bits([], 3).dtype == np.uint8
    assert unpack_bits(np.zeros(0, np.uint8), 3, 0).tolist() == []


def test_what_lies_behind_the_last_code_is_not_looked_at():
    assert unpack_bits(np.array([0b10101111, 0b01111111], np.uint8), 3, 3).tolist() == [5, 3, 6]


@pytest.mark.parametrize("codes", [[8], [-1], [0, 1, 300], [0.5], [True], [np.nan]])
def test_codes_that_do_not_fit_are_named(codes):
    with pytest.raises(ValueError, match=r"pack_bits: codes must be (from 0 to 7|integers)"):
        pack_bits(np.array(codes), 3)


@pytest.mark.parametrize("bits", [0, 17, 4.0, True])
def test_bad_bits_are_named(bits):
    with pytest.raises(ValueError, match="pack_bits: bits must be an integer from 1 to 16"):
        pack_bits(np.ones(2, int), bits)
    with pytest.raises(ValueError, match="unpack_bits: bits must be an integer from 1 to 16"):
        unpack_bits(np.ones(2, np.uint8), bits, 1)


def test_bytes_that_do_not_fit_the_count_are_named():
    for packed, n in [(np.zeros(2, np.uint8), 6), (np.zeros(2, np.uint8), 2), (np.zeros(1, np.int8), 2)]:
        with pytest.raises(ValueError, match="unpack_bits: packed must be a uint8 array of shape"):
            unpack_bits(packed, 3, n)
    with pytest.raises(ValueError, match="unpack_bits: n must be an integer >= 0"):
        unpack_bits(np.zeros(1, np.uint8), 3, -1)


@pytest.mark.parametrize("narrow", [np.int8, np.uint8])
def test_counts_of_narrow_integers_do_not_wrap(narrow):
    assert packed_bytes(narrow(100), narrow(5)) == 63
    np.testing.assert_array_equal(unpack_bits(pack_bits([1, 2], narrow(8)), narrow(8), narrow(2)), [1, 2])


@pytest.mark.parametrize(
    ("n", "bits", "name"), [(-1, 8, "n"), (1.5, 8, "n"), (True, 8, "n"), (3, 0, "bits"), (3, None, "bits")]
)
def test_counts_that_are_none_are_named(n, bits, name):
    with pytest.raises(ValueError, match=f"packed_bytes: {name} must be"):
        packed_bytes(n, bits)


@pytest.mark.parametrize("codes", [["a"], [None], [0.5], [True], None, [[1], [1, 2]]], ids=repr)
def test_codes_that_are_none_are_named(codes):
    with pytest.raises(ValueError, match="pack_bits: codes must be integers"):
        pack_bits(codes, 8)
