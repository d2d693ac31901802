"""Exercise quantization/bit_packing: store codes of any width without gaps, and get them back.

Question card: exercises/quantization/bit_packing.md (中文：bit_packing.zh.md)
Check it with: minicompress check quantization/bit_packing
"""

import numpy as np


def bit_packing(data, bits, count=None):
    """Without count: return the codes in data as packed bytes. With count: return the codes of packed bytes.

    data
        Packing: a one-dimensional array of integers from 0 to 2^bits - 1, int8 to int64 or uint8 to uint32.
        Unpacking: a uint8 array of shape (ceil(count * bits / 8),).
    bits
        Bits of a code, an integer from 1 to 8; NumPy integers are fine, floats are not.
    count
        None to pack; to unpack, the number of codes, an integer >= 0.

    The order: code 0, then code 1, and so on, each with its high bit first; a byte takes the next eight bits, the first
    of them as its high bit. Nothing lies between two codes, so a code may straddle two bytes. The last byte is filled
    up with zeros; when unpacking, what fills it is not looked at.

        3 bits, codes 5 3 6:    101 011 110    ->    10101111 0_______    ->    175, 0

    Packing returns a uint8 array of shape (ceil(n * bits / 8),) for n codes, unpacking one of shape (count,). data
    stays as it is. Any NumPy function may be used.

    Raises ValueError for other bits, for a code below 0 or above 2^bits - 1, and for data of another length than count
    codes take.

    中文：不给 count 时，把 data 中的码（0 到 2^bits - 1 的整数）紧密打包，返回形状 (ceil(n * bits / 8),) 的 uint8
    数组；给出 count 时，从打包的字节中取回 count 个码，返回形状 (count,) 的 uint8 数组。次序：先码 0 再码 1，每个码
    高位在前，依次填入字节，字节也是高位在前；码可以跨字节，末字节用零补满，解包时不看补的内容。不修改 data。bits 不是
    1 到 8 的整数、码超出范围，或者 data 的长度与 count 不符，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
