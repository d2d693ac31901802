"""What exactly is each arm of the distillation study? A list of terms, from the labels alone to the labels and a hint.

    hard             CE(label, p_s)                                             the control
    soft_T           T^2 KL(p_t || p_s), for several T                          the teacher's answers alone
    match            squared error of centred logits: the limit of soft_T, T -> infinity
    mixed            alpha soft_4 + (1 - alpha) hard
    hint             hard + weight * Hint(student's hidden layer, teacher's last hidden layer), a linear regressor
    relational       hard + weight * distances between samples, of the last hidden layers
    attention        hard + weight * attention transfer, last maps of both: convolutions only

A student of one seed has the same first weights and the same batches in all arms; only the terms differ. Features are
added to the labels and not to the soft labels, so that each arm says what one kind of knowledge adds to the control.

Next: `distillation.py`, which measures them.
"""

import functools

from minicompress import nn
from minicompress.distillation import (
    CACHED,
    LABELS,
    Hint,
    Term,
    attention_transfer,
    distance_relations,
    kd_loss,
    logit_matching,
)
from minicompress.nn.initializers import he_normal
from minicompress.study.samples import stream

__all__ = ["MAPS_METHODS", "METHODS", "convolutions", "student", "terms_of"]

METHODS = ("hard", "soft_1", "soft_2", "soft_4", "soft_8", "soft_20", "match", "mixed", "hint", "relational")
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
    if method.startswith("soft"):
        return [_soft(float(method.partition("_")[2]), 1.0)]
    if method == "match":
        return [Term("match", logit_matching, target=CACHED)]
    if method == "mixed":
        return [_soft(c.mixed_temperature, c.mixed_alpha), _hard(1 - c.mixed_alpha)]
    features = {
        "hint": lambda: Term("hint", _hint(width, seed), c.hint_weight, *_LAYERS),
        "relational": lambda: Term("relational", distance_relations, c.relational_weight, *_LAYERS),
        "attention": lambda: Term("attention", attention_transfer, c.attention_weight, *_MAPS_LAYERS),
    }
    return [_hard(), features[method]()] if method in features else [_hard()]


def _hard(weight=1.0):
    return Term("labels", nn.softmax_cross_entropy, weight, target=LABELS)


def _hint(width, seed):
    return Hint(nn.Linear(width, _TEACHER_UNITS, rng=stream(seed, "regressor"), initializer=he_normal))


def _soft(temperature, weight):
    return Term("soft", functools.partial(kd_loss, temperature=temperature), weight, target=CACHED)
