"""Exercise quantization/bit_packing: store codes of any width without gaps, and get them back.

Question card: exercises/quantization/bit_packing.md (中文：bit_packing.zh.md)
Check it with: minicompress check quantization/bit_packing
"""

import numpy as np


def bit_packing(data, bits, count=None):
    """Without count: return the codes in data as packed bytes. With count: return the codes of packed bytes.

    data
        Packing: a one-dimensional array of integers from 0 to 2^bits - 1, int8 to int64 or uint8 to uint32; it may have
        no elements. Unpacking: a uint8 array of shape (ceil(count * bits / 8),).
    bits
        Bits of a code, an integer from 1 to 8; NumPy integers of any width are fine, floats are not.
    count
        None to pack; to unpack, the number of codes, an integer >= 0; NumPy integers of any width are fine.

    The order: code 0, then code 1, and so on, each with its high bit first; a byte takes the next eight bits, the first
    of them as its high bit. Nothing lies between two codes, so a code may straddle two bytes. The last byte is filled
    up with zeros; when unpacking, what fills it is ignored.

        3 bits, codes 5 3 6:    101 011 110    ->    10101111 0_______    ->    175, 0

    Packing returns a new uint8 array of shape (ceil(n * bits / 8),) for n codes, unpacking one of shape (count,); it
    shares no memory with data, also at 8 bits. data stays as it is. Any NumPy function may be used.

    Raises ValueError for other bits, for a code below 0 or above 2^bits - 1, for a count that is not an integer >= 0,
    and for data of another length than count codes take.

    中文：不给 count 时，把 data 中的量化值（0 到 2^bits - 1 的整数，int8 到 int64 或 uint8 到 uint32，可以为空）紧密
    打包，返回形状 (ceil(n * bits / 8),) 的新 uint8 数组；给出 count 时，从打包的字节中取回 count 个量化值，返回形状
    (count,) 的新 uint8 数组。即使是 8 位，返回的数组也不与 data 共享内存。次序：先量化值 0 再量化值 1，每个都高位
    在前，依次填入字节，字节也是高位在前；一个量化值可以跨字节，末字节用零补满，解包时不看补的内容。不修改 data。
    bits 与 count 可为任意宽度的 NumPy 整数。bits 不是 1 到 8 的整数、量化值超出范围、count 不是非负整数，或者 data 的
    长度与 count 不符，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
