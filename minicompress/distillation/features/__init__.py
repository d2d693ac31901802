"""Distillation from features: hints, attention and relations; `taps.py` reads them inside a network."""

from minicompress.distillation.features.attention import attention_transfer
from minicompress.distillation.features.hints import Hint
from minicompress.distillation.features.relations import angle_relations, distance_relations
from minicompress.distillation.features.taps import Tapped

__all__ = ["Hint", "Tapped", "angle_relations", "attention_transfer", "distance_relations"]
