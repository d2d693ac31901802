"""The language in which the kit speaks: English or Chinese, the same sentences by key.

The files of `messages/` hold every sentence in both; `say(key, ...)` fills in the values: `{count}` as it is,
and `{count:file|files}` as a number with the word for it. The language is chosen by `--lang`, else by
MINICOMPRESS_LANG, else by the system's locale; it is English unless one of them says Chinese.
"""

import functools
import locale
import os
import string
from pathlib import Path

from minicompress._base.toml_files import read_toml

__all__ = [
    "LANGUAGES",
    "MESSAGE_FILES",
    "choose_language",
    "language",
    "pick",
    "read_messages",
    "row",
    "say",
    "sentences",
]

LANGUAGES = ("en", "zh")
# In the order in which `say` looks for a key: the files that most commands need come first, the long ones last.
MESSAGE_FILES = (
    *("overview", "errors", "workspace", "verdict", "submission", "diagnosis", "watch", "debug"),
    *("help", "verify", "demo", "bench", "study", "arms", "patterns", "dev"),
)
_chosen = None


def choose_language(name=None):
    """Fix the language for this process; None returns to what the environment says."""
    global _chosen
    if name is not None and name not in LANGUAGES:
        raise ValueError(f"choose_language: name must be one of {LANGUAGES}, got {name!r}")
    _chosen = name


def language():
    """The language in force: 'en' or 'zh'."""
    if _chosen:
        return _chosen
    asked = os.environ.get("MINICOMPRESS_LANG", "").strip().lower()
    if asked:
        return "zh" if asked.startswith("zh") else "en"
    return "zh" if _system_locale().lower().startswith(("zh", "chinese")) else "en"


def _system_locale():
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    try:
        return locale.getlocale()[0] or ""
    except ValueError:  # an unknown locale name in the environment
        return ""


def pick(texts):
    """Choose from {'en': ..., 'zh': ...} by the language in force."""
    return texts[language()]


def say(key, **values):
    """Return the sentence `key` in the language in force, with its values filled in; KeyError for an unknown key."""
    return _Filled().format(pick(_texts(key)), **values)


class _Filled(string.Formatter):
    """`{count:file|files}` is "1 file" or "2 files"."""

    def format_field(self, value, format_spec):
        if "|" not in format_spec:
            return super().format_field(value, format_spec)
        one, many = format_spec.split("|")
        return f"{value} {one if str(value) == '1' else many}"


def row(label, value):
    """A label and what it labels, with the colon of the language in force."""
    return say("row", label=label, value=value)


def sentences(*texts):
    """Sentences one after the other; Chinese ones need no space between them."""
    return (" " if language() == "en" else "").join(texts)


def read_messages():
    """Return {key: {"en": ..., "zh": ...}} of all message files; ValueError if two of them hold the same key."""
    found = {}
    for name in MESSAGE_FILES:
        twice = set(found) & set(_read(name))
        if twice:
            raise ValueError(f"messages/{name}.toml: also in another file: {sorted(twice)}")
        found |= _read(name)
    return found


def _texts(key):
    for name in MESSAGE_FILES:
        if key in _read(name):
            return _read(name)[key]
    raise KeyError(key)


@functools.cache
def _read(name):
    return read_toml(Path(__file__).parent / "messages" / f"{name}.toml")
