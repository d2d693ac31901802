"""What exactly is each arm of the distillation study? A list of terms, from the labels alone to the labels and a hint.

    hard             CE(label, p_s)                                             the control
    smoothed         the same with smoothed labels: a teacher that knows nothing
    guessed          CE(the teacher's best class, p_s): its labels, and not the true ones
    soft_T           T^2 KL(p_t || p_s), for several T                          the teacher's answers alone
    match            squared error of centred logits: the limit of soft_T, T -> infinity
    top_2            soft_4 with the two largest p_t kept, and the rest as one
    ensemble         soft_4 from three teachers
    mixed            alpha soft_4 + (1 - alpha) hard
    self             mixed, from a teacher of the student's own shape, trained on the student's images
    decoupled        hard + weight * DKD at T = 4: target class and other classes weighed apart
    hint             hard + weight * Hint(student's hidden layer, teacher's last hidden layer), a linear regressor
    relational       hard + weight * distances between samples, of the last hidden layers
    angles           hard + weight * angles between each three of the first 32 samples of a batch, of the same layers
    attention        hard + weight * attention transfer, last maps of both: convolutions only

A student of one seed has the same first weights and the same batches in all arms; only the terms differ. Features are
added to the labels and not to the soft labels, so that each arm says what one kind of knowledge adds to the control.

Next: `distillation.py`, which measures them.
"""

import functools

import numpy as np

from minicompress import nn
from minicompress.distillation import (
    CACHED,
    LABELS,
    Hint,
    Term,
    angle_relations,
    attention_transfer,
    decoupled_kd,
    distance_relations,
    kd_loss,
    logit_matching,
    top_k_loss,
)
from minicompress.nn.layers.initializers import he_normal
from minicompress.study.samples import stream

__all__ = ["MAPS_METHODS", "METHODS", "convolutions", "student", "terms_of"]

_LABELS_OR_ANSWERS = "hard", "smoothed", "guessed", "soft_1", "soft_2", "soft_4", "soft_8", "soft_20", "match"
_OTHER_ANSWERS = "top_2", "ensemble", "mixed", "self", "decoupled"
METHODS = (*_LABELS_OR_ANSWERS, *_OTHER_ANSWERS, "hint", "relational", "angles")
MAPS_METHODS = ("hard", "soft_4", "attention")
_TEACHER_UNITS = 100  # of the last hidden layer of LeNet-300-100
_LAYERS = 2, 4  # of student and teacher: Flatten, Linear, ReLU, Linear, ReLU, ...
_MAPS_LAYERS = 3, 3  # Conv2d, ReLU, Conv2d, ReLU, ...


def student(task, width, *, rng):
    """Return the untrained student: 784-width-10, or for the task "maps" convolutions of width/2 and width channels."""
    if task == "maps":
        return convolutions(width, rng=rng)
    return nn.zoo.mlp((784, width, 10), rng=rng)


def convolutions(channels, *, rng):
    """Return conv channels/2, conv channels (5 x 5, stride 2), and a linear layer on 4 x 4 maps; He normal."""
    options = {"rng": rng, "initializer": he_normal}
    layers = [nn.Conv2d(1, channels // 2, 5, stride=2, **options), nn.ReLU()]
    layers += [nn.Conv2d(channels // 2, channels, 5, stride=2, **options), nn.ReLU(), nn.Flatten()]
    return nn.Sequential([*layers, nn.Linear(16 * channels, 10, **options)], input_shape=(1, 28, 28))


def terms_of(method, width, configuration, seed):
    """Return the list of terms of a method; a hint's regressor is new, drawn by the seed."""
    c = configuration
    T = c.temperature
    added = {
        "decoupled": lambda: _decoupled(T, c.decoupled_beta, c.decoupled_weight),
        "hint": lambda: Term("hint", _hint(width, seed), c.hint_weight, *_LAYERS),
        "relational": lambda: Term("relational", distance_relations, c.relational_weight, *_LAYERS),
        "angles": lambda: Term("angles", _angles_of(c.angles_samples), c.angles_weight, *_LAYERS),
        "attention": lambda: Term("attention", attention_transfer, c.attention_weight, *_MAPS_LAYERS),
    }
    if method in added:
        return [_hard(), added[method]()]
    if method.startswith("soft"):
        return [_soft(float(method.partition("_")[2]))]
    return {
        "hard": lambda: [_hard()],
        "smoothed": lambda: [_hard(label_smoothing=c.smoothing)],
        "guessed": lambda: [Term("guesses", nn.softmax_cross_entropy, target=CACHED)],
        "match": lambda: [Term("match", logit_matching, target=CACHED)],
        "top_2": lambda: [Term("top", functools.partial(top_k_loss, temperature=T), target=CACHED)],
        "ensemble": lambda: [_soft(T)],
        "mixed": lambda: [_soft(T, c.mixed_alpha), _hard(1 - c.mixed_alpha)],
        "self": lambda: [_soft(T, c.mixed_alpha), _hard(1 - c.mixed_alpha)],
    }[method]()


def _hard(weight=1.0, *, label_smoothing=0.0):
    loss = functools.partial(nn.softmax_cross_entropy, label_smoothing=label_smoothing)
    return Term("labels", loss, weight, target=LABELS)


def _soft(temperature, weight=1.0):
    return Term("soft", functools.partial(kd_loss, temperature=temperature), weight, target=CACHED)


def _decoupled(temperature, beta, weight):
    loss = functools.partial(decoupled_kd, temperature=temperature, beta=beta)
    return Term("decoupled", loss, weight, target=(CACHED, LABELS))


def _angles_of(n):
    """`angle_relations` of the first n samples of a batch: of 32 there are a thirtieth of the angles of a hundred."""

    def loss(h_s, h_t):
        dh_s = np.zeros_like(h_s)
        value, dh_s[:n] = angle_relations(h_s[:n], h_t[:n])
        return value, dh_s

    return loss


def _hint(width, seed):
    return Hint(nn.Linear(width, _TEACHER_UNITS, rng=stream(seed, "regressor"), initializer=he_normal))
