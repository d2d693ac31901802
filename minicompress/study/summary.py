"""Summarizes the seeds of an arm: the median, and the range from the least to the greatest value.

Three seeds are too few for a standard deviation; the range shows only what was measured. The median is used because the
mean would follow one seed that fails to train.
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
    accuracies : test accuracies in [0, 1], one per seed, in order of the seeds.
    medians : {key: median} of each measured number.
    least, greatest : the same with the least and the greatest value.
    """

    arm: str
    setting: float
    accuracies: tuple
    medians: dict
    least: dict
    greatest: dict

    @property
    def accuracy(self):
        """The median accuracy."""
        return statistics.median(self.accuracies)

    @property
    def low(self):
        """The least accuracy."""
        return min(self.accuracies)

    @property
    def high(self):
        """The greatest accuracy."""
        return max(self.accuracies)


def summarize(rows: Iterable[dict], setting: str) -> tuple[Summary, ...]:
    """Return a tuple of Summary, in order of first appearance, from the rows of a record; `setting` is their key."""
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
