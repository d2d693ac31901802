"""One term in Chinese for one term in English, in every text that a learner reads."""

import ast
import re

import blocks
import pytest

from minicompress._base.toml_files import read_toml
from minicompress.kit.language import read_messages
from minicompress.kit.places import content

GLOSSARY = read_toml(content().exercises / "glossary.toml")["term"]
CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", re.DOTALL)


def chinese_of(value):
    """The strings under `zh` in a document of TOML."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (_strings(inner) if name == "zh" else chinese_of(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from chinese_of(inner)


def _strings(value):
    return [value] if isinstance(value, str) else list(value)


def texts():
    """{where: Chinese prose}."""
    found = {path.name: path.read_text(encoding="utf-8") for path in content().exercises.glob("*/*.zh.md")}
    for path in content().solutions.glob("*/*.py"):
        docstrings = [
            ast.get_docstring(node) or ""
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        ]
        found[path.name] = "\n".join(text.partition("中文：")[2] for text in docstrings)
    found["messages"] = "\n".join(chinese_of(read_messages()))
    for path in [content().exercises / "chapters.toml", *content().exercises.glob("*/catalog.toml")]:
        found[path.relative_to(content().exercises).as_posix()] = "\n".join(chinese_of(read_toml(path)))
    pages = [path for (_, language), path in blocks.PAGES.items() if language == "zh"]
    pages.append(blocks.ROOT / "CONTRIBUTING.zh-CN.md")
    found |= {str(path): path.read_text(encoding="utf-8") for path in pages if path.is_file()}
    return {where: CODE.sub("", text) for where, text in found.items()}


@pytest.fixture(scope="module")
def chinese():
    return texts()


@pytest.mark.parametrize("term", GLOSSARY, ids=[term["en"] for term in GLOSSARY])
def test_a_term_is_used_and_its_rivals_are_not(chinese, term):
    rivals = re.compile("|".join(map(re.escape, term["never"])))
    found = [
        f"{where}: ...{text[max(hit.start() - 15, 0) : hit.end() + 15]}..."
        for where, text in chinese.items()
        for hit in rivals.finditer(text)
    ]
    assert found == [], f"{term['en']} is {term['zh']}"
    assert any(term["zh"] in text for text in chinese.values())


def test_the_glossary_is_sorted_and_no_term_rules_out_another():
    names = [term["en"] for term in GLOSSARY]
    assert names == sorted(names, key=str.lower)
    kept = [term["zh"] for term in GLOSSARY]
    assert not [(rival, word) for term in GLOSSARY for rival in term["never"] for word in kept if rival == word]


def test_code_and_links_are_not_prose():
    assert CODE.sub("", "滑动 `裁剪` 和\n```\n标定\n```\n[名](裁剪.md)") == "滑动  和\n\n[名"
