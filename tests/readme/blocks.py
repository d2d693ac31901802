"""The parts of the READMEs that a program can write: tables, counts and transcripts.

    python tests/readme/blocks.py        writes them anew between their markers, in both languages

`test_readme.py` fails when one of them is not what the project says today.
"""

import contextlib
import functools
import io
import json
import re
import tempfile
from pathlib import Path

from rich.console import Console

from minicompress.files import write_text
from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.demo_screen import in_words
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.runner import grade_files
from minicompress.kit.language import choose_language, say
from minicompress.kit.screens import Screen
from minicompress.kit.verification import verify_exercises
from minicompress.study.summary import summarize

ROOT = Path(__file__).resolve().parents[2]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
DEMO = ROOT / "minicompress" / "recipes" / "measured" / "demo.json"
PRUNING_STUDY = ROOT / "minicompress" / "study" / "measured" / "pruning.json"
TRAINING = ROOT / "minicompress" / "bench" / "measured" / "training.json"
MARKED = re.compile(r"<!-- begin (\S+) -->\n(.*?)<!-- end \1 -->", re.DOTALL)

# The answer that circulates for weight pruning, repaired just enough to run.
FAILED_ANSWER = """\
import numpy as np


def weight_pruning(model, threshold):
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w[w < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total
"""


def demo_table(language):
    """The rows of the kept run of `minicompress demo`."""
    heads = {
        "en": ("method", "test accuracy", "parameters kept", "bytes", "counted as"),
        "zh": ("方法", "测试精度", "保留参数", "字节", "计数方式"),
    }[language]
    record = json.loads(DEMO.read_text(encoding="utf-8"))
    yield _row(heads)
    yield "|---|--:|--:|--:|---|"
    for row in record["rows"]:
        kept, size = f"{row['parameters_kept']:,}", f"{row['size_bytes']:,}"
        method, encoding = in_words(row["method"]), in_words(row["encoding"])
        yield _row((method, f"{row['accuracy']:.2%}", kept, size, encoding))
    yield ""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    measured = {"en": "Measured by `{}` in {:.0f} s ({}).", "zh": "由 `{}` 测得，用时 {:.0f} 秒（{}）。"}[language]
    yield measured.format(record["command"], record["seconds"], versions)


def training_speed(language):
    """The kept run of `minicompress bench training`: seconds for 10,000 images, and ours / theirs."""
    record = json.loads(TRAINING.read_text(encoding="utf-8"))
    yield _row(
        {
            "en": ("network", "threads", "minicompress", "torch eager", "ratio", "torch channels_last", "ratio"),
            "zh": ("网络", "线程数", "minicompress", "torch eager", "比值", "torch channels_last", "比值"),
        }[language]
    )
    yield "|---|--:|--:|--:|--:|--:|--:|"
    names = {"lenet_300_100": "LeNet-300-100", "lenet5": "LeNet-5"}
    for run in record["runs"]:
        for network, measured in run["networks"].items():
            cells = [names[network], str(run["threads"]), f"{measured['ours']['median_seconds']:.2f} s"]
            for peer in ("torch eager", "torch channels_last"):
                found = measured.get(peer)
                cells += [f"{found['median_seconds']:.2f} s", f"{found['ours_over_theirs']:.2f}"] if found else ["", ""]
            yield _row(cells)
    yield ""
    rates = record["runs"][0]["sgemm_gflops"]
    mib = {name: count / 2**20 for name, count in record["peak_memory_bytes"].items()}
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    yield {
        "en": "Measured by `{}` on {} with {} cores ({}). Sgemm on one thread: NumPy {:.0f}, torch {:.0f} GFLOP/s. "
        "Peak memory, LeNet-5: {:.0f} MiB, torch {:.0f} MiB.",
        "zh": "由 `{}` 在 {}（{} 核）上测得（{}）。单线程 sgemm：NumPy {:.0f}，torch {:.0f} GFLOP/s。"
        "LeNet-5 的内存峰值：{:.0f} MiB，torch {:.0f} MiB。",
    }[language].format(
        record["command"],
        record["processor"],
        record["cores"],
        versions,
        rates["numpy"],
        rates["torch"],
        mib["ours"],
        mib["torch eager"],
    )


