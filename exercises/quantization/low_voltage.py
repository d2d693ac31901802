"""Exercise quantization/low_voltage: what the network sees of its stored weights when their memory gets less voltage.

Question card: exercises/quantization/low_voltage.md (中文：low_voltage.zh.md)
Check it with: minicompress check quantization/low_voltage
"""

import math

import numpy as np


def low_voltage(codes, bits, s, z, critical, voltage):
    """Read quantized weights back from a memory at `voltage`; return weights, share of flipped bits, relative energy.

    codes
        Integers of any dtype, int8 and uint64 too, and any shape, at least one, from 0 to 2^bits - 1: the unsigned
        codes q of weights s (q - z).
    bits
        An integer from 2 to 16 (NumPy's are fine, int8 too): how many cells hold each code.
    s, z
        The scale, a float > 0, and the zero point, an integer from 0 to 2^bits - 1 (likewise).
    critical
        Floats of shape codes.shape + (bits,), in units of Vmin: the critical voltage of each cell. Entry j of the last
        axis is the cell of bit j; bit 0 is the least significant. Compared as they are, without rounding.
    voltage
        A number > 0, finite, in units of Vmin.

    A cell fails if the voltage is below its critical voltage (not if they are equal). A cell that fails returns the
    other bit: 0 for 1 and 1 for 0. All others return what was stored.

    Returns (w, rate, energy):
        w       a new array of floats of the shape of codes, s (q' - z) with q' the codes that are read
        rate    float, the share of all bits that flipped
        energy  float, of reading one weight, relative to 8 bits at Vmin: (bits / 8) voltage^2

    Raises ValueError for other bits, codes that are not of an integer type or out of range, a critical of another
    shape, and a voltage that is not positive and finite. Nothing that is passed in changes.

    Values may differ by 1e-6 of themselves.

    中文：从电压为 voltage 的存储器里读回量化后的权重。codes 是 0 到 2^bits - 1 的无符号量化值 q（任意整数类型，包括
    int8 与 uint64），权重为 s (q - z)；bits 与零点 z（0 到 2^bits - 1）可以是 NumPy 整数。critical 给出每个单元的临界
    电压（以 Vmin 为单位），形状为 codes.shape + (bits,)，最后一轴的第 j 个是第 j 位（第 0 位最低）。电压低于临界电压的
    单元失效（相等不失效，按原值比较，不舍入），读出相反的位；其余照原样读出。返回 (w, rate, energy)：w 是由读出的量化值
    解码的权重（新数组）；rate 是翻转的位占全部位的比例；energy 是读一个权重的能量，相对于 Vmin 下的 8 位：
    (bits / 8) voltage^2。bits 不是 2 到 16 的整数、codes 不是整数类型或超出范围、critical 形状不符、voltage 不是有限的
    正数，抛出 ValueError。不修改任何传入的东西。数值的相对误差可到 1e-6。
    """
    # Write your answer here.
    raise NotImplementedError
