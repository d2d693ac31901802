"""The record of a demo run: one file per model, and a table of them as JSON and as a picture.

A row is measured on a file. The model is encoded and written; then the file is read back and decoded, and the decoded
network classifies the test set. So the size in the table is what `ls -l` shows, and the accuracy is of the network in
the file.
"""

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import minicompress
from minicompress import nn
from minicompress._base import files
from minicompress.deploy import decode, encode, read
from minicompress.figures import plots

__all__ = ["Bench", "DemoResult", "DemoRow", "draw", "write_record"]


@dataclass(frozen=True)
class DemoRow:
    """One model of the table.

    Attributes
    ----------
    method : the model's name in the table.
    kind : "original", "pruning", "quantization", "distillation" or "combined".
    accuracy : on the test set, in [0, 1].
    parameters_kept : how many parameters the file holds a value for; all of them in a dense file.
    size_bytes : of `file`.
    encoding : the format of the file, in a few words.
    counted_as : what its bytes are, in a sentence.
    file : its name in the folder of the run.
    """

    method: str
    kind: str
    accuracy: float
    parameters_kept: int
    size_bytes: int
    encoding: str
    counted_as: str
    file: str


@dataclass(frozen=True)
class DemoResult:
    """The rows, in the order in which they were measured, and the files with the same content: JSON and PNG."""

    rows: tuple[DemoRow, ...]
    seed: int
    quick: bool
    seconds: float
    record: Path
    picture: Path


class Bench:
    """Writes models to files in the folder `out` and collects their rows; `x`, `y` are the test set."""

    def __init__(self, out: str | Path, x: np.ndarray, y: np.ndarray):
        self.out, self.x, self.y = Path(out), x, y
        self.rows: list[DemoRow] = []

    def measure(
        self, model: nn.Sequential, method: str, kind: str, *, bits: int | None = None, sparse: bool = False
    ) -> None:
        """Write `model` to a file, measure the network read back from it, and append the row."""
        path = self.out / f"{_slug(method)}.npz"
        size_bytes = encode(model, bits=bits, sparse=sparse).write(path)
        encoded = read(path)
        decoded = decode(encoded, model)
        accuracy = nn.accuracy(decoded, self.x, self.y)
        kept = _parameters_kept(decoded, sparse)
        row = DemoRow(method, kind, accuracy, kept, size_bytes, encoded.encoding, encoded.counted_as, path.name)
        self.rows.append(row)


def write_record(path: Path, rows: Sequence[DemoRow], *, seed: int, quick: bool, seconds: float) -> Path:
    """Write the rows with the command, seed and versions that made them as JSON, atomically; return the path."""
    record = {
        "command": f"minicompress demo --seed {seed}{' --quick' if quick else ''}",
        "seed": seed,
        "quick": quick,
        "seconds": round(seconds, 1),
        "versions": {
            "minicompress": minicompress.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "rows": [asdict(row) for row in rows],
    }
    files.write_text(path, json.dumps(record, indent=2) + "\n")
    return path


def draw(
    path: Path, rows: Sequence[DemoRow], histograms: Mapping[str, tuple[nn.Sequential, str]], *, title: str
) -> Path:
    """Draw accuracy against size and the histograms {title: (model, kind)}; return the path."""
    points = [plots.Point(row.method, row.accuracy, row.size_bytes, row.kind) for row in rows]
    # One layer only: each layer has its own scale, and in a joint histogram the steps of a quantizer would blur.
    panels = [plots.WeightHistogram(name, _first_weights(model), kind) for name, (model, kind) in histograms.items()]
    plots.save_figure(plots.compression_figure(points, panels, title=title, weights="first-layer weight"), path)
    return path


def _parameters_kept(model, sparse):
    weights = {id(parameter) for parameter in model.weight_parameters()}
    return sum(
        int(np.count_nonzero(parameter.value)) if sparse and id(parameter) in weights else parameter.size
        for parameter in model.parameters()
    )


def _first_weights(model):
    return model.weight_parameters()[0].effective()


def _slug(method):
    return "-".join(re.findall("[a-z0-9]+", method.lower()))
