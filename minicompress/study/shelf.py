"""What do the cells of a study share? The trained network that they all begin with: once a seed, kept in a file.

    dense = shelf.model("dense-0", train)         read if the file is there and whole, else trained and written

The file's name carries the fingerprint of the record, so that a network of another configuration is never taken for
this one. A damaged file is as good as none: `nn/storage.py` checks every byte.
"""

from pathlib import Path

from minicompress import nn

__all__ = ["Shelf"]


class Shelf:
    """Models by name, in files `<stem>-<name>.npz` of the folder `out`, and the last one in memory."""

    def __init__(self, out, stem):
        self.out, self.stem = Path(out), stem
        self._name, self._model = None, None

    def model(self, name, make):
        """Return a copy of the model `name`; `make()` is called if there is none, or none that can be read."""
        if name != self._name:
            model = self._read(name)
            self._name, self._model = name, self._made(name, make) if model is None else model
        return self._model.copy()

    def _read(self, name):
        try:
            return nn.load(self._path(name))
        except (FileNotFoundError, ValueError):
            return None

    def _made(self, name, make):
        model = make()
        nn.save(model, self._path(name))
        return model

    def _path(self, name):
        return self.out / f"{self.stem}-{name}.npz"
