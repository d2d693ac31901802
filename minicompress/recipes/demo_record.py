"""The record of a demo run: a table, a JSON file and a picture, beside the models themselves.

Each row was measured on a file: encoded, written, read back, decoded, and only then run over the test set. So the size
in the table is what `ls -l` shows, and the accuracy is that of what the file holds.
"""

import json
import platform
import re
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

    `accuracy` is on the test set, in [0, 1]; `parameters_kept` counts the parameters that the file holds a value for
    (all of them if it is dense); `size_bytes` is the size of `file`, in the folder of the run; `encoding` names its
    format in two words and `counted_as` says in a sentence what the bytes are; `kind` is original, pruning,
    quantization, distillation or combined.
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
    """All rows in the order in which they were made, and the files that say the same: JSON and PNG."""

    rows: tuple
    seed: int
    quick: bool
    seconds: float
    record: Path
    picture: Path


class Bench:
    """Makes a file and a row of each model that it is given; `x`, `y` are the test set."""

    def __init__(self, out, x, y):
        self.out, self.x, self.y = Path(out), x, y
        self.rows = []

    def measure(self, model, method, kind, *, bits=None, sparse=False):
        """Append the row of `model`, measured on what comes back from its file."""
        path = self.out / f"{_slug(method)}.npz"
        size_bytes = encode(model, bits=bits, sparse=sparse).write(path)
        encoded = read(path)
        decoded = decode(encoded, model)
        accuracy = nn.accuracy(decoded, self.x, self.y)
        kept = _parameters_kept(decoded, sparse)
        row = DemoRow(method, kind, accuracy, kept, size_bytes, encoded.encoding, encoded.counted_as, path.name)
        self.rows.append(row)


def write_record(path, rows, *, seed, quick, seconds):
    """Write the rows and what is needed to get them again as JSON, whole or not at all; return the path."""
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


def draw(path, rows, histograms, *, title):
    """Draw accuracy against size and the histograms {title: (model, kind)}; return the path."""
    points = [plots.Point(row.method, row.accuracy, row.size_bytes, row.kind) for row in rows]
    # One layer, since each has its own scale: together their steps would blur.
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
