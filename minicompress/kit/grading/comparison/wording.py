"""Values, calls, exceptions and the learner's own lines, as a failed check puts them into words."""

import traceback

import numpy as np

from minicompress.kit.grading.comparison.observation import Structure
from minicompress.kit.grading.comparison.pasting import NotPasteable, paste, paste_call
from minicompress.kit.grading.comparison.plain_values import Foreign
from minicompress.kit.language import row, say

__all__ = ["describe_call", "error_lines", "labelled", "line_rows", "name_of", "show", "type_name"]


def labelled(text, call, *rows):
    """A sentence, then labelled rows: the call first; rows without a value are left out."""
    kept = [(say("label_call"), call.text), *rows]
    return "\n".join([text, *(row(label, value) for label, value in kept if value)])


def name_of(error):
    """An exception as `Type: the first line of what it says`."""
    try:
        text = str(error).strip().splitlines()
    except Exception:  # the answer's own exception class may be broken too
        text = []
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def error_lines(error, source, most=3):
    """`N: the text of line N` for the learner's own frames in a traceback, the innermost last, at most `most`."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(source)]
    return [f"{frame.lineno}: {frame.line}" if frame.line else str(frame.lineno) for frame in frames[-most:]]


def line_rows(error, call):
    """The learner's own lines of a traceback as labelled rows."""
    return [(say("label_line"), line) for line in error_lines(error, call.source)]


def type_name(leaf):
    """What kind of thing a leaf is."""
    if isinstance(leaf, (Structure, Foreign)):
        return leaf.kind
    if isinstance(leaf, np.ndarray):
        return f"numpy.ndarray {leaf.shape}"
    return type(leaf).__name__


def show(value, limit=160):
    """A value as short text: plain numbers instead of NumPy's wrappers, large arrays by their shape."""
    if isinstance(value, np.ndarray):
        if value.size > 12:
            return f"array{value.shape}"
        with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
            return str(np.round(value.astype(np.float64), 6).tolist() if value.dtype.kind == "f" else value.tolist())
    if isinstance(value, (list, tuple)):
        left, right = "[]" if isinstance(value, list) else "()"
        shown = [show(item) for item in value[:6]] + (["..."] if len(value) > 6 else [])
        return left + ", ".join(shown) + right
    if isinstance(value, np.floating):
        return f"{float(value)!r}" if value.dtype.itemsize >= 8 else f"{value!s}"
    if isinstance(value, np.generic):
        return str(value.item())
    try:
        text = repr(value)
    except Exception:  # of a class of the answer's own
        text = f"<{type(value).__name__}>"
    if isinstance(value, str):
        return text if len(text) <= limit else text[: limit - 3] + "..."
    return f"<{type(value).__name__}>" if " at 0x" in text else _cut(text, limit)


def describe_call(name, args):
    """`name(arg, ...)`: Python that can be pasted if it is short, else with `<...>` in place of what is long."""
    try:
        return paste_call(name, args)
    except NotPasteable:
        return f"{name}({', '.join(_describe(arg) for arg in args)})"


def _describe(arg):
    """One argument of a call that is not pasted as a whole."""
    if isinstance(arg, np.ndarray):
        return f"<{arg.dtype} array {arg.shape}>"
    if isinstance(arg, (list, tuple)):
        left, right = "[]" if isinstance(arg, list) else "()"
        return left + ", ".join([_describe(item) for item in arg[:6]] + ["<...>"] * (len(arg) > 6)) + right
    try:
        text = paste(arg)
    except NotPasteable:
        text = show(arg)
        return text if text.startswith("<") else f"<{text}>"
    if isinstance(arg, str) and len(text) > 60:
        return f"{text[:50]}<...>{text[-1]}"
    return text if len(text) <= 160 else show(arg)


def _cut(text, limit):
    """At most `limit` characters, every bracket that is opened in them closed again."""
    if len(text) <= limit:
        return text
    kept, pairs, opened = text[: limit - 6], {"(": ")", "[": "]", "{": "}", "<": ">"}, []
    for character in kept:
        if character in pairs:
            opened.append(pairs[character])
        elif opened and character == opened[-1]:
            opened.pop()
    return f"{kept}...{''.join(reversed(opened))}"
