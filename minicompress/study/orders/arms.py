"""The arms of the orders study: each takes a trained network through three equally long steps.

    letters of a step    d distil, p prune and fine-tune, q quantize, t train on labels        `recipes/orders.py`

    teacher                             LeNet-300-100, not compressed
    dpq dqp pdq qdp pqd qpd             the six orders of the steps
    throughout   d pd qd                the teacher's answers in every step
    at_once      dpq d d                pruned and quantized at once, then distilled
    tpq pqt qpt                         controls without a teacher: a step on labels in place of d
    alone_p                             784-40-13-10 without its smallest weights, float32, sparse
    alone_q                             a dense 4-bit network of the width whose size is nearest to the budget
    alone_d, small                      a dense float32 network of that kind, 784-3-10, distilled or trained on labels

`networks.py` trains the teacher and the networks that the steps start from.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minicompress._base.streams import stream
from minicompress.nn import Sequential
from minicompress.recipes.budgets import nearest_hidden_units, weights_that_fit
from minicompress.recipes.orders import compress_in_order
from minicompress.study.orders.networks import Networks

__all__ = ["ARMS", "CompressedNetwork"]


@dataclass(frozen=True)
class CompressedNetwork:
    """A network without transforms, and the bits in which its weights are stored; None for float32."""

    model: Sequential
    bits: int | None


def keep_teacher(networks: Networks) -> CompressedNetwork:
    """Train the teacher and leave it as it is."""
    return CompressedNetwork(networks.teacher(), None)


def combine(order: Sequence[str], networks: Networks) -> CompressedNetwork:
    """Take the network that all orders start from through the steps."""
    c = networks.c
    return _compress(networks, _two_hidden(c.hidden), order, c.bits)


def prune_only(networks: Networks) -> CompressedNetwork:
    """Prune a smaller network in the first step and train it on labels."""
    return _compress(networks, _two_hidden(networks.c.alone_hidden), ("p", "t", "t"), None)


def quantize_only(networks: Networks) -> CompressedNetwork:
    """Quantize the network of nearest size in the first step and train it on labels."""
    c = networks.c
    widths = _two_hidden(nearest_hidden_units(_two_hidden, c.size_bytes, bits=c.alone_bits))
    return _compress(networks, widths, ("q", "t", "t"), c.alone_bits)


def train_small(step: str, networks: Networks) -> CompressedNetwork:
    """Train a small dense network, each step on labels ("t") or on the teacher's answers ("d")."""
    c = networks.c
    widths = _one_hidden(nearest_hidden_units(_one_hidden, c.size_bytes))
    return _compress(networks, widths, (step,) * 3, None, learning_rate=c.alone_learning_rate)


_ORDERS = {
    "dpq": ("d", "p", "q"),
    "dqp": ("d", "q", "p"),
    "pdq": ("p", "d", "q"),
    "qdp": ("q", "d", "p"),
    "pqd": ("p", "q", "d"),
    "qpd": ("q", "p", "d"),
    "throughout": ("d", "pd", "qd"),
    "at_once": ("dpq", "d", "d"),
    "tpq": ("t", "p", "q"),
    "pqt": ("p", "q", "t"),
    "qpt": ("q", "p", "t"),
}
ARMS: dict[str, Callable[[Networks], CompressedNetwork]] = {
    "teacher": keep_teacher,
    **{name: functools.partial(combine, order) for name, order in _ORDERS.items()},
    "alone_p": prune_only,
    "alone_q": quantize_only,
    "alone_d": functools.partial(train_small, "d"),
    "small": functools.partial(train_small, "t"),
}


def _compress(networks, widths, order, bits, *, learning_rate=None):
    model = networks.start(widths)
    kept = weights_that_fit(model, networks.c.size_bytes, bits=bits) if "p" in "".join(order) else None
    lessons = networks.lessons(networks.c.step_learning_rate if learning_rate is None else learning_rate)
    compress_in_order(model, order, lessons, kept=kept, bits=bits, rng=stream(networks.samples.seed, "steps"))
    return CompressedNetwork(model, bits)


def _two_hidden(h):
    """Return widths with two hidden layers in the proportion of LeNet-300-100."""
    return 784, h, max(10, h // 3), 10


def _one_hidden(h):
    return 784, h, 10
