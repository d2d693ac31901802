"""A question card taken apart: title, sections, fenced blocks, prose, tables, links. What the tests of cards look at.

The pattern of every card: fixed headings per language (`HEADINGS`), code that runs in ```python blocks, what a block
prints in an ```output block right after it, formulas in ```text blocks with remarks after a #.
"""

import functools
import importlib.util
import io
import re
import tokenize
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from minicompress.kit.catalog import read_catalog
from minicompress.kit.language import LANGUAGES
from minicompress.kit.places import content

HEADINGS = {
    "en": (
        "The question",
        "30 seconds",
        "Two minutes",
        "The trap",
        "Follow-ups",
        "In PyTorch",
        "The numbers",
        "Sources",
    ),
    "zh": ("题目", "30 秒回答", "2 分钟回答", "陷阱", "追问", "PyTorch 写法", "数字", "出处"),
}
QUESTION, SHORT, LONG, TRAP, FOLLOW_UPS, PYTORCH, NUMBERS, SOURCES = range(8)

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    kind: str  # python, output, text
    text: str

    @property
    def without_comments(self):
        """The text as it must be in every language."""
        if self.kind == "python":
            return _strip_python_comments(self.text)
        if self.kind == "text":
            return "\n".join(line.split("#")[0].rstrip() for line in self.text.splitlines())
        return self.text


@dataclass(frozen=True)
class Card:
    """The card of one exercise in one language."""

    exercise: object
    language: str
    path: Path
    text: str

    @property
    def title(self):
        return self.text.splitlines()[0].removeprefix("# ")

    @functools.cached_property
    def headings(self):
        """The second-level headings, in order."""
        return re.findall(r"^## (.+)$", FENCE.sub("", self.text), re.MULTILINE)

    @functools.cached_property
    def sections(self):
        """The text under each second-level heading, in order; code is left in."""
        starts = [match.start() for match in re.finditer(r"^## ", self._masked, re.MULTILINE)]
        return [self.text[a:b] for a, b in zip(starts, [*starts[1:], len(self.text)], strict=True)]

    def blocks(self, section=None):
        """The fenced blocks of the card or of one of its sections."""
        text = self.text if section is None else self.sections[section]
        return [Block(kind, body) for kind, body in FENCE.findall(text)]

    def prose(self, section=None):
        """The text without fenced blocks."""
        return FENCE.sub("", self.text if section is None else self.sections[section])

    def tables(self, section):
        """The body rows of all tables of a section, as lists of cells."""
        rows = [line for line in self.prose(section).splitlines() if line.startswith("|")]
        cells = [[cell.strip() for cell in CELL.split(row)[1:-1]] for row in rows]
        rules = {i for i, row in enumerate(cells) if all(re.fullmatch(r":?-+:?", cell) for cell in row)}
        return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]

    @property
    def links(self):
        """Where its links point outside, sorted."""
        return sorted(re.findall(r"\]\((https?://[^)\s]+)\)", self.text))

    @property
    def arxiv_ids(self):
        """The papers it names, sorted, each once."""
        return sorted(set(re.findall(r"arXiv:(\d{4}\.\d{4,5})", self.text)))

    @property
    def _masked(self):
        """The text with fenced lines blanked, at the same positions."""
        return FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.text)


@functools.cache
def read_card(exercise_id, language):
    """The card of an exercise in a language."""
    path = content().card(exercise_id, language)
    return Card(read_catalog()[exercise_id], language, path, path.read_text(encoding="utf-8"))


def all_cards():
    """(exercise id, language) of every card that the catalogue asks for."""
    return [(exercise_id, language) for exercise_id in read_catalog() for language in LANGUAGES]


@functools.cache
def numbers_of(exercise_id):
    """The module that computes a card's numbers."""
    slug = exercise_id.split("/")[1]
    path = content().graded_file(exercise_id, "numbers")
    spec = importlib.util.spec_from_file_location(f"card_numbers_{slug}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def display_width(line):
    """Columns of a terminal that a line takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def is_chinese(character):
    return "\u4e00" <= character <= "\u9fff"


def _strip_python_comments(source):
    """The tokens, with their line structure, without comments."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(t.type, t.string) for t in tokens if t.type not in (tokenize.COMMENT, tokenize.NL)]
