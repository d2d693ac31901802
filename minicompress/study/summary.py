"""Summarizes the seeds of an arm: the median, and the range from the least to the greatest value.

Three seeds are too few for a standard deviation; the range shows only what was measured. One seed that fails to train
would move the mean, and does not move the median.
"""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Summary", "summarize"]


@dataclass(frozen=True)
class Summary:
    """One arm at one setting, over the seeds.

    Attributes
    ----------
    arm, setting : of the cells.
    accuracies : test accuracies in [0, 1], one per seed, in the order of the seeds.
    medians, least, greatest : {key: median, least or greatest value over the seeds} for each measured number.
    """

    arm: str
    setting: float
    accuracies: tuple[float, ...]
    medians: dict
    least: dict
    greatest: dict

    @property
    def accuracy(self) -> float:
        """The median accuracy."""
        return statistics.median(self.accuracies)

    @property
    def low(self) -> float:
        """The least accuracy."""
        return min(self.accuracies)

    @property
    def high(self) -> float:
        """The greatest accuracy."""
        return max(self.accuracies)


def summarize(rows: Iterable[dict], setting: str) -> tuple[Summary, ...]:
    """Return one Summary per arm and setting, in order of first appearance in the rows of a record.

    `setting` is the key of a row's setting.
    """
    groups = {}
    for row in rows:
        groups.setdefault((row["arm"], row[setting]), []).append(row)
    return tuple(_summary(arm, value, group, setting) for (arm, value), group in groups.items())


def _summary(arm, value, rows, setting):
    keys = rows[0].keys() - {"arm", "seed", setting}
    medians, least, greatest = (
        {key: of(row[key] for row in rows) for key in sorted(keys)} for of in (statistics.median, min, max)
    )
    accuracies = tuple(row["accuracy"] for row in sorted(rows, key=lambda row: row["seed"]))
    return Summary(arm, value, accuracies, medians, least, greatest)
