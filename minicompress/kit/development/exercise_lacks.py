"""What a new exercise lacks, found by reading its files; nothing is run.

`minicompress verify` proves what is found complete here, and the tests hold the rest.
"""

import ast
import re

from minicompress.kit.catalog import read_catalog, read_chapters
from minicompress.kit.development.card_lacks import card_lacks, pair_lacks
from minicompress.kit.development.exercise_skeletons import agreement_tests, exercise_files
from minicompress.kit.development.lack import Lack, read_text, unwritten
from minicompress.kit.language import LANGUAGES
from minicompress.kit.places import content
from minicompress.kit.stubs import make_stub

__all__ = ["exercise_lacks"]

FEWEST_WRONG, FEWEST_RIGHT = 8, 2  # as `proof/verification.py` demands


def exercise_lacks(exercise_id):
    """Return a list of Lack for the exercise `chapter/slug`; empty when it is complete."""
    chapter, slug = exercise_id.split("/")
    where = content()
    lacks = _chapter_lacks(chapter, exercise_id)
    stub = where.exercises / f"{exercise_id}.py"  # follows from the solution, its TODOs too
    files = [path for path in exercise_files(exercise_id) if path != stub or not path.exists()]
    lacks += unwritten(files, f"minicompress dev exercise {exercise_id}")
    titles = read_catalog()[exercise_id].titles if exercise_id in read_catalog() else {}
    for language in LANGUAGES:
        lacks += card_lacks(exercise_id, language, titles.get(language))
    lacks += pair_lacks(exercise_id)
    lacks += _answer_lacks(where.graded_file(exercise_id, "wrong"), where.graded_file(exercise_id, "right"))
    lacks += _stub_lacks(exercise_id)
    if not agreement_tests(exercise_id):
        path = where.graded.parent / "agreement" / f"test_{slug}.py"
        lacks.append(Lack(path, "dev_no_agreement", {"id": exercise_id}))
    return lacks


def _chapter_lacks(chapter, exercise_id):
    exercises = content().exercises
    catalog = exercises / chapter / "catalog.toml"
    if chapter not in read_chapters():
        return [Lack(exercises / "chapters.toml", "dev_no_chapter", {"chapter": chapter})]
    if exercise_id not in read_catalog():
        return [Lack(catalog, "dev_no_entry", {"slug": exercise_id.split("/")[1]})]
    return [Lack(catalog, key, values) for key, values in _entry_lacks(read_catalog()[exercise_id])]


def _entry_lacks(entry):
    if "TODO" in repr((entry.titles, entry.reasons, entry.hints)):
        yield "dev_entry_todo", {"slug": entry.slug}
        return
    if any(len(entry.hints[language]) != 3 for language in LANGUAGES):
        yield "dev_entry_hints", {"slug": entry.slug}
    for text in (entry.titles["zh"], entry.reasons["zh"], *entry.hints["zh"]):
        if not re.search("[\u4e00-\u9fff]", text):
            yield "dev_entry_chinese", {"slug": entry.slug, "text": text}


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
    if "EQUIVALENT_MUTANTS" not in (read_text(right) or ""):
        lacks.append(Lack(right, "dev_no_equivalents"))
    return lacks


def _decorated(path, name):
    """{function: decorator} of the functions at the margin of a file that have the decorator `name`."""
    try:
        tree = ast.parse(read_text(path) or "")
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
        stub = make_stub(read_text(solution), owner=solution.name)
    except ValueError as error:
        return [Lack(solution, "dev_no_region", {"error": error})]
    return [] if read_text(path) == stub else [Lack(path, "dev_old_stub")]
