"""The record of a study: one JSON file, one line per cell, rewritten after each cell.

    {"command": ..., "seeds": ..., "study": ..., "quick": ..., "configuration": {...}, "versions": {...},
     "seconds": ..., "cells": [
      {"arm": "weight", "target_sparsity": 0.9, "seed": 0, "seconds": 4.1, "accuracy": 0.9801, ...},
      ...]}

The file is replaced as a whole, so it is always a complete record of the cells measured so far. Cells measured with
another configuration, or by other versions of the libraries, are not comparable. A record that differs in these, or
that cannot be read, is renamed and a new one is started: an error would stop every user who upgrades, and deleting the
record would lose their measurements.

Left out: edits of the source without a new version. After such an edit, measure into a new folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
from dataclasses import astuple
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from minicompress._base import files

if TYPE_CHECKING:
    from minicompress.study.engine import Cell, Study

__all__ = ["Record", "identity_of"]

_IDENTITY = ("study", "quick", "configuration", "versions")


def identity_of(study: Study) -> dict:
    """Return what two records must have in common for their cells to be comparable: study, settings, versions."""
    versions = {"python": platform.python_version()}
    for package in ("minicompress", "numpy", "numba"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "unknown"
    identity = {"study": study.name, "quick": study.quick, "configuration": study.configuration, "versions": versions}
    return json.loads(json.dumps(identity))  # as it will be read back from the file: tuples become lists


class Record:
    """The cells measured so far; the file is written after each.

    Parameters
    ----------
    path : the JSON file. A record of the same identity is continued.
    setting : the key of a cell's setting.
    identity : what `identity_of` returns.
    seeds : the number of seeds of this run. The command in the file has the largest number of any run.

    Attributes
    ----------
    set_aside : the new path of an earlier file that could not be continued, or None.
    fingerprint : 8 hexadecimal digits of a hash of the identity.
    """

    def __init__(self, path: str | Path, setting: str, identity: dict, *, seeds: int):
        self.path, self.setting, self.identity, self.seeds = Path(path), setting, identity, seeds
        self.fingerprint = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:8]
        self.set_aside, self._rows = None, {}
        try:
            self._rows = self._read()
        except FileNotFoundError:
            pass
        except (ValueError, LookupError, TypeError, AttributeError):  # damaged JSON and UTF-8 raise ValueError
            self.set_aside = _move_aside(self.path)

    def __contains__(self, cell: Cell) -> bool:
        return astuple(cell) in self._rows

    def __getitem__(self, cell: Cell) -> dict:
        """Return the row of a cell: a dict of its arm, setting, seed, seconds and measured numbers."""
        return self._rows[astuple(cell)]

    def add(self, cell: Cell, measured: dict, seconds: float) -> None:
        """Add the measured numbers of a cell and write the file."""
        row = {"arm": cell.arm, self.setting: cell.setting, "seed": cell.seed, "seconds": round(seconds, 2)}
        taken = row.keys() & measured.keys()
        if taken:
            raise ValueError(f"study: measured must not use the keys {sorted(taken)} of the cell itself")
        self._rows[astuple(cell)] = row | measured
        self._write()

    def _read(self):
        record = json.loads(self.path.read_text(encoding="utf-8"))
        if {key: record[key] for key in _IDENTITY} != self.identity:
            raise ValueError("another configuration or other versions")
        if not all(row.keys() >= {"seconds", "accuracy"} for row in record["cells"]):
            raise ValueError("a cell without seconds or accuracy")
        self.seeds = max(self.seeds, record["seeds"])
        return {(row["arm"], row[self.setting], row["seed"]): row for row in record["cells"]}

    def _write(self):
        with contextlib.suppress(FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
            self._rows = self._read() | self._rows  # keeps what another run in the same folder measured meanwhile
        quick = " --quick" if self.identity["quick"] else ""
        command = f"minicompress study {self.identity['study']}{quick} --seeds {self.seeds}"
        seconds = round(sum(row["seconds"] for row in self._rows.values()), 1)
        head = {"command": command, "seeds": self.seeds, **self.identity, "seconds": seconds}
        head = json.dumps(head, indent=2).removesuffix("\n}")
        rows = ",\n".join(f"    {json.dumps(row)}" for row in self._rows.values())
        files.write_text(self.path, head + f',\n  "cells": [\n{rows}\n  ]\n}}\n')


def _move_aside(path):
    """Rename the file to the first free "name.old-1.json", "name.old-2.json", ...; return the new path."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.old-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(aside)
