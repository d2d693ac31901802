"""Wrong answers to pruning/sparse_matvec, each with the misconception behind it."""

from itertools import pairwise

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(w, x):
    if w.ndim != 2 or x.shape != w.shape[1:]:
        raise ValueError("shapes")


def csr(w):
    """values, columns, row_starts and the row of each value"""
    rows, columns = np.nonzero(w)
    return w[rows, columns], columns, np.append(0, np.cumsum(np.count_nonzero(w, axis=1))), rows


def multiply(values, columns, row_starts, x):
    rows = pairwise(row_starts)
    return np.array([np.sum(values[a:b] * x[columns[a:b]]) for a, b in rows], float)


def binned(rows, products, out):
    return np.bincount(rows, products, out).astype(float)  # integers if there is nothing to bin


def right_parts(w, x):
    values, columns, row_starts, _ = csr(w)
    return values, columns, row_starts, multiply(values, columns, row_starts, x)


@wrong(
    en="row_starts lacks its last entry, k: it must hold the end of the last row too, out + 1 numbers in all.",
    zh="row_starts 少了最后一项 k：最后一行的终点也要写上，共 out + 1 个数。",
)
def no_last_end(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, y = right_parts(w, x)
    return values, columns, row_starts[:-1], y


@same_mistake(no_last_end)
def appends_only_beginnings(w, x):
    refuse_bad(w, x)
    values, columns, row_starts = [], [], []
    for row in w:
        row_starts.append(len(values))
        for j in np.flatnonzero(row):
            values.append(row[j])
            columns.append(j)
    return np.array(values, w.dtype), np.array(columns, int), np.array(row_starts), right_parts(w, x)[3]


@wrong(
    en="row_starts lacks its first entry, 0: row i then begins where it ends.",
    zh="row_starts 少了第一项 0：第 i 行的起点成了它的终点。",
)
def no_leading_zero(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, y = right_parts(w, x)
    return values, columns, row_starts[1:], y


@same_mistake(no_leading_zero)
def appends_only_ends(w, x):
    refuse_bad(w, x)
    values, columns, _, rows = csr(w)
    ends = np.array([np.sum(rows <= i) for i in range(len(w))])
    return values, columns, ends, binned(rows, values * x[columns], len(w))


@wrong(
    en="row_starts holds the length of each row: starts are the running sum of the lengths, beginning with 0.",
    zh="row_starts 存的是每行的长度：起点应是长度的累加和，从 0 开始。",
)
def lengths_instead_of_starts(w, x):
    refuse_bad(w, x)
    values, columns, _, y = right_parts(w, x)
    return values, columns, np.append(0, np.count_nonzero(w, axis=1)), y


@same_mistake(lengths_instead_of_starts)
def counts_each_row(w, x):
    refuse_bad(w, x)
    values, columns, _, rows = csr(w)
    lengths = np.bincount(rows + 1, minlength=len(w) + 1)
    return values, columns, lengths, binned(rows, values * x[columns], len(w))


@wrong(
    en="It stores the row of every value (COO): compressed rows need one start for each row instead.",
    zh="为每个值都存了行号（COO）：压缩行格式每行只需一个起点，而不是每个值一个下标。",
)
def coordinates(w, x):
    refuse_bad(w, x)
    values, columns, _, rows = csr(w)
    return values, columns, rows, right_parts(w, x)[3]


@same_mistake(coordinates)
def rows_by_appending(w, x):
    refuse_bad(w, x)
    values, columns, rows, y = [], [], [], np.zeros(len(w))
    for i, j in np.argwhere(w):
        values.append(w[i, j])
        columns.append(j)
        rows.append(i)
        y[i] += w[i, j] * x[j]
    return np.array(values, w.dtype), np.array(columns, int), np.array(rows, int), y


@wrong(
    en="The nonzeros go column by column (CSC): y needs them row by row.",
    zh="非零值是逐列存放的（CSC）：求 y 需要逐行存放。",
)
def compressed_columns(w, x):
    refuse_bad(w, x)
    values, rows, column_starts, _ = csr(w.T)
    return values, rows, column_starts, right_parts(w, x)[3]


@same_mistake(compressed_columns)
def walks_down_the_columns(w, x):
    refuse_bad(w, x)
    values, rows, starts, y = [], [], [0], np.zeros(len(w))
    for j in range(w.shape[1]):
        for i in range(len(w)):
            if w[i, j] != 0:
                values.append(w[i, j])
                rows.append(i)
                y[i] += w[i, j] * x[j]
        starts.append(len(values))
    return np.array(values, w.dtype), np.array(rows, int), np.array(starts), y


@wrong(
    en="`reduceat` on an empty row returns the next row's first product, or fails at the end: it must give 0.",
    zh="`reduceat` 遇到空行会返回下一行的第一个乘积，或在末尾出错：空行应得 0。",
)
def reduceat_on_empty_rows(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    return values, columns, row_starts, np.add.reduceat(values * x[columns], row_starts[:-1])


@same_mistake(reduceat_on_empty_rows)
def reduceat_of_floats(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, rows = csr(w)
    products = values.astype(float) * x[columns]
    starts = np.searchsorted(rows, np.arange(len(w)))
    return values, columns, row_starts, np.add.reduceat(products, starts, axis=0)


@wrong(
    en="Empty rows have no start: each row needs one, or all rows after an empty one are taken for their neighbour.",
    zh="空行没有起点：每一行都要有，否则空行之后的各行都会错位。",
)
def skips_empty_rows(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    row_starts = row_starts[np.append(True, np.diff(row_starts) > 0)]
    return values, columns, row_starts, multiply(values, columns, row_starts, x)


@same_mistake(skips_empty_rows)
def starts_a_row_at_its_first_value(w, x):
    refuse_bad(w, x)
    values, columns, _, rows = csr(w)
    row_starts = np.append(np.unique(rows, return_index=True)[1], len(values)).astype(int)
    return values, columns, row_starts, multiply(values, columns, row_starts, x)


@wrong(
    en="y comes from the dense product: nothing was skipped, and 0 times infinity is NaN. Multiply what is stored.",
    zh="y 是用稠密乘法算的：什么也没跳过，而 0 乘无穷大是 NaN。只应乘存储的值。",
)
def dense_product(w, x):
    refuse_bad(w, x)
    return *right_parts(w, x)[:3], np.asarray(w @ x, float)


@same_mistake(dense_product)
def multiplies_the_zeros(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    return values, columns, row_starts, np.sum(w * x, axis=1, dtype=float)


@wrong(
    en="The columns count through the whole matrix (i * in + j): count from 0 within each row.",
    zh="列号是整个矩阵的一维下标（i in + j）：应在每一行内从 0 数起。",
)
def flat_indices(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, rows = csr(w)
    return values, columns + rows * w.shape[1], row_starts, multiply(values, columns, row_starts, x)


@same_mistake(flat_indices)
def positions_in_memory(w, x):
    refuse_bad(w, x)
    values, _, row_starts, y = right_parts(w, x)
    return values, np.flatnonzero(w), row_starts, y


@wrong(
    en="The columns count from 1: here, as everywhere in Python, the first column is 0.",
    zh="列号从 1 数起：这里与 Python 的惯例一样，第一列是 0。",
)
def columns_from_one(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, y = right_parts(w, x)
    return values, columns + 1, row_starts, y


@same_mistake(columns_from_one)
def counts_columns_by_enumerating_from_one(w, x):
    refuse_bad(w, x)
    columns = [j for row in w for j, value in enumerate(row, 1) if value != 0]
    values, _, row_starts, y = right_parts(w, x)
    return values, np.array(columns, int), row_starts, y


@wrong(
    en="x is read in the order of the values: each value meets the x at its column, x[columns].",
    zh="按值的次序读取 x：每个值应与其列号处的 x 相乘，即 x[columns]。",
)
def forgets_the_gather(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    y = [np.sum(values[a:b] * x[: b - a]) for a, b in pairwise(row_starts)]
    return values, columns, row_starts, np.array(y, float)


@same_mistake(forgets_the_gather)
def pairs_values_with_leading_inputs(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    y = np.zeros(len(w))
    for i in range(len(w)):
        for n, p in enumerate(range(row_starts[i], row_starts[i + 1])):
            y[i] += values[p] * x[n]
    return values, columns, row_starts, y


@wrong(
    en="`y[rows] += products` writes each row once, the other products are lost: sum them, with a loop or `np.add.at`.",
    zh="`y[rows] += products` 对每行只写一次，其余乘积都丢了：应累加，用循环或 `np.add.at`。",
)
def buffered_addition(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, rows = csr(w)
    y = np.zeros(len(w))
    y[rows] += values * x[columns]
    return values, columns, row_starts, y


@same_mistake(buffered_addition)
def assigns_instead_of_adding(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    y = np.zeros(len(w))
    for i in range(len(w)):
        for p in range(row_starts[i], row_starts[i + 1]):
            y[i] = values[p] * x[columns[p]]
    return values, columns, row_starts, y


@wrong(
    en="The last row is left out: row i ends at row_starts[i + 1], for i up to out - 1.",
    zh="漏掉了最后一行：第 i 行止于 row_starts[i + 1]，i 取到 out - 1。",
)
def leaves_out_the_last_row(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, y = right_parts(w, x)
    y[-1] = 0
    return values, columns, row_starts, y


@same_mistake(leaves_out_the_last_row)
def loops_one_row_too_few(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, _ = csr(w)
    y = np.zeros(len(w))
    for i in range(len(row_starts) - 2):
        for p in range(row_starts[i], row_starts[i + 1]):
            y[i] += values[p] * x[columns[p]]
    return values, columns, row_starts, y


@wrong(
    en="It keeps positive weights only: a negative weight is not zero.",
    zh="只保留了正的权重：负权重不是零。",
)
def keeps_positive_weights(w, x):
    refuse_bad(w, x)
    return right_parts(np.where(w > 0, w, 0), x)


@same_mistake(keeps_positive_weights)
def asks_for_greater_than_zero(w, x):
    refuse_bad(w, x)
    rows, columns = np.nonzero(w > 0)
    row_starts = np.searchsorted(rows, np.arange(len(w) + 1))
    return w[rows, columns], columns, row_starts, multiply(w[rows, columns], columns, row_starts, x)


@wrong(
    en="It drops tiny weights: storing is not pruning; everything that is not exactly 0 is stored.",
    zh="丢掉了极小的权重：存储不是剪枝，凡不恰好为 0 的都要存。",
)
def drops_tiny_weights(w, x):
    refuse_bad(w, x)
    return right_parts(np.where(np.abs(w) > 1e-8, w, 0).astype(w.dtype), x)


@same_mistake(drops_tiny_weights)
def asks_whether_it_is_close_to_zero(w, x):
    refuse_bad(w, x)
    return right_parts(w * ~np.isclose(w, 0), x)


@wrong(
    en="The length of x is not checked: one that is too long multiplies without an error, and wrongly.",
    zh="没有检查 x 的长度：过长的 x 不会报错，却可能算错。",
)
def trusts_the_length_of_x(w, x):
    if w.ndim != 2 or x.ndim != 1 or len(x) < w.shape[1]:
        raise ValueError("shapes")
    return right_parts(w, x)


@same_mistake(trusts_the_length_of_x)
def checks_only_that_columns_exist(w, x):
    if w.ndim != 2 or len(x.shape) != 1:
        raise ValueError("shapes")
    if x.size < w.shape[1]:
        raise ValueError("x is too short")
    values, columns, row_starts, rows = csr(w)
    return values, columns, row_starts, binned(rows, values * x[columns], len(w))
