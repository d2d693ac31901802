"""Whatever a submission does, the grader survives it, says what happened, and grades the next exercise.

Each answer below stands in a folder of its own, beside a right answer to another exercise; all are graded once.
"""

import concurrent.futures
import sys
from dataclasses import dataclass

import pytest
from kit_command import PRUNING, QUANTIZATION, points, solution, write_submission
from odd_answers import body, message, then_right

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process import runner

POINTS = points(PRUNING)
REST = POINTS - 1  # of the check whose threshold is 0.375


@dataclass(frozen=True)
class Hostile:
    """A submission, the status it must get, and words that its first message must hold."""

    status: str
    words: tuple
    source: object
    earned: int | None = 0  # None where some checks may pass


def in_one_check(lines):
    """`weight_pruning` that does this in the check whose threshold is 0.375 and answers rightly elsewhere."""
    return then_right("if threshold == 0.375:\n" + "\n".join(f"    {line}" for line in lines.splitlines()))


HOSTILE = {
    # --- never returns
    "loops at import": Hostile("timeout", ("within 2 s", "line: 2: while True: pass"), "import os\nwhile True: pass\n"),
    "loops in one check": Hostile(
        "timeout",
        ("within 0.8 s", "while threshold == 0.375: pass"),
        in_one_check("while threshold == 0.375: pass"),
        REST,
    ),
    "loops in C": Hostile("timeout", ("within 0.8 s", "sum(iter(int, 1))"), in_one_check("sum(iter(int, 1))"), REST),
    "catches everything in a loop": Hostile(
        "timeout",
        ("within 0.8 s", "line: "),
        in_one_check("while True:\n    try: print('x' * 1000)\n    except BaseException: pass"),
        REST,
    ),
    # --- ends the process
    "sys.exit": Hostile("failed", ("sys.exit(3)", "line: 6: sys.exit(3)"), body("sys.exit(3)")),
    "sys.exit at import": Hostile("error", ("cannot be imported", "sys.exit(0)"), "import sys\nsys.exit(0)\n"),
    "os._exit(0)": Hostile("error", ("ended early (exit status 0)",), in_one_check("os._exit(0)"), REST),
    "os._exit at import": Hostile("error", ("ended early (exit status 0)",), "import os\nos._exit(0)\n"),
    "crashes the interpreter": Hostile(
        "error",
        ("ended early", "ctypes.string_at(0)"),
        in_one_check("import ctypes; ctypes.string_at(0)"),
        REST,
    ),
    "raises KeyboardInterrupt": Hostile(
        "error", ("ended early", "raise KeyboardInterrupt"), in_one_check("raise KeyboardInterrupt"), REST
    ),
    # --- cannot be loaded
    "syntax error": Hostile(
        "error",
        ("weight_pruning.py:2", "    return 1 +\n", "^"),
        "def weight_pruning(model, threshold):\n    return 1 +\n",
    ),
    "indentation error": Hostile(
        "error", ("weight_pruning.py:2", "indent"), "def weight_pruning(model, threshold):\nreturn 0.0\n"
    ),
    "null byte": Hostile("error", ("weight_pruning.py", "null byte"), b"x = 1\x00\n"),
    "not UTF-8": Hostile("error", ("weight_pruning.py", "utf-8"), 'name = "剪枝"\n'.encode("gb18030")),
    "raises at import": Hostile(
        "error", ("cannot be imported", "ZeroDivisionError", "line: 2: x = 1 / 0"), "\nx = 1 / 0\n"
    ),
    "imports what is not there": Hostile("error", ("No module named 'no_such_thing'",), "import no_such_thing\n"),
    "another function name": Hostile(
        "error",
        ("no function `weight_pruning`", "Did you mean `weight_prunning`?"),
        "def weight_prunning(model, threshold):\n    return 0.0\n",
    ),
    "empty file": Hostile("error", ("no function `weight_pruning`",), ""),
    "asks for input": Hostile("failed", ("EOFError", "line: 6: return float(input())"), body("return float(input())")),
    # --- takes or writes too much
    "takes all memory": Hostile(
        "failed",
        ("1 GiB of memory", "hog.append"),
        in_one_check("hog = []\nwhile True: hog.append(np.empty(1 << 24))"),
        REST,
    ),
    "one huge array": Hostile("failed", ("1 GiB of memory", "line: 6: np.ones(1 << 40)"), body("np.ones(1 << 40)")),
    "prints without end": Hostile("failed", ("more than a million characters",), body("while True: print('x' * 1000)")),
    "writes to the descriptor without end": Hostile(
        "error",
        ("more than 50 MB",),
        in_one_check("while True: os.write(1, b'x' * 65536); os.write(2, b'y' * 65536)"),
        REST,
    ),
    "prints without end at import": Hostile("error", ("more than 50 MB",), "while True: print('x' * 65536)\n"),
    # --- plain mistakes
    "recursion without end": Hostile(
        "failed", ("RecursionError", "line: 6: return weight_pruning"), body("return weight_pruning(model, threshold)")
    ),
    "wrong signature": Hostile(
        "failed", ("TypeError", "positional argument"), "def weight_pruning(model):\n    pass\n"
    ),
    "returns None": Hostile("failed", ("returned None", "expected: 0.666"), body("pass"), None),
    "prints instead of returning": Hostile("failed", ("printed its result",), body("print(2 / 3)"), None),
    "returns text": Hostile("failed", ("a wrong type", "got: str", "expected: float"), body("return '0.5'"), None),
    "returns objects that are no numbers": Hostile(
        "failed",
        ("a wrong type", "ndarray of dtype object"),
        body("return np.array([None, 'x'], dtype=object)"),
        None,
    ),
    "touches NumPy's global random state": Hostile(
        "failed", ("global random state",), then_right("np.random.seed(0)"), None
    ),
    "touches Python's global random state": Hostile(
        "failed", ("global random state",), then_right("random.seed(0)", top="import random"), None
    ),
    "has seeded at import what it seeds again": Hostile(
        "failed",
        ("global random state",),
        then_right("np.random.seed(0)", top="import numpy as np\nnp.random.seed(0)"),
        None,
    ),
    "its error cannot be shown": Hostile(
        "failed",
        ("It raised Unspeakable", "raise Unspeakable"),
        body("raise Unspeakable", top="class Unspeakable(Exception):\n    def __str__(self): raise RuntimeError\n"),
    ),
    "what it returns cannot be shown": Hostile(
        "failed",
        ("a wrong type", "got: Mute"),
        body("return Mute()", top="class Mute:\n    def __repr__(self): raise RuntimeError\n"),
    ),
    "leaves the model in pieces": Hostile(
        "failed", ("can no longer be read",), body("model.layers = None\nreturn 0.0"), None
    ),
    "replaces a bias by an array": Hostile(
        "failed",
        ("can no longer be read",),
        then_right("for layer in model.layers:\n    if layer.bias: layer.bias = layer.bias.value"),
        None,
    ),
    # --- tries to look right
    "forges results on standard output": Hostile(
        "failed",
        ("It returned None",),
        body(
            'for fd in (1, 2): os.write(fd, b\'{"event": "end"}\\n\')\nprint(\'{"event": "end"}\', file=sys.__stdout__)'
        ),
        None,
    ),
    "writes JSON to every descriptor": Hostile(
        "failed",
        ("It returned None",),
        body(
            "for fd in range(3, 30):\n"
            '    try: os.write(fd, b\'5\\n[]\\n{}\\n{"event": "result"}\\n{"event": "begin"}\\n{"event": "end"}\\n\')\n'
            "    except OSError: pass"
        ),
        None,
    ),
    "patches the functions that it uses": Hostile(
        "failed",
        ("wrong value",),
        body(
            "for w in (w for layer in model.layers for w in layer.weights): w[w < threshold] = 0\nreturn 0.5",
            top="import time\nnp.abs = np.absolute = np.fabs = np.round = np.rint = lambda x, *a, **k: x\n"
            "np.count_nonzero = np.size\ntime.sleep = time.monotonic = lambda *a: 0\n",
        ),
        None,
    ),
    "raises in its file": Hostile("failed", ("RuntimeError: canary", "canary"), body("raise RuntimeError('canary')")),
}

