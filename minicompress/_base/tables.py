"""Plain tables of text, for the reports that `print` shows: as wide as their cells, names left, numbers right."""

__all__ = ["table_lines"]


def table_lines(rows, left=1):
    """Return one line for each row; cells are strings, the first `left` columns are flush left, the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_cells(row, widths, left)).rstrip() for row in rows]


def _cells(row, widths, left):
    for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.ljust(width) if i < left else cell.rjust(width)
