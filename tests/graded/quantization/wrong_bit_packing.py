"""Answers to quantization/bit_packing that are wrong, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_bits(bits):
    if not isinstance(bits, (int, np.integer)) or not 1 <= bits <= 8:
        raise ValueError("bits")


def refuse_bad_codes(codes, bits):
    if np.any(codes < 0) or np.any(codes >= 2 ** int(bits)):
        raise ValueError("codes")


def refuse_bad_length(data, bits, count):
    if len(data) != -(-count * int(bits) // 8):
        raise ValueError("data")


def refuse_bad(data, bits, count):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
    else:
        refuse_bad_length(data, bits, count)


def digits(codes, bits):
    """The stream as text, high bits first."""
    return "".join(f"{int(code) & (2**bits - 1):0{bits}b}" for code in codes)


def as_bytes(text):
    """Eight digits a byte, zeros at the end."""
    text += "0" * (-len(text) % 8)
    return np.array([int(text[i : i + 8], 2) for i in range(0, len(text), 8)], np.uint8)


def of_bytes(data):
    return "".join(f"{int(byte):08b}" for byte in data)


def as_codes(text, bits, count):
    return np.array([int(text[i * bits : (i + 1) * bits], 2) for i in range(count)], np.uint8)


def pack(codes, bits):
    return as_bytes(digits(codes, int(bits)))


def unpack(data, bits, count):
    return as_codes(of_bytes(data), int(bits), count)


def pack_integers(codes, bits):
    """The same by shifting."""
    word, length = 0, -(-len(codes) * int(bits) // 8)
    for code in codes:
        word = word << int(bits) | int(code)
    word <<= 8 * length - len(codes) * int(bits)
    return np.array([word >> 8 * (length - 1 - i) & 255 for i in range(length)], np.uint8)


@wrong(
    en="The first code lies in the low bits: here it lies in the high ones, as with np.packbits.",
    zh="第一个码放在了低位：这里要放在高位，与 np.packbits 一致。",
)
def low_bits_first(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        stream = (data[:, None].astype(np.int64) >> np.arange(bits)) & 1
        return np.packbits(stream.astype(np.uint8), bitorder="little")
    stream = np.unpackbits(data, bitorder="little")[: count * bits].reshape(count, bits)
    return (stream << np.arange(bits)).sum(axis=1).astype(np.uint8)


@same_mistake(low_bits_first)
def fills_from_the_right(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        word = sum(int(code) << i * bits for i, code in enumerate(data))
        return np.frombuffer(word.to_bytes(-(-len(data) * bits // 8), "little"), np.uint8).copy()
    word = int.from_bytes(data.tobytes(), "little")
    return np.array([word >> i * bits & (2**bits - 1) for i in range(count)], np.uint8)


@wrong(
    en="The bits of each code stand in the wrong order, low bit first: the high bit goes first.",
    zh="每个码内部的位序反了，低位在前：应高位在前。",
)
def reverses_each_code(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        return as_bytes("".join(f"{int(code):0{bits}b}"[::-1] for code in data))
    text = of_bytes(data)
    return np.array([int(text[i * bits : (i + 1) * bits][::-1], 2) for i in range(count)], np.uint8)


@same_mistake(reverses_each_code)
def places_ascend(data, bits, count=None):
    refuse_bad(data, bits, count)
    places = np.arange(int(bits))
    if count is None:
        return np.packbits(((data[:, None].astype(np.int64) >> places) & 1).astype(np.uint8))
    stream = np.unpackbits(data)[: count * int(bits)].reshape(count, int(bits))
    return (stream << places).sum(axis=1).astype(np.uint8)


@wrong(
    en="Each code has a byte of its own: nothing was saved, eight bits are stored for each.",
    zh="每个码各占一个字节：什么也没省，每个仍存了八位。",
)
def one_byte_a_code(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return data.astype(np.uint8)
    refuse_bad_length(data, bits, count)
    return data[:count].copy()


@same_mistake(one_byte_a_code)
def casts_to_uint8(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is not None:
        refuse_bad_length(data, bits, count)
        return np.array(data[:count], np.uint8)
    refuse_bad_codes(data, bits)
    return np.array([int(code) for code in data], np.uint8)


@wrong(
    en="No code straddles two bytes: only 8 // bits of them go into each, and the rest of the byte is wasted.",
    zh="码没有跨字节：每个字节只放 8 // bits 个，其余的位浪费了。",
)
def wastes_the_rest_of_each_byte(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    each = 8 // bits
    if count is None:
        parts = [digits(data[i : i + each], bits) for i in range(0, len(data), each)]
        return as_bytes("".join(part + "0" * (8 - len(part)) for part in parts))
    text = "".join(f"{int(byte):08b}"[: each * bits] for byte in data)
    return as_codes(text + "0" * (count * bits), bits, count)


@same_mistake(wastes_the_rest_of_each_byte)
def aligned_codes(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    each = 8 // bits
    shifts = 8 - bits * np.arange(1, each + 1)
    if count is None:
        padded = np.append(data.astype(np.int64), np.zeros(-len(data) % each, np.int64)).reshape(-1, each)
        return (padded << shifts).sum(axis=1).astype(np.uint8)
    codes = (data[:, None].astype(np.int64) >> shifts & (2**bits - 1)).ravel()
    return np.append(codes, np.zeros(count, np.int64))[:count].astype(np.uint8)


@wrong(
    en="The zeros stand in front of the stream (a large integer, right-aligned): they fill up the last byte.",
    zh="补的零在整个位流之前（大整数右对齐）：应补在最后一个字节的末尾。",
)
def pads_in_front(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        text = digits(data, bits)
        return as_bytes("0" * (-len(text) % 8) + text)
    text = of_bytes(data)
    return as_codes(text[len(text) - count * bits :], bits, count)


@same_mistake(pads_in_front)
def integer_to_bytes(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits, word = int(bits), 0
    if count is None:
        for code in data:
            word = word << bits | int(code)
        return np.frombuffer(word.to_bytes(-(-len(data) * bits // 8), "big"), np.uint8).copy()
    word = int.from_bytes(data.tobytes(), "big")
    return np.array([word >> bits * (count - 1 - i) & (2**bits - 1) for i in range(count)], np.uint8)


@wrong(
    en="The bits of the last byte lie at its low end: they begin at the high bit, zeros fill the low ones.",
    zh="最后一个字节里的位靠在低端：应从高位开始放，低位补零。",
)
def last_byte_right_aligned(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        text = digits(data, bits)
        return np.array([int(text[i : i + 8], 2) for i in range(0, len(text), 8)], np.uint8)
    text = of_bytes(data)
    rest = -count * bits % 8
    return as_codes(text[: len(text) - 8] + text[len(text) - 8 + rest :] if rest else text, bits, count)


@same_mistake(last_byte_right_aligned)
def flushes_without_shifting(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is not None:
        whole, rest = divmod(count * bits, 8)
        text = of_bytes(data[:whole]) + (of_bytes(data[whole:])[8 - rest :] if rest else "")
        return as_codes(text, bits, count)
    packed, buffer, filled = [], 0, 0
    for code in data:
        buffer, filled = buffer << bits | int(code), filled + bits
        if filled >= 8:
            packed.append(buffer >> (filled - 8) & 255)
            filled -= 8
            buffer &= (1 << filled) - 1
    return np.array(packed + [buffer] * (filled > 0), np.uint8)


@wrong(
    en="The bytes are counted rounded down, n * bits // 8: the last bits are lost.",
    zh="字节数向下取整为 n * bits // 8：最后几位丢失了。",
)
def rounds_the_bytes_down(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        return pack(data, bits)[: len(data) * int(bits) // 8]
    return unpack(data, bits, count)


@same_mistake(rounds_the_bytes_down)
def drops_an_unfinished_byte(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is not None:
        return unpack(data, bits, count)
    text = digits(data, int(bits))
    return np.array([int(text[i : i + 8], 2) for i in range(0, len(text) - 7, 8)], np.uint8)


@wrong(
    en="n * bits // 8 + 1 bytes: where the codes fill their bytes, that is one too many.",
    zh="字节数取 n * bits // 8 + 1：码恰好填满字节时多了一个。",
)
def always_one_byte_more(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        packed = np.zeros(len(data) * int(bits) // 8 + 1, np.uint8)
        exact = pack(data, bits)
        packed[: len(exact)] = exact
        return packed
    return unpack(data, bits, count)


@same_mistake(always_one_byte_more)
def flushes_an_empty_buffer(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is not None:
        return unpack(data, bits, count)
    full = len(data) * int(bits) % 8 == 0
    return np.concatenate([pack_integers(data, bits), np.zeros(int(full), np.uint8)]).astype(np.uint8)


@wrong(
    en="It always packs two codes a byte: that is right for 4 bits alone.",
    zh="总是两个码放一个字节：只有 4 位时才对。",
)
def always_nibbles(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        return pack(data & 15, 4)
    return unpack(np.append(data, np.zeros(count, np.uint8)), 4, count)


@same_mistake(always_nibbles)
def upper_and_lower_half(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        codes = np.append(data, [0] * (len(data) % 2)).astype(np.int64) & 15
        return (codes[::2] << 4 | codes[1::2]).astype(np.uint8)
    halves = np.stack([data >> 4, data & 15], axis=1).ravel()
    return np.append(halves, np.zeros(count, np.uint8))[:count].astype(np.uint8)


@wrong(
    en="What a code has in the next byte is lost: shifted in uint8, its low bits fall out. Write both parts.",
    zh="码伸入下一个字节的部分丢失了：在 uint8 中移位，低位掉了出去。两部分都要写。",
)
def loses_what_straddles(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is not None:
        byte, offset = np.divmod(np.arange(count) * bits, 8)
        return ((data[byte].astype(np.int64) << offset & 255) >> (8 - bits)).astype(np.uint8)
    packed = np.zeros(-(-len(data) * bits // 8), np.uint8)
    for i, code in enumerate(data):
        byte, offset = divmod(i * bits, 8)
        packed[byte] |= (int(code) << (8 - bits)) >> offset
    return packed


@same_mistake(loses_what_straddles)
def one_byte_for_each_code_only(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is not None:
        text = of_bytes(data)
        return np.array(
            [int(text[i : min(i + bits, i // 8 * 8 + 8)].ljust(bits, "0"), 2) for i in range(0, count * bits, bits)],
            np.uint8,
        )
    text = ["0"] * (-(-len(data) * bits // 8) * 8)
    for i, code in enumerate(data):
        for j, digit in enumerate(f"{int(code):0{bits}b}"):
            if (i * bits + j) // 8 == i * bits // 8:
                text[i * bits + j] = digit
    return as_bytes("".join(text))


@wrong(
    en="It packs bit planes, the high bits of all codes first: the bits of one code belong together.",
    zh="按位平面打包，先放所有码的最高位：同一个码的各位应放在一起。",
)
def bit_planes(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        planes = [[int(code) >> place & 1 for code in data] for place in range(bits - 1, -1, -1)]
        return as_bytes("".join(str(bit) for plane in planes for bit in plane))
    text = of_bytes(data)
    return np.array([int(text[i : count * bits : count], 2) for i in range(count)], np.uint8)


@same_mistake(bit_planes)
def transposes_the_stream(data, bits, count=None):
    refuse_bad(data, bits, count)
    places = np.arange(int(bits))[::-1]
    if count is None:
        return np.packbits(((data[:, None].astype(np.int64) >> places) & 1).astype(np.uint8).T)
    stream = np.unpackbits(data)[: count * int(bits)].reshape(int(bits), count)
    return (stream.T << places).sum(axis=1).astype(np.uint8)


@wrong(
    en="Codes that do not fit lose their high bits without a word: raise ValueError.",
    zh="放不下的码被悄悄截掉了高位：应抛出 ValueError。",
)
def masks_the_codes(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is not None:
        refuse_bad_length(data, bits, count)
        return unpack(data, bits, count)
    if np.any(data < 0):
        raise ValueError("codes")
    return pack(data & np.array(2 ** int(bits) - 1, data.dtype), bits)


@same_mistake(masks_the_codes)
def takes_the_low_bits(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is not None:
        refuse_bad_length(data, bits, count)
        return unpack(data, bits, count)
    if len(data) and data.min() < 0:
        raise ValueError("codes")
    return pack_integers([int(code) % 2 ** int(bits) for code in data], bits)


@wrong(
    en="Negative codes go through, as two's complement: they come back as large ones, raise ValueError.",
    zh="没有拒绝负的码（按补码打包）：取回时变成了很大的码，应抛出 ValueError。",
)
def takes_negative_codes(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is not None:
        refuse_bad_length(data, bits, count)
        return unpack(data, bits, count)
    if np.any(data >= 2 ** int(bits)):
        raise ValueError("codes")
    return pack(data, bits)


@same_mistake(takes_negative_codes)
def checks_the_maximum_only(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is not None:
        refuse_bad_length(data, bits, count)
        return unpack(data, bits, count)
    if len(data) and int(data.max()) > 2 ** int(bits) - 1:
        raise ValueError("codes")
    return pack_integers([int(code) % 2 ** int(bits) for code in data], bits)


@wrong(
    en="It returns all codes that fit into the bytes: zeros that fill the last byte are no codes, stop at count.",
    zh="返回了字节里能放下的所有码：末字节补的零不是码，应取到 count 个为止。",
)
def ignores_count(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        return pack(data, bits)
    return unpack(data, bits, len(data) * 8 // int(bits))


@same_mistake(ignores_count)
def as_many_as_there_are(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        return pack_integers(data, bits)
    text = of_bytes(data)
    whole = len(text) // int(bits)
    return np.array([int(text[i : i + int(bits)], 2) for i in range(0, whole * int(bits), int(bits))], np.uint8)


@wrong(
    en="Bytes that are too many or too few go through: they are not the bytes of count codes, raise ValueError.",
    zh="没有拒绝过多或过少的字节：它们不是 count 个码的字节，应抛出 ValueError。",
)
def takes_any_length(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return pack(data, bits)
    return unpack(np.append(data, np.zeros(count, np.uint8)), bits, count)


@same_mistake(takes_any_length)
def pads_missing_bytes(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return pack_integers(data, bits)
    text = of_bytes(data).ljust(count * int(bits), "0")
    return as_codes(text, int(bits), count)


@wrong(
    en="Bytes that are too many go through: a wrong count or width shows only in their number, raise ValueError.",
    zh="没有拒绝过多的字节：个数或位宽弄错时，只有字节数能显出来，应抛出 ValueError。",
)
def takes_longer_data(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return pack(data, bits)
    if 8 * len(data) < count * int(bits):
        raise ValueError("data")
    return unpack(data, bits, count)


@same_mistake(takes_longer_data)
def demands_enough_only(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return pack_integers(data, bits)
    if len(data) < -(-count * int(bits) // 8):
        raise ValueError("data")
    return as_codes(of_bytes(data), int(bits), count)


@wrong(
    en="A count of 0 is taken for none (`if not count`): it asks to unpack no codes, compare with None.",
    zh="把 count 为 0 当成了没有给出（`if not count`）：它要求取回零个码，应与 None 比较。",
)
def zero_means_none(data, bits, count=None):
    refuse_bad(data, bits, count or None)
    return unpack(data, bits, count) if count else pack(data, bits)


@same_mistake(zero_means_none)
def count_as_a_condition(data, bits, count=None):
    refuse_bad_bits(bits)
    if count:
        refuse_bad_length(data, bits, count)
        return as_codes(of_bytes(data), int(bits), count)
    refuse_bad_codes(data, bits)
    return pack_integers(data, bits)


@wrong(
    en="It returns a bytes object or a list: asked is a uint8 array.",
    zh="返回的是 bytes 或列表：要的是 uint8 数组。",
)
def returns_bytes(data, bits, count=None):
    refuse_bad(data, bits, count)
    return unpack(data, bits, count).tobytes() if count is not None else pack(data, bits).tobytes()


@same_mistake(returns_bytes)
def packs_into_bytes(data, bits, count=None):
    refuse_bad(data, bits, count)
    return bytes(pack_integers(data, bits).tolist() if count is None else unpack(data, bits, count).tolist())


@wrong(
    en="It returns single bits, eight times as many: np.packbits makes bytes of them.",
    zh="返回的是一个个位，多了八倍：应再用 np.packbits 合成字节。",
)
def returns_the_stream(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        return np.array([int(digit) for digit in digits(data, int(bits))], np.uint8)
    return unpack(data, bits, count)


@same_mistake(returns_the_stream)
def one_digit_a_byte(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is not None:
        return unpack(data, bits, count)
    places = np.arange(int(bits))[::-1]
    return ((data[:, None].astype(np.int64) >> places) & 1).ravel().astype(np.uint8)


@wrong(
    en="0 bits go through: no code fits into them, raise ValueError.",
    zh="没有拒绝 0 位：没有码放得下，应抛出 ValueError。",
)
def takes_no_bits(data, bits, count=None):
    if not isinstance(bits, (int, np.integer)) or bits > 8:
        raise ValueError("bits")
    if bits < 1:
        return np.zeros(0, np.uint8)
    refuse_bad(data, bits, count)
    return pack(data, bits) if count is None else unpack(data, bits, count)


@same_mistake(takes_no_bits)
def nothing_for_no_bits(data, bits, count=None):
    if isinstance(bits, (int, np.integer)) and bits <= 0:
        return np.array([], dtype=np.uint8)
    refuse_bad(data, bits, count)
    return pack_integers(data, bits) if count is None else unpack(data, bits, count)


@wrong(
    en="More than 8 bits go through: unpacked codes would not fit into uint8, raise ValueError.",
    zh="没有拒绝超过 8 的位数：取回的码装不进 uint8，应抛出 ValueError。",
)
def takes_wide_codes(data, bits, count=None):
    if not isinstance(bits, (int, np.integer)) or bits < 1:
        raise ValueError("bits")
    refuse_bad_codes(data, bits) if count is None else refuse_bad_length(data, bits, count)
    return pack(data, bits) if count is None else unpack(data, bits, count)


@same_mistake(takes_wide_codes)
def no_upper_limit(data, bits, count=None):
    if not isinstance(bits, (int, np.integer)) or bits <= 0:
        raise ValueError("bits")
    if count is None:
        refuse_bad_codes(data, bits)
        return pack_integers(data, bits)
    refuse_bad_length(data, bits, count)
    return unpack(data, bits, count)


@wrong(
    en="Bits that are a float go through: 4.0 passes a comparison with 1 and 8, 2.5 does too.",
    zh="没有拒绝浮点数的 bits：只与 1 和 8 比大小，4.0 能通过，2.5 也能。",
)
def takes_fractional_bits(data, bits, count=None):
    if not isinstance(bits, (int, float, np.number)) or not 1 <= bits <= 8:
        raise ValueError("bits")
    refuse_bad(data, int(bits), count)
    return pack(data, bits) if count is None else unpack(data, bits, count)


@same_mistake(takes_fractional_bits)
def compares_bits_only(data, bits, count=None):
    if bits is None or isinstance(bits, str) or bits < 1 or bits > 8:
        raise ValueError("bits")
    bits = int(bits)
    refuse_bad(data, bits, count)
    return pack_integers(data, bits) if count is None else unpack(data, bits, count)
