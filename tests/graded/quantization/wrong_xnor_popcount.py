"""Wrong answers to quantization/xnor_popcount, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong

ONES = np.array([bin(byte).count("1") for byte in range(256)])


def refuse_bad(x, w_words):
    if w_words.dtype != np.uint8 or w_words.shape[1] != -(-x.shape[1] // 8):
        raise ValueError("words")


def used(ins):
    return np.packbits(np.ones(ins, bool), bitorder="little")


def packed(bits):
    return np.packbits(bits, axis=1, bitorder="little")


def count(words):
    """How many ones there are in the words of the last axis."""
    return ONES[words].sum(axis=-1)


def pairs(x, w_words, of):
    """`of(bits of x, bits of w)` for each pair of rows, as lists of the bits that are used."""
    refuse_bad(x, w_words)
    ins = x.shape[1]
    y = np.zeros((len(x), len(w_words)), np.int64)
    for i, row in enumerate(x):
        for o, words in enumerate(w_words):
            bits = [int(words[k // 8]) >> k % 8 & 1 for k in range(ins)]
            y[i, o] = of([int(value >= 0) for value in row], bits)
    return y


def differing(x, w_words):
    refuse_bad(x, w_words)
    return (packed(x >= 0)[:, None] ^ w_words) & used(x.shape[1])


@wrong(
    en="The unused bits of the last byte are counted: mask them, they may be anything.",
    zh="计入了最后一个字节多出的位：它们可以是任意值，应先屏蔽。",
)
def counts_the_tail(x, w_words):
    refuse_bad(x, w_words)
    return x.shape[1] - 2 * count(packed(x >= 0)[:, None] ^ w_words)


@same_mistake(counts_the_tail)
def pads_the_inputs_only(x, w_words):
    refuse_bad(x, w_words)
    bits = np.zeros((len(x), 8 * w_words.shape[1]), np.uint8)
    bits[:, : x.shape[1]] = x >= 0
    w_bits = np.unpackbits(w_words, axis=1, bitorder="little")
    return np.array([[x.shape[1] - 2 * int(np.sum(a != b)) for b in w_bits] for a in bits])


@wrong(
    en="The length is that of the words, 8 bits each: the product has `in` terms, not as many as there are bits.",
    zh="长度用了字的总位数：乘积有 in 项，而不是有多少位就有多少项。",
)
def length_of_the_words(x, w_words):
    return 8 * w_words.shape[1] - 2 * count(differing(x, w_words))


@same_mistake(length_of_the_words)
def padded_length(x, w_words):
    rounded_up = (x.shape[1] + 7) // 8 * 8
    return pairs(x, w_words, lambda a, b: rounded_up - 2 * sum(p != q for p, q in zip(a, b, strict=True)))


@wrong(
    en="XNOR counts the unused bits of both operands as agreement: mask the words after XNOR, or count xor.",
    zh="XNOR 把两边多出的位都当成了相同：应在 XNOR 之后屏蔽，或者改为对 xor 计数。",
)
def xnor_counts_the_tail(x, w_words):
    refuse_bad(x, w_words)
    both = used(x.shape[1])
    return 2 * count(~((packed(x >= 0)[:, None] & both) ^ (w_words & both))) - x.shape[1]


@same_mistake(xnor_counts_the_tail)
def masks_only_before_xnor(x, w_words):
    spare = -x.shape[1] % 8
    return pairs(x, w_words, lambda a, b: 2 * (sum(p == q for p, q in zip(a, b, strict=True)) + spare) - len(a))


@wrong(
    en="The bits are in the wrong order: input 0 is the lowest bit, but np.packbits fills the highest first.",
    zh="位的顺序反了：第 0 个输入在最低位，而 np.packbits 默认从最高位开始。",
)
def highest_bit_first(x, w_words):
    refuse_bad(x, w_words)
    ins = x.shape[1]
    return ins - 2 * count((np.packbits(x >= 0, axis=1)[:, None] ^ w_words) & np.packbits(np.ones(ins, bool)))


@same_mistake(highest_bit_first)
def unpacks_from_the_top(x, w_words):
    refuse_bad(x, w_words)
    w = 2 * np.unpackbits(w_words, axis=1)[:, : x.shape[1]].astype(int) - 1
    return np.where(x >= 0, 1, -1) @ w.T


@wrong(
    en="The mask keeps the wrong end of the last byte: the bits that are used are the lowest ones.",
    zh="最后一个字节屏蔽错了一端：使用的是低位。",
)
def masks_the_wrong_end(x, w_words):
    refuse_bad(x, w_words)
    ins = x.shape[1]
    return ins - 2 * count((packed(x >= 0)[:, None] ^ w_words) & np.packbits(np.ones(ins, bool)))


@same_mistake(masks_the_wrong_end)
def shifts_the_tail_out(x, w_words):
    refuse_bad(x, w_words)
    different = packed(x >= 0)[:, None] ^ w_words
    different[..., -1] >>= -x.shape[1] % 8
    return x.shape[1] - 2 * count(different)


@wrong(
    en="The sign is reversed: a 1 is +1 in x and w alike, and xor marks what differs, so y = in - 2 popcount.",
    zh="符号反了：x 和 w 中的 1 都代表 +1，xor 标出的是不同的符号，所以 y = in - 2 popcount。",
)
def negated(x, w_words):
    return 2 * count(differing(x, w_words)) - x.shape[1]


@same_mistake(negated)
def takes_differing_for_agreeing(x, w_words):
    return pairs(x, w_words, lambda a, b: sum(1 if p != q else -1 for p, q in zip(a, b, strict=True)))


@same_mistake(negated)
def one_for_negative_inputs(x, w_words):
    refuse_bad(x, w_words)
    return x.shape[1] - 2 * count((packed(x < 0)[:, None] ^ w_words) & used(x.shape[1]))


@wrong(
    en="The factor 2 is missing: each pair that differs takes away its +1 and adds a -1.",
    zh="缺了系数 2：每一对不同的符号既少了一个 +1，又多了一个 -1。",
)
def without_the_factor(x, w_words):
    return x.shape[1] - count(differing(x, w_words))


@same_mistake(without_the_factor)
def how_many_agree(x, w_words):
    return pairs(x, w_words, lambda a, b: sum(p == q for p, q in zip(a, b, strict=True)))


@wrong(
    en="It returns the number of differing signs, the Hamming distance d: the product is in - 2 d.",
    zh="返回了不同符号的个数，即汉明距离 d：乘积是 in - 2 d。",
)
def hamming_distance(x, w_words):
    return count(differing(x, w_words))


@same_mistake(hamming_distance)
def counts_differences(x, w_words):
    return pairs(x, w_words, lambda a, b: sum(p ^ q for p, q in zip(a, b, strict=True)))


@wrong(
    en="AND is the product of 0 and 1: here a 0 stands for -1, and two of them make +1.",
    zh="AND 是 0 和 1 的乘积：这里 0 代表 -1，两个 0 的积是 +1。",
)
def multiplies_zeros_and_ones(x, w_words):
    refuse_bad(x, w_words)
    return count(packed(x >= 0)[:, None] & w_words & used(x.shape[1]))


@same_mistake(multiplies_zeros_and_ones)
def both_are_one(x, w_words):
    return pairs(x, w_words, lambda a, b: sum(p * q for p, q in zip(a, b, strict=True)))


@wrong(
    en="A 0 of the weights was taken as 0, not -1: the bit stands for a sign.",
    zh="把权重的 0 当成了 0 而不是 -1：这个位代表符号。",
)
def weights_of_zero_and_one(x, w_words):
    refuse_bad(x, w_words)
    return np.where(x >= 0, 1, -1) @ np.unpackbits(w_words, axis=1, bitorder="little")[:, : x.shape[1]].T.astype(int)


@same_mistake(weights_of_zero_and_one)
def adds_only_where_the_bit_is_one(x, w_words):
    return pairs(x, w_words, lambda a, b: sum(2 * p - 1 for p, q in zip(a, b, strict=True) if q))


@wrong(
    en="An input of 0 became -1: the sign is +1 where x >= 0.",
    zh="为 0 的输入成了 -1：x >= 0 处的符号是 +1。",
)
def zero_is_minus_one(x, w_words):
    refuse_bad(x, w_words)
    return x.shape[1] - 2 * count((packed(x > 0)[:, None] ^ w_words) & used(x.shape[1]))


@same_mistake(zero_is_minus_one)
def positive_inputs_only(x, w_words):
    return pairs(np.where(x > 0, 1, -1), w_words, lambda a, b: len(a) - 2 * int(np.sum(np.not_equal(a, b))))


@wrong(
    en="-0.0 became -1: it equals 0, so its sign is +1 here; signbit looks at the bit instead.",
    zh="-0.0 成了 -1：它等于 0，这里的符号是 +1；signbit 看的是符号位。",
)
def looks_at_signbit(x, w_words):
    refuse_bad(x, w_words)
    return x.shape[1] - 2 * count((packed(~np.signbit(x))[:, None] ^ w_words) & used(x.shape[1]))


@same_mistake(looks_at_signbit)
def copies_the_sign_bit(x, w_words):
    return pairs(np.copysign(1, x), w_words, lambda a, b: sum(1 if p == q else -1 for p, q in zip(a, b, strict=True)))


@wrong(
    en="It counts bytes that differ, not bits: each byte holds eight signs.",
    zh="数的是不同的字节，而不是位：每个字节有八个符号。",
)
def counts_bytes(x, w_words):
    return x.shape[1] - 2 * np.count_nonzero(differing(x, w_words), axis=2)


@same_mistake(counts_bytes)
def one_for_each_byte(x, w_words):
    return x.shape[1] - 2 * (differing(x, w_words) > 0).sum(axis=2)


@wrong(
    en="The count is kept in uint8, which wraps around beyond 255: sum it in a wider type.",
    zh="计数保存在 uint8 里，超过 255 就会回绕：应在更宽的类型中求和。",
)
def counts_in_a_byte(x, w_words):
    ones = ONES.astype(np.uint8)[differing(x, w_words)].sum(axis=2, dtype=np.uint8)
    return x.shape[1] - 2 * ones.astype(np.int64)


@same_mistake(counts_in_a_byte)
def count_modulo_256(x, w_words):
    return pairs(x, w_words, lambda a, b: len(a) - 2 * (sum(p != q for p, q in zip(a, b, strict=True)) % 256))


@wrong(
    en="The count is unsigned, so that a negative sum wraps around to a huge number: make it signed first.",
    zh="计数是无符号的，负的和会回绕成巨大的数：应先转成有符号类型。",
)
def unsigned_sums(x, w_words):
    ones = np.unpackbits(differing(x, w_words), axis=2).sum(axis=2, dtype=np.uint64)
    return np.uint64(x.shape[1]) - np.uint64(2) * ones


@same_mistake(unsigned_sums)
def stays_with_the_type_of_the_words(x, w_words):
    ones = ONES.astype(np.uint64)[differing(x, w_words)].sum(axis=2)
    return np.full(ones.shape, x.shape[1], np.uint64) - ones - ones


@wrong(
    en="The result is transposed: y is (n, out), a row for each sample.",
    zh="结果转置了：y 的形状是 (n, out)，每个样本一行。",
)
def outputs_by_samples(x, w_words):
    return (x.shape[1] - 2 * count(differing(x, w_words))).T


@same_mistake(outputs_by_samples)
def a_row_for_each_output(x, w_words):
    return pairs(x, w_words, lambda a, b: sum(1 if p == q else -1 for p, q in zip(a, b, strict=True))).transpose()


@wrong(
    en="It multiplies the floats x by the signs of w: the inputs are binary as well.",
    zh="用浮点的 x 乘了 w 的符号：输入也要二值化。",
)
def float_inputs(x, w_words):
    refuse_bad(x, w_words)
    return x @ (2.0 * np.unpackbits(w_words, axis=1, bitorder="little")[:, : x.shape[1]].T - 1)


@same_mistake(float_inputs)
def binary_weights_only(x, w_words):
    refuse_bad(x, w_words)
    bits = np.unpackbits(w_words, axis=1, count=x.shape[1], bitorder="little")
    return np.einsum("ni,oi->no", x, np.where(bits == 1, 1.0, -1.0))


@wrong(
    en="A wrong number of bytes is accepted: broadcasting repeats one, slicing drops the rest; raise ValueError.",
    zh="没有拒绝字节数不符的行：广播会重复单个字节，切片会丢掉其余，应抛出 ValueError。",
)
def accepts_any_number_of_bytes(x, w_words):
    if w_words.dtype != np.uint8:
        raise ValueError("words")
    ins = min(x.shape[1], 8 * w_words.shape[1])
    return pairs(x[:, :ins], w_words[:, : -(-ins // 8)], lambda a, b: len(a) - 2 * int(np.sum(np.not_equal(a, b))))


@same_mistake(accepts_any_number_of_bytes)
def as_many_as_both_have(x, w_words):
    if w_words.dtype != np.uint8:
        raise ValueError("words")
    w = 2 * np.unpackbits(w_words, axis=1, bitorder="little")[:, : x.shape[1]].astype(int) - 1
    return np.where(x[:, : w.shape[1]] >= 0, 1, -1) @ w.T


@wrong(
    en="Words that are not uint8 are accepted: their bits mean something else; raise ValueError.",
    zh="没有拒绝不是 uint8 的字：它们的位不同，应抛出 ValueError。",
)
def accepts_any_type(x, w_words):
    if w_words.shape[1] != -(-x.shape[1] // 8):
        raise ValueError("bytes")
    return x.shape[1] - 2 * count(differing(x, w_words.astype(np.uint8)))


@same_mistake(accepts_any_type)
def converts_the_words(x, w_words):
    if w_words.shape[1] != (x.shape[1] + 7) // 8:
        raise ValueError("bytes")
    return pairs(x, w_words.astype(np.uint8), lambda a, b: len(a) - 2 * sum(p != q for p, q in zip(a, b, strict=True)))


@wrong(
    en="Numbers close to 0 are taken for 0, so for +1: the sign of the smallest number counts.",
    zh="把接近 0 的数当成了 0，也就是 +1：再小的数也看符号。",
)
def tiny_numbers_are_zero(x, w_words):
    return product_of(np.where(np.abs(x) < 1e-8, 0, x), w_words)


@same_mistake(tiny_numbers_are_zero)
def signs_in_float16(x, w_words):
    with np.errstate(all="ignore"):
        return product_of(np.where(np.isclose(x, 0), 0.0, x), w_words)


def product_of(x, w_words):
    """The right product, with a matrix of signs."""
    if w_words.dtype != np.uint8 or w_words.shape[1] != -(-x.shape[1] // 8):
        raise ValueError("words")
    bits = np.unpackbits(w_words, axis=1, count=x.shape[1], bitorder="little")
    return np.where(x >= 0, 1, -1) @ (2 * bits.astype(np.int64) - 1).T
