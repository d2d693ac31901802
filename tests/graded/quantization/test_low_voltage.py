"""Graded checks of quantization/low_voltage.

Critical voltages and voltages are multiples of 1/64 (exact in float32 too), so that "equal" means equal.
"""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-6, "atol": 1e-9}


def reference(codes, bits, s, z, critical, voltage):
    """One cell at a time, on lists of bits."""
    bits, w, flipped = int(bits), np.zeros(codes.shape), 0
    for index in np.ndindex(codes.shape):
        q, read = int(codes[index]), 0
        for j in range(bits):
            bit = q % 2
            q //= 2
            if float(voltage) < float(critical[(*index, j)]):
                bit, flipped = 1 - bit, flipped + 1
            read += bit * 2**j
        w[index] = float(s) * (read - int(z))
    return w, flipped / (codes.size * bits), float(voltage) * float(voltage) * bits / 8


def memory(shape, bits, seed=0, dtype=np.uint8):
    """(codes, critical voltages): codes from everywhere in the range, the ends among them; about normal voltages."""
    rng = np.random.default_rng(seed)
    bits = int(bits)
    codes = rng.integers(0, 2**bits, shape).astype(dtype)
    codes.flat[0], codes.flat[-1] = 0, 2**bits - 1
    critical = np.rint(rng.normal(0.75, 0.08, (*shape, bits)) * 64) / 64
    return codes, critical


def case(shape, bits, voltage, s=0.125, z=None, **options):
    codes, critical = memory(shape, bits, **options)
    return codes, bits, s, 2 ** (int(bits) - 1) if z is None else z, critical, voltage


@graded(
    3,
    en="a case worked by hand: two codes of 4 bits, three failing cells",
    zh="手算的例子：两个 4 位量化值，三个单元失效",
)
def test_hand_worked_case(submission):
    # bit:        0   1   2   3              at 0.82 fail
    # 5 = 0101   .80 .90 .70 .85             bits 1 and 3 -> 1111 = 15, (15 - 8) / 2 = 3.5
    # 12 = 1100  .70 .60 .83 .82             bit 2        -> 1000 = 8,  (8 - 8) / 2 = 0       (0.82 is not below 0.82)
    # 3 of 8 bits flipped; 4/8 of the bits at 0.82^2 = 0.6724: 0.3362
    def make():
        critical = np.array([[0.80, 0.90, 0.70, 0.85], [0.70, 0.60, 0.83, 0.82]])
        return np.array([5, 12], np.uint8), 4, 0.5, 8, critical, 0.82

    def by_hand(codes, bits, s, z, critical, voltage):
        return np.array([3.5, 0.0]), 0.375, 0.3362

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="8-bit codes of a matrix at several voltages", zh="矩阵的 8 位量化值，多个电压")
def test_matrix_at_several_voltages(submission):
    for voltage in (0.875, 0.75, 0.625):
        submission.agrees_with(reference, lambda voltage=voltage: case((3, 5), 8, voltage), **TOLERANCE)


@graded(
    2,
    en="the same memory at falling voltages: cells that failed before fail again, others join them",
    zh="同一块存储器电压逐步降低：先前失效的单元仍然失效，并有新的加入",
)
def test_errors_persist_and_nest(submission):
    for voltage in (1.0, 0.90625, 0.8125, 0.71875, 0.5):
        submission.agrees_with(reference, lambda voltage=voltage: case((4, 3), 4, voltage, seed=3), **TOLERANCE)


@graded(1, en="a cell at exactly its critical voltage holds", zh="电压恰为临界电压时单元不失效")
def test_cell_holds_at_its_critical_voltage(submission):
    def make():
        critical = np.array([[0.75, 0.765625, 0.734375], [0.75, 0.75, 0.75]])
        return np.array([2, 7], np.uint8), 3, 1.0, 4, critical, 0.75

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(2, en="each bit alone: bit 0 is the least significant", zh="逐位失效：第 0 位最低")
def test_each_bit_alone(submission):
    for j in range(5):

        def make(j=j):
            critical = np.full((2, 5), 0.5)
            critical[:, j] = 0.9
            return np.array([0b10110, 0b01001], np.uint8), 5, 0.25, 16, critical, 0.75

        submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="no cell fails; every cell fails", zh="没有单元失效；所有单元失效")
def test_no_cell_and_every_cell(submission):
    for voltage in (1.5, 0.0625):
        submission.agrees_with(reference, lambda voltage=voltage: case((2, 4), 6, voltage, seed=5), **TOLERANCE)


