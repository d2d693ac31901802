"""The call that failed, and calls like it: of other checks, a row or a column less, other numbers.

What one call shows may be chance, where n = T or where a mask is small. What the same answer shows in ten calls, each
with other lengths and other numbers, is not.
"""

import copy
import itertools
import time
from dataclasses import dataclass, field

import numpy as np

from minicompress.kit.grading.comparison.compare import argument_leaves
from minicompress.kit.grading.diagnosis.patterns.case import as_array
from minicompress.kit.grading.diagnosis.shrinking import lengths, without_index

__all__ = ["FailingCall", "plain_arguments"]

CPU_SECONDS = 0.25
CPU_SECONDS_IN_ALL = 0.75
ENOUGH_CALLS = 16


def plain_arguments(named):
    """The numbers and arrays among the leaves of arguments, as (name, array)."""
    found = [(name, as_array(value)) for name, value in named]
    return [(name, value) for name, value in found if value is not None]


@dataclass
class FailingCall:
    """Arguments that can be made anew, and the three that answer them: the answer, the check's reference, the solution.

    Each of the three takes a tuple of arguments and returns an `Outcome`. `part` says which of its leaves differ:
    'returned' or 'argument'.
    """

    make: object
    names: list
    answer: object
    reference: object
    solution: object
    part: str = "returned"
    others: tuple = ()  # what makes the arguments of other calls, such as those of other checks
    _similar: list = field(default=None, init=False)
    _began: float = field(default_factory=time.process_time, init=False)

    @property
    def spent(self):
        """Whether looking has taken its time."""
        return time.process_time() - self._began > CPU_SECONDS_IN_ALL

    def named(self, args):
        """The numbers and arrays among the arguments, by name."""
        names = [*self.names, *(f"argument {i + 1}" for i in range(len(self.names), len(args)))]
        return plain_arguments(argument_leaves(names[: len(args)], args))

    def leaves_of(self, outcome):
        """The leaves that are compared."""
        return outcome.returned_leaves if self.part == "returned" else outcome.argument_leaves

    def similar(self):
        """[(args, arguments by name, leaves got, leaves expected, of another check)] of those that both can answer."""
        if self._similar is None:
            self._similar = []
            deadline = time.process_time() + CPU_SECONDS
            others = [lambda args, make=make: make() for make in self.others[:ENOUGH_CALLS]]
            for number, change in enumerate(itertools.chain(others, _changes(self.make()))):
                if len(self._similar) >= ENOUGH_CALLS + len(others) or time.process_time() > deadline:
                    break
                one = self._try(change)
                if one:
                    self._similar.append((*one, number < len(others)))
        return self._similar

    def changed(self, change):
        """The arguments after `change`, a function of the tuple, or None if that cannot be done."""
        try:
            return tuple(change(self.make()))
        except Exception:  # an argument that this change does not suit
            return None

    def _try(self, change):
        args = self.changed(change)
        if args is None:
            return None
        expected = self.solution(self.changed(change))
        if expected.error is not None:
            return None
        got = self.answer(self.changed(change))
        if got.error is not None:
            return None
        return args, self.named(args), self.leaves_of(got), self.leaves_of(expected)


def _changes(args):
    """Functions from the arguments to similar ones: of each kind of change in turn, then two changes at once."""
    sizes = sorted(set().union(*(lengths(a) for a in args)), reverse=True)[:4]
    together = [lambda args, n=n, i=i: without_index(args, n, i) for n in sizes if n > 1 for i in (n - 1, 0)]
    singly = [
        lambda args, i=i, axis=axis: _replace(args, i, args[i].take(range(args[i].shape[axis] - 1), axis))
        for i, arg in enumerate(args)
        if type(arg) is np.ndarray
        for axis in range(arg.ndim)
        if arg.shape[axis] > 1
    ]
    numbers = [
        lambda args, i=i, f=others[k]: _replace(args, i, f(args[i]))
        for k in range(3)
        for i, others in enumerate(map(_other_numbers, args))
        if others and args[i] != 0
    ]
    values = [
        lambda args, i=i, f=f: _replace(args, i, f(args[i])) for i in range(len(args)) for f in (_reverse, _scale)
    ]
    kinds = (together, numbers, values, singly)
    for k in range(max(map(len, kinds))):
        yield from (kind[k] for kind in kinds if k < len(kind))
    for one in together:
        for other in numbers:
            yield lambda args, one=one, other=other: other(one(args))


def _replace(args, i, value):
    return (*args[:i], value, *args[i + 1 :])


def _other_numbers(arg):
    if isinstance(arg, (bool, np.bool_)):
        return []
    if isinstance(arg, (int, np.integer)):
        return [lambda v: v + 1, lambda v: v - 1, lambda v: v + 2]
    if isinstance(arg, (float, np.floating)):
        return [lambda v: v * 0.75, lambda v: v * 1.25, lambda v: v * 0.5]
    return []


def _reverse(value):
    return _with_arrays(value, lambda x: x[..., ::-1].copy())


def _scale(value):
    return _with_arrays(value, lambda x: x * x.dtype.type(1.25) if x.dtype.kind == "f" else x[::-1].copy())


def _with_arrays(value, change):
    """The same with each array changed; of a model the weights, in place."""
    if type(value) is np.ndarray and value.ndim:
        return change(value)
    if isinstance(value, (list, tuple)) and value:
        return type(value)(_with_arrays(item, change) for item in value)
    if hasattr(value, "layers"):
        value = copy.deepcopy(value)
        for layer in value.layers:
            for w in layer.weights:
                w[...] = change(w)
        return value
    raise TypeError("nothing to change")
