"""Distillation: what can a small network learn from a large one that the labels do not say?

Read `soft_labels.py` first (the teacher's answer, softened), then `trainer.py` (the classic loss and its loop). For
losses on more than the logits, `taps.py` (a network cut at a layer) and `distil.py` (a list of terms, one backward).

Then by what is compared: the answers in `kd_loss.py`, `logit_matching.py` (its limit) and `decoupled.py` (its parts),
activations in `features.py` and `attention.py`, samples with each other in `relations.py`. And by who teaches: several
in `ensemble.py`, one that was asked before in `cached_logits.py` and `cache_file.py`, one that knows nothing in
`smoothing.py`, an equal in `generations.py`.

Logits are `z_s` (student) and `z_t` (teacher); `T` is the temperature.

>>> import numpy as np
>>> from minicompress import nn
>>> from minicompress.distillation import knowledge_distillation
>>> rng = np.random.default_rng(0)
>>> teacher, student = nn.zoo.mlp([4, 16, 3], rng=rng), nn.zoo.mlp([4, 5, 3], rng=rng)
>>> x, optimizer = rng.random((200, 4), np.float32), nn.Adam(student.parameters(), learning_rate=0.01)
>>> train = lambda: knowledge_distillation(student, teacher, nn.soft_cross_entropy, [(x, None)], optimizer)
>>> losses = [train() for _ in range(50)]
>>> losses[-1] < losses[0]
True
"""

from minicompress.distillation.cache_file import load_cached, save_cached
from minicompress.distillation.cached_logits import cache_top_k, top_k_loss
from minicompress.distillation.decoupled import decoupled_kd
from minicompress.distillation.distil import CACHED, LABELS, LOGITS, Term, distil
from minicompress.distillation.ensemble import ensemble_logits, ensemble_soft_labels
from minicompress.distillation.features.attention import attention_transfer
from minicompress.distillation.features.hints import Hint
from minicompress.distillation.features.relations import angle_relations, distance_relations
from minicompress.distillation.features.taps import Tapped
from minicompress.distillation.generations import born_again
from minicompress.distillation.kd_loss import kd_loss
from minicompress.distillation.logit_matching import logit_matching
from minicompress.distillation.smoothing import best_gap, smoothed_labels, smoothed_loss_floor
from minicompress.distillation.soft_labels import soft_labels
from minicompress.distillation.trainer import knowledge_distillation

__all__ = [
    "CACHED",
    "LABELS",
    "LOGITS",
    "Hint",
    "Tapped",
    "Term",
    "angle_relations",
    "attention_transfer",
    "best_gap",
    "born_again",
    "cache_top_k",
    "decoupled_kd",
    "distance_relations",
    "distil",
    "ensemble_logits",
    "ensemble_soft_labels",
    "kd_loss",
    "knowledge_distillation",
    "load_cached",
    "logit_matching",
    "save_cached",
    "smoothed_labels",
    "smoothed_loss_floor",
    "soft_labels",
    "top_k_loss",
]
