"""Every argument of every public function of pruning, quantization, efficiency and deploy is given what it is not.

Each is replaced in turn by None, a text, NaN, infinity, -1, True, a list and the like, in a call that is good
otherwise.
Either a ValueError names owner, argument and what was expected, or the value stands among those that are meant to pass.
"""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

from minicompress import deploy as M
from minicompress import efficiency, nn
from minicompress import pruning as P
from minicompress import quantization as Q
from minicompress.efficiency import add_pj, inference_energy, multiply_pj, read_pj
from minicompress.pruning.criteria import (
    batch_norm_scale,
    deviation_masks,
    l1_norm,
    l2_norm,
    mean_activation,
    nonzero_activation,
    obd_saliency,
    random_importance,
    taylor_importance,
    tolerated_sparsities,
)
from minicompress.pruning.encodings import relative_indices
from minicompress.pruning.lottery import prune_survivors
from minicompress.pruning.masks import (
    chance_mask_jaccard,
    mask_complement,
    mask_density,
    mask_intersection,
    mask_jaccard,
    mask_union,
    pack_n_m,
    shuffle_masks,
)
from minicompress.pruning.schedule import sparsity_at
from minicompress.pruning.structured import L1Penalty, block_influence, penalize_scales, remove_blocks
from minicompress.quantization.activations import (
    MagnitudeHistogram,
    MovingAverageObserver,
    MSEObserver,
    activation_quantizers,
    entropy_threshold,
    fold_arrays,
    freeze_batchnorm,
    saturation_ratio,
    saturation_ratios,
)
from minicompress.quantization.affine import code_range
from minicompress.quantization.binary import best_threshold, binarize, pack_signs, popcount, relative_error, ternarize
from minicompress.quantization.formats import (
    FLOAT16,
    AdditivePowersOfTwo,
    apot_levels,
    decode_float,
    encode_float,
    nearest_level,
    power_of_two_codes,
    power_of_two_values,
    round_to_float,
    shift_product,
)
from minicompress.quantization.granularity import block_range, scale_count
from minicompress.quantization.integer import (
    AffineGrid,
    FixedPointScale,
    FloatScale,
    fixed_point_multiplier,
    quantize_bias,
    saturate,
)
from minicompress.quantization.mixed import (
    StorageMethod,
    compare_allocations,
    greedy_allocation,
    measure_costs,
    method_sizes,
    squared_errors,
    uniform_allocation,
    uniform_bits,
)
from minicompress.quantization.packing import packed_bytes
from minicompress.quantization.voltage import (
    CriticalVoltages,
    FixedPoint,
    RandomBitErrors,
    WeightClip,
    bit_error_rate,
    fit_with_bit_errors,
    flip_bits,
    relative_energy,
    voltage_of,
    voltage_sweep,
)


def mlp():
    return nn.zoo.mlp([6, 5, 4, 3], rng=np.random.default_rng(0))


def normed():
    rng = np.random.default_rng(0)
    return nn.Sequential(nn.Linear(6, 5, rng=rng), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3, rng=rng))


def cnn():
    rng = np.random.default_rng(0)
    inner = nn.Residual(nn.Conv2d(4, 4, 3, padding=1, rng=rng))
    layers = [nn.Conv2d(1, 4, 3, padding=1, rng=rng), nn.BatchNorm2d(4), nn.ReLU(), inner, nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(4 * 36, 3, rng=rng), input_shape=(1, 6, 6))


def samples():
    return np.random.default_rng(1).normal(size=(8, 6)).astype(np.float32)


def images():
    return np.random.default_rng(1).normal(size=(8, 1, 6, 6)).astype(np.float32)


def masks():
    return [np.ones(p.shape, bool) for p in mlp().weight_parameters()]


def generator():
    return np.random.default_rng(2)


Y = np.arange(8) % 3
W = np.random.default_rng(3).normal(size=(4, 8)).astype(np.float32)

