"""The READMEs say what is true today: their blocks, their code, their links, both languages alike."""

import contextlib
import io
import re

import blocks
import pytest

NAMES = [name for name in blocks.BLOCKS if name != "verified"]  # that one is tested with the proof, test_proofs.py
COMMANDS = ["python -m pip install -e . && minicompress demo", 'python -m pip install -e ".[test]" && pytest']


def text_of(language):
    return blocks.READMES[language].read_text(encoding="utf-8")


def code_blocks(language, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", text_of(language), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", blocks.READMES)
def test_block_is_what_the_project_says_today(language, name):
    assert blocks.written(name, language) == blocks.fresh(name, language), blocks.HOW_TO_WRITE


@pytest.mark.parametrize("language", blocks.READMES)
def test_quick_start_has_exactly_the_two_commands(language):
    quick_start = code_blocks(language, "bash")[0].strip().splitlines()
    assert quick_start == COMMANDS


@pytest.mark.parametrize("language", blocks.READMES)
def test_every_relative_link_leads_to_a_file(language):
    targets = re.findall(r"\]\(([^)#\s]+)", text_of(language)) + re.findall(r'src="([^"]+)"', text_of(language))
    relative = [target for target in targets if "://" not in target]
    assert relative
    assert [target for target in relative if not (blocks.ROOT / target).exists()] == []


def test_both_languages_have_the_same_code_sections_and_links():
    for kind in ("bash", "python"):
        assert code_blocks("en", kind) == code_blocks("zh", kind)
    headings = {name: len(re.findall(r"^#+ ", text_of(name), re.MULTILINE)) for name in blocks.READMES}
    assert headings["en"] == headings["zh"]
    links = {name: set(re.findall(r"\((https?://[^)]+)\)", text_of(name))) for name in blocks.READMES}
    assert links["en"] == links["zh"]


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