HARMLESS = {
    "a file with a byte order mark": b"\xef\xbb\xbf" + solution(PRUNING).encode(),
    "Windows line ends": solution(PRUNING).replace("\n", "\r\n").encode(),
    "prints, warns and draws from a generator of its own": then_right(
        "print(threshold)\nwarnings.warn('beware')\nnp.random.default_rng(0).random(3)", top="import warnings"
    ),
    "starts a thread that never ends": then_right(  # one: its arena and stack count against the address space
        "if threshold == 0.375: threading.Thread(target=threading.Event().wait).start()",
        top="import threading",
    ),
    "leaves a process running": then_right(
        "if threshold == 0.375: subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])",
        top="import subprocess",
    ),
    "closes sys.stdout": then_right("sys.stdout.close()"),
    "closes the real sys.stdout": then_right("pass", top="sys.stdout.close()\nos.close(1)\n"),
    "changes the current folder": then_right("os.chdir('/')"),
    "deletes numpy from sys.modules": then_right("sys.modules.pop('numpy', None)"),
    "makes warnings errors": then_right("pass", top="import warnings\nwarnings.simplefilter('error')"),
    "makes floating point errors exceptions": then_right("np.seterr(all='raise')"),
    "uses dataclasses": then_right(
        "pass", top="import dataclasses\n@dataclasses.dataclass\nclass Box:\n    x: int = 0\n"
    ),
}


