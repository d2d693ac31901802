"""What do several seeds say together? The median, and the range from the least to the greatest.

Three seeds are too few for a deviation to mean much; the range shows what was seen and claims no more. The median, not
the mean: one seed that fails to train must not move the curve of the others.
"""

import statistics
from dataclasses import dataclass

__all__ = ["Summary", "summarize"]


@dataclass(frozen=True)
class Summary:
    """One arm at one setting, over the seeds.

    Attributes
    ----------
    arm, setting : of the cells.
    accuracies : test accuracies in [0, 1], one a seed, in order of the seeds.
    medians : {key: median} of everything that was measured.
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


def summarize(rows, setting):
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
