"""Wrong answers to quantization/low_voltage, each with the misconception behind it."""

from statistics import NormalDist

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(codes, bits, critical, voltage):
    if isinstance(bits, bool) or not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 16:
        raise ValueError("bits")
    if codes.dtype.kind not in "iu" or codes.min() < 0 or codes.max() >= 2 ** int(bits):
        raise ValueError("codes")
    if critical.shape != (*codes.shape, bits) or not 0 < voltage < np.inf:
        raise ValueError("critical or voltage")


def fails_below(critical, voltage):
    return voltage < critical


def flip(codes, failing):
    return codes.astype(np.int64) ^ mask_of(failing)


def mask_of(failing):
    return (failing * 2 ** np.arange(failing.shape[-1])).sum(axis=-1)


def answer(
    codes, bits, s, z, critical, voltage, *, fails=fails_below, read=flip, decode=None, rate=np.mean, energy=None
):
    """The right answer, with a place for each mistake."""
    refuse_bad(codes, bits, critical, voltage)
    bits, z, failing = int(bits), int(z), fails(critical, voltage)
    q = read(codes, failing)
    w = s * (q - z) if decode is None else decode(q)
    return w, float(rate(failing)), bits / 8 * voltage**2 if energy is None else energy


def loop(codes, bits, s, z, critical, voltage, read, count=None):
    """`read` returns the code that is read for one code and the list of its failing cells; the rest is right."""
    refuse_bad(codes, bits, critical, voltage)
    bits, w, flips = int(bits), np.zeros(codes.shape), 0
    for index, code in np.ndenumerate(codes):
        failing = [j for j in range(int(bits)) if voltage < critical[(*index, j)]]
        w[index] = s * (read(int(code), failing) - int(z))
        flips += len(failing) if count is None else count(failing)
    return w, flips / critical.size, bits / 8 * voltage**2


def toggled(code, cells):
    for j in cells:
        code ^= 1 << j
    return code


@wrong(
    en="Cells fail above their critical voltage here: low voltage makes them fail, voltage < critical.",
    zh="写成了电压高于临界电压时失效：是电压低才失效，voltage < critical。",
)
def fails_above(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, fails=lambda vc, v: v > vc)


