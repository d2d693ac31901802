"""The quantization study on a few images."""

import dataclasses

from minicompress.study.quantization import measure as quantization

FEW = dataclasses.replace(
    quantization.QUICK, training_samples=300, validation_samples=200, test_samples=200, calibration_samples=50
)
FEW = dataclasses.replace(FEW, epochs=1, batch_size=20)
N = (200, 3200, 16_384, 640)  # weights of the four arrays
CHANNELS, BIASES, LIMITS = 8 + 16 + 64 + 10, 98, 8
