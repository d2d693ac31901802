"""Files that `init` writes into a workspace, and what happens to them when the project's own have changed since.

`exercises/MANIFEST` keeps a digest of each file as it was written, in the form of `sha256sum`. So a later `init` can
tell a file that nobody has touched, which it brings up to date, from one in which the learner has begun, which it never
touches. In a clone git does that, and no manifest is kept.
"""

import hashlib
from dataclasses import dataclass, field

from minicompress._base.files import write_text
from minicompress.kit.places import content
from minicompress.kit.stubs import read_stub

__all__ = ["Counts", "read_started_answers", "write_exercise_files"]


@dataclass
class Counts:
    """What one `init` did, in files."""

    made: int = 0
    kept: int = 0
    updated: int = 0
    copied: int = 0
    changed: list = field(default_factory=list)  # ids of exercises that were begun from another stub than today's


def write_exercise_files(workspace, catalog, begun=None):
    """Write what is missing, update what nobody has touched, keep the rest; return Counts.

    `begun` is {id: text} of answers from another folder, which take the place of the stub where there is no file yet.
    """
    counts, digests = Counts(), _read(workspace)
    for exercise in catalog.values():
        stub = workspace.file(exercise.id)
        for path, text in _files(workspace, exercise).items():
            key, answer = path.relative_to(workspace.exercises).as_posix(), (begun or {}).get(exercise.id)
            written = answer if path == stub and answer is not None else text
            if not path.exists():
                write_text(path, written)
                digests[key] = _digest(text)
                counts.made += 1
                counts.copied += written is not text
            elif _digest(_read_text(path)) == _digest(text):
                digests[key] = _digest(text)
                counts.kept += 1
            elif digests.get(key) == _digest(_read_text(path)):
                write_text(path, text)
                digests[key] = _digest(text)
                counts.updated += 1
            else:
                counts.kept += 1
                if path == stub and digests.setdefault(key, _digest(text)) != _digest(text):
                    write_text(new_stub(workspace, exercise), text)
                    counts.changed.append(exercise.id)
    workspace.state.mkdir(parents=True, exist_ok=True)
    if not content().is_clone or workspace.exercises != content().exercises:
        lines = [f"{digest}  {name}\n" for name, digest in sorted(digests.items())]
        write_text(_manifest(workspace), "".join(lines))
    return counts


def new_stub(workspace, exercise):
    """Where today's stub of an exercise is put beside the learner's work."""
    return workspace.state / "new_stubs" / f"{exercise.id}.py"


def read_started_answers(folder, catalog):
    """{id: text} of the files in another workspace that are no longer the stub."""
    started = {}
    for exercise in catalog.values():
        path = folder.file(exercise.id)
        if path.is_file() and _digest(_read_text(path)) != _digest(read_stub(exercise)):
            started[exercise.id] = _read_text(path)
    return started


def _files(workspace, exercise):
    """{path: text} of what belongs to an exercise: the stub and both cards."""
    cards = [content().card(exercise.id, language) for language in ("en", "zh")]
    files = {workspace.file(exercise.id): read_stub(exercise)}
    folder = workspace.exercises / exercise.chapter
    return files | {folder / card.name: card.read_text(encoding="utf-8") for card in cards}


def _read_text(path):
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):  # a folder in its place, or bytes that are not text: the learner's in any case
        return None


def _digest(text):
    return None if text is None else hashlib.sha256(text.encode("utf-8")).hexdigest()


def _manifest(workspace):
    return workspace.exercises / "MANIFEST"


def _read(workspace):
    """{name: digest} of the manifest; of a missing or damaged one what can be read."""
    text = _read_text(_manifest(workspace)) or ""
    rows = [line.split("  ", 1) for line in text.splitlines()]
    return {row[1]: row[0] for row in rows if len(row) == 2}
