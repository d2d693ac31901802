"""The pruning study on a few images."""

import dataclasses

from minicompress.study.pruning import measure as pruning

TARGETS = (0.5, 0.95)
FEW = dataclasses.replace(pruning.QUICK, training_samples=300, validation_samples=200, target_sparsities=TARGETS)
FEW = dataclasses.replace(FEW, batch_size=20, gradual_interval=3)
