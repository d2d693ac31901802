"""The arms of the distillation study: the terms of a student's loss, and what the teacher computes for them.

    hard             CE(label, p_s)                          the control
    smoothed         the same with smoothed labels, without a teacher
    guessed          CE(the teacher's best class, p_s), in place of the true label
    soft_T           T^2 KL(p_t || p_s), for several T: the teacher's answers alone
    match            squared error of centred logits: the limit of soft_T, T -> infinity
    top_2            soft_4 with the two largest p_t, and the sum of the others as one class
    ensemble         soft_4 from three teachers
    mixed            alpha soft_4 + (1 - alpha) hard
    self             mixed, from a teacher of the student's own shape, trained on the student's images
    decoupled        hard + weight * DKD at T = 4: separate weights for the target class and for the other classes
    hint             hard + weight * Hint(student's hidden layer, teacher's last hidden layer), a linear regressor
    relational       hard + weight * distances between samples, in the last hidden layers
    angles           hard + weight * angles of all triples of the first 32 samples of a batch, in the same layers
    attention        hard + weight * attention transfer between the last feature maps: convolutions only

Students of one seed have the same first weights and the same batches in all arms; only the terms differ. Feature terms
are added to the hard labels, not to soft labels, so that each arm shows what one kind of knowledge adds to the control.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minicompress import nn
from minicompress._base.streams import stream
from minicompress.distillation import (
    CACHED,
    LABELS,
    Hint,
    Term,
    angle_relations,
    attention_transfer,
    cache_top_k,
    decoupled_kd,
    distance_relations,
    ensemble_logits,
    kd_loss,
    logit_matching,
    top_k_loss,
)
from minicompress.nn.layers.initializers import he_normal

if TYPE_CHECKING:
    from minicompress.study.distillation.measure import Configuration
    from minicompress.study.distillation.teachers import Teachers
    from minicompress.study.shelf import Shelf

__all__ = ["ARMS", "MAPS_METHODS", "METHODS", "Lesson", "convolutions", "student"]

_TEACHER_UNITS = 100  # of the last hidden layer of LeNet-300-100
_LAYERS = 2, 4  # of student and teacher: Flatten, Linear, ReLU, Linear, ReLU, ...
_MAPS_LAYERS = 3, 3  # Conv2d, ReLU, Conv2d, ReLU, ...


def student(task: str, width: int, *, rng: np.random.Generator) -> nn.Sequential:
    """Return the untrained student: 784-width-10, or for "maps" two convolutions of width/2 and width channels."""
    if task == "maps":
        return convolutions(width, rng=rng)
    return nn.zoo.mlp((784, width, 10), rng=rng)


def convolutions(channels: int, *, rng: np.random.Generator) -> nn.Sequential:
    """Return two convolutions (5 x 5, stride 2) of channels/2 and channels, and a linear layer on 4 x 4 maps."""
    options = {"rng": rng, "initializer": he_normal}
    layers = [nn.Conv2d(1, channels // 2, 5, stride=2, **options), nn.ReLU()]
    layers += [nn.Conv2d(channels // 2, channels, 5, stride=2, **options), nn.ReLU(), nn.Flatten()]
    return nn.Sequential([*layers, nn.Linear(16 * channels, 10, **options)], input_shape=(1, 28, 28))


def ask_teacher(teachers: Teachers, task: str, width: int, seed: int, shelf: Shelf) -> np.ndarray:
    """Return the teacher's logits, one row per image of the student."""
    return teachers.logits(task, seed, shelf)


def ask_best_class(teachers: Teachers, task: str, width: int, seed: int, shelf: Shelf) -> np.ndarray:
    """Return the teacher's most probable class for each image."""
    return teachers.logits(task, seed, shelf).argmax(axis=1)


def ask_top_classes(teachers: Teachers, task: str, width: int, seed: int, shelf: Shelf) -> np.ndarray:
    """Return the teacher's largest probabilities for each image, and the sum of the others."""
    return cache_top_k(teachers.logits(task, seed, shelf), teachers.c.kept_classes, teachers.c.temperature)


def ask_ensemble(teachers: Teachers, task: str, width: int, seed: int, shelf: Shelf) -> np.ndarray:
    """Return logits whose softened probabilities are the mean over the teachers."""
    logits = [teachers.logits(task, seed, shelf, number=number) for number in range(teachers.c.ensemble)]
    return ensemble_logits(logits, teachers.c.temperature)


def ask_equal(teachers: Teachers, task: str, width: int, seed: int, shelf: Shelf) -> np.ndarray:
    """Return the logits of a network of the student's own shape."""
    return teachers.equal_logits(task, width, seed, shelf)


@dataclass(frozen=True)
class Lesson:
    """The terms of a student's loss, and the function that computes the teacher's part of them.

    `ask(teachers, task, width, seed, shelf)` returns an array with one row per image of the student, which is cached;
    None: the terms need no cached array.
    """

    terms: list
    ask: Callable[[Teachers, str, int, int, Shelf], np.ndarray] | None = None