@same_mistake(fails_above)
def comparison_turned_round(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    w, flips = np.zeros(codes.shape), 0
    for index, code in np.ndenumerate(codes):
        cells = [j for j in range(int(bits)) if critical[(*index, j)] < voltage]
        w[index], flips = s * (toggled(int(code), cells) - z), flips + len(cells)
    return w, flips / critical.size, bits / 8 * voltage**2


@wrong(
    en="A cell at exactly its critical voltage fails here: it must hold; only below that voltage it fails.",
    zh="电压恰为临界电压的单元也失效了：它不失效，低于才失效。",
)
def fails_at_the_critical_voltage(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, fails=lambda vc, v: v <= vc)


@same_mistake(fails_at_the_critical_voltage)
def holds_only_above(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    w, flips = np.zeros(codes.shape), 0
    for index, code in np.ndenumerate(codes):
        cells = [j for j, vc in enumerate(critical[index]) if not voltage > vc]
        w[index], flips = s * (toggled(int(code), cells) - z), flips + len(cells)
    return w, flips / critical.size, bits / 8 * voltage**2


@wrong(
    en="A fresh random pattern with the right number of errors: errors persist, it is always the same weak cells.",
    zh="每次重新随机抽取同样多的错误：错误是持久的，失效的总是那些薄弱单元。",
)
def fresh_pattern(codes, bits, s, z, critical, voltage):
    def fails(vc, v):
        share = np.mean(v < vc)
        return np.random.default_rng(0).permutation(vc.size).reshape(vc.shape) < round(share * vc.size)

    return answer(codes, bits, s, z, critical, voltage, fails=fails)


@same_mistake(fresh_pattern)
def shuffled_errors(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    flips = int(sum(voltage < vc for vc in critical.flat))
    failing = np.random.default_rng(0).permutation(critical.size).reshape(critical.shape) < flips
    w = np.zeros(codes.shape)
    for index, code in np.ndenumerate(codes):
        w[index] = s * (toggled(int(code), np.flatnonzero(failing[index]).tolist()) - z)
    return w, flips / critical.size, bits / 8 * voltage**2


@wrong(
    en="The energy falls with the voltage itself: an access charges a capacitance, which costs V^2.",
    zh="能量按电压的一次方下降了：一次访问要给电容充电，能量正比于 V^2。",
)
def energy_is_linear(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, energy=bits / 8 * voltage)


@same_mistake(energy_is_linear)
def energy_per_volt(codes, bits, s, z, critical, voltage):
    w, rate, energy = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, rate, energy / voltage


@wrong(
    en="The energy leaves the precision out: half as many bits cost half as much, at every voltage.",
    zh="能量没有计入精度：位数减半，能量也减半，任何电压下都如此。",
)
def energy_without_bits(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, energy=float(voltage**2))


@same_mistake(energy_without_bits)
def energy_of_one_word(codes, bits, s, z, critical, voltage):
    w, rate, _ = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, rate, float(voltage) * float(voltage)


@wrong(
    en="The energy leaves the voltage out: precision and voltage are two knobs, and both count.",
    zh="能量没有计入电压：精度与电压是两个旋钮，两者都要算。",
)
def energy_without_voltage(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, energy=bits / 8)


@same_mistake(energy_without_voltage)
def only_precision_saves(codes, bits, s, z, critical, voltage):
    w, rate, _ = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, rate, int(bits) * 0.125


@wrong(
    en="It returns what is saved, 1 minus the energy: the exercise asks for the energy that is left.",
    zh="返回的是节省的部分（1 减去能量）：题目要的是剩下的能量。",
)
def energy_saved(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, energy=1 - bits / 8 * voltage**2)


@same_mistake(energy_saved)
def saving_of_the_access(codes, bits, s, z, critical, voltage):
    w, rate, energy = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, rate, -(energy - 1.0)


@wrong(
    en="The bits of the float weights flip: what lies in the memory are the integer codes. Flip first, then decode.",
    zh="翻转的是浮点权重的位：存储器里存的是整数码。应先翻转，再解码。",
)
def flips_the_float(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    failing = voltage < critical
    w = (s * (codes.astype(np.float64) - z)).astype(np.float32)
    seen = (w.view(np.uint32) ^ mask_of(failing).astype(np.uint32)).view(np.float32)
    return seen, float(failing.mean()), bits / 8 * voltage**2


@same_mistake(flips_the_float)
def decodes_too_early(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    w, flips = np.zeros(codes.shape, np.float32), 0
    for index, code in np.ndenumerate(codes):
        word = int(np.float32(s * (int(code) - int(z))).view(np.uint32))
        cells = [j for j in range(int(bits)) if voltage < critical[(*index, j)]]
        w[index], flips = np.uint32(toggled(word, cells)).view(np.float32), flips + len(cells)
    return w, flips / critical.size, bits / 8 * voltage**2


@wrong(
    en="Only the most significant bit flips: every cell can fail, each at its own voltage.",
    zh="只有最高位会翻转：每个单元都可能失效，各有各的临界电压。",
)
def only_the_top_bit(codes, bits, s, z, critical, voltage):
    def fails(vc, v):
        failing = v < vc
        failing[..., :-1] = False
        return failing

    return answer(codes, bits, s, z, critical, voltage, fails=fails)


@same_mistake(only_the_top_bit)
def sign_errors(codes, bits, s, z, critical, voltage):
    top = int(bits) - 1 if isinstance(bits, (int, np.integer)) else 0
    return loop(
        codes,
        bits,
        s,
        z,
        critical,
        voltage,
        lambda code, cells: code ^ (1 << top) if top in cells else code,
        lambda cells: top in cells,
    )


@wrong(
    en="One failing cell turns the whole word over: the other bits of the word return what was stored.",
    zh="一个单元失效就把整个字取反了：该字的其他位照原样读出。",
)
def turns_the_word_over(codes, bits, s, z, critical, voltage):
    def fails(vc, v):
        return np.broadcast_to((v < vc).any(axis=-1, keepdims=True), vc.shape)

    return answer(codes, bits, s, z, critical, voltage, fails=fails)


@same_mistake(turns_the_word_over)
def complements_the_code(codes, bits, s, z, critical, voltage):
    def read(code, cells):
        return 2 ** int(bits) - 1 - code if cells else code

    return loop(codes, bits, s, z, critical, voltage, read, lambda cells: int(bits) if cells else 0)


@wrong(
    en="A failing cell reads 0 here: it flips, so a stored 0 comes back as 1.",
    zh="失效的单元读成了 0：它是翻转，存的 0 会读成 1。",
)
def stuck_at_zero(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, read=lambda q, f: q.astype(np.int64) & ~mask_of(f))


@same_mistake(stuck_at_zero)
def clears_failing_bits(codes, bits, s, z, critical, voltage):
    def read(code, cells):
        return sum(1 << j for j in range(int(bits)) if code >> j & 1 and j not in cells)

    return loop(codes, bits, s, z, critical, voltage, read)


@wrong(
    en="A failing cell reads 1 here: it flips, so a stored 1 comes back as 0. That is ^, not |.",
    zh="失效的单元读成了 1：它是翻转，存的 1 会读成 0。应当用 ^ 而不是 |。",
)
def stuck_at_one(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, read=lambda q, f: q.astype(np.int64) | mask_of(f))


@same_mistake(stuck_at_one)
def sets_failing_bits(codes, bits, s, z, critical, voltage):
    def read(code, cells):
        for j in cells:
            code |= 1 << j
        return code

    return loop(codes, bits, s, z, critical, voltage, read)


@wrong(
    en="The mask is added: with a carry other bits change too. Combine it with ^.",
    zh="把掩码加了上去：进位会改变别的位。应当用 ^ 合并。",
)
def adds_the_mask(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, read=lambda q, f: q.astype(np.int64) + mask_of(f))


@same_mistake(adds_the_mask)
def adds_each_place(codes, bits, s, z, critical, voltage):
    return loop(codes, bits, s, z, critical, voltage, lambda code, cells: code + sum(2**j for j in cells))


@wrong(
    en="The cells are taken from the most significant bit on: entry j belongs to bit j, and bit 0 is the least.",
    zh="把单元从最高位排起了：第 j 个对应第 j 位，第 0 位最低。",
)
def most_significant_first(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, read=lambda q, f: flip(q, f[..., ::-1]))


@same_mistake(most_significant_first)
def reads_from_the_left(codes, bits, s, z, critical, voltage):
    def read(code, cells):
        return toggled(code, [int(bits) - 1 - j for j in cells])

    return loop(codes, bits, s, z, critical, voltage, read)


@wrong(
    en="q - z wraps around in the unsigned type of the codes: widen before you subtract.",
    zh="q - z 在码的无符号类型里回绕了：应先转换为更宽的类型再相减。",
)
def subtracts_in_unsigned(codes, bits, s, z, critical, voltage):
    def decode(q):
        width = 8 * codes.dtype.itemsize
        return s * ((q - z) % 2**width if codes.dtype.kind == "u" else q - z)

    return answer(codes, bits, s, z, critical, voltage, decode=decode)


@same_mistake(subtracts_in_unsigned)
def keeps_the_type_of_the_codes(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    read = flip(codes, voltage < critical).astype(codes.dtype)
    return s * (read - np.array(z).astype(codes.dtype)), float((voltage < critical).mean()), bits / 8 * voltage**2


@wrong(
    en="The codes are read as two's complement: they are unsigned, and z says which code is 0.",
    zh="把码当作补码读了：它们是无符号的，零由 z 指定。",
)
def two_s_complement(codes, bits, s, z, critical, voltage):
    def decode(q):
        return s * (np.where(q >= 2 ** (int(bits) - 1), q - 2 ** int(bits), q) - z)

    return answer(codes, bits, s, z, critical, voltage, decode=decode)


@same_mistake(two_s_complement)
def top_bit_is_the_sign(codes, bits, s, z, critical, voltage):
    def read(code, cells):
        q = toggled(code, cells)
        return q - 2 * (q & 2 ** (int(bits) - 1))

    return loop(codes, bits, s, z, critical, voltage, read)


@wrong(
    en="The zero point is left out of the decoding: w = s (q - z).",
    zh="解码时漏了零点：w = s (q - z)。",
)
def forgets_the_zero_point(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, decode=lambda q: s * q)


@same_mistake(forgets_the_zero_point)
def scale_alone(codes, bits, s, z, critical, voltage):
    return loop(codes, bits, s, 0, critical, voltage, toggled)


@wrong(
    en="The zero point is subtracted after the scaling: w = s (q - z), not s q - z.",
    zh="零点在乘以缩放因子之后才减：应为 w = s (q - z)，而不是 s q - z。",
)
def subtracts_z_after_scaling(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, decode=lambda q: s * q - z)


@same_mistake(subtracts_z_after_scaling)
def z_in_the_unit_of_w(codes, bits, s, z, critical, voltage):
    w, rate, energy = loop(codes, bits, s, 0, critical, voltage, toggled)
    return w - int(z), rate, energy


@wrong(
    en="The rate counts words with an error: the exercise asks for the share of all bits.",
    zh="错误率数的是出错的字：题目要的是占全部位的比例。",
)
def share_of_words(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, rate=lambda failing: failing.any(axis=-1).mean())


@same_mistake(share_of_words)
def weights_that_changed(codes, bits, s, z, critical, voltage):
    w, _, energy = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, float(np.mean(flip(codes, voltage < critical) != codes)), energy


@wrong(
    en="The rate is per weight: divide the flips by the number of bits, not by the number of codes.",
    zh="错误率是按每个权重算的：应除以位数的总和，而不是码的个数。",
)
def flips_per_weight(codes, bits, s, z, critical, voltage):
    return answer(codes, bits, s, z, critical, voltage, rate=lambda failing: failing.sum() / codes.size)


@same_mistake(flips_per_weight)
def divides_by_the_codes(codes, bits, s, z, critical, voltage):
    w, rate, energy = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, rate * int(bits), energy


@wrong(
    en="The rate is that of a fitted curve: count the cells of this memory that failed.",
    zh="错误率取自拟合曲线：应数出这块存储器里失效的单元。",
)
def rate_of_the_fit(codes, bits, s, z, critical, voltage):
    return answer(
        codes, bits, s, z, critical, voltage, rate=lambda failing: NormalDist().cdf(12.77 - 18.10 * float(voltage))
    )


@same_mistake(rate_of_the_fit)
def expected_rate(codes, bits, s, z, critical, voltage):
    w, _, energy = loop(codes, bits, s, z, critical, voltage, toggled)
    return w, 1 - NormalDist(12.77 / 18.10, 1 / 18.10).cdf(float(voltage)), energy


@wrong(
    en="A lower voltage takes bits away from the codes here: precision is another knob; low voltage makes bits flip.",
    zh="把降低电压当成了减少位数：精度是另一个旋钮；电压低会使位翻转。",
)
def fewer_bits_at_low_voltage(codes, bits, s, z, critical, voltage):
    def read(q, failing):
        dropped = int(bits) - min(int(bits), max(1, round(int(bits) * float(voltage))))
        return q.astype(np.int64) >> dropped << dropped

    return answer(codes, bits, s, z, critical, voltage, read=read)


@same_mistake(fewer_bits_at_low_voltage)
def requantizes(codes, bits, s, z, critical, voltage):
    def read(code, cells):
        step = 2 ** (int(bits) - min(int(bits), max(1, round(int(bits) * float(voltage)))))
        return code - code % step

    return loop(codes, bits, s, z, critical, voltage, read)


@wrong(
    en="One voltage decides for the whole memory, the mean of the critical ones: every cell has its own.",
    zh="用临界电压的平均值决定整块存储器：每个单元各有各的临界电压。",
)
def all_or_nothing(codes, bits, s, z, critical, voltage):
    return answer(
        codes, bits, s, z, critical, voltage, fails=lambda vc, v: np.broadcast_to(v < vc.mean(), vc.shape).copy()
    )


@same_mistake(all_or_nothing)
def mean_cell(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    fails = bool(voltage < np.average(critical))
    read = 2 ** int(bits) - 1 - codes.astype(np.int64) if fails else codes.astype(np.int64)
    return s * (read - z), float(fails), bits / 8 * voltage**2


@wrong(
    en="The caller's codes are overwritten: what is stored stays, only what is read differs.",
    zh="改写了传入的 codes：存的内容不变，只是读出的不同。",
)
def writes_into_the_codes(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    failing = voltage < critical
    codes ^= mask_of(failing).astype(codes.dtype)
    return s * (codes.astype(np.int64) - z), float(failing.mean()), bits / 8 * voltage**2


@same_mistake(writes_into_the_codes)
def flips_in_place(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    flips = 0
    for *index, j in np.argwhere(voltage < critical):
        codes[tuple(index)] ^= np.array(1 << int(j)).astype(codes.dtype)
        flips += 1
    return s * (codes.astype(np.float64) - z), flips / critical.size, bits / 8 * voltage**2


@wrong(
    en="Voltages are compared in float32: a cell whose critical voltage is only slightly higher then holds, or the "
    "reverse.",
    zh="在 float32 中比较电压：临界电压略高的单元就不失效了，或反之。",
)
def compares_in_float32(codes, bits, s, z, critical, voltage):
    def fails(critical, voltage):
        return np.float32(voltage) < critical.astype(np.float32)

    return answer(codes, bits, s, z, critical, voltage, fails=fails)


@same_mistake(compares_in_float32)
def cells_as_float32(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    narrow = np.float32(critical)
    return answer(codes, bits, s, z, critical, voltage, fails=lambda *_: narrow > np.float32(voltage))
