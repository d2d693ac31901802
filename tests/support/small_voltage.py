"""The voltage study on a few images."""

import dataclasses

from minicompress.study.voltage import measure as voltage

VOLTAGES = (1.2, 0.75, 0.5)  # no cell fails, a fifth do, all do
FEW = dataclasses.replace(
    voltage.QUICK, training_samples=600, validation_samples=200, test_samples=200, calibration_samples=50
)
FEW = dataclasses.replace(FEW, batch_size=20, voltages=VOLTAGES)
