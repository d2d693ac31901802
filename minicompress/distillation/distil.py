"""Training of a student on several losses at once: labels, soft labels, features, relations.

    L = sum_k weight_k * loss_k(student's output at place_k, its targets)

Each term has a loss, its weight, and the places it acts on: the logits or the output of a layer, of the student and of
the teacher. All terms share one forward pass of each network and one backward pass through the student, which adds
their gradients (see `distillation/features/taps.py`). The teacher runs in inference mode and does not change.

    hint = Hint(nn.Linear(30, 100, rng=rng))
    terms = [
        Term("labels", nn.softmax_cross_entropy, 0.1, target=LABELS),
        Term("soft", functools.partial(kd_loss, temperature=4.0), 0.9),
        Term("hint", hint, 0.01, student=2, target=4),
    ]
    optimizer = nn.SGD([*student.parameters(), *hint.parameters()], 0.05, momentum=0.9)
    for epoch in range(epochs):
        losses = distil(student, teacher, terms, nn.batches(x, labels, 100, rng=rng), optimizer)

Left out: several epochs, validation, schedules. One call is one pass over the batches.
"""

import math
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicompress._base import arguments
from minicompress.distillation.features.taps import Tapped
from minicompress.distillation.loading import check_batches
from minicompress.distillation.refusal import restore_if_refused
from minicompress.nn.checks import check_apart, check_model, check_optimizer, evaluate, first_not_finite
from minicompress.nn.containers import Sequential

__all__ = ["CACHED", "LABELS", "LOGITS", "Term", "distil"]

LOGITS, LABELS, CACHED = "logits", "labels", "cached"


@dataclass(frozen=True)
class Term:
    """One term of the loss.

    Attributes
    ----------
    name : the key of the term in the result of `distil`.
    loss : function (student's output, target) -> (mean loss, its gradient for the student's output). If it has
        `parameters()`, like a Hint with a regressor, give them to the optimizer, which trains them too.
    weight : number >= 0 that multiplies the gradient for the student. Gradients of the loss's own parameters are not
        multiplied, so that a regressor learns as fast with a small weight; in PyTorch, the backward pass of the
        weighted sum would scale them too.
    student : LOGITS, or the index i of a layer, `student.layers[i]`.
    target : LOGITS of the teacher, the index of a layer of the teacher, LABELS, or CACHED, the third entry of a batch;
        or a tuple of these, for a loss that takes several targets after the student's output, such as `decoupled_kd`.

    Raises ValueError for anything else; `distil` checks the indices.

    >>> from minicompress.distillation.kd_loss import kd_loss
    >>> term = Term("soft", lambda z_s, z_t: kd_loss(z_s, z_t, 4.0), 0.9)
    >>> term.weight, term.targets
    (0.9, ('logits',))
    """

    name: str
    loss: Callable
    weight: float = 1.0
    student: str | int = LOGITS
    target: str | int | tuple = LOGITS

    def __post_init__(self):
        if not isinstance(self.name, str):
            arguments.reject("Term", "name", "a str", self.name)
        arguments.function("Term", "loss", self.loss)
        arguments.number("Term", "weight", self.weight, low=0)
        if not _is_place(self.student, LOGITS):
            arguments.reject("Term", "student", "LOGITS or the index of a layer", self.student)
        if not self.targets or not all(_is_place(target, LOGITS, LABELS, CACHED) for target in self.targets):
            expected = "LOGITS, LABELS, CACHED, the index of a layer, or a tuple of these"
            arguments.reject("Term", "target", expected, self.target)

    @property
    def targets(self) -> tuple:
        """The targets as a tuple, also if there is only one."""
        return self.target if isinstance(self.target, tuple) else (self.target,)


def _is_place(value, *names):
    index = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return index or (isinstance(value, str) and value in names)


