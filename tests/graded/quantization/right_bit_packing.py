"""Answers to quantization/bit_packing that are right, in other styles than the solution's."""

import numbers

import numpy as np

from minicompress.kit.grading import right


@right
def one_bit_at_a_time(data, bits, count=None):
    if not isinstance(bits, numbers.Integral) or bits < 1 or bits > 8:
        raise ValueError("bits")
    bits = int(bits)
    if count is None:
        packed = np.zeros((len(data) * bits + 7) // 8, np.uint8)
        for i, code in enumerate(data.tolist()):
            if not 0 <= code < 1 << bits:
                raise ValueError("codes")
            for j in range(bits):
                if code >> (bits - 1 - j) & 1:
                    packed[(i * bits + j) // 8] |= 128 >> (i * bits + j) % 8
        return packed
    if not isinstance(count, numbers.Integral) or count < 0 or data.size != (int(count) * bits + 7) // 8:
        raise ValueError("data")
    count = int(count)
    codes = np.zeros(count, np.uint8)
    for position in range(count * bits):
        codes[position // bits] = codes[position // bits] << 1 | data[position // 8] >> (7 - position % 8) & 1
    return codes


@right
def one_large_integer(data, bits, count=None):
    if not isinstance(bits, (int, np.integer)) or bits not in range(1, 9):
        raise ValueError("bits")
    bits, word = int(bits), 0
    if count is None:
        if len(data) and (data.min() < 0 or int(data.max()) >> bits):
            raise ValueError("codes")
        for code in data:
            word = word << bits | int(code)
        length = -(-len(data) * bits // 8)
        return np.frombuffer((word << (8 * length - len(data) * bits)).to_bytes(length, "big"), np.uint8).copy()
    if not isinstance(count, (int, np.integer)):
        raise ValueError("count")
    count = int(count)
    if count < 0 or 8 * len(data) - count * bits not in range(8):
        raise ValueError("data")
    word = int.from_bytes(data.tobytes(), "big") >> (8 * len(data) - count * bits)
    codes = [word >> (bits * (count - 1 - i)) & ((1 << bits) - 1) for i in range(count)]
    return np.array(codes, np.uint8)


@right
def looks_at_two_bytes_for_each_code(data, bits, count=None):
    if type(bits) is float or bits not in tuple(range(1, 9)):
        raise ValueError("bits")
    if count is not None and (not isinstance(count, (int, np.integer)) or count < 0):
        raise ValueError("count")
    n = len(data) if count is None else int(count)
    length = int(np.ceil(n * int(bits) / 8))
    byte, offset = np.divmod(np.arange(n) * int(bits), 8)
    shift = 16 - int(bits) - offset
    if count is None:
        if not np.isin(data, np.arange(2 ** int(bits))).all():
            raise ValueError("codes")
        window = data.astype(np.int64) << shift
        packed = np.zeros(length + 1, np.int64)
        np.add.at(packed, byte, window >> 8)
        np.add.at(packed, byte + 1, window & 255)
        return packed[:length].astype(np.uint8)
    if len(data) != length:
        raise ValueError("data")
    padded = np.append(data, [0]).astype(np.int64)
    window = padded[byte] * 256 + padded[np.minimum(byte + 1, length)]
    return (window >> shift & (2 ** int(bits) - 1)).astype(np.uint8)


COUNT = "if not isinstance(count, (int, np.integer)) or count < 0 or len(data) != -(-int(count) * bits // 8):"
STREAM = "stream = np.unpackbits(data)[:int(count) * bits].reshape(-1, bits)"
EQUIVALENT_MUTANTS = {
    "return np.packbits(stream.astype(np.uint8)) -> return np.packbits(stream)": "np.packbits takes any integers",
    "swapped: bits = int(bits) | places = np.arange(bits)[::-1]": "np.arange takes any integer",
    f"{STREAM} -> {STREAM.replace('-1, bits', '-2, bits')}": "NumPy takes any negative number for what is left",
}
WIDE = "NumPy 1 multiplies a narrow integer and an int in int64; NumPy 2 stays in the narrow type, and overflows"
EQUIVALENT_UNDER_NUMPY = {
    1: {
        "dropped: bits = int(bits)": WIDE,
        "bits = int(bits) -> bits = bits": WIDE,
        f"{STREAM} -> {STREAM.replace('int(count)', 'count')}": WIDE,
    }
}
