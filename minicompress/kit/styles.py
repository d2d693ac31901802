"""The other right answers of an exercise, as text: styles that differ from the solution's."""

import ast

from minicompress.kit.places import content

__all__ = ["right_styles"]


def right_styles(exercise_id):
    """[(name, source), ...] of the right answers, in the order of their file; what they share goes with the first."""
    source = content().graded_file(exercise_id, "right").read_text(encoding="utf-8")
    shared, styles = [], []
    for node in ast.parse(source).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        text = ast.get_source_segment(source, node)
        if any(isinstance(mark, ast.Name) and mark.id == "right" for mark in node.decorator_list):
            styles.append((node.name, text))
        else:
            shared.append(text)
    if styles and shared:
        name, text = styles[0]
        styles[0] = name, "\n\n\n".join([*shared, text])
    return styles