# Good calls; a function among the arguments is called for a fresh one each time.
CALLS = {
    P.local_masks: dict(model=mlp, sparsity=0.5),
    P.global_masks: dict(model=mlp, sparsity=0.5),
    deviation_masks: dict(model=mlp, quality=0.5),
    block_influence: dict(model=cnn, x=images),
    P.layer_pruning: dict(model=cnn, count=1, x=images, importance=lambda: block_influence),
    remove_blocks: dict(model=cnn, indices=lambda: [3]),
    P.hold_masks: dict(model=mlp, masks=masks),
    P.hybrid_pruning: dict(model=mlp, channel_share=0.2, budget=10),
    l1_norm: dict(model=mlp, group=lambda: P.coupled_channels(mlp())[0]),
    l2_norm: dict(model=mlp, group=lambda: P.coupled_channels(mlp())[0]),
    mean_activation: dict(x=samples),
    nonzero_activation: dict(x=samples),
    random_importance: dict(rng=generator),
    P.lottery_rounds: dict(model=mlp, train=lambda: lambda m: None, rounds=1, rate=0.2, output_rate=0.1),
    prune_survivors: dict(w=W, m=np.ones((4, 8), bool), rate=0.5),
    P.lottery_ticket: dict(start=mlp, masks=masks),
    P.magnitude_mask: dict(w=W, sparsity=0.5),
    P.Mask: dict(m=np.ones((2, 2))),
    chance_mask_jaccard: dict(one=masks, other=masks),
    mask_complement: dict(masks=masks),
    mask_density: dict(masks=masks),
    mask_intersection: dict(one=masks, other=masks),
    mask_jaccard: dict(one=masks, other=masks),
    shuffle_masks: dict(masks=masks, rng=generator),
    mask_union: dict(one=masks, other=masks),
    P.n_m_mask: dict(w=W, n=2, m=4),
    P.n_m_sparsity: dict(
        model=lambda: nn.zoo.mlp([8, 4, 4], rng=np.random.default_rng(0)), n=2, m=4, layers=lambda: [1]
    ),
    pack_n_m: dict(w=lambda: W * P.n_m_mask(W, 2, 4), n=2, m=4),
    P.DynamicMask: dict(m=np.ones((2, 2)), a=0.1, b=0.2),
    P.pruning_report: dict(model=mlp, input_shape=lambda: (6,)),
    P.sparsity: dict(model=mlp),
    obd_saliency: dict(model=mlp, x=samples, y=lambda: Y),
    taylor_importance: dict(batches=lambda: [(samples(), Y)]),
    P.taylor_saliency: dict(w=W, b=np.ones(4), dw=lambda: np.ones((2, 4, 8)), db=lambda: np.ones((2, 4))),
    P.gradual: dict(final=0.9, steps=3, interval=10, start=0, initial=0.1),
    P.iterative: dict(final=0.9, rounds=3, interval=10, start=0),
    P.one_shot: dict(final=0.5, start=1),
    sparsity_at: dict(schedule=lambda: {0: 0.5}, t=1),
    P.sensitivity_scan: dict(model=mlp, sparsities=lambda: [0.5], evaluate=lambda: lambda m: 0.5),
    tolerated_sparsities: dict(scores=lambda: [[0.9]], sparsities=lambda: [0.5], lowest=0.5),
    L1Penalty: dict(strength=0.1),
    penalize_scales: dict(model=cnn, strength=0.1),
    P.network_slimming: dict(model=normed, share=0.3, x=samples),
    P.compress_rows: dict(w=W),
    P.structure_pruning: dict(model=mlp, sparsity=0.5, importance=lambda: l2_norm),
    P.keep_channels: dict(model=mlp, keep=lambda: {"1": [0, 1]}),
    P.weight_pruning: dict(model=mlp, threshold=0.1),
    P.coupled_channels: dict(model=mlp),
    relative_indices: dict(w=W, index_bits=5),
    P.size_ledgers: dict(w=W, value_bits=32, index_bits=5),
    Q.ActivationQuantizer: dict(bits=8),
    activation_quantizers: dict(model=mlp),
    Q.quantize_activations: dict(model=mlp, x=samples, bits=8, observer=lambda: Q.MinMaxObserver, batch_size=5),
    saturation_ratios: dict(model=lambda: Q.quantize_activations(mlp(), samples()), x=samples, batch_size=5),
    Q.affine_parameters: dict(low=0.0, high=1.0, bits=8),
    Q.affine_quantize: dict(x=W, s=0.1, z=3, bits=8),
    Q.affine_dequantize: dict(q=lambda: np.ones(3, np.uint8), s=0.1, z=3),
    code_range: dict(bits=8),
    Q.attach_quantizers: dict(model=mlp, methods=lambda: Q.FakeQuantize(4), layers=lambda: [1]),
    binarize: dict(w=W),
    relative_error: dict(w=W, approximation=W),
    Q.exact_allocation: dict(costs=lambda: [[2, 1.0]], sizes=lambda: [[1, 2]], budget=5),
    greedy_allocation: dict(costs=lambda: [[2, 1.0]], sizes=lambda: [[1, 2]], budget=5),
    uniform_allocation: dict(costs=lambda: [[2, 1.0]], sizes=lambda: [[1, 2]], budget=5),
    MovingAverageObserver: dict(c=0.1),
    saturation_ratio: dict(x=W, s=0.1, z=0, bits=8),
    Q.EntropyObserver: dict(bits=8, bins=2048),
    MagnitudeHistogram: dict(bins=64),
    MSEObserver: dict(bits=8, candidates=10, bins=64),
    Q.PercentileObserver: dict(percentile=99, bins=64),
    entropy_threshold: dict(counts=lambda: np.array([1, 2, 3]), width=0.5, levels=2),
    add_pj: dict(bits=8),
    multiply_pj: dict(bits=8),
    read_pj: dict(bits=8, memory=lambda: "sram"),
    inference_energy: dict(
        model=mlp, weight_bits=8, activation_bits=8, memory=lambda: "sram", voltage=1.0, input_shape=lambda: (6,)
    ),
    Q.FakeQuantize: dict(bits=4, axis=0),
    Q.cast_weights: dict(model=mlp, format=lambda: FLOAT16),
    decode_float: dict(code=lambda: np.array([1]), format=lambda: FLOAT16),
    encode_float: dict(x=W, format=lambda: FLOAT16),
    round_to_float: dict(x=W, format=lambda: FLOAT16),
    Q.fold_batchnorm: dict(model=cnn),
    freeze_batchnorm: dict(model=cnn),
    fold_arrays: dict(w=W, b=np.ones(4), gamma=np.ones(4), beta=np.ones(4), mu=np.ones(4), v=np.ones(4), eps=1e-5),
    block_range: dict(w=W, axis=0),
    Q.effective_bits: dict(shape=lambda: (4, 8), bits=4, axis=0, scale_bits=16),
    scale_count: dict(shape=lambda: (4, 8), group_size=4),
    Q.symmetric_scales: dict(w=W, bits=4, group_size=4),
    StorageMethod: dict(name=lambda: "a", bits=4, extra_bytes=4),
    compare_allocations: dict(costs=lambda: [[2, 1.0]], sizes=lambda: [[1, 2]], budget=5, names=lambda: ["a", "b"]),
    measure_costs: dict(model=mlp, methods=lambda: [uniform_bits(4)], loss=lambda: lambda m: 1.0),
    method_sizes: dict(model=mlp, methods=lambda: [uniform_bits(4)]),
    squared_errors: dict(model=mlp, methods=lambda: [uniform_bits(4)]),
    uniform_bits: dict(bits=4),
    FixedPointScale: dict(m=0.5),
    FloatScale: dict(m=0.5),
    fixed_point_multiplier: dict(m=0.5),
    quantize_bias: dict(b=lambda: [0.5], s=0.1),
    saturate: dict(q=lambda: np.array([3]), low=-5, high=5),
    AffineGrid: dict(s=0.1, z=0),
    Q.to_integers: dict(
        model=mlp, x=samples, axis=0, rescaling=lambda: FixedPointScale, observer=lambda: Q.MinMaxObserver
    ),
    CriticalVoltages: dict(shape=lambda: (2, 3), bits=8, rng=generator),
    RandomBitErrors: dict(scheme=8, rate=0.1, rng=generator),
    Q.LowVoltage: dict(
        scheme=8, critical=lambda: CriticalVoltages((2, 3), 8, rng=np.random.default_rng(0)), voltage=1.0
    ),
    bit_error_rate: dict(voltage=0.9),
    flip_bits: dict(codes=lambda: np.array([1], np.uint8), failing=lambda: np.ones((1, 8), bool)),
    relative_energy: dict(voltage=0.9),
    voltage_of: dict(rate=0.01),
    Q.pack_bits: dict(codes=lambda: np.array([1]), bits=4),
    packed_bytes: dict(n=3, bits=4),
    Q.unpack_bits: dict(packed=lambda: np.zeros(2, np.uint8), bits=4, n=3),
    pack_signs: dict(x=W),
    popcount: dict(words=lambda: np.array([3], np.uint8)),
    AdditivePowersOfTwo: dict(bits=5, base=2),
    Q.PowerOfTwo: dict(bits=4, rounding=lambda: "log"),
    apot_levels: dict(bits=5, base=2),
    nearest_level: dict(w=W, levels=lambda: np.array([0, 1.0])),
    power_of_two_codes: dict(w=W, bits=4, rounding=lambda: "log"),
    power_of_two_values: dict(q=lambda: np.array([1]), low=0),
    shift_product: dict(x=lambda: np.array([[1]]), q=lambda: np.array([[1]])),
    Q.quantization_report: dict(before=mlp, quantized=4, axis=0),
    WeightClip: dict(limit=0.1),
    voltage_sweep: dict(
        model=mlp, x=samples, y=lambda: Y, voltages=lambda: [0.9], scheme=8, chips=2, batch_size=5, rng=generator
    ),
    FixedPoint: dict(bits=8, rounding=lambda: "nearest"),
    Q.Binarize: dict(scaled=lambda: True, axis=0),
    Q.Ternarize: dict(factor=0.7),
    best_threshold: dict(w=W),
    ternarize: dict(w=W, factor=0.7),
    Q.dequantize: dict(q=lambda: np.array([1], np.int8), s=0.1),
    Q.quantization: dict(model=mlp, bits=8),
    Q.quantize: dict(w=W, s=0.1, bits=8),
    Q.symmetric_scale: dict(w=W, bits=8),
    M.encode: dict(model=mlp, bits=None, group_size=None),
    M.decode: dict(encoded=lambda: M.encode(mlp()), model=mlp),
    batch_norm_scale: dict(model=normed, group=lambda: P.coupled_channels(normed())[0]),
    fit_with_bit_errors: dict(
        model=mlp, x=samples, y=lambda: Y, optimizer=None, epochs=1, rate=0.1, scheme=8, batch_size=4, rng=generator
    ),
}

