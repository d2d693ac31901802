"""Snapshot: a copy of the whole state of a network that can be restored later.

    snapshot = Snapshot(model)        ... train, prune, quantize ...        snapshot.restore()

The accuracy of an epoch depends on the weights, but also on the masks, the quantizers with their ranges and step sizes,
batch norm's statistics and the observers of that epoch. So a snapshot visits every object that the layers refer to: it
copies arrays, and records the contents of lists, dictionaries and attributes. `restore` writes them back into the same
objects, so that optimizers, and other code that holds a Parameter or a mask, still work.

Left out: gradients and what `backward` needs, which belong to one batch; random generators, which belong to the caller;
attributes that a class does not list in its `_in_snapshots`: a Sequential lists only its layers.
"""

import collections
import types

import numpy as np

__all__ = ["Snapshot"]

_COLLECTIONS = (list, dict, set, collections.deque)
_OPAQUE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)


class Snapshot:
    """The state of a Sequential when the snapshot was made; `restore` may be called any number of times.

    >>> from minicompress import nn
    >>> model = nn.Sequential(nn.BatchNorm1d(2))
    >>> snapshot = Snapshot(model)
    >>> model.layers[0].gamma.value[...] = 7
    >>> snapshot.restore()
    >>> model.layers[0].gamma.value.tolist()
    [1.0, 1.0]
    """

    def __init__(self, model):
        self._seen, self._arrays, self._collections, self._attributes = {}, [], [], []
        self._visit(model)

    def restore(self):
        """Restore the state of the model, in place."""
        for array, values in self._arrays:
            array[...] = values
        for collection, content in self._collections:
            collection.clear()
            collection.extend(content) if hasattr(collection, "extend") else collection.update(content)
        for thing, attributes in self._attributes:
            passing = {name: thing.__dict__[name] for name in _passing(thing) if name in thing.__dict__}
            thing.__dict__.clear()
            thing.__dict__.update(attributes | passing)

    def _visit(self, thing):
        if id(thing) in self._seen or isinstance(thing, _OPAQUE):
            return
        self._seen[id(thing)] = thing  # a reference, so that no other object gets the same id
        if isinstance(thing, np.ndarray):
            if thing.flags.writeable:
                self._arrays.append((thing, thing.copy()))
        elif isinstance(thing, (tuple, frozenset)):
            self._visit_all(thing)
        elif isinstance(thing, _COLLECTIONS):
            self._collections.append((thing, thing.copy()))
            self._visit_all(thing.values() if isinstance(thing, dict) else thing)
        elif hasattr(thing, "_in_snapshots"):
            self._visit_all(getattr(thing, name) for name in thing._in_snapshots)
        elif hasattr(thing, "__dict__"):
            kept = {name: value for name, value in thing.__dict__.items() if name not in _passing(thing)}
            self._attributes.append((thing, kept))
            self._visit_all(kept.values())

    def _visit_all(self, things):
        for thing in things:
            self._visit(thing)


def _passing(thing):
    return getattr(thing, "_passing", ())
