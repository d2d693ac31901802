"""The voltage study runs once on a few images for all test files of this folder."""

from small_study import fixtures
from small_voltage import FEW

from minicompress.study.voltage import measure

few, run = fixtures(measure, QUICK=FEW)
