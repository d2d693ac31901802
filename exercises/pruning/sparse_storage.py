"""Exercise pruning/sparse_storage: how many bytes does a pruned weight take, with everything counted?

Question card: exercises/pruning/sparse_storage.md (中文：sparse_storage.zh.md)
Check it with: minicompress check pruning/sparse_storage
"""

import numpy as np


def sparse_storage(w, value_bits):
    """Return (dense, csr, relative, bitmask): the bytes of w in four encodings.

    w
        Floats, shape (out, in) or (out, in, kh, kw); it may be empty. n = w.size places, k of them not zero (however
        small), in C order, whatever the order of memory.
    value_bits
        Bits of one stored value, an integer from 1 to 32 (NumPy's are fine, uint8 too). Values are packed without gaps.

    Returns a tuple of four integers, of any integer type that holds them, each part rounded up to whole bytes:
    dense: n values, nothing else.
    csr: the shape, 4 bytes for each axis; out + 1 row starts of 4 bytes; k columns of 2 bytes; k values.
    relative: the shape, as above; the number of entries, 4 bytes; the entries, value_bits + 5 bits each, packed without
        gaps. An entry is a value and how many zeros lie between it and the entry before (the beginning, for the first),
        0 to 31. Where 32 zeros or more lie before a nonzero, a filler entry, 31 zeros and then a value of 0, takes 32
        places, as often as needed. Rows do not matter. Zeros after the last nonzero are not stored.
    bitmask: the shape, as above; n bits; k values.

    w stays as it is. Raises ValueError if w has fewer than two axes or value_bits is not from 1 to 32.

    中文：返回 w 在四种编码下的字节数 (dense, csr, relative, bitmask)，每一部分向上取整到字节。n 个位置、k 个非零。
    dense：n 个值。其余三种都先存形状（每个轴 4 字节）。csr：out + 1 个 4 字节行起点、k 个 2 字节列号、k 个值。
    relative：4 字节的条目数，再加条目；每个条目 value_bits + 5 位，连续紧密存放：一个值，以及它与前一条目之间
    零的个数（0 到 31）。非零值之前的零达到 32 个时，每 32 个位置插入一个填充条目（31 个零，加一个值 0）。
    不分行；最后一个非零值之后的零不存。bitmask：n 位，再加 k 个值。
    w 是浮点数组，可以为空；位置按 C 顺序数，与内存布局无关。value_bits 可以是 NumPy 整数（包括 uint8）。
    不修改 w；w 少于两个轴，或 value_bits 不在 1 到 32 之间，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
