"""The study of orders runs once on a few images for all test files of this folder."""

from types import SimpleNamespace

from small_orders import FEW, small_mnist
from small_study import fixtures

from minicompress.study.orders import measure

few, run = fixtures(measure, QUICK=FEW, data=SimpleNamespace(load=lambda name: small_mnist()))
