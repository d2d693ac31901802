"""The distillation study runs once on a few images for all test files of this folder."""

from small_distillation import FEW, FirstImages
from small_study import fixtures

from minicompress.study.distillation import measure

few, run = fixtures(measure, QUICK=FEW, data=FirstImages)
