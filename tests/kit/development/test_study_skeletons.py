"""The skeleton of a study is Python, and names everything that a study needs."""

import ast
import inspect

from minicompress.kit.development import study_skeletons
from minicompress.study.engine import Study


def test_the_files_of_a_new_study_are_python():
    for path, text in study_skeletons.study_files("widths").items():
        compile(text, str(path), "exec") if path.suffix == ".py" else None
        assert "TODO" in text


def test_a_new_study_gives_everything_that_a_study_needs():
    (measure,) = (text for path, text in study_skeletons.study_files("widths").items() if path.name == "measure.py")
    calls = (node for node in ast.walk(ast.parse(measure)) if isinstance(node, ast.Call))
    (call,) = (node for node in calls if getattr(node.func, "id", None) == "Study")
    given = {keyword.arg for keyword in call.keywords}
    parameters = inspect.signature(Study).parameters
    needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
    assert needed <= given <= set(parameters)
