"""Studies: curves measured by real training over several seeds; `minicompress study NAME`.

A study is a list of cells (an arm, a setting, a seed), a function that measures one cell, and a picture. `engine.py`
runs it; `record.py` writes every cell as soon as it is measured, so that a stopped run can be resumed; `shelf.py` keeps
the trained networks that cells share; `summary.py` computes medians and ranges over the seeds; `samples.py` splits the
images into training, validation and test.

Each study is a folder:

    __init__.py      the question, the setting, the arms, the seeds, and what is simulated
    arms.py          ARMS = {name: function}; each function returns a frozen dataclass with the arm's network
    measure.py       configuration, and `study(quick=...)`, which returns the `engine.Study`
    figure.py        draws the picture
    measured.json    the record that is kept in the repository, with command, seeds and versions
    measured.png     its picture

- `pruning`: which way of pruning keeps how much accuracy, from 50% to 99% sparsity?
- `quantization`: how few bits, rounded after training or trained with them, and in which kind of code?
- `voltage`: how low may the voltage of the weights' memory go?
- `distillation`: where does a teacher help, and where does it not? Its arms return the loss terms of a student.
- `orders`: which order of distillation, pruning and quantization wins, at equal bytes?

A study is imported only when `find_study` is called with its name. `minicompress dev study NAME` writes the files of a
new one and says what is missing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minicompress.study.engine import Study

__all__ = ["STUDIES", "find_study"]

# Each is a folder here whose `measure.py` has a function `study(*, quick)`.
STUDIES = ("pruning", "quantization", "voltage", "distillation", "orders")


def find_study(name: str, *, quick: bool = False) -> Study:
    """Return the `engine.Study` of that name, or with `quick` its miniature; ValueError if the name is unknown."""
    if name not in STUDIES:
        raise ValueError(f"find_study: name must be one of {', '.join(map(repr, STUDIES))}, got {name!r}")
    return importlib.import_module(f"minicompress.study.{name}.measure").study(quick=quick)
