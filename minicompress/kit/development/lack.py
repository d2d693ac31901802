"""One thing that a new exercise or study lacks, and what every file may lack: existence, or words for its TODOs."""

from dataclasses import dataclass, field

__all__ = ["Lack", "read_text", "unwritten"]


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: the file in which it belongs, and the message that says what to write or run."""

    path: object
    key: str
    values: dict = field(default_factory=dict)


def read_text(path):
    """Return the text of a file, or None if there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def unwritten(paths, command):
    """Return a Lack for each file that does not exist, which `command` writes, or that still has a TODO in it."""
    lacks = []
    for path in paths:
        text = read_text(path)
        if text is None:
            lacks.append(Lack(path, "dev_no_file", {"command": command}))
        elif "TODO" in text:
            line = text[: text.index("TODO")].count("\n") + 1
            lacks.append(Lack(path, "dev_todo", {"count": text.count("TODO"), "line": line}))
    return lacks
