"""Keeps the trained networks that the cells of a study share, one file each.

    dense = shelf.model("dense-0", train)         read if the file is there and whole, else trained and written

The file's name carries the fingerprint of the record, so that a network of another configuration is never used. A
damaged file is treated as missing: `nn/storage.py` checks every byte.
"""

from collections.abc import Callable
from pathlib import Path

from minicompress import nn

__all__ = ["Shelf"]


class Shelf:
    """Models by name, in files `<stem>-<name>.npz` of the folder `out`, and the last one in memory."""

    def __init__(self, out, stem):
        self.out, self.stem = Path(out), stem
        self._name, self._model = None, None

    def model(self, name: str, make: Callable[[], nn.Sequential]) -> nn.Sequential:
        """Return a copy of the model `name`; `make()` is called if there is none, or none that can be read."""
        if name != self._name:
            model = self._read(name)
            self._name, self._model = name, self._make(name, make) if model is None else model
        return self._model.copy()

    def _read(self, name):
        try:
            return nn.load(self._path(name))
        except (FileNotFoundError, ValueError):
            return None

    def _make(self, name, make):
        model = make()
        nn.save(model, self._path(name))
        return model

    def _path(self, name):
        return self.out / f"{self.stem}-{name}.npz"