BAD = {
    "None": None,
    "text": "a",
    "nan": float("nan"),
    "inf": float("inf"),
    "-1": -1,
    "True": True,
    "object": object(),
    "[]": [],
    "complex": 1j,
    "array": np.ones(2),
    "dict": {},
}

MEANT = {
    ("remove_blocks", "indices"): ["[]", "dict"],
    ("mean_activation", "x"): ["-1", "array"],
    ("nonzero_activation", "x"): ["-1", "array"],
    ("lottery_rounds", "output_rate"): ["None"],
    ("magnitude_mask", "w"): ["array"],
    ("Mask", "m"): ["-1", "True", "[]", "array", "inf"],
    ("mask_complement", "masks"): ["[]"],
    ("mask_density", "masks"): ["[]"],
    ("shuffle_masks", "masks"): ["[]"],
    ("n_m_sparsity", "layers"): ["None", "[]", "dict"],
    ("DynamicMask", "m"): ["-1", "True", "[]", "array", "inf"],
    ("pruning_report", "input_shape"): ["None"],
    ("sparsity_at", "schedule"): ["dict"],
    ("sparsity_at", "t"): ["-1", "inf"],
    ("sensitivity_scan", "sparsities"): ["[]", "array", "dict"],
    ("tolerated_sparsities", "lowest"): ["-1", "inf"],
    ("keep_channels", "keep"): ["dict"],
    ("weight_pruning", "threshold"): ["inf"],
    ("relative_indices", "w"): ["-1", "True", "[]", "array", "inf", "nan"],
    ("affine_parameters", "low"): ["-1"],
    ("affine_quantize", "x"): ["-1", "[]", "array"],
    ("affine_dequantize", "q"): ["-1", "[]", "array"],
    ("affine_dequantize", "z"): ["-1"],
    ("attach_quantizers", "methods"): ["None"],
    ("attach_quantizers", "layers"): ["None", "[]", "dict"],
    ("binarize", "w"): ["array"],
    ("saturation_ratio", "x"): ["-1", "array"],
    ("inference_energy", "input_shape"): ["None"],
    ("FakeQuantize", "axis"): ["-1", "None"],
    ("encode_float", "x"): ["[]", "array", "inf", "nan"],
    ("round_to_float", "x"): ["[]", "array", "inf", "nan"],
    ("fold_arrays", "b"): ["None"],
    ("block_range", "w"): ["[]", "array"],
    ("block_range", "axis"): ["-1", "None"],
    ("effective_bits", "axis"): ["-1", "None"],
    ("scale_count", "group_size"): ["None"],
    ("symmetric_scales", "group_size"): ["None"],
    ("StorageMethod", "name"): ["text"],
    ("compare_allocations", "names"): ["array"],
    ("FixedPointScale", "m"): ["[]", "array"],
    ("FloatScale", "m"): ["[]", "array"],
    ("fixed_point_multiplier", "m"): ["[]", "array"],
    ("quantize_bias", "b"): ["-1", "[]", "array"],
    ("quantize_bias", "s"): ["[]", "array"],
    ("saturate", "q"): ["-1"],
    ("saturate", "low"): ["-1"],
    ("saturate", "high"): ["-1"],
    ("AffineGrid", "z"): ["-1"],
    ("CriticalVoltages", "shape"): ["[]", "dict"],
    ("pack_bits", "codes"): ["[]"],
    ("nearest_level", "w"): ["-1", "[]", "array", "inf"],
    ("nearest_level", "levels"): ["array"],
    ("power_of_two_codes", "w"): ["-1", "[]", "array"],
    ("power_of_two_values", "q"): ["-1"],
    ("power_of_two_values", "low"): ["-1"],
    ("quantization_report", "axis"): ["-1", "None"],
    ("voltage_sweep", "voltages"): ["array"],
    ("Binarize", "axis"): ["None"],
    ("Binarize", "scaled"): ["True"],
    ("to_integers", "axis"): ["None"],
    ("best_threshold", "w"): ["array"],
    ("ternarize", "w"): ["array"],
    ("dequantize", "q"): ["-1", "[]", "array"],
    ("dequantize", "s"): ["[]", "array"],
    ("quantize", "w"): ["-1", "[]", "array"],
    ("symmetric_scale", "w"): ["-1", "[]", "array"],
    ("encode", "bits"): ["None"],
    ("encode", "group_size"): ["None"],
}

