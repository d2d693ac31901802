"""A question card in two parts: the question, and the answers, which whoever practises wants to see later."""

from minicompress.kit.language import language
from minicompress.kit.places import content

__all__ = ["read_card"]


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
