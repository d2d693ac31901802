"""Read a question card in two parts: the question, and the answers, which the learner sees later."""

import re

from minicompress.kit.language import language
from minicompress.kit.places import content

__all__ = ["join_chinese_lines", "read_card"]


def read_card(exercise):
    """(question, answers) of an exercise's card in the language in force; together they are the file."""
    card = content().card(exercise.id, language()).read_text(encoding="utf-8")
    lines, inside_code, headings = card.splitlines(keepends=True), False, []
    for number, line in enumerate(lines):
        inside_code ^= line.startswith("```")
        if line.startswith("## ") and not inside_code:
            headings.append(number)
    first_answer = headings[1] if len(headings) > 1 else len(lines)
    return "".join(lines[:first_answer]), "".join(lines[first_answer:])


WIDE = "[\u2014\u201c\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"  # Chinese characters and punctuation
BROKEN = re.compile(rf"(?m)^(?!#)(.*{WIDE})\n {{0,3}}(?={WIDE})")


def join_chinese_lines(markdown):
    """Join the lines of Chinese paragraphs, where Markdown would put a space for each line break."""
    blocks = re.split(r"(?ms)(^```.*?^```)", markdown)
    for i in range(0, len(blocks), 2):  # every second one is code
        before = None
        while before != blocks[i]:
            before, blocks[i] = blocks[i], BROKEN.sub(r"\1", blocks[i])
    return "".join(blocks)
