"""What a question card lacks: its title, sections, blocks, lengths and links, and what only one language has.

`tests/cards` holds the same and more: it runs the code of the card and computes its numbers.
"""

import io
import re
import tokenize
import unicodedata

from minicompress.kit.development.exercise_skeletons import CARD_HEADINGS
from minicompress.kit.development.lack import Lack, read_text
from minicompress.kit.places import content

__all__ = ["CODE_COLUMNS", "LINES", "PROSE_COLUMNS", "WORDS", "card_lacks", "count_words", "pair_lacks"]

LINES = 100, 190  # of a card
CODE_COLUMNS = 78
PROSE_COLUMNS = {"en": 120, "zh": 132}
# What can be said in the time of the heading: words in English, characters in Chinese.
WORDS = {1: {"en": 140, "zh": 200}, 2: {"en": 320, "zh": 400}}

_TOO_MANY = {"en": "dev_card_words_en", "zh": "dev_card_words_zh"}
_IN_BOTH = {"dev_other_link": r"\]\((https?://[^)\s]+)\)", "dev_other_code_word": r"`[^`]*`"}
_QUESTION, _LONG, _TRAP, _FOLLOW_UPS, _PYTORCH, _SOURCES = 0, 2, 3, 4, 5, 7
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def card_lacks(exercise_id, language, title=None):
    """Return a list of Lack for the card of an exercise in a language; `title` is the catalogue's, if it has one."""
    path = content().card(exercise_id, language)
    text = read_text(path) or ""
    found = _headings(text)
    lost = [heading for heading in CARD_HEADINGS[language] if heading not in found]
    if lost:
        return [Lack(path, "dev_section", {"heading": heading}) for heading in lost]
    if tuple(found) != CARD_HEADINGS[language]:
        return [Lack(path, "dev_section_order", {"headings": ", ".join(CARD_HEADINGS[language])})]
    if "TODO" in text:
        return []  # said already; what follows is for a card that is written
    sections = _sections(text)
    found = [*_title(text, exercise_id, language, title), *_lengths(text, sections, language)]
    found += [*_blocks(sections, language), *_names(text, sections, exercise_id, language)]
    return [Lack(path, key, values) for key, values in found]


def pair_lacks(exercise_id):
    """Return a list of Lack for what the two cards of an exercise do not have in common."""
    paths = [content().card(exercise_id, language) for language in ("en", "zh")]
    texts = [read_text(path) or "" for path in paths]
    if any("TODO" in text or len(_headings(text)) != len(CARD_HEADINGS["en"]) for text in texts):
        return []
    lacks = []
    for english, chinese, heading in zip(*map(_sections, texts), CARD_HEADINGS["zh"], strict=True):
        if _without_comments(english) != _without_comments(chinese):
            lacks.append(Lack(paths[1], "dev_other_code", {"heading": heading, "card": paths[0].name}))
    for key, pattern in _IN_BOTH.items():
        english, chinese = (set(re.findall(pattern, _FENCE.sub("", text))) for text in texts)
        for path, only in zip(paths, (english - chinese, chinese - english), strict=True):
            lacks += [Lack(path, key, {"text": one}) for one in sorted(only)]
    return lacks


def count_words(text, language):
    """Return the number of English words, or of Chinese characters, outside of fenced blocks."""
    prose = _FENCE.sub("", text)
    return len(re.findall(r"[\w'|]+", prose)) if language == "en" else len(re.findall("[\u4e00-\u9fff]", prose))


def _title(text, exercise_id, language, title):
    opening, closing = ("（", "）") if language == "zh" else (" (", ")")
    line = f"# {title}{opening}`{exercise_id}`{closing}"
    if title is not None and text.splitlines()[0] != line:
        yield "dev_card_title", {"line": line}


def _lengths(text, sections, language):
    count = len(text.splitlines())
    if not LINES[0] <= count <= LINES[1]:
        yield "dev_card_lines", {"count": count, "low": LINES[0], "high": LINES[1]}
    for section, limits in WORDS.items():
        heading, _, body = sections[section].partition("\n")
        count = count_words(body, language)
        if count > limits[language]:
            yield _TOO_MANY[language], {"heading": heading, "count": count, "limit": limits[language]}
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        fence = line.startswith("```")
        in_code ^= fence
        limit = CODE_COLUMNS if in_code else PROSE_COLUMNS[language]
        free = fence or (not in_code and line.startswith(("|", "-", "  [")))
        if not free and _columns(line) > limit:
            yield "dev_card_wide", {"line": number, "count": _columns(line), "limit": limit}


def _blocks(sections, language):
    for section, kinds in ((_LONG, ["text"]), (_TRAP, ["python", "output"]), (_PYTORCH, ["python", "output"])):
        found = [kind for kind, _ in _FENCE.findall(sections[section])]
        if found[: len(kinds)] != kinds and (section != _LONG or "text" not in found):
            yield "dev_card_blocks", {"heading": CARD_HEADINGS[language][section], "kinds": " + ".join(kinds)}
    follow_ups = re.findall(r"^### (.*)$", sections[_FOLLOW_UPS], re.MULTILINE)
    if len(follow_ups) != 3:
        yield "dev_card_follow_ups", {"count": len(follow_ups)}
    for question in follow_ups:
        if not question.endswith(("?", "？")):
            yield "dev_card_no_question", {"text": question}


def _names(text, sections, exercise_id, language):
    other = content().card(exercise_id, "en" if language == "zh" else "zh").name
    for needed in (f"`exercises/{exercise_id}.py`", f"`minicompress check {exercise_id}`", f"[{other}]({other})"):
        if needed not in sections[_QUESTION]:
            yield "dev_card_question", {"text": needed}
    root = content().solutions.parent
    modules = re.findall(r"`(minicompress/[\w/]+\.\w+)`", text)
    if not modules:
        yield "dev_card_no_module", {}
    for module in modules:
        if not (root / module).is_file():
            yield "dev_card_lost_file", {"text": module}
    if not re.search(r"\b(19|20)\d\d\b", sections[_SOURCES]) or "](http" not in sections[_SOURCES]:
        yield "dev_card_sources", {"heading": CARD_HEADINGS[language][_SOURCES]}


def _headings(text):
    return re.findall(r"^## (.+)$", _FENCE.sub("", text), re.MULTILINE)


def _sections(text):
    """The text under each heading, heading included; a line in code that looks like a heading is none."""
    blank = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    starts = [found.start() for found in re.finditer(r"^## ", blank, re.MULTILINE)]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _columns(line):
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def _without_comments(section):
    """The fenced blocks as both languages must have them: comments are prose."""
    return [(kind, _strip(kind, text)) for kind, text in _FENCE.findall(section)]


def _strip(kind, text):
    if kind == "output":
        return text
    if kind == "python":
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
            return [(t.type, t.string) for t in tokens if t.type not in (tokenize.COMMENT, tokenize.NL)]
        except (tokenize.TokenError, SyntaxError):
            return text
    return [line.split("#")[0].rstrip() for line in text.splitlines()]
