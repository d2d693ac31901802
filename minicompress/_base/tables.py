"""Plain text tables for reports, with names flush left and numbers flush right."""

__all__ = ["table_lines"]


def table_lines(rows, left=1):
    """Return one line per row of strings; the first `left` columns are flush left, the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_cells(row, widths, left)).rstrip() for row in rows]


def _cells(row, widths, left):
    for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.ljust(width) if i < left else cell.rjust(width)
