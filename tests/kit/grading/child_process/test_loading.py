"""An answer's file is imported with what lies beside it, and leaves nothing behind."""

import sys

from kit_command import PRUNING, QUANTIZATION, solution, write_submission
from odd_answers import message

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process import runner


def test_an_answer_may_import_what_lies_beside_it(tmp_path):
    source = "from my_helper import zero_below\n" + solution(PRUNING).replace(
        "    ### BEGIN SOLUTION\n", "    import my_other; assert my_other.here\n    zero_below\n", 1
    )
    folder = write_submission(tmp_path, {PRUNING: source, QUANTIZATION: solution(QUANTIZATION)})
    (folder / "pruning" / "my_helper.py").write_text("def zero_below(): pass\n")
    (folder / "pruning" / "my_other.py").write_text("here = True\n")
    results = list(runner.grade_files([find_exercise(PRUNING), find_exercise(QUANTIZATION)], folder))
    assert [result.status for result in results] == ["passed", "passed"]
    assert sorted(path.name for path in (folder / "pruning").iterdir()) == [
        "my_helper.py",
        "my_other.py",
        "weight_pruning.py",
    ]


def test_answers_with_helpers_of_one_name_do_not_meet(tmp_path):
    from minicompress.kit.grading.child_process.loading import load_function

    before = list(sys.path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "my_helper.py").write_text(f"who = {name!r}\n")
        (tmp_path / name / "f.py").write_text("import my_helper\ndef f():\n    return my_helper.who\n")
    answers = [load_function(tmp_path / name / "f.py", "f") for name in ("a", "b")]
    assert [answer() for answer in answers] == ["a", "b"]
    assert sys.path == before
    assert "my_helper" not in sys.modules


def test_grading_leaves_no_litter_beside_the_file(tmp_path):
    folder = write_submission(tmp_path, {PRUNING: solution(PRUNING)})
    list(runner.grade_files([find_exercise(PRUNING)], folder))
    assert [path.name for path in sorted(folder.rglob("*"))] == ["pruning", "weight_pruning.py"]


def test_modules_of_the_learner_do_not_stand_in_for_numpy_or_the_standard_library(tmp_path, monkeypatch):
    folder = write_submission(tmp_path, {PRUNING: solution(PRUNING).replace("import math", "import math, random")})
    for name in ("numpy.py", "random.py", "json.py", "minicompress.py"):
        (tmp_path / name).write_text("raise RuntimeError('the wrong module')\n")
        (tmp_path / "pruning" / name).write_text("raise RuntimeError('the wrong module')\n")
    monkeypatch.chdir(tmp_path)
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder)
    assert result.status == "passed", message(result)
