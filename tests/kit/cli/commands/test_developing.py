"""`minicompress dev` in a copy of the clone: it writes what is not there, overwrites nothing, and misses no gap."""

import shutil

import pytest

from minicompress.kit import places
from minicompress.kit.skeletons import CATALOG_ENTRY

NEW = "pruning/soft_threshold"
WRONG, RIGHT = (f"tests/graded/pruning/{kind}_soft_threshold.py" for kind in ("wrong", "right"))


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """The folders of the clone that `dev` reads; the current folder."""
    root = places.PACKAGE.parent
    for folder in ("exercises", "solutions", "tests/graded/pruning", "tests/agreement"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("minicompress/study/__init__.py", "minicompress/kit/messages/study.toml"):
        (tmp_path / file).parent.mkdir(parents=True)
        shutil.copy(root / file, tmp_path / file)
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "minicompress")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def complete(clone):
    """Write everything that an exercise needs."""
    exercise = clone / "exercises" / f"{NEW}.py"
    for path in [clone / "solutions" / f"{NEW}.py", clone / "tests/agreement/test_soft_threshold.py", exercise]:
        path.write_text(path.read_text(encoding="utf-8").replace("TODO", "done"), encoding="utf-8")
    for kind in ("test", "wrong", "right", "numbers"):
        path = clone / f"tests/graded/pruning/{kind}_soft_threshold.py"
        path.write_text(path.read_text(encoding="utf-8").replace("TODO", "done"), encoding="utf-8")
    for path in (clone / "exercises/pruning").glob("soft_threshold*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("TODO", "done"), encoding="utf-8")
    with (clone / "exercises/pruning/catalog.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + CATALOG_ENTRY.format(slug="soft_threshold").replace("TODO", "done"))
    with (clone / "tests/graded/pruning/wrong_soft_threshold.py").open("a", encoding="utf-8") as file:
        for i in range(8):
            file.write(f'@wrong(en="e{i}", zh="z{i}")\ndef w{i}(x): ...\n@same_mistake(w{i})\ndef v{i}(x): ...\n')
    with (clone / "tests/graded/pruning/right_soft_threshold.py").open("a", encoding="utf-8") as file:
        file.write("@right\ndef r0(x): ...\n@right\ndef r1(x): ...\n")


def test_all_files_of_an_exercise_are_written_and_every_gap_is_listed(command, clone):
    status, printed, _ = command("dev", "exercise", NEW)
    assert status == 1
    made = [line.removeprefix("written: ") for line in printed.splitlines() if line.startswith("written: ")]
    assert len(made) == 9
    for path in made:
        if path != f"exercises/{NEW}.py":
            assert f"{path}: TODO left: " in printed
    assert 'catalog.toml: no [[exercise]] with slug = "soft_threshold"' in printed
    assert "0 wrong answers with @wrong, at least 8 are needed" in printed
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
    assert (status, printed.startswith("Nothing is missing. ")) == (0, True), printed


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        (f"solutions/{NEW}.py", "x\n        done", "x\n        changed", "the stub is out of date"),
        (f"exercises/{NEW}.md", "## The trap", "## A trap", 'no section "## The trap"'),
        (f"exercises/{NEW}.zh.md", "## 陷阱", "## 坑", 'no section "## 陷阱"'),
        ("exercises/pruning/catalog.toml", '"done"', '"TODO"', "still has a TODO in it"),
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
    assert [line for line in printed.splitlines() if line.startswith(f"{where}: ") and text in line]


def test_a_new_study_gets_its_files_and_hears_what_is_missing(command, clone):
    status, printed, _ = command("dev", "study", "widths")
    assert status == 1
    assert printed.count("written: ") == 7
    assert "widths/README.zh-CN.md: there is no such file" in printed
    for text in ("STUDIES does not name widths", "no message [study_about_widths]", "no full run is kept", "TODO left"):
        assert text in printed


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
