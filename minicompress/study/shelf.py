"""Keeps the trained networks that the cells of a study share, one file each.

    dense = shelf.model("dense-0", train)         reads the file if it exists and is whole, else trains and writes it

The file's name contains the fingerprint of the record, so that a network of another configuration is never used. A
damaged file is treated as missing: `nn/storage.py` checks every byte.
"""

from collections.abc import Callable
from pathlib import Path

from minicompress import nn

__all__ = ["Shelf"]


class Shelf:
    """Models by name, in files `<stem>-<name>.npz` of the folder `out`. The last one used stays in memory."""

    def __init__(self, out: str | Path, stem: str):
        self.out, self.stem = Path(out), stem
        self._name, self._model = None, None

    def model(self, name: str, make: Callable[[], nn.Sequential]) -> nn.Sequential:
        """Return a copy of the model `name`; `make()` makes it if its file is missing or damaged."""
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
