"""What a new study lacks: files, words on the screen in both languages, places that list studies, record and picture.

The arms are read from `ARMS` and from the record, the setting from `measure.py`, without running either.
"""

import ast
import json
import re

from minicompress._base.toml_files import read_toml
from minicompress.kit.development.lack import Lack, read_text, unwritten
from minicompress.kit.development.study_skeletons import study_files
from minicompress.kit.language import LANGUAGES
from minicompress.kit.places import content

__all__ = ["study_lacks"]

PAGES = {"en": "README.md", "zh": "README.zh-CN.md"}


def study_lacks(name):
    """Return a list of Lack for the study `name`; empty when it is complete."""
    root = content().solutions.parent
    room = root / "minicompress" / "study" / name
    lacks = unwritten(study_files(name), f"minicompress dev study {name}")
    lacks += _listing_lacks(name, root / "minicompress" / "study" / "__init__.py")
    lacks += _message_lacks(name, room, root / "minicompress" / "kit" / "messages")
    lacks += _place_lacks(name, room, root)
    for kept, whole in ("measured.json", _is_full_record), ("measured.png", lambda path: path.is_file()):
        if not whole(room / kept):
            lacks.append(Lack(room / kept, "dev_no_record", {"name": name, "kept": kept.replace("measured", name)}))
    return lacks


def _listing_lacks(name, path):
    text = read_text(path) or ""
    found = re.search(r"^STUDIES = \(([^)]*)\)", text, re.MULTILINE)  # as it stands in the file, without importing it
    if name not in re.findall(r'"(\w+)"', found[1] if found else ""):
        yield Lack(path, "dev_not_listed", {"name": name})
    if f"- `{name}`: " not in text:
        yield Lack(path, "dev_no_line", {"text": f"- `{name}`: ..."})


def _message_lacks(name, room, folder):
    """The words that the screen says: of the study, of its setting and of each arm; and its name in the help."""
    needed = {f"study_about_{name}": "study.toml"}
    setting = _setting(room / "measure.py")
    if setting:
        needed[f"setting_{setting}"] = "study.toml"
    arms = dict.fromkeys(part for arm in _arms(room) for part in arm.split("."))
    needed |= {f"arm_{arm}": "arms.toml" for arm in arms}
    known = {key: texts for path in folder.glob("*.toml") for key, texts in read_toml(path).items()}
    for key, file in needed.items():
        texts = known.get(key, {})
        if any(not texts.get(language) or "TODO" in texts[language] for language in LANGUAGES):
            yield Lack(folder / file, "dev_no_message", {"message": key})
    for language in LANGUAGES:
        if not re.search(rf"\b{name}\b", known.get("help_study_name", {}).get(language, ""), re.ASCII):
            yield Lack(folder / "help.toml", "dev_no_help", {"name": name, "language": language})


def _place_lacks(name, room, root):
    """What else names every study: the tables of the pages, the lines of results, and the tests."""
    readme, studies = root / "tests" / "readme", root / "tests" / "study"
    needed = [
        (readme / "blocks.py", f'"{name}-study":', "dev_no_block"),
        (root / "tests" / "kit" / "screens" / "test_study.py", f'"{name}":', "dev_no_labels"),
        (studies / "test_kept_studies.py", f'"{name}"', "dev_no_claims"),
    ]
    for page in PAGES.values():
        needed.append((room / page, f"<!-- begin {name}-study -->", "dev_no_marker"))
        needed.append((root / "exercises" / page, f"`minicompress study {name}`", "dev_no_row"))
    for path, text, key in needed:
        if text not in (read_text(path) or ""):
            yield Lack(path, key, {"name": name})
    lines, figures = (_dict(readme / "result_lines.py", constant) for constant in ("LINES", "FIGURES"))
    if not all(name in keys for keys in (*lines.values(), figures)) or set(lines) != set(LANGUAGES):
        yield Lack(readme / "result_lines.py", "dev_no_result_line", {"name": name})


def _setting(path):
    """The word of `setting="..."` in `measure.py`, or None."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.keyword) and node.arg == "setting" and isinstance(node.value, ast.Constant):
            return None if node.value.value == "TODO" else node.value.value
    return None


def _arms(room):
    """The names in the literal `ARMS = {...}`, and those in the record, which has the computed ones too."""
    names = [*_dict(room / "arms.py", "ARMS"), *_dict(room / "measure.py", "ARMS")]
    try:
        cells = json.loads(read_text(room / "measured.json") or "")["cells"]
        return names + [cell["arm"] for cell in cells]
    except (ValueError, KeyError, TypeError):
        return names


def _dict(path, constant):
    """{key: {key: ...}} of the dictionary that a file assigns to `constant`, as it is written there."""
    for node in _tree(path).body:
        (target,) = getattr(node, "targets", [getattr(node, "target", None)])[:1]
        if isinstance(target, ast.Name) and target.id == constant and isinstance(node.value, ast.Dict):
            return _keys(node.value)
    return {}


def _keys(node):
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: _keys(value) for key, value in pairs if isinstance(key, ast.Constant)}


def _tree(path):
    try:
        return ast.parse(read_text(path) or "")
    except (SyntaxError, ValueError):
        return ast.parse("")


def _is_full_record(path):
    try:
        return json.loads(read_text(path) or "")["quick"] is False
    except (ValueError, KeyError, TypeError):
        return False
