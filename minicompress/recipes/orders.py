"""Distillation, pruning and quantization of one network, in any order.

    order = ("d", "p", "q")     one string per step; each letter says what the step does

    p    hold masks on the smallest |w| of all arrays           prune, and fine-tune in the same step
    q    add fake quantization to b bits                        training sees the rounded weights
    d    train on the teacher's answers                         distil; a step without d trains on the labels
    t    only train                                             a control that takes the place of another step

Masks and quantizers stay for the later steps: ("p", "q", "d") distils into a student that is pruned and quantized, and
("d", "pd", "qd") keeps the teacher throughout. All steps are equally long, with a rate that falls along half a cosine.
So two orders of the same letters differ only in the order: the networks end with the same shapes, as many weights and
as many bits. Train the network first: an untrained one would be pruned by its initial weights.

The loss of a step with d is alpha T^2 KL(p_t || p_s) + (1 - alpha) CE(label, p_s), see `distillation/kd_loss.py`.

The trap: pruning must rank the float32 master weights. Weights rounded to few bits hold the same value many times, and
ranking them would prune by position.

Source: Han, Mao, Dally 2016 (arXiv:1510.00149), for prune, then quantize; Polino, Pascanu, Alistarh 2018
(arXiv:1802.05668), for distilling into a quantized student.
Left out: pruning schedules and the choice of an epoch. Activations stay float32.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.distillation import CACHED, LABELS, Term, kd_loss
from minicompress.pruning import global_masks, hold_masks
from minicompress.quantization import FakeQuantize
from minicompress.recipes.teaching import teach

__all__ = ["Lessons", "compress_in_order"]

_LETTERS = "pqdt"


@dataclass(frozen=True)
class Lessons:
    """The training data and the settings of every step.

    Attributes
    ----------
    x, y : training samples and labels.
    z_t : the teacher's logits of x, (n, C), computed once.
    epochs : per step.
    learning_rate, momentum, batch_size : of SGD.
    temperature, alpha : of the steps with d; alpha weighs the soft term.
    drop_last : leave out a last batch that is smaller than the others, in each epoch.

    Raises ValueError if x, y and z_t differ in length, and for numbers out of range.
    """

    x: np.ndarray
    y: np.ndarray
    z_t: np.ndarray
    epochs: int
    learning_rate: float
    momentum: float = 0.9
    batch_size: int = 100
    temperature: float = 4.0
    alpha: float = 1.0
    drop_last: bool = False

    def __post_init__(self):
        arguments.whole_number("Lessons", "epochs", self.epochs, low=1)
        arguments.whole_number("Lessons", "batch_size", self.batch_size, low=1)
        arguments.number("Lessons", "learning_rate", self.learning_rate, low=0)
        arguments.number("Lessons", "momentum", self.momentum, low=0)
        arguments.number("Lessons", "temperature", self.temperature, low=0, open_low=True)
        arguments.number("Lessons", "alpha", self.alpha, low=0, high=1)
        for name in ("x", "y", "z_t"):
            if np.ndim(getattr(self, name)) == 0:
                arguments.reject("Lessons", name, "an array with a row for each sample", getattr(self, name))
        for name, rows in (("y", self.y), ("z_t", self.z_t)):
            if len(rows) != len(self.x):
                raise ValueError(f"Lessons: {name} must have a row for each of {len(self.x)} samples, got {len(rows)}")


def compress_in_order(
    model: nn.Sequential,
    order: Sequence[str],
    lessons: Lessons,
    *,
    kept: int | None = None,
    bits: int | None = None,
    rng: np.random.Generator,
) -> None:
    """Compress `model` in place, step by step, then write masks and rounding into the weights and drop the transforms.

    Parameters
    ----------
    model : the student, a trained Sequential.
    order : the steps, strings of the letters above, such as "dpq" or ("d", "pd", "qd").
    lessons : Lessons.
    kept : how many weights a step with p leaves; needed if there is one.
    bits : of a step with q, an integer from 2 to 16; needed if there is one.
    rng : np.random.Generator that shuffles. Generators of the same seed give all orders the same batches.

    Raises
    ------
    ValueError, before anything changes, for an order without steps, with an unknown letter, or with p or q twice, and
    for a `kept` or `bits` that is missing or out of range; and whatever `distil` raises.
    """
    if not isinstance(model, nn.Sequential):
        arguments.reject("compress_in_order", "model", "a Sequential", model)
    if not isinstance(lessons, Lessons):
        arguments.reject("compress_in_order", "lessons", "Lessons", lessons)
    weights = sum(p.size for p in model.weight_parameters())
    rng = arguments.generator("compress_in_order", "rng", rng)
    order = _check_order(order, kept, bits, weights)
    for step in order:
        if "p" in step:
            hold_masks(model, global_masks(model, 1 - kept / weights))
        if "q" in step:
            for parameter in model.weight_parameters():
                parameter.transforms.append(FakeQuantize(bits))
        _train(model, lessons, soft="d" in step, rng=rng)
    for parameter in model.parameters():
        parameter.bake()


def _train(model, lessons, *, soft, rng):
    """Train for the epochs of one step, on the teacher's answers if `soft`, else on labels."""
    teach(
        model,
        _terms(lessons) if soft else [Term("labels", nn.softmax_cross_entropy, target=LABELS)],
        lessons.x,
        lessons.y,
        cached=lessons.z_t,
        epochs=lessons.epochs,
        learning_rate=lessons.learning_rate,
        momentum=lessons.momentum,
        batch_size=lessons.batch_size,
        drop_last=lessons.drop_last,
        rng=rng,
    )


def _terms(lessons):
    soft = functools.partial(kd_loss, temperature=lessons.temperature)
    return [
        Term("labels", nn.softmax_cross_entropy, 1 - lessons.alpha, target=LABELS),
        Term("soft", soft, lessons.alpha, target=CACHED),
    ]


def _check_order(order, kept, bits, weights):
    """Return the steps as a tuple, or raise ValueError."""
    order = tuple(order) if np.iterable(order) else ()
    if not order or not all(isinstance(step, str) and step and set(step) <= set(_LETTERS) for step in order):
        arguments.reject("compress_in_order", "order", f"steps, each of the letters {_LETTERS}", order)
    letters = "".join(order)
    if letters.count("p") > 1 or letters.count("q") > 1:
        arguments.reject("compress_in_order", "order", "steps with p and q once at most", order)
    if "p" in letters:
        arguments.whole_number("compress_in_order", "kept", kept, low=0, high=weights)
    if "q" in letters:
        arguments.whole_number("compress_in_order", "bits", bits, low=2, high=16)
    return order