# What functions return; layers and files, which have tests of their own.
ELSEWHERE = {
    *("CSR", "ChannelGroup", "LayerSparsity", "LotteryRound", "PackedNM", "PruningReport", "RelativeIndices"),
    *("SizeLedger", "Allocation", "EnergyReport", "LayerEnergy", "LayerError", "PackedSigns", "QuantizationReport"),
    *(
        "VoltagePoint",
        "VoltageSweep",
        "Encoded",
        "IntegerModel",
        "MinMaxObserver",
        "RangeObserver",
        "TwiceRoundedScale",
    ),
    *("FloatFormat", "BinaryActivation", "FrozenBatchNorm1d", "FrozenBatchNorm2d", "IntegerConv2d", "IntegerFlatten"),
    *("IntegerLinear", "IntegerMaxPool2d", "IntegerReLU", "read"),
}

# What modules of a room share; no user calls it.
INSIDE = {
    *("named_layers", "layer_inputs", "keep_where", "unmasked_weights", "largest_first", "magnitudes", "with_ties"),
    *("smallest_go", "strongest", "sign", "load", "save", "codes_and_grid", "largest_code", "values_of", "set_mask"),
}


def fresh(value):
    return value() if inspect.isfunction(value) else value


def refusal(function, **changed):
    """The message of the ValueError that a call raises, or None."""
    arguments = {name: fresh(value) for name, value in CALLS[function].items()} | changed
    if function is fit_with_bit_errors and "optimizer" not in changed and isinstance(arguments["model"], nn.Sequential):
        arguments["optimizer"] = nn.SGD(arguments["model"].parameters(), 0.1)
    try:
        function(**arguments)
    except ValueError as error:
        return str(error)
    return None


