"""The pruning study runs once on a few images for all test files of this folder."""

from small_pruning import FEW
from small_study import fixtures

from minicompress.study.pruning import measure

few, run = fixtures(measure, QUICK=FEW)