@graded(
    2,
    en="the decoding keeps its zero point and its negative weights: uint8, uint16 and int64 codes",
    zh="解码保留零点与负权重：uint8、uint16、int64 码",
)
def test_zero_points_and_types(submission):
    for z in (0, 3, 200, 255):
        submission.agrees_with(reference, lambda z=z: case((2, 6), 8, 0.8125, z=z, seed=7), **TOLERANCE)
    submission.agrees_with(reference, lambda: case((2, 3), 8, 0.75, z=90, seed=8, dtype=np.int64), **TOLERANCE)
    submission.agrees_with(reference, lambda: case((5,), 12, 0.75, s=0.003, seed=9, dtype=np.uint16), **TOLERANCE)


@graded(
    2,
    en="precision and voltage separately: 2 to 16 bits, kernels of four axes, a single code",
    zh="精度与电压互不相干：2 到 16 位，四个轴的卷积核，单个码",
)
def test_bits_and_shapes(submission):
    for bits in (2, 3, 7, np.int64(8), 16):
        dtype = np.uint16 if bits > 8 else np.uint8
        submission.agrees_with(
            reference,
            lambda bits=bits, dtype=dtype: case((2, 2, 1, 3), bits, 0.78125, seed=11, dtype=dtype),
            **TOLERANCE,
        )
    submission.agrees_with(
        reference, lambda: (np.array([[9]], np.uint8), 4, 2.0, 8, np.full((1, 1, 4), 0.875), 0.5), **TOLERANCE
    )


@graded(1, en="voltages that are close, tiny or huge", zh="相近、极小或极大的电压")
def test_voltages_of_any_size(submission):
    def close(step, factor=1.0):
        codes, critical = memory((3, 5), 4, seed=13)
        steps = np.rint(64 * (critical - 0.75)).clip(-3, 3)  # of the voltage: equal, just above, just below
        return codes, 4, 0.125, 5, factor * (0.75 + step * steps), factor * 0.75

    for step in (1e-4, 1e-9, 2.0**-52):
        submission.agrees_with(reference, lambda step=step: close(step), **TOLERANCE)
    for factor in (1e-30, 1e30):
        submission.agrees_with(reference, lambda f=factor: close(1e-3, f), rtol=1e-6)


@graded(1, en="every integer dtype, for codes, bits and zero point", zh="量化值、位数与零点可为任意整数类型")
def test_every_integer_dtype(submission):
    for dtype in (np.int8, np.uint16, np.int32, np.uint64):
        submission.agrees_with(reference, lambda d=dtype: case((2, 3), 7, 0.75, seed=14, dtype=d), **TOLERANCE)
    for number in (np.int8, np.uint8, np.int16):
        submission.agrees_with(reference, lambda n=number: case((2, 3), n(8), 0.75, z=n(100), seed=15), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: case((2, 3), np.int8(16), 0.75, z=9, seed=16, dtype=np.uint16), **TOLERANCE
    )


@graded(1, en="bits and voltages out of range are refused", zh="拒绝超出范围的位数与电压")
def test_bad_numbers_are_refused(submission):
    for bits, cells in ((1, 1), (True, 1), (0, 0), (-2, 4), (17, 17), (4.0, 4), (None, 4)):
        submission.rejects(
            ValueError,
            lambda bits=bits, cells=cells: (np.zeros(2, np.int64), bits, 1.0, 0, np.ones((2, cells)), 0.9),
        )
    for voltage in (0, 0.0, -0.75, math.nan, math.inf):
        submission.rejects(ValueError, lambda voltage=voltage: case((2, 3), 4, voltage))


@graded(1, en="codes out of range and cells that do not fit are refused", zh="拒绝超出范围的码与不匹配的单元")
def test_bad_arrays_are_refused(submission):
    def with_codes(*codes, dtype=np.int64):
        return np.array(codes).astype(dtype), 4, 1.0, 8, np.full((len(codes), 4), 0.7), 0.9

    submission.rejects(ValueError, lambda: with_codes(3, 16))
    submission.rejects(ValueError, lambda: with_codes(15, 255, dtype=np.uint8))
    submission.rejects(ValueError, lambda: with_codes(-1, 3))
    submission.rejects(ValueError, lambda: with_codes(1, 3, dtype=np.float32))
    for shape in ((2, 3), (2, 5), (4, 2), (2,), (1, 4), (2, 1, 4)):
        submission.rejects(ValueError, lambda shape=shape: (np.array([1, 3]), 4, 1.0, 8, np.full(shape, 0.7), 0.9))
