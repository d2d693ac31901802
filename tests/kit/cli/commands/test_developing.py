"""`minicompress dev` in a copy of the clone: it writes what is not there, overwrites nothing, and misses no gap."""

import re
import shutil

import pytest

from minicompress.kit import places
from minicompress.kit.development.exercise_skeletons import CATALOG_ENTRY

NEW = "pruning/soft_threshold"
WRONG, RIGHT = (f"tests/graded/pruning/{kind}_soft_threshold.py" for kind in ("wrong", "right"))


# Folders and files of the clone that `dev` reads.
FOLDERS = ("exercises", "solutions", "tests/graded/pruning", "tests/agreement", "tests/readme", "tests/study")
FOLDERS += ("minicompress/study", "minicompress/kit/messages")
FILES = ("tests/kit/screens/test_study.py", "minicompress/pruning/masks/magnitude.py")


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A copy of what `dev` reads; the current folder."""
    root = places.PACKAGE.parent
    for folder in FOLDERS:
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True)
        shutil.copy(root / file, tmp_path / file)
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "minicompress")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    return tmp_path


def complete(clone):
    """Write everything that an exercise needs; the cards are another exercise's under its name."""
    solution, exercise = clone / "solutions" / f"{NEW}.py", clone / "exercises" / f"{NEW}.py"
    for path in (solution, exercise):
        path.write_text(path.read_text(encoding="utf-8").replace("TODO", "done"), encoding="utf-8")
    agreement = clone / "tests/agreement/test_soft_threshold.py"
    agreement.write_text(f'solution = content().solution("{NEW}")\n', encoding="utf-8")
    for kind in ("test", "wrong", "right", "numbers"):
        path = clone / f"tests/graded/pruning/{kind}_soft_threshold.py"
        path.write_text(path.read_text(encoding="utf-8").replace("TODO", "done"), encoding="utf-8")
    for end in (".md", ".zh.md"):
        card = (clone / f"exercises/pruning/magnitude_mask{end}").read_text(encoding="utf-8")
        title, _, text = card.replace("magnitude_mask", "soft_threshold").partition("\n")
        title = "# 好（`{}`）" if end == ".zh.md" else "# 好 (`{}`)"
        (clone / f"exercises/{NEW}{end}").write_text(f"{title.format(NEW)}\n{text}", encoding="utf-8")
    with (clone / "exercises/pruning/catalog.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + CATALOG_ENTRY.format(slug="soft_threshold").replace("TODO", "好"))
    with (clone / WRONG).open("a", encoding="utf-8") as file:
        for i in range(8):
            file.write(f'@wrong(en="e{i}", zh="z{i}")\ndef w{i}(x): ...\n@same_mistake(w{i})\ndef v{i}(x): ...\n')
    with (clone / RIGHT).open("a", encoding="utf-8") as file:
        file.write("@right\ndef r0(x): ...\n@right\ndef r1(x): ...\n")


def test_all_files_of_an_exercise_are_written_and_every_gap_is_listed(command, clone):
    status, printed, _ = command("dev", "exercise", NEW)
    assert status == 1
    made = [line.removeprefix("written: ") for line in printed.splitlines() if line.startswith("written: ")]
    assert len(made) == 9
    for path in made:
        if path != f"exercises/{NEW}.py":
            (line,) = [line for line in printed.splitlines() if line.startswith(f"{path}: ") and "TODO" in line]
            assert re.search(r": \d+ TODOs? (is|are) left, the first in line \d+; ", line)
    assert 'catalog.toml: no [[exercise]] with slug = "soft_threshold"' in printed
    assert printed.endswith(CATALOG_ENTRY.format(slug="soft_threshold"))
    assert "0 wrong answers with @wrong; write at least 8" in printed
    assert "written: " not in command("dev", "exercise", NEW)[1]


def test_what_is_there_is_never_overwritten(command, clone):
    own = clone / "solutions" / f"{NEW}.py"
    own.write_text("mine = 1\n", encoding="utf-8")
    status, printed, _ = command("dev", "exercise", NEW)
    assert own.read_text(encoding="utf-8") == "mine = 1\n"
    assert (status, "has no marked region" in printed) == (1, True)


def test_the_status_is_0_when_nothing_is_missing(command, clone):
    command("dev", "exercise", NEW)
    complete(clone)
    status, printed, _ = command("dev", "exercise", NEW)
    assert (status, printed.startswith("Nothing is missing. Next:\n")) == (0, True), printed
    assert f"  minicompress verify {NEW}\n" in printed
    assert "  pytest tests/cards -k soft_threshold\n" in printed


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        (f"solutions/{NEW}.py", "x\n        done", "x\n        changed", "the stub is out of date"),
        (f"exercises/{NEW}.md", "## The trap", "## A trap", 'no section "## The trap"'),
        (f"exercises/{NEW}.zh.md", "## 陷阱", "## 坑", 'no section "## 陷阱"'),
        ("exercises/pruning/catalog.toml", '"好"', '"TODO"', "still has a TODO in it"),
        ("exercises/pruning/catalog.toml", 'zh = "好"', 'zh = "done"', "of soft_threshold has no Chinese word"),
        ("exercises/pruning/catalog.toml", '["好", "好", ', '["好", ', "needs three hints in each language"),
        (
            "tests/graded/pruning/wrong_soft_threshold.py",
            "@same_mistake(w3)",
            "@same_mistake(w4)",
            "w3 is written once",
        ),
        (WRONG, ', zh="z5"', "", "@wrong of w5 needs the diagnosis"),
        (WRONG, '@wrong(en="e7", zh="z7")', "", "7 wrong answers with @wrong"),
        (RIGHT, "@right\ndef r1", "def r1", "1 right answer with @right"),
        (RIGHT, "EQUIVALENT_MUTANTS", "OTHERS", "no EQUIVALENT_MUTANTS"),
        ("tests/agreement/test_soft_threshold.py", NEW, "pruning/other", f'that loads content().solution("{NEW}")'),
        ("tests/agreement/test_soft_threshold.py", ".solution(", ".card(", f'that loads content().solution("{NEW}")'),
        (f"exercises/{NEW}.md", "# 好", "# Done", "the first line must be"),
        (f"exercises/{NEW}.md", "## The trap", "## Sources\n\n## The trap", "the sections must be in this order"),
        (f"exercises/{NEW}.md", "Turn the share", "a share " * 60 + "\nTurn the share", "words; say it in at most 140"),
        (f"exercises/{NEW}.zh.md", "先把比例", "比例" * 60 + "\n先把比例", "Chinese characters; say it in at most 200"),
        (f"exercises/{NEW}.md", "Turn the share", "a" * 121 + "\nTurn the share", "takes 121 columns; wrap it at 120"),
        (f"exercises/{NEW}.md", "import torch\n", f"import torch  # {'a' * 80}\n", "wrap it at 78"),
        (f"exercises/{NEW}.md", "## Sources\n", "## Sources\n" + "\n" * 99, "a card has 100 to 190"),
        (
            f"exercises/{NEW}.md",
            "```text\n",
            "```output\n",
            "begin with these fenced blocks: text",
        ),
        (f"exercises/{NEW}.md", "### Is a sort", "#### Is a sort", "2 follow-ups with ###; write three"),
        (f"exercises/{NEW}.md", "hundred million weights?", "hundred million weights", "must end with a question mark"),
        (f"exercises/{NEW}.md", f"minicompress check {NEW}", "it", f"must contain `minicompress check {NEW}`"),
        (f"exercises/{NEW}.md", "`minicompress/pruning/masks/magnitude.py`", "the library", "the card names no module"),
        (f"exercises/{NEW}.md", "masks/magnitude.py", "masks/magnitudes.py", "and there is no such file"),
        (f"exercises/{NEW}.md", "](https", "](see", '"## Sources" must have a year and a link'),
        (f"exercises/{NEW}.zh.md", "import torch\n", "import torch as t\n", "differ from soft_threshold.md"),
        (f"exercises/{NEW}.zh.md", "`np.rint`", "rint", "only this language has `np.rint`"),
        (f"exercises/{NEW}.zh.md", "abs/1506.02626", "abs/1506.02627", "only this language has the link"),
    ],
)
def test_each_gap_is_named_with_its_file(command, clone, file, old, new, text):
    command("dev", "exercise", NEW)
    complete(clone)
    path = clone / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    status, printed, _ = command("dev", "exercise", NEW)
    assert status == 1
    where = f"exercises/{NEW}.py" if "stub" in text else file
    where = f"exercises/{NEW}.md" if "np.rint" in text else where  # the card that has it
    assert [line for line in printed.splitlines() if line.startswith(f"{where}: ") and text in line]


