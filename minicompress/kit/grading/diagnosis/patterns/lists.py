"""Lists of anything: an item missing, one too many, the right items in another order."""

from collections import Counter

from minicompress.kit.grading.comparison.wording import show
from minicompress.kit.grading.diagnosis.patterns.case import seen

__all__ = ["find_list_difference"]


def find_list_difference(got, expected, depth=0):
    """(path, Observation) of the first two lists that hold other items, or None."""
    if not isinstance(got, (list, tuple)) or not isinstance(expected, (list, tuple)) or depth > 6:
        return None
    if len(got) == len(expected):
        for i, (one, other) in enumerate(zip(got, expected, strict=True)):
            inside = find_list_difference(one, other, depth + 1)
            if inside:
                return f"[{i}]{inside[0]}", inside[1]
    ours, theirs = [_key(item) for item in got], [_key(item) for item in expected]
    if None in ours or None in theirs or ours == theirs:
        return None
    more, less = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    items = dict(zip((*ours, *theirs), (*got, *expected), strict=True))
    if not more and not less:
        numbers = all(isinstance(item, (int, float)) for item in expected)
        return None if numbers or len(expected) < 3 else ("", seen("items_order"))
    if not less:
        return "", seen("items_more", which=_list_items(more, items))
    if not more:
        return "", seen("items_fewer", which=_list_items(less, items))
    return None


def _key(item):
    """A text that two equal items share; None for what has none, such as an array."""
    if isinstance(item, (list, tuple)):
        keys = [_key(part) for part in item]
        return None if None in keys else f"{'(' if isinstance(item, tuple) else '['}{', '.join(keys)})"
    return repr(item) if isinstance(item, (str, int, float, bool, type(None))) else None


def _list_items(counted, items):
    shown = [show(items[key], limit=80) for key in counted.elements()]
    return ", ".join(shown[:3]) + (", ..." if len(shown) > 3 else "")