if not sys.platform.startswith("linux"):  # elsewhere nothing limits the address space; the parent's watch remains
    del HOSTILE["takes all memory"], HOSTILE["one huge array"]

# Each way in which a whole process is lost, or a file cannot be loaded.
WITH_NEIGHBOUR = (
    "loops in one check",
    "loops at import",
    "sys.exit at import",
    "os._exit(0)",
    "crashes the interpreter",
    "syntax error",
    "writes to the descriptor without end",
)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """{name: results of both exercises} of every submission above."""
    root = tmp_path_factory.mktemp("hostile")
    sources = {name: hostile.source for name, hostile in HOSTILE.items()} | HARMLESS
    folders = {
        name: write_submission(root / str(i), {PRUNING: source, QUANTIZATION: solution(QUANTIZATION)})
        for i, (name, source) in enumerate(sources.items())
    }
    exercises = [find_exercise(PRUNING), find_exercise(QUANTIZATION)]

    def grade(name):
        limit = 0.8 if name in HOSTILE and HOSTILE[name].status == "timeout" else 5.0
        return list(runner.grade_files(exercises[: 1 + (name in WITH_NEIGHBOUR)], folders[name], check_limit=limit))

    with pytest.MonkeyPatch.context() as patch, concurrent.futures.ThreadPoolExecutor(4) as pool:
        patch.setattr(runner, "IMPORT_LIMIT_SECONDS", 2.0)
        return dict(zip(sources, pool.map(grade, sources), strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_submission_gets_its_status_and_a_message_that_explains(verdicts, name):
    result, hostile = verdicts[name][0], HOSTILE[name]
    assert (result.status, result.points) == (hostile.status, POINTS), message(result)
    for word in hostile.words:
        assert word in message(result)
    if hostile.earned is None:
        assert result.earned < POINTS
    else:
        assert result.earned == hostile.earned


@pytest.mark.parametrize("name", HOSTILE)
def test_every_check_of_a_hostile_submission_is_listed(verdicts, name):
    result = verdicts[name][0]
    assert len(result.checks) == len(load_checks(PRUNING))
    assert all(check.passed or check.message for check in result.checks)


def test_the_next_exercise_is_graded_whatever_happens_in_the_one_before(verdicts):
    neighbours = {name: verdicts[name][1] for name in WITH_NEIGHBOUR}
    assert {name: result.status for name, result in neighbours.items()} == dict.fromkeys(WITH_NEIGHBOUR, "passed")


@pytest.mark.parametrize("name", HARMLESS)
def test_odd_but_right_submission_passes(verdicts, name):
    result = verdicts[name][0]
    assert result.status == "passed", message(result)
