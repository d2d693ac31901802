"""What a new exercise or study still lacks, found by reading its files; nothing is run.

`minicompress verify` proves what is found complete here, and the tests hold the rest.
"""

import ast
import json
import re
from dataclasses import dataclass, field

from minicompress._base.toml_files import read_toml
from minicompress.kit.catalog import read_catalog, read_chapters
from minicompress.kit.language import LANGUAGES
from minicompress.kit.places import content
from minicompress.kit.skeletons import CARD_HEADINGS, agreement_tests, exercise_files, study_files
from minicompress.kit.stubs import make_stub

__all__ = ["Lack", "exercise_lacks", "study_lacks"]

FEWEST_WRONG, FEWEST_RIGHT = 8, 2  # as `proof/verification.py` demands


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: the file in which it belongs, and the message that says what."""

    path: object
    key: str
    values: dict = field(default_factory=dict)


def exercise_lacks(exercise_id):
    """Return a list of Lack for the exercise `chapter/slug`; empty when it is complete."""
    chapter = exercise_id.split("/")[0]
    where = content()
    lacks = _chapter_lacks(chapter, exercise_id)
    lacks += _unwritten(exercise_files(exercise_id), skip=where.exercises / f"{exercise_id}.py")
    for language in LANGUAGES:
        path = where.card(exercise_id, language)
        lacks += [Lack(path, "dev_section", {"heading": name}) for name in _lost_headings(path, language)]
    lacks += _answer_lacks(where.graded_file(exercise_id, "wrong"), where.graded_file(exercise_id, "right"))
    lacks += _stub_lacks(exercise_id)
    if not agreement_tests(exercise_id):
        slug = exercise_id.split("/")[1]
        lacks.append(Lack(where.graded.parent / "agreement" / f"test_{slug}.py", "dev_no_agreement"))
    return lacks


def study_lacks(name):
    """Return a list of Lack for the study `name`; empty when it is complete."""
    root = content().solutions.parent
    folder = root / "minicompress" / "study" / name
    lacks = _unwritten([*study_files(name), folder / "README.md", folder / "README.zh-CN.md"])
    listed = root / "minicompress" / "study" / "__init__.py"
    if name not in _studies(listed):
        lacks.append(Lack(listed, "dev_not_listed", {"name": name}))
    messages = root / "minicompress" / "kit" / "messages" / "study.toml"
    if f"study_about_{name}" not in read_toml(messages):
        lacks.append(Lack(messages, "dev_no_message", {"message": f"study_about_{name}"}))
    if not _is_full_record(folder / "measured.json"):
        lacks.append(Lack(folder / "measured.json", "dev_no_record", {"name": name}))
    if not (folder / "measured.png").is_file():
        lacks.append(Lack(folder / "measured.png", "dev_no_record", {"name": name}))
    return lacks


def _chapter_lacks(chapter, exercise_id):
    exercises = content().exercises
    catalog = exercises / chapter / "catalog.toml"
    if chapter not in read_chapters():
        return [Lack(exercises / "chapters.toml", "dev_no_chapter", {"chapter": chapter})]
    if exercise_id not in read_catalog():
        return [Lack(catalog, "dev_no_entry", {"slug": exercise_id.split("/")[1]})]
    entry = read_catalog()[exercise_id]
    if "TODO" in repr((entry.titles, entry.reasons, entry.hints)):
        return [Lack(catalog, "dev_entry_todo", {"slug": entry.slug})]
    return []


def _unwritten(paths, skip=None):
    """What is missing of the files, or still has a TODO in it; the stub follows from the solution."""
    lacks = []
    for path in paths:
        text = _read(path)
        if text is None:
            lacks.append(Lack(path, "dev_no_file"))
        elif "TODO" in text and path != skip:
            line = text[: text.index("TODO")].count("\n") + 1
            lacks.append(Lack(path, "dev_todo", {"count": text.count("TODO"), "line": line}))
    return lacks


def _lost_headings(path, language):
    found = re.findall(r"^## (.+)$", _read(path) or "", re.MULTILINE)
    return [heading for heading in CARD_HEADINGS[language] if heading not in found]


def _answer_lacks(wrong, right):
    mistakes, again = _decorated(wrong, "wrong"), _decorated(wrong, "same_mistake")
    lacks = []
    if len(mistakes) < FEWEST_WRONG:
        lacks.append(Lack(wrong, "dev_few_wrong", {"count": len(mistakes), "needed": FEWEST_WRONG}))
    written_again = {ast.unparse(decorator.args[0]) for decorator in again.values() if decorator.args}
    lacks += [Lack(wrong, "dev_written_once", {"name": name}) for name in mistakes if name not in written_again]
    for name, decorator in mistakes.items():
        if {keyword.arg for keyword in decorator.keywords} != set(LANGUAGES):
            lacks.append(Lack(wrong, "dev_one_language", {"name": name}))
    count = len(_decorated(right, "right"))
    if count < FEWEST_RIGHT:
        lacks.append(Lack(right, "dev_few_right", {"count": count, "needed": FEWEST_RIGHT}))
    if "EQUIVALENT_MUTANTS" not in (_read(right) or ""):
        lacks.append(Lack(right, "dev_no_equivalents"))
    return lacks


def _decorated(path, name):
    """{function: decorator} of the functions at the margin of a file that have the decorator `name`."""
    try:
        tree = ast.parse(_read(path) or "")
    except (SyntaxError, ValueError):
        return {}
    found = {}
    for node in tree.body:
        for decorator in getattr(node, "decorator_list", ()):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Name) and called.id == name:
                found[node.name] = decorator
    return found


def _stub_lacks(exercise_id):
    path, solution = content().exercises / f"{exercise_id}.py", content().solution(exercise_id)
    if not solution.is_file():
        return []  # said already
    try:
        stub = make_stub(_read(solution), owner=solution.name)
    except ValueError as error:
        return [Lack(solution, "dev_no_region", {"error": error})]
    return [] if _read(path) == stub else [Lack(path, "dev_old_stub")]


def _studies(path):
    """STUDIES as it is written in the file, without importing it."""
    found = re.search(r"^STUDIES = \(([^)]*)\)", _read(path) or "", re.MULTILINE)
    return re.findall(r'"(\w+)"', found[1]) if found else []


def _is_full_record(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))["quick"] is False
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _read(path):
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