def distil(
    student: Sequential,
    teacher: Sequential | None,
    terms: Iterable[Term],
    data_loader: Iterable,
    optimizer: Any,
    *,
    drop_last: bool = False,
) -> dict[str, float]:
    """Train the student in place for one pass over `data_loader`; return {name: mean loss of the term, unweighted}.

    Parameters
    ----------
    student, teacher : Sequentials without a common layer. The teacher may be None if no term needs it.
    terms : list of Term with different names.
    data_loader : iterable of (x, labels), or of (x, labels, cached) if a term's target is CACHED, such as logits that
        the teacher computed before. An iterator is used up by one pass: call `nn.batches` for each epoch. Labels may be
        None if no term needs them.
    optimizer : over the parameters of the student and of the terms' losses.
    drop_last : leave out the last batch if it is smaller than the first; batch norm and relations refuse one sample.

    Raises
    ------
    ValueError : no terms, or two of the same name; a layer index that does not exist; an optimizer over another model
        or over the teacher, or without the parameters of a loss; a missing teacher or cached entry that a term needs; a
        teacher that shares a layer with the student; NaN in either network; a loader that is empty, or whose batches
        have another form or integer x; a loss that is not finite, or a gradient of the wrong shape; and whatever the
        losses raise, for example for different numbers of classes. If the first batch raises, the student is restored.

    >>> from minicompress.distillation.kd_loss import kd_loss
    >>> from minicompress import nn
    >>> rng = np.random.default_rng(0)
    >>> teacher, student = nn.zoo.mlp([4, 16, 3], rng=rng), nn.zoo.mlp([4, 5, 3], rng=rng)
    >>> x, labels = rng.random((20, 4), np.float32), rng.integers(3, size=20)
    >>> optimizer = nn.SGD(student.parameters(), 0.1)
    >>> hard = Term("labels", nn.softmax_cross_entropy, 0.1, target=LABELS)
    >>> soft = Term("soft", lambda z_s, z_t: kd_loss(z_s, z_t, 4.0), 0.9)
    >>> list(distil(student, teacher, [hard, soft], nn.batches(x, labels, 10, rng=rng), optimizer))
    ['labels', 'soft']
    """
    terms = list(terms) if np.iterable(terms) else terms
    _check(terms, student, teacher, optimizer)
    step = _Step(student, teacher, terms, optimizer)
    totals, samples = dict.fromkeys((term.name for term in terms), 0.0), 0
    for x, labels, *cached in check_batches("distil", data_loader, most=3, drop_last=drop_last):
        with nullcontext() if samples else restore_if_refused(student):
            losses = step(x, labels, cached[0] if cached else None)
        samples += len(x)
        for name, loss in losses.items():
            totals[name] += loss * len(x)
    if samples == 0:
        raise ValueError("distil: data_loader must yield at least one sample, got none")
    name = first_not_finite(student)  # the last update has not been part of any loss yet
    if name is not None:
        raise ValueError(f"distil: the student's {name} is not finite after the pass; try a smaller learning rate")
    return {name: total / samples for name, total in totals.items()}


class _Step:
    """One training step: a forward pass of each network, the terms, one backward pass."""

    def __init__(self, student, teacher, terms, optimizer):
        self.terms, self.optimizer = terms, optimizer
        self.student = Tapped(student, _taps((term.student,) for term in terms))
        self.teacher = Tapped(teacher, _taps(term.targets for term in terms)) if _asks_teacher(terms) else None

    def __call__(self, x, labels, cached):
        logits, tapped = self.teacher.forward(x) if self.teacher else (None, [])
        known = {LOGITS: logits, LABELS: labels, CACHED: cached}
        targets = _in_order((term.targets for term in self.terms), tapped, known)
        logits, tapped = self.student.forward(x, training=True)
        outputs = _in_order(((term.student,) for term in self.terms), tapped, {LOGITS: logits})
        self.optimizer.zero_grad()
        losses, dlogits, dtapped = {}, None, []
        for term, (output,), target in zip(self.terms, outputs, targets, strict=True):
            if any(one is None for one in target):
                batch = "(x, labels, cached)" if CACHED in term.targets else "(x, labels)"
                raise ValueError(f"distil: data_loader must yield {batch} for the term {term.name!r}, got None")
            losses[term.name], doutput = evaluate(f"distil: term {term.name!r}", term.loss, output, *target)
            if not math.isfinite(losses[term.name]):
                what = f"the loss of the term {term.name!r} is {losses[term.name]}"
                raise ValueError(f"distil: {what}; try a smaller learning rate, or look for NaN in x and the targets")
            if term.student != LOGITS:
                dtapped.append(term.weight * doutput)
            else:
                dlogits = term.weight * doutput + (0 if dlogits is None else dlogits)
        self.student.backward(dlogits, dtapped)
        self.optimizer.step()
        return losses


def _check(terms, student, teacher, optimizer):
    if not isinstance(terms, list) or not all(isinstance(term, Term) for term in terms):
        arguments.reject("distil", "terms", "a list of Term", terms)
    names = [term.name for term in terms]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"distil: terms must be at least one, with different names, got {names}")
    if teacher is None and _asks_teacher(terms):
        raise ValueError("distil: teacher must be a model, since a term has a target of its own, got None")
    check_model("distil", student, "student")
    if teacher is not None:
        check_model("distil", teacher, "teacher")
    check_apart("distil", student, teacher)
    check_optimizer("distil", optimizer, student, teacher)
    if not hasattr(optimizer, "parameters"):
        arguments.reject("distil", "optimizer", "one that tells its `parameters`, a list", optimizer)
    trained = {id(parameter) for parameter in optimizer.parameters}
    for term in terms:
        if any(id(parameter) not in trained for parameter in getattr(term.loss, "parameters", list)()):
            raise ValueError(f"distil: optimizer must have the parameters of the loss of {term.name!r} too")


def _asks_teacher(terms):
    return any(place not in (LABELS, CACHED) for term in terms for place in term.targets)


def _taps(places_of_terms):
    return [place for places in places_of_terms for place in places if place not in (LOGITS, LABELS, CACHED)]


def _in_order(places_of_terms, tapped, known):
    """Return a list per term of its outputs: a `known` one by name, or else the next of the tapped ones."""
    tapped = iter(tapped)
    return [[known[place] if place in known else next(tapped) for place in places] for places in places_of_terms]
