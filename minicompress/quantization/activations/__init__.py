"""Activations: ranges from calibration data, and the layer that quantizes. Read in this order:

folding.py                   batch norm goes into the layer in front of it before anything is quantized
calibration.py               ranges from training data
histogram.py  clipping.py    thresholds by percentile, squared error or entropy
quantizer.py                 the layer that uses a range

>>> import numpy as np
>>> observer = MinMaxObserver()
>>> observer.observe(np.array([-1.0, 3.0]))
>>> observer.parameters(8)[1]
64
"""

from minicompress.quantization.activations.calibration import (
    MinMaxObserver,
    MovingAverageObserver,
    RangeObserver,
    saturation_ratio,
)
from minicompress.quantization.activations.clipping import (
    EntropyObserver,
    MSEObserver,
    PercentileObserver,
    entropy_threshold,
)
from minicompress.quantization.activations.folding import (
    FrozenBatchNorm1d,
    FrozenBatchNorm2d,
    fold_arrays,
    fold_batchnorm,
    freeze_batchnorm,
)
from minicompress.quantization.activations.histogram import MagnitudeHistogram
from minicompress.quantization.activations.quantizer import (
    ActivationQuantizer,
    activation_quantizers,
    quantize_activations,
    saturation_ratios,
)

__all__ = [
    "ActivationQuantizer",
    "EntropyObserver",
    "FrozenBatchNorm1d",
    "FrozenBatchNorm2d",
    "MSEObserver",
    "MagnitudeHistogram",
    "MinMaxObserver",
    "MovingAverageObserver",
    "PercentileObserver",
    "RangeObserver",
    "activation_quantizers",
    "entropy_threshold",
    "fold_arrays",
    "fold_batchnorm",
    "freeze_batchnorm",
    "quantize_activations",
    "saturation_ratio",
    "saturation_ratios",
]