def pruning_study(language):
    """The kept run of `minicompress study pruning`: medians and ranges of the accuracy, and what the networks weigh."""
    record = json.loads(PRUNING_STUDY.read_text(encoding="utf-8"))
    of = {(s.arm, s.setting): s for s in summarize(record["cells"], "target_sparsity")}
    targets = record["configuration"]["target_sparsities"]
    words = {
        "en": ("test accuracy in %", "what is left", "weights", "sparsity", "bytes: ", "MACs: "),
        "zh": ("测试精度（%）", "还剩多少", "权重数", "稀疏度", "字节数：", "MAC："),
    }[language]
    yield from _study_head(words[0], targets)
    for arm in ("weight", "iterative", "gradual", "hybrid", "structure", "structure_bytes", "random", "untuned"):
        yield _row((say(f"arm_{arm}"), *(_with_range(of[arm, target]) for target in targets)))
    yield ""
    yield from _study_head(words[1], targets)
    for name, key, shape in ((words[2], "weights", ",.0f"), (words[3], "sparsity", ".1%")):
        yield _row((name, *(f"{of['weight', target].medians[key]:{shape}}" for target in targets)))
    by_neurons = ("hybrid", "structure", "structure_bytes")
    for name, key, arms in ((words[4], "size_bytes", ("weight", *by_neurons)), (words[5], "macs", by_neurons)):
        for arm in arms:
            cells = (f"{of[arm, target].medians[key]:,.0f}" for target in targets)
            yield _row((f"{name}{say(f'arm_{arm}')}", *cells))
    yield ""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    yield {
        "en": "Medians of {} seeds, with the range from least to greatest; not pruned, and trained as long: {}. "
        "Measured by `{}` in {:.0f} s ({}).",
        "zh": "{} 个种子的中位数，括号内为最小到最大的范围；未剪枝并训练同样长时：{}。"
        "由 `{}` 测得，用时 {:.0f} 秒（{}）。",
    }[language].format(record["seeds"], _with_range(of["dense", 0.0]), record["command"], record["seconds"], versions)


def _study_head(name, targets):
    yield _row((name, *(f"{target:.0%}" for target in targets)))
    yield "|---" + "|--:" * len(targets) + "|"


def _with_range(summary):
    return f"{100 * summary.accuracy:.2f} ({100 * summary.low:.2f}-{100 * summary.high:.2f})"


def exercises(language):
    """The table of exercises."""
    yield _row({"en": ("exercise", "what", "level", "points"), "zh": ("题目", "内容", "难度", "分值")}[language])
    yield "|---|---|--:|--:|"
    suffix = ".zh.md" if language == "zh" else ".md"
    for exercise in read_catalog().values():
        points = sum(check.points for check in load_checks(exercise.id))
        name = f"[`{exercise.id}`](exercises/{exercise.id}{suffix})"
        yield _row((name, exercise.title, str(exercise.level), str(points)))


def failed_check(language):
    """`minicompress check` on an answer that forgets the absolute value."""
    yield from _check(FAILED_ANSWER)


def passed_check(language):
    """`minicompress check` on the solution."""
    yield from _check((ROOT / "solutions" / "pruning" / "weight_pruning.py").read_text(encoding="utf-8"))


def verified(language):
    """`minicompress verify`."""
    yield from _transcript("minicompress verify", lambda screen: screen.verification_summary(_verifications()))


@functools.cache
def _verifications():
    return list(verify_exercises(list(read_catalog().values())))


def _check(source):
    exercise = find_exercise("pruning/weight_pruning")
    with tempfile.TemporaryDirectory() as folder:
        write_text(Path(folder) / f"{exercise.id}.py", source)
        (result,) = grade_files([exercise], folder)
    yield from _transcript(f"minicompress check {exercise.id}", lambda screen: screen.exercise_result(result))


def _transcript(command, draw):
    output = io.StringIO()
    draw(Screen(Console(file=output, width=80, highlight=False, no_color=True)))
    yield "```text"
    yield f"$ {command}"
    yield from (line.rstrip() for line in output.getvalue().strip("\n").splitlines())
    yield "```"


def _row(cells):
    return f"| {' | '.join(cells)} |"


BLOCKS = {
    "demo-table": demo_table,
    "training-speed": training_speed,
    "pruning-study": pruning_study,
    "exercises": exercises,
    "failed-check": failed_check,
    "passed-check": passed_check,
    "verified": verified,
}


@contextlib.contextmanager
def speaking(language):
    """Let the kit speak `language` inside a `with` block."""
    choose_language(language)
    try:
        yield
    finally:
        choose_language(None)


def fresh(name, language):
    """The text of a block as it must stand in the README."""
    with speaking(language):
        return "".join(f"{line}\n" for line in BLOCKS[name](language))


def main():
    """Write every block anew."""
    for language, path in READMES.items():
        text = path.read_text(encoding="utf-8")

        def block(match, language=language):
            name = match.group(1)
            return f"<!-- begin {name} -->\n{fresh(name, language)}<!-- end {name} -->"

        write_text(path, MARKED.sub(block, text))


if __name__ == "__main__":
    main()