def modules():
    for room in (P, Q, M, efficiency):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            yield importlib.import_module(module.name)


def test_every_public_function_is_called_here():
    public = {
        name for module in modules() for name in getattr(module, "__all__", ()) if callable(getattr(module, name))
    }
    called = {function.__name__ for function in CALLS}
    assert called == public - ELSEWHERE - INSIDE, "CALLS needs a good call of each, and MEANT the odd values that pass"


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_what_an_argument_is_not_is_refused_by_name(function):
    assert refusal(function) is None
    for argument in CALLS[function]:
        messages = {name: refusal(function, **{argument: value}) for name, value in BAD.items()}
        passed = sorted(name for name, message in messages.items() if message is None)
        assert passed == MEANT.get((function.__name__, argument), []), argument
        for message in filter(None, messages.values()):
            assert ": " in message, argument
            assert "must" in message, argument


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_the_first_sentence_says_whether_the_model_changes(function):
    if "model" not in CALLS[function]:
        return
    model = CALLS[function]["model"]()
    before = state(model)
    assert refusal(function, model=model) is None
    first = function.__doc__.split("\n\n")[0]
    assert ("in place" in first) == (state(model) != before)


def state(model):
    transforms = {name: repr(parameter.transforms) for name, parameter in model.named_parameters().items()}
    return {name: array.tobytes() for name, array in model.arrays().items()}, transforms, repr(model)
