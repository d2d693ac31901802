"""Distillation: what can a small network learn from a large one that the labels do not say?

Read `soft_labels.py` first (the teacher's answer, softened), then `trainer.py` (the loss and the loop). Logits are
`z_s` (student) and `z_t` (teacher); `T` is the temperature.
"""

from minicompress.distillation.soft_labels import soft_labels
from minicompress.distillation.trainer import knowledge_distillation

__all__ = ["knowledge_distillation", "soft_labels"]
