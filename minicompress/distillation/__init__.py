"""Distillation: training a small network on the answers of a large one. Read in this order:

    soft_labels.py       the teacher's probabilities at a temperature
    trainer.py           the classic loss and its training loop
    kd_loss.py           the soft loss with its gradient; tempered.py keeps it finite at any temperature
    logit_matching.py    the limit of the soft loss for large temperatures
    decoupled.py         the soft loss split into target class and other classes
    ensemble.py          several teachers
    cached_logits.py     logits that the teacher computed before; cache_file.py keeps them in a file
    smoothing.py         label smoothing as a teacher that knows only the number of classes
    generations.py       a teacher of the student's own size
    features/            losses on activations instead of logits
    distil.py            training on several losses at once; loading.py checks batches, refusal.py restores the student

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
