"""The quantization study runs once on a few images for all test files of this folder."""

from small_quantization import FEW
from small_study import fixtures

from minicompress.study.quantization import measure

few, run = fixtures(measure, QUICK=FEW)