def test_a_new_study_gets_its_files_and_hears_what_is_missing(command, clone):
    status, printed, _ = command("dev", "study", "widths")
    assert status == 1
    assert printed.count("written: ") == 9
    for text in (
        *("STUDIES does not name widths", 'no line "- `widths`: ..."', "no message [study_about_widths]"),
        *("help_study_name (en) does not name widths", "help_study_name (zh) does not name widths"),
        *('BLOCKS has no "widths-study"', "no line of results for widths", '`labels` has no "widths"'),
        *("nothing here reads the record of widths", "no row for `minicompress study widths`", "no full run is kept"),
        "README.zh-CN.md: 4 TODOs are left",
    ):
        assert text in printed
    assert "[setting_" not in printed
    assert "written: " not in command("dev", "study", "widths")[1]


def test_a_study_of_the_project_lacks_nothing(command, clone):
    status, printed, _ = command("dev", "study", "voltage")
    assert (status, printed.startswith("Nothing is missing. Next:\n")) == (0, True), printed


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        ("minicompress/study/__init__.py", '"voltage", ', "", "STUDIES does not name voltage"),
        ("minicompress/study/__init__.py", "- `voltage`: ", "- voltage: ", "in the docstring"),
        ("minicompress/kit/messages/arms.toml", "[arm_randbet]", "[arm_other]", "no message [arm_randbet]"),
        ("minicompress/kit/messages/arms.toml", 'zh = "8 位，鲁棒编码"', 'zh = "TODO"', "no message [arm_robust]"),
        ("minicompress/kit/messages/study.toml", "[setting_voltage]", "[setting_v]", "no message [setting_voltage]"),
        ("minicompress/kit/messages/help.toml", "quantization, voltage", "quantization", "help_study_name (en)"),
        ("minicompress/kit/messages/help.toml", "quantization、voltage", "quantization", "help_study_name (zh)"),
        ("tests/kit/screens/test_study.py", '"voltage": voltage_figure', '"v": voltage_figure', "`labels` has no"),
        ("tests/readme/blocks.py", '"voltage-study": ', '"v-study": ', "BLOCKS has no"),
        ("tests/readme/result_lines.py", '"voltage": _', '"v": _', "no line of results for voltage"),
        ("tests/study/test_kept_studies.py", '"voltage"', '"v"', "nothing here reads the record"),
        ("minicompress/study/voltage/README.md", "<!-- begin voltage", "<!-- begin v", "no line <!-- begin voltage"),
        ("exercises/README.zh-CN.md", "`minicompress study voltage`", "`v`", "no row for `minicompress study voltage`"),
        ("minicompress/study/voltage/measured.json", '"quick": false', '"quick": true', "no full run is kept"),
        ("minicompress/study/voltage/figure.py", "def figure", "# TODO\ndef figure", "1 TODO is left"),
    ],
)
def test_each_gap_of_a_study_is_named_with_its_file(command, clone, file, old, new, text):
    path = clone / file
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    status, printed, _ = command("dev", "study", "voltage")
    assert status == 1
    assert [line for line in printed.splitlines() if line.startswith(f"{file}: ") and text in line], printed


@pytest.mark.parametrize(
    "words", [("exercise", "pruning"), ("exercise", "Pruning/X"), ("study", "a/b"), ("study", "if")]
)
def test_a_name_that_cannot_be_a_file_is_refused_and_nothing_written(command, clone, words):
    before = sorted(clone.rglob("*"))
    assert command("dev", *words)[0] == 2
    assert sorted(clone.rglob("*")) == before


def test_outside_a_clone_it_says_so(command, clone):
    (clone / "exercises" / "chapters.toml").unlink()
    status, _, error = command("dev", "exercise", NEW)
    assert (status, "works only in a clone" in error) == (2, True)


def test_it_speaks_chinese(command, clone):
    assert "还缺" in command("--lang", "zh", "dev", "exercise", NEW)[1]
