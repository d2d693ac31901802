"""Wrong answers to quantization/bit_packing, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_bits(bits):
    if not isinstance(bits, (int, np.integer)) or not 1 <= bits <= 8:
        raise ValueError("bits")


def refuse_bad_codes(codes, bits):
    if np.any(codes < 0) or np.any(codes >= 2 ** int(bits)):
        raise ValueError("codes")


def refuse_bad_count(count):
    if not isinstance(count, (int, np.integer)) or count < 0:
        raise ValueError("count")


def refuse_bad_length(data, bits, count):
    refuse_bad_count(count)
    if len(data) != -(-int(count) * int(bits) // 8):
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


def as_asked(data, bits, count=None, *, places=lambda bits: np.arange(bits)[::-1], packed=np.packbits):
    """The right answer, in the solution's order, except for the step of packing that is given."""
    refuse_bad(data, bits, count)
    if count is not None:
        return unpack(data, bits, count)
    stream = (data[:, None] >> places(int(bits))) & 1
    return packed(stream.astype(np.uint8))


def pack_integers(codes, bits):
    """The same by shifting."""
    word, length = 0, -(-len(codes) * int(bits) // 8)
    for code in codes:
        word = word << int(bits) | int(code)
    word <<= 8 * length - len(codes) * int(bits)
    return np.array([word >> 8 * (length - 1 - i) & 255 for i in range(length)], np.uint8)


@wrong(
    en="The first code lies in the low bits: here it lies in the high ones, as with np.packbits.",
    zh="第一个量化值放在了低位：这里要放在高位，与 np.packbits 一致。",
)
def low_bits_first(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        stream = (data[:, None].astype(np.int64) >> np.arange(bits)) & 1
        return np.packbits(stream.astype(np.uint8), bitorder="little")
    stream = np.unpackbits(data, bitorder="little")[: int(count) * bits].reshape(count, bits)
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
    en="The bits of each byte are in the wrong order (bitorder little): the stream begins at the high bit.",
    zh="每个字节内部的位序反了（bitorder 为 little）：位流的第一位应是字节的最高位。",
)
def bytes_low_bit_first(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is not None:
        stream = np.unpackbits(data, bitorder="little")[: int(count) * int(bits)]
        return as_codes("".join(map(str, stream)), int(bits), int(count))
    return as_asked(data, bits, packed=lambda stream: np.packbits(stream, bitorder="little"))


@same_mistake(bytes_low_bit_first)
def packs_little_endian(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is not None:
        text = "".join(f"{byte:08b}"[::-1] for byte in data)
        return as_codes(text, int(bits), int(count))
    text = digits(data, int(bits))
    text += "0" * (-len(text) % 8)
    return np.array([int(text[i : i + 8][::-1], 2) for i in range(0, len(text), 8)], np.uint8)


@same_mistake(bytes_low_bit_first)
def packs_little_endian_only(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream, bitorder="little"))


@same_mistake(bytes_low_bit_first)
def flips_the_bytes(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream.ravel(), bitorder="little"))


@wrong(
    en="The bits of each code are in the wrong order, low bit first: the high bit comes first.",
    zh="每个量化值内部的位序反了，低位在前：应高位在前。",
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
    stream = np.unpackbits(data)[: int(count) * int(bits)].reshape(count, int(bits))
    return (stream << places).sum(axis=1).astype(np.uint8)


@wrong(
    en="Each code has a byte of its own: nothing was saved, eight bits are stored for each.",
    zh="每个量化值各占一个字节：什么也没省，每个仍存了八位。",
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


@same_mistake(one_byte_a_code)
def packs_each_row(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream, axis=1).ravel())


@same_mistake(one_byte_a_code)
def packs_row_by_row(data, bits, count=None):
    return as_asked(
        data, bits, count, packed=lambda stream: np.array([int(np.packbits(row)[0]) for row in stream], np.uint8)
    )


@wrong(
    en="No code straddles two bytes: only 8 // bits of them go into each, and the rest of the byte is wasted.",
    zh="量化值没有跨字节：每个字节只放 8 // bits 个，其余的位浪费了。",
)
def wastes_the_rest_of_each_byte(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    each = 8 // bits
    if count is None:
        parts = [digits(data[i : i + each], bits) for i in range(0, len(data), each)]
        return as_bytes("".join(part + "0" * (8 - len(part)) for part in parts))
    text = "".join(f"{int(byte):08b}"[: each * bits] for byte in data)
    return as_codes(text + "0" * (int(count) * bits), bits, count)


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
    en="The padding zeros are in front of the stream (a large integer, right-aligned): they fill up the last byte.",
    zh="补的零在整个位流之前（大整数右对齐）：应补在最后一个字节的末尾。",
)
def pads_in_front(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        text = digits(data, bits)
        return as_bytes("0" * (-len(text) % 8) + text)
    text = of_bytes(data)
    return as_codes(text[len(text) - int(count) * bits :], bits, count)


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
    rest = -int(count) * bits % 8
    return as_codes(text[: len(text) - 8] + text[len(text) - 8 + rest :] if rest else text, bits, count)


@same_mistake(last_byte_right_aligned)
def flushes_without_shifting(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is not None:
        whole, rest = divmod(int(count) * bits, 8)
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
    zh="字节数取 n * bits // 8 + 1：量化值恰好填满字节时多了一个。",
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
    en="It always packs two codes per byte: that is right only for 4 bits.",
    zh="总是两个量化值放一个字节：只有 4 位时才对。",
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
    zh="量化值伸入下一个字节的部分丢失了：在 uint8 中移位，低位掉了出去。两部分都要写。",
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
            [
                int(text[i : min(i + bits, i // 8 * 8 + 8)].ljust(bits, "0"), 2)
                for i in range(0, int(count) * bits, bits)
            ],
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
    zh="按位平面打包，先放所有量化值的最高位：同一个量化值的各位应放在一起。",
)
def bit_planes(data, bits, count=None):
    refuse_bad(data, bits, count)
    bits = int(bits)
    if count is None:
        planes = [[int(code) >> place & 1 for code in data] for place in range(bits - 1, -1, -1)]
        return as_bytes("".join(str(bit) for plane in planes for bit in plane))
    text = of_bytes(data)
    return np.array([int(text[i : int(count) * bits : count], 2) for i in range(count)], np.uint8)


@same_mistake(bit_planes)
def packs_the_transpose(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream.T))


@same_mistake(bit_planes)
def column_by_column(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream.ravel(order="F")))


@same_mistake(bit_planes)
def transposes_the_stream(data, bits, count=None):
    refuse_bad(data, bits, count)
    places = np.arange(int(bits))[::-1]
    if count is None:
        return np.packbits(((data[:, None].astype(np.int64) >> places) & 1).astype(np.uint8).T)
    stream = np.unpackbits(data)[: int(count) * int(bits)].reshape(int(bits), count)
    return (stream.T << places).sum(axis=1).astype(np.uint8)


@wrong(
    en="Codes that do not fit lose their high bits without an error: raise ValueError.",
    zh="放不下的量化值被悄悄截掉了高位：应抛出 ValueError。",
)
def masks_the_codes(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is not None:
        refuse_bad_length(data, bits, count)
        return unpack(data, bits, count)
    if np.any(data < 0):
        raise ValueError("codes")
    return pack(data & np.array(2 ** int(bits) - 1, data.dtype), bits)


@wrong(
    en="The codes are cast before they are checked: 257 and -255 become 1 in uint8, and pass. Check them as they come.",
    zh="先转换类型再检查：257 与 -255 在 uint8 中变成 1，于是通过了。应按原值检查。",
)
def casts_before_the_check(data, bits, count=None):
    if count is None:
        data = data.astype(np.uint8)
    return as_asked(data, bits, count)


@same_mistake(casts_before_the_check)
def checks_after_the_cast(data, bits, count=None):
    if count is None:
        data = np.array([int(code) & 255 for code in data], np.uint8)
    refuse_bad(data, bits, count)
    return pack_integers(data, bits) if count is None else unpack(data, bits, count)


@same_mistake(casts_before_the_check)
def int32_before_the_check(data, bits, count=None):
    return as_asked(data.astype(np.int32) if count is None else data, bits, count)


@same_mistake(casts_before_the_check)
def in_32_bits(data, bits, count=None):
    if count is None:
        data = np.asarray(data).astype("int32")
    refuse_bad(data, bits, count)
    return pack_integers(data, bits) if count is None else unpack(data, bits, count)


@wrong(
    en="The codes pass through int8: those above 127 become negative there. Check them as they come.",
    zh="量化值经过了 int8：大于 127 的会变成负数。应按原值检查。",
)
def int8_before_the_check(data, bits, count=None):
    return as_asked(data.astype(np.int8) if count is None else data, bits, count)


@same_mistake(int8_before_the_check)
def in_8_bits(data, bits, count=None):
    if count is None:
        data = data.astype("int8")
    return as_asked(data, bits, count)


@wrong(
    en="Codes that do not fit are clipped: another code is stored without an error; raise ValueError.",
    zh="放不下的量化值被截断：悄悄存成了另一个值，应抛出 ValueError。",
)
def clips_the_codes(data, bits, count=None):
    return as_asked(np.clip(data, 0, 2 ** int(bits) - 1) if count is None else data, bits, count)


@same_mistake(clips_the_codes)
def limits_the_codes(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        data = np.minimum(np.maximum(data, 0), 2 ** int(bits) - 1)
    return as_asked(data, bits, count)


@wrong(
    en="Codes are not checked: those that do not fit and negative ones lose bits without an error; raise ValueError.",
    zh="没有检查量化值：放不下的与负的会悄悄丢掉一些位，应抛出 ValueError。",
)
def codes_are_not_checked(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        data = data & (2 ** int(bits) - 1)
    return as_asked(data, bits, count)


@same_mistake(codes_are_not_checked)
def remainders_of_the_codes(data, bits, count=None):
    refuse_bad_bits(bits)
    return (
        pack_integers([int(c) % 2 ** int(bits) for c in data], bits) if count is None else as_asked(data, bits, count)
    )


@wrong(
    en="An empty array raises an error, from data.min(): it must pack into no bytes.",
    zh="没有量化值时出错：空数组的 data.min() 会抛出异常。空数组应打包成零个字节。",
)
def maximum_of_no_codes(data, bits, count=None):
    if count is None and (data.min() < 0 or data.max() >= 2 ** int(bits)):
        raise ValueError("codes")
    return as_asked(data, bits, count)


@same_mistake(maximum_of_no_codes)
def extremes_of_no_codes(data, bits, count=None):
    if count is None and not 0 <= data.min() <= data.max() < 2 ** int(bits):
        raise ValueError("codes")
    return as_asked(data, bits, count)


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
    en="Negative codes are accepted, as two's complement: they come back as large ones; raise ValueError.",
    zh="没有拒绝负的量化值（按补码打包）：取回时变成了很大的量化值，应抛出 ValueError。",
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
    en="It returns all codes that fit into the bytes: zeros that fill the last byte are not codes; stop at count.",
    zh="返回了字节里能放下的所有量化值：末字节补的零不是量化值，应取到 count 个为止。",
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
    en="Bytes that are too many or too few are accepted: they are not the bytes of count codes; raise ValueError.",
    zh="没有拒绝过多或过少的字节：它们不是 count 个量化值的字节，应抛出 ValueError。",
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
    text = of_bytes(data).ljust(int(count) * int(bits), "0")
    return as_codes(text, int(bits), count)


@wrong(
    en="Bytes that are too many are accepted: a wrong count or width shows only in their number; raise ValueError.",
    zh="没有拒绝过多的字节：个数或位宽弄错时，只有字节数能显出来，应抛出 ValueError。",
)
def takes_longer_data(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return pack(data, bits)
    if 8 * len(data) < int(count) * int(bits):
        raise ValueError("data")
    return unpack(data, bits, count)


@same_mistake(takes_longer_data)
def demands_enough_only(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        refuse_bad_codes(data, bits)
        return pack_integers(data, bits)
    if len(data) < -(-int(count) * int(bits) // 8):
        raise ValueError("data")
    return as_codes(of_bytes(data), int(bits), count)


@wrong(
    en="Bytes that are too few are accepted: count codes must fill data exactly; raise ValueError.",
    zh="没有拒绝过少的字节：count 个量化值须恰好占满 data，应抛出 ValueError。",
)
def takes_shorter_data(data, bits, count=None):
    if count is not None and len(data) <= -(-int(count) * int(bits) // 8):
        refuse_bad_bits(bits)
        refuse_bad_count(count)
        return unpack(np.append(data, np.zeros(9, np.uint8)), bits, int(count))
    return as_asked(data, bits, count)


@same_mistake(takes_shorter_data)
def demands_not_too_many(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        return as_asked(data, bits)
    refuse_bad_count(count)
    if len(data) > -(-int(count) * int(bits) // 8):
        raise ValueError("data")
    return as_codes(of_bytes(data) + "0" * 99, int(bits), int(count))


@wrong(
    en="A count that is a float is accepted: 5.0 and 4.5 are not integers; raise ValueError.",
    zh="没有拒绝浮点数的 count：5.0 与 4.5 不是整数，应抛出 ValueError。",
)
def takes_fractional_counts(data, bits, count=None):
    return as_asked(data, bits, int(count) if isinstance(count, (float, str)) else count)


@same_mistake(takes_fractional_counts)
def converts_the_count(data, bits, count=None):
    if count is not None:
        count = int(count)
    return as_asked(data, bits, count)


@wrong(
    en="A negative count is accepted: raise ValueError.",
    zh="没有拒绝负的 count：应抛出 ValueError。",
)
def takes_negative_counts(data, bits, count=None):
    return as_asked(data, bits, 0 if isinstance(count, int) and count < 0 else count)


@same_mistake(takes_negative_counts)
def below_zero_is_none_to_unpack(data, bits, count=None):
    if isinstance(count, (int, np.integer)):
        count = max(int(count), 0)
    return as_asked(data, bits, count)


@wrong(
    en="A count of 0 is taken for none (`if not count`): it asks to unpack no codes; compare with None.",
    zh="把 count 为 0 当成了没有给出（`if not count`）：它要求取回零个量化值，应与 None 比较。",
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
    en="It returns a bytes object or a list: the exercise asks for a uint8 array.",
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
    en="The bytes keep a second axis: the exercise asks for the shape (ceil(n * bits / 8),).",
    zh="字节数组多了一个轴：题目要求形状 (ceil(n * bits / 8),)。",
)
def bytes_as_a_matrix(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream).reshape(1, -1))


@same_mistake(bytes_as_a_matrix)
def keeps_an_axis(data, bits, count=None):
    return as_asked(data, bits, count, packed=lambda stream: np.packbits(stream)[None])


@wrong(
    en="Unpacked codes come in reverse order: code 0 comes first.",
    zh="取回的量化值顺序相反：量化值 0 应在最前。",
)
def codes_in_reverse(data, bits, count=None):
    result = as_asked(data, bits, count)
    return result if count is None else result[::-1].copy()


@same_mistake(codes_in_reverse)
def last_code_first(data, bits, count=None):
    refuse_bad(data, bits, count)
    if count is None:
        return pack(data, bits)
    return np.array([int(code) for code in reversed(unpack(data, bits, count))], np.uint8)


@wrong(
    en="It writes into data: the array is the caller's.",
    zh="写进了 data：这个数组属于调用者。",
)
def reduces_the_callers_codes(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        data &= 2 ** int(bits) - 1
    return as_asked(data, bits, count)


@same_mistake(reduces_the_callers_codes)
def masks_in_place(data, bits, count=None):
    refuse_bad_bits(bits)
    if count is None:
        np.bitwise_and(data, 2 ** int(bits) - 1, out=data)
    return as_asked(data, bits, count)


@wrong(
    en="0 bits are accepted: no code fits into them; raise ValueError.",
    zh="没有拒绝 0 位：没有量化值放得下，应抛出 ValueError。",
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
    en="More than 8 bits are accepted: unpacked codes would not fit into uint8; raise ValueError.",
    zh="没有拒绝超过 8 的位数：取回的量化值装不进 uint8，应抛出 ValueError。",
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
    en="A float for bits is accepted: 4.0 passes a comparison with 1 and 8, 2.5 does too.",
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
