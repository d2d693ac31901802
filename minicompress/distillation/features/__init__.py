"""Distillation from features. Read in this order:

    taps.py         activations inside a network, and gradients into it
    hints.py        match the teacher's features, through a regressor
    attention.py    match the teacher's attention maps
    relations.py    match the teacher's distances and angles between the samples of a batch

>>> import numpy as np
>>> from minicompress import nn
>>> from minicompress.distillation.features import Tapped, distance_relations
>>> rng = np.random.default_rng(0)
>>> teacher, student = nn.zoo.mlp([4, 16, 3], rng=rng), nn.zoo.mlp([4, 5, 3], rng=rng)
>>> x = rng.random((10, 4))
>>> (_, (h_t,)), (_, (h_s,)) = Tapped(teacher, [2]).forward(x), Tapped(student, [2]).forward(x)
>>> loss, dh_s = distance_relations(h_s, h_t)
>>> dh_s.shape
(10, 5)
"""

from minicompress.distillation.features.attention import attention_transfer
from minicompress.distillation.features.hints import Hint
from minicompress.distillation.features.relations import angle_relations, distance_relations
from minicompress.distillation.features.taps import Tapped

__all__ = ["Hint", "Tapped", "angle_relations", "attention_transfer", "distance_relations"]
