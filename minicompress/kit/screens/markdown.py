"""Markdown on a terminal, drawn by `rich`, whose code is complete at any width.

Before version 14.1 rich folds a long line of a padded code block as if the padding were not there, and cuts off what
the padding takes: so here the padding goes around the block.
"""

from rich.markdown import CodeBlock, Markdown
from rich.padding import Padding
from rich.syntax import Syntax

__all__ = ["DrawnMarkdown"]


class WholeCode(CodeBlock):
    """A code block with a space around it."""

    def __rich_console__(self, console, options):
        """The block on its theme's background, which the space has too."""
        code = Syntax(str(self.text).rstrip(), self.lexer_name, theme=self.theme, word_wrap=True)
        yield Padding(code, 1, style=Syntax.get_theme(self.theme).get_background_style())


class DrawnMarkdown(Markdown):
    """Markdown whose code blocks are `WholeCode`."""

    elements = Markdown.elements | {"fence": WholeCode, "code_block": WholeCode}