def use_labels(width: int | None, c: Configuration, seed: int) -> Lesson:
    """Train on the labels alone."""
    return Lesson([_hard()])


def smooth_labels(width: int, c: Configuration, seed: int) -> Lesson:
    """Train on smoothed labels."""
    return Lesson([_hard(label_smoothing=c.smoothing)])


def use_guesses(width: int, c: Configuration, seed: int) -> Lesson:
    """Train on the teacher's best class in place of the label."""
    return Lesson([Term("guesses", nn.softmax_cross_entropy, target=CACHED)], ask_best_class)


def soften(temperature: float, width: int, c: Configuration, seed: int) -> Lesson:
    """Train on the teacher's soft labels at this temperature."""
    return Lesson([_soft(temperature)], ask_teacher)


def match_logits(width: int, c: Configuration, seed: int) -> Lesson:
    """Train on the squared error of centred logits."""
    return Lesson([Term("match", logit_matching, target=CACHED)], ask_teacher)


def keep_top_classes(width: int, c: Configuration, seed: int) -> Lesson:
    """Train on the teacher's largest probabilities and the sum of the others."""
    loss = functools.partial(top_k_loss, temperature=c.temperature)
    return Lesson([Term("top", loss, target=CACHED)], ask_top_classes)


def average_teachers(width: int, c: Configuration, seed: int) -> Lesson:
    """Train on the soft labels of several teachers."""
    return Lesson([_soft(c.temperature)], ask_ensemble)


def mix(ask: Callable, width: int, c: Configuration, seed: int) -> Lesson:
    """Train on soft labels and hard labels."""
    return Lesson([_soft(c.temperature, c.mixed_alpha), _hard(1 - c.mixed_alpha)], ask)


def decouple(width: int, c: Configuration, seed: int) -> Lesson:
    """Add decoupled distillation (DKD) to the labels."""
    loss = functools.partial(decoupled_kd, temperature=c.temperature, beta=c.decoupled_beta)
    return Lesson([_hard(), Term("decoupled", loss, c.decoupled_weight, target=(CACHED, LABELS))], ask_teacher)


def add_hint(width: int, c: Configuration, seed: int) -> Lesson:
    """Add a hint to the labels; the seed draws the regressor's first weights."""
    rng = stream(seed, "regressor")
    hint = Hint(nn.Linear(width, _TEACHER_UNITS, rng=rng, initializer=he_normal))
    return Lesson([_hard(), Term("hint", hint, c.hint_weight, *_LAYERS)])


def add_distances(width: int, c: Configuration, seed: int) -> Lesson:
    """Add the distances between samples to the labels."""
    return Lesson([_hard(), Term("relational", distance_relations, c.relational_weight, *_LAYERS)])


def add_angles(width: int, c: Configuration, seed: int) -> Lesson:
    """Add the angles between samples to the labels."""
    return Lesson([_hard(), Term("angles", _angles_of(c.angles_samples), c.angles_weight, *_LAYERS)])


def add_attention(width: int, c: Configuration, seed: int) -> Lesson:
    """Add attention transfer to the labels."""
    return Lesson([_hard(), Term("attention", attention_transfer, c.attention_weight, *_MAPS_LAYERS)])


ARMS: dict[str, Callable[[int, Configuration, int], Lesson]] = {
    "hard": use_labels,
    "smoothed": smooth_labels,
    "guessed": use_guesses,
    **{f"soft_{T}": functools.partial(soften, float(T)) for T in (1, 2, 4, 8, 20)},
    "match": match_logits,
    "top_2": keep_top_classes,
    "ensemble": average_teachers,
    "mixed": functools.partial(mix, ask_teacher),
    "self": functools.partial(mix, ask_equal),
    "decoupled": decouple,
    "hint": add_hint,
    "relational": add_distances,
    "angles": add_angles,
    "attention": add_attention,
}
METHODS = tuple(name for name in ARMS if name != "attention")
MAPS_METHODS = ("hard", "soft_4", "attention")


def _hard(weight=1.0, *, label_smoothing=0.0):
    loss = functools.partial(nn.softmax_cross_entropy, label_smoothing=label_smoothing)
    return Term("labels", loss, weight, target=LABELS)


def _soft(temperature, weight=1.0):
    return Term("soft", functools.partial(kd_loss, temperature=temperature), weight, target=CACHED)


def _angles_of(n):
    """Return `angle_relations` of the first n samples of a batch; 32 samples have 1/30 of the angles of 100."""

    def loss(h_s, h_t):
        dh_s = np.zeros_like(h_s)
        value, dh_s[:n] = angle_relations(h_s[:n], h_t[:n])
        return value, dh_s

    return loss
