"""Wrong answers to pruning/sparse_storage, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def checked(w, value_bits):
    if w.ndim < 2 or not 1 <= value_bits <= 32:
        raise ValueError("arguments")
    return int(value_bits)


def octets(bits):
    return -(-bits // 8)


def gaps(w):
    """Zeros before each nonzero."""
    return np.diff(np.flatnonzero(w), prepend=-1) - 1


def sizes(w, b, *, k=None, entries=None, starts=None, header=None, column=2, count=4, octets=octets):
    """The four sizes, with any part of them replaced."""
    k = np.count_nonzero(w) if k is None else k
    entries = k + int((gaps(w) // 32).sum()) if entries is None else entries
    starts = len(w) + 1 if starts is None else starts
    header = 4 * w.ndim if header is None else header
    values = octets(k * b)
    csr = header + 4 * starts + column * k + values
    relative = header + count + octets(entries * (b + 5))
    return octets(w.size * b), csr, relative, header + octets(w.size) + values


def walk(w, reach=32, restart=None, trailing=False):
    """Entries found by walking through memory; `restart` begins anew after so many places."""
    entries = zeros = 0
    for place, number in enumerate(w.ravel().tolist()):
        if restart and place % restart == 0:
            zeros = 0
        if number:
            entries, zeros = entries + 1 + zeros // reach, 0
        else:
            zeros += 1
    return entries + (zeros // reach if trailing else 0)


@wrong(
    en="The indices are left out: without a column, a gap or a mask a reader cannot put the values back.",
    zh="没有算下标：没有列号、间隔或掩码，就无法把值放回原处。",
)
def counts_values_only(w, value_bits):
    value_bits = checked(w, value_bits)
    values = octets(np.count_nonzero(w) * value_bits)
    return octets(w.size * value_bits), values, values, values


@same_mistake(counts_values_only)
def ninety_percent_zeros_is_a_tenth(w, value_bits):
    value_bits = checked(w, value_bits)
    dense = math.ceil(w.size * value_bits / 8)
    sparse = math.ceil(int((w != 0).sum()) * value_bits / 8)
    return dense, sparse, sparse, sparse


@wrong(
    en="CSR has one row start too few: out + 1 of them, the end of the last row included.",
    zh="CSR 少算了一个行起点：共 out + 1 个，包括最后一行的终点。",
)
def one_start_too_few(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, starts=len(w))


@same_mistake(one_start_too_few)
def a_start_for_each_row(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, csr, relative, bitmask = sizes(w, value_bits)
    return dense, csr - 4, relative, bitmask


@wrong(
    en="CSR lacks its row starts: columns alone do not say where a row ends.",
    zh="CSR 没有算行起点：只有列号，不知道一行在哪里结束。",
)
def no_row_starts(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, starts=0)


@same_mistake(no_row_starts)
def values_and_columns_only(w, value_bits):
    value_bits = checked(w, value_bits)
    k = np.count_nonzero(w)
    dense, _, relative, bitmask = sizes(w, value_bits)
    return dense, 4 * w.ndim + 2 * k + math.ceil(k * value_bits / 8), relative, bitmask


@wrong(
    en="CSR's columns take 4 bytes here: the exercise stores them in 2.",
    zh="这里把 CSR 的列号算成了 4 字节：题目规定存 2 字节。",
)
def columns_of_four_bytes(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, column=4)


@same_mistake(columns_of_four_bytes)
def columns_as_int32(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, csr, relative, bitmask = sizes(w, value_bits)
    return dense, csr + np.flatnonzero(w).astype(np.int16).nbytes, relative, bitmask


@wrong(
    en="No filler entries: 5 bits cannot say that more than 31 zeros were skipped.",
    zh="没有填充条目：5 位无法表示跳过了超过 31 个零。",
)
def no_fillers(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=np.count_nonzero(w))


@same_mistake(no_fillers)
def an_entry_for_each_nonzero(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, csr, _, bitmask = sizes(w, value_bits)
    bits = sum(value_bits + 5 for number in w.ravel() if number)
    return dense, csr, 4 * w.ndim + 4 + math.ceil(bits / 8), bitmask


@wrong(
    en="A filler takes 31 places here: it stands for 31 zeros and its own place, 32 together.",
    zh="这里一个填充条目占 31 个位置：它代表 31 个零加上自己的位置，共 32 个。",
)
def filler_of_thirty_one_places(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=walk(w, reach=31))


@same_mistake(filler_of_thirty_one_places)
def divides_by_thirty_one(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=np.count_nonzero(w) + int(np.sum(gaps(w) // 31)))


@wrong(
    en="It divides the distance, not the zeros between: a distance of 32 has 31 zeros, which 5 bits still hold.",
    zh="除的是距离而不是中间零的个数：距离 32 时中间只有 31 个零，5 位还放得下。",
)
def divides_the_distance(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=np.count_nonzero(w) + int(np.sum((gaps(w) + 1) // 32)))


@same_mistake(divides_the_distance)
def counts_the_entry_itself_as_a_zero(w, value_bits):
    value_bits = checked(w, value_bits)
    entries, last = 0, -1
    for place in np.flatnonzero(w).tolist():
        entries += 1 + (place - last) // 32
        last = place
    return sizes(w, value_bits, entries=entries)


@wrong(
    en="A filler has index bits only: a decoder reads a value from each entry, so the filler stores a 0 too.",
    zh="填充条目只算了下标的位：解码器从每个条目都要读一个值，所以填充条目也存一个 0。",
)
def fillers_without_a_value(w, value_bits):
    value_bits = checked(w, value_bits)
    k = np.count_nonzero(w)
    dense, csr, _, bitmask = sizes(w, value_bits)
    return dense, csr, 4 * w.ndim + 4 + octets(k * value_bits + 5 * walk(w)), bitmask


@same_mistake(fillers_without_a_value)
def five_bits_for_a_filler(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, csr, _, bitmask = sizes(w, value_bits)
    bits = np.count_nonzero(w) * (value_bits + 5) + 5 * int((gaps(w) // 32).sum())
    return dense, csr, 4 * w.ndim + 4 + math.ceil(bits / 8), bitmask


@wrong(
    en="The gaps begin anew in each row: relative indices run through the whole array.",
    zh="每行都重新计算间隔：相对下标是贯穿整个数组的。",
)
def gaps_within_rows(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=walk(w, restart=max(w[0].size, 1)))


@same_mistake(gaps_within_rows)
def row_after_row(w, value_bits):
    value_bits = checked(w, value_bits)
    entries = sum(np.count_nonzero(row) + int((gaps(row) // 32).sum()) for row in w)
    return sizes(w, value_bits, entries=entries)


@wrong(
    en="The zeros before the first nonzero are forgotten: they may need fillers too.",
    zh="忘了第一个非零值之前的零：那里也可能需要填充条目。",
)
def forgets_the_first_gap(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=np.count_nonzero(w) + int((gaps(w)[1:] // 32).sum()))


@same_mistake(forgets_the_first_gap)
def differences_of_places(w, value_bits):
    value_bits = checked(w, value_bits)
    between = np.diff(np.flatnonzero(w)) - 1
    return sizes(w, value_bits, entries=np.count_nonzero(w) + int(np.sum(between // 32)))


@wrong(
    en="Fillers are written for the zeros after the last nonzero: the shape says where the array ends.",
    zh="为最后一个非零值之后的零也写了填充条目：数组在哪里结束，形状已经说明了。",
)
def fills_up_to_the_end(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, entries=walk(w, trailing=True))


@same_mistake(fills_up_to_the_end)
def fillers_for_every_run_of_zeros(w, value_bits):
    value_bits = checked(w, value_bits)
    runs = np.diff(np.concatenate([[-1], np.flatnonzero(w), [w.size]])) - 1
    return sizes(w, value_bits, entries=np.count_nonzero(w) + int((runs // 32).sum()))


@wrong(
    en="Bytes are rounded down: 39 bits take 5 bytes.",
    zh="字节向下取整了：39 位要占 5 个字节。",
)
def rounds_down(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, octets=lambda bits: bits // 8)


@same_mistake(rounds_down)
def truncates_the_quotient(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, octets=lambda bits: int(bits / 8))


@wrong(
    en="It returns bits, or fractions of bytes: return bytes, rounded up to whole ones.",
    zh="返回了带小数的字节数：应向上取整到整字节。",
)
def fractions_of_bytes(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, octets=lambda bits: bits / 8)


@same_mistake(fractions_of_bytes)
def divides_by_eight(w, value_bits):
    value_bits = checked(w, value_bits)
    return tuple(float(size) for size in sizes(w, value_bits, octets=lambda bits: 0.125 * bits))


@wrong(
    en="Each value, and each 5-bit index, takes whole bytes of its own: they are packed without gaps.",
    zh="每个值和每个 5 位下标都各占整字节：应紧密存放，不留空隙。",
)
def every_number_in_its_own_bytes(w, value_bits):
    value_bits = checked(w, value_bits)
    each = octets(value_bits)
    k, header = np.count_nonzero(w), 4 * w.ndim
    csr = header + 4 * (len(w) + 1) + 2 * k + each * k
    return w.size * each, csr, header + 4 + walk(w) * (each + 1), header + octets(w.size) + each * k


@same_mistake(every_number_in_its_own_bytes)
def rounds_before_multiplying(w, value_bits):
    value_bits = checked(w, value_bits)
    value = (value_bits + 7) // 8
    k, entries = int((w != 0).sum()), np.count_nonzero(w) + int((gaps(w) // 32).sum())
    shape = 4 * len(w.shape)
    return (
        w.size * value,
        shape + 4 + 4 * len(w) + k * (2 + value),
        shape + 4 + entries * (1 + value),
        (shape + (w.size + 7) // 8 + k * value),
    )


@wrong(
    en="The header is left out: 4 bytes for each axis of the shape, in the three sparse encodings.",
    zh="没有算头部：三种稀疏编码都要存形状，每个轴 4 字节。",
)
def no_header(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, header=0)


@same_mistake(no_header)
def forgets_the_shape(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, *sparse = sizes(w, value_bits)
    return (dense, *(size - 4 * len(w.shape) for size in sparse))


@wrong(
    en="The number of entries is left out: padding bits at the end could be one more entry, so it must be stored.",
    zh="没有算条目数的 4 字节：末尾的填充位可能被当成又一个条目，所以必须存。",
)
def no_number_of_entries(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, count=0)


@same_mistake(no_number_of_entries)
def relative_without_its_count(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, csr, relative, bitmask = sizes(w, value_bits)
    return dense, csr, relative - 4, bitmask


@wrong(
    en="The mask has a bit for each nonzero: it needs one for each place, zeros above all.",
    zh="掩码只给非零值各记一位：应当每个位置一位，零也要有。",
)
def a_bit_for_each_nonzero(w, value_bits):
    value_bits = checked(w, value_bits)
    k = np.count_nonzero(w)
    return *sizes(w, value_bits)[:3], 4 * w.ndim + octets(k) + octets(k * value_bits)


@same_mistake(a_bit_for_each_nonzero)
def mask_of_the_stored(w, value_bits):
    value_bits = checked(w, value_bits)
    values = w[w != 0]
    mask = np.packbits(np.ones(values.size, bool))
    return *sizes(w, value_bits)[:3], 4 * w.ndim + mask.nbytes + octets(values.size * value_bits)


@wrong(
    en="The mask has a byte for each place, as NumPy's bool has: pack it, one bit for each place.",
    zh="掩码每个位置用了一个字节（NumPy 的 bool 就是这样）：应紧密存放，每个位置一位。",
)
def a_byte_for_each_place(w, value_bits):
    value_bits = checked(w, value_bits)
    return *sizes(w, value_bits)[:3], 4 * w.ndim + (w != 0).nbytes + octets(np.count_nonzero(w) * value_bits)


@same_mistake(a_byte_for_each_place)
def mask_as_an_array_of_bool(w, value_bits):
    value_bits = checked(w, value_bits)
    dense, csr, relative, bitmask = sizes(w, value_bits)
    return dense, csr, relative, bitmask - octets(w.size) + w.size


@wrong(
    en="It stores the zeros and drops the nonzeros: k is the number of nonzeros.",
    zh="存的是零，丢的是非零值：k 是不为零的个数。",
)
def counts_the_zeros(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w == 0, value_bits)


@same_mistake(counts_the_zeros)
def takes_sparsity_for_density(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(np.where(w == 0, 1.0, 0.0), value_bits)


@wrong(
    en="A kernel's rows are taken as out in kh: row starts are for outputs, the first axis.",
    zh="把卷积核的行数当成了 out in kh：行起点按输出（第一个轴）算。",
)
def rows_of_the_last_axis(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, starts=w.size // w.shape[-1] + 1)


@same_mistake(rows_of_the_last_axis)
def reshapes_to_the_last_axis(w, value_bits):
    value_bits = checked(w, value_bits)
    return sizes(w, value_bits, starts=len(w.reshape(-1, w.shape[-1])) + 1)


@wrong(
    en="Bits outside 1 to 32 are accepted: there is no value of 0 bits; raise ValueError.",
    zh="没有拒绝 1 到 32 之外的位数：不存在 0 位的值，应抛出 ValueError。",
)
def any_number_of_bits(w, value_bits):
    if w.ndim < 2:
        raise ValueError("axes")
    return sizes(w, value_bits)


@same_mistake(any_number_of_bits)
def bits_are_not_checked(w, value_bits):
    if len(w.shape) < 2:
        raise ValueError("axes")
    return sizes(w, value_bits, entries=walk(w))


@wrong(
    en="The arrays are stored in float32 first, where numbers below 1e-45 are zero: every nonzero has to be counted.",
    zh="先转成 float32，小于 1e-45 的数就成了零：每个非零值都要计入。",
)
def counts_in_float32(w, value_bits):
    b = checked(w, value_bits)
    with np.errstate(all="ignore"):
        return sizes(w.astype(np.float32), b)


@same_mistake(counts_in_float32)
def walks_through_float32(w, value_bits):
    b = checked(w, value_bits)
    with np.errstate(all="ignore"):
        narrow = np.array(w, "f4")
    return sizes(narrow, b, entries=walk(narrow))


@wrong(
    en="Numbers that are nearly zero count as zeros: everything but 0 is stored, however small.",
    zh="把接近零的数当成了零：除 0 以外，再小的数也要存。",
)
def close_to_zero_is_zero(w, value_bits):
    b = checked(w, value_bits)
    return sizes(np.where(np.abs(w) > 1e-8, w, 0), b)


@same_mistake(close_to_zero_is_zero)
def counts_what_is_not_close(w, value_bits):
    b = checked(w, value_bits)
    w = w * ~np.isclose(w, 0)
    return sizes(w, b, entries=walk(w))
