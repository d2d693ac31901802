"""The pages say what is true today: their blocks, their code, their links, both languages alike."""

import contextlib
import io
import re

import blocks
import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.commands import COMMANDS as COMMAND_FUNCTIONS
from minicompress.kit.cli.parser import FOR_CONTRIBUTORS

NAMES = [name for name in blocks.BLOCKS if name != "verified"]  # that one is tested with the proof, test_proofs.py
COMMANDS = ["python -m pip install -e . && minicompress demo", 'python -m pip install -e ".[test]" && pytest']


LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def text_of(language, folder=""):
    return blocks.PAGES[folder, language].read_text(encoding="utf-8")


def code_blocks(language, kind, folder=""):
    return re.findall(rf"^```{kind}\n(.*?)^```", text_of(language, folder), re.DOTALL | re.MULTILINE)


def documents():
    """The project's Markdown files: pages, what lies at the top, and cards; not what a learner adds."""
    cards = (blocks.ROOT / "exercises" / f"{id}{end}" for id in read_catalog() for end in (".md", ".zh.md"))
    return sorted({*blocks.PAGES.values(), *blocks.ROOT.glob("*.md"), *cards})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", blocks.LANGUAGES)
def test_block_is_what_the_project_says_today(language, name):
    assert blocks.written(name, language) == blocks.fresh(name, language), blocks.HOW_TO_WRITE


@pytest.mark.parametrize("language", blocks.LANGUAGES)
def test_quick_start_has_exactly_the_two_commands(language):
    quick_start = code_blocks(language, "bash")[0].strip().splitlines()
    assert quick_start == COMMANDS


@pytest.mark.parametrize("language", blocks.LANGUAGES)
def test_the_readme_is_short(language):
    assert len(text_of(language).splitlines()) <= 200


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(blocks.ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(document):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [(link or source).partition("#")[0] for link, source in LINK.findall(text)]
    relative = [target for target in targets if target and "://" not in target]
    assert relative or document not in blocks.PAGES.values()
    assert [target for target in relative if not (document.parent / target).exists()] == []


def pairs():
    """(folder, file without ending) of every page that exists in both languages."""
    return [*((folder, "README") for folder in blocks.FOLDERS), ("", "CONTRIBUTING")]


@pytest.mark.parametrize(("folder", "name"), pairs())
def test_both_languages_have_the_same_code_blocks_sections_and_links(folder, name):
    paths = {language: blocks.ROOT / folder / f"{name}{end}.md" for language, end in (("en", ""), ("zh", ".zh-CN"))}
    texts = {language: path.read_text(encoding="utf-8") for language, path in paths.items()}
    for kind in ("bash", "python"):
        found = [re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE) for text in texts.values()]
        assert _without_comments(found[0]) == _without_comments(found[1])
    for pattern in (r"^#+(?= )", r"^- ", r"^\d+\. ", r"^\|---", r"<!-- begin \S+ -->", r"^\| (`[^|]+`) \|"):
        found = {language: re.findall(pattern, text, re.MULTILINE) for language, text in texts.items()}
        assert found["en"] == found["zh"], pattern
    links = {language: set(re.findall(r"\((https?://[^)]+)\)", text)) for language, text in texts.items()}
    assert links["en"] == links["zh"]
    if name == "CONTRIBUTING":  # which files to touch, and what to write into them
        prose = {language: re.sub(r"```.*?```", "", text, flags=re.DOTALL) for language, text in texts.items()}
        named = {language: set(re.findall(r"`[^`]*`", text)) for language, text in prose.items()}
        assert named["en"] == named["zh"]


def _without_comments(sources):
    """The commands of the blocks: a comment is prose."""
    return [[line.split("  # ")[0].rstrip() for line in source.splitlines()] for source in sources]


@pytest.mark.parametrize("language", blocks.LANGUAGES)
def test_every_command_has_a_row_on_the_page_of_exercises(language):
    for_contributors = {"dashboard", *FOR_CONTRIBUTORS}
    shown = set(re.findall(r"^\| `minicompress (\w+)", text_of(language, "exercises"), re.MULTILINE))
    assert shown == COMMAND_FUNCTIONS.keys() - for_contributors


def test_python_example_prints_what_the_readme_shows():
    (code,) = code_blocks("en", "python")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    shown = [comment for comment in re.findall(r"^print\(.*?\)  # (.*)$", code, re.MULTILINE)]
    printed = output.getvalue().splitlines()
    assert len(shown) == len(printed) > 0
    for expected, line in zip(shown, printed, strict=True):
        number = r"[\d.]+"
        assert re.sub(number, "#", expected) == re.sub(number, "#", line)
        for one, other in zip(re.findall(number, expected), re.findall(number, line), strict=True):
            assert float(one.rstrip(".")) == pytest.approx(float(other.rstrip(".")), abs=1.0)
