"""The files of a new study, with TODO wherever something is still to be written.

`minicompress dev study` writes those that do not exist yet; `study_lacks.py` says what is missing. The record and the
picture come from a full run. CONTRIBUTING.md says what belongs in which file.
"""

from minicompress.kit.places import content

__all__ = ["study_files"]

MEASURE = '''"""TODO: what this study measures; its arms, its source, what it leaves out."""

from dataclasses import asdict, dataclass

from minicompress.study.engine import Study
from minicompress.study.{name}.arms import ARMS
from minicompress.study.{name}.figure import figure

__all__ = ["study"]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Everything that the numbers depend on, beside seed and versions. TODO."""

    settings: tuple = (1, 2)


FULL, QUICK = Configuration(), Configuration()


def study(*, quick=False):
    """Return the study, or its miniature."""
    configuration = QUICK if quick else FULL
    return Study(
        name="{name}",
        setting="TODO",
        setting_format="d",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(configuration),
        arms=dict.fromkeys(ARMS, configuration.settings),
        measure=_measure,
        figure=figure,
        title="TODO",
    )


def _measure(cell, shelf):
    """Return {{"accuracy": ..., "size_bytes": ...}} and what else the page shows of a cell."""
    raise NotImplementedError("TODO: measure ARMS[cell.arm] at cell.setting with cell.seed")
'''

ARMS = '''"""The arms of the study {name}: ARMS is {{name: function}}. TODO."""

ARMS = {{}}
'''

FIGURE = '''"""The picture of the study {name}. TODO: what each panel shows."""

__all__ = ["LABELS", "figure"]

LABELS = {{}}  # TODO: {{arm: its English words}}, the same as [arm_...] in kit/messages/arms.toml


def figure(summaries, title):
    """Return the matplotlib Figure of the summaries."""
    raise NotImplementedError("TODO: the picture of {name}")
'''

STUDY_TEST = '''"""The study {name} on a few images."""

import pytest


def test_the_miniature_measures_every_arm():
    pytest.fail("TODO: run engine.run(find_study({name!r}, quick=True), ...), as tests/study/voltage does")
'''

PAGE = """# TODO: what was measured

[中文](README.zh-CN.md) · [back to the project](../../../README.md)

`minicompress study {name}` TODO: what it measures, on which network and data, and what is simulated.

![TODO: the axes of the picture](measured.png)

<!-- begin {name}-study -->
<!-- end {name}-study -->

- TODO: what follows, in numbers; `tests/study/test_kept_studies.py` holds each statement against the record.
"""

PAGE_ZH = """# TODO：测量了什么

[English](README.md) · [回到项目首页](../../../README.zh-CN.md)

`minicompress study {name}` TODO：测量什么，用什么网络和数据，哪些是模拟的。

![TODO：图的两个坐标轴](measured.png)

<!-- begin {name}-study -->
<!-- end {name}-study -->

- TODO：由数字得出的结论；`tests/study/test_kept_studies.py` 用记录检验每一条。
"""


ARMS_TEST = '''"""The arms of the study {name}."""

import pytest


def test_each_arm_does_what_its_name_says():
    pytest.fail("TODO: the network of each arm of {name}, as tests/study/voltage does")
'''

FIGURE_TEST = '''"""The picture of the study {name}."""

import pytest


def test_the_picture_has_its_panels():
    pytest.fail("TODO: titles and lines of the picture of {name}, as tests/study/voltage does")
'''


def study_files(name):
    """Return {path: text} of the files that a study has, without the record and the picture of its full run."""
    root = content().solutions.parent
    room, tests = root / "minicompress" / "study" / name, root / "tests" / "study" / name
    files = {
        room / "__init__.py": '"""The study {name}: TODO."""\n',
        room / "measure.py": MEASURE,
        room / "figure.py": FIGURE,
        room / "README.md": PAGE,
        room / "README.zh-CN.md": PAGE_ZH,
        tests / "test_measure.py": STUDY_TEST,
        tests / "test_figure.py": FIGURE_TEST,
    }
    measure, arms = room / "measure.py", room / "arms.py"
    if arms.is_file() or not measure.is_file():  # a small study may keep its arms in measure.py
        files |= {arms: ARMS, tests / "test_arms.py": ARMS_TEST}
    return {path: text.format(name=name) for path, text in files.items()}
