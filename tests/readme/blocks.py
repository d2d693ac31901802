"""The parts of the pages that a program can write: tables, counts, results in a line and transcripts.

    python tests/readme/blocks.py        writes them anew between their markers, in both languages

The pages are the README of the project, of the exercises, of each study and of the benchmark. `test_readme.py` fails
when a block is not what the project says today.
"""

import contextlib
import functools
import io
import json
import re
import tempfile
from pathlib import Path
from statistics import median

from result_lines import FIGURES, LINES
from rich.console import Console

from minicompress._base.files import write_text
from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process.runner import grade_files
from minicompress.kit.language import choose_language, say
from minicompress.kit.proof.verification import verify_exercises
from minicompress.kit.screens import Screen
from minicompress.kit.screens.demo import in_words
from minicompress.study import STUDIES as STUDY_NAMES
from minicompress.study import find_study
from minicompress.study.distillation.arms import MAPS_METHODS, METHODS
from minicompress.study.distillation.figure import gains
from minicompress.study.summary import summarize

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"en": "README.md", "zh": "README.zh-CN.md"}
FOLDERS = ["", "exercises", "minicompress/bench/measured", *(f"minicompress/study/{name}" for name in STUDY_NAMES)]
PAGES = {(folder, language): ROOT / folder / name for folder in FOLDERS for language, name in LANGUAGES.items()}
DEMO = ROOT / "minicompress" / "recipes" / "measured" / "demo.json"
RECORDS = ROOT / "minicompress" / "study"
TRAINING = ROOT / "minicompress" / "bench" / "measured" / "training.json"
MARKED = re.compile(r"<!-- begin (\S+) -->\n(.*?)<!-- end \1 -->", re.DOTALL)

# Right but for the absolute value, which the answer that circulates forgets too.
FAILED_ANSWER = """\
import numpy as np


def weight_pruning(model, threshold):
    if not threshold >= 0:
        raise ValueError(threshold)
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w[w < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total if total else 0.0
"""


def demo_table(language):
    """The rows of the kept run of `minicompress demo`."""
    heads = {
        "en": ("method", "test accuracy", "parameters kept", "bytes", "counted as"),
        "zh": ("方法", "测试准确率", "保留参数", "字节", "计数方式"),
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
    record = json.loads((RECORDS / "pruning" / "measured.json").read_text(encoding="utf-8"))
    of = {(s.arm, s.setting): s for s in summarize(record["cells"], "target_sparsity")}
    targets = record["configuration"]["target_sparsities"]
    words = {
        "en": ("test accuracy in %", "what is left", "weights", "sparsity", "bytes: ", "MACs: "),
        "zh": ("测试准确率（%）", "还剩多少", "权重数", "稀疏度", "字节数：", "MAC："),
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


def quantization_study(language):
    """The kept run of `minicompress study quantization`: accuracy by bits, the kinds, and the integer networks."""
    record = json.loads((RECORDS / "quantization" / "measured.json").read_text(encoding="utf-8"))
    of = {(s.arm, s.setting): s for s in summarize(record["cells"], "bits")}
    words = {
        "en": ("test accuracy in %, bits:", "kind", "bits of the layers", "accuracy in %", "bytes", "nJ, simulated"),
        "zh": ("测试准确率（%），位数：", "类型", "各层位数", "准确率（%）", "字节", "nJ（模拟）"),
    }[language]
    bits = record["configuration"]["bits"]
    yield from _study_head(words[0], bits, "")
    for arm in ("ptq_floats", "ptq_tensor", "ptq_channel", "qat_tensor", "qat_channel"):
        yield _row((say(f"arm_{arm}"), *(_with_range(of[arm, n]) for n in bits)))
    yield ""
    yield _row(words[1:])
    yield "|---|---|--:|--:|--:|"
    kinds = (("float32", 32), ("float16", 16), ("bfloat16", 16), ("ptq_channel", 8), ("power_of_two", 4))
    kinds += (("hybrid_bits", 3), ("hybrid_bits", 2.5), ("ternary", 2), ("binary_middle", 1), ("binary", 1))
    for s in (of[kind] for kind in kinds):
        size = f"{s.medians['size_bytes']:,.0f}", f"{s.medians['energy_pj'] / 1000:.1f}"
        budget = f" (≤ {s.setting:g})" if s.arm == "hybrid_bits" else ""
        yield _row((say(f"arm_{s.arm}") + budget, _bits_of_layers(s), _with_range(s), *size))
    yield ""
    yield from _integer_networks(language, of)
    yield ""
    yield _measured_by(language, record)


def _bits_of_layers(summary):
    ends = [(summary.least[f"bits_{i}"], summary.greatest[f"bits_{i}"]) for i in range(4)]
    return " / ".join(str(low) if low == high else f"{low}-{high}" for low, high in ends)


def _integer_networks(language, of):
    yield _row(
        {
            "en": ("integers alone", "float32, %", "integers, %", "other predictions of 10,000", "bytes"),
            "zh": ("纯整数推理", "float32，%", "整数，%", "10,000 张中预测不同的张数", "字节"),
        }[language]
    )
    yield "|---|--:|--:|--:|--:|"
    networks = {"integer": ({"en": "small CNN", "zh": "小型 CNN"}[language], "float32")}
    networks["lenet5_integer"] = ("LeNet-5", "lenet5_float32")
    for arm, (name, floats) in networks.items():
        s, key = of[arm, 8], "differing_predictions"
        differing = f"{s.medians[key]:.0f} ({s.least[key]}-{s.greatest[key]})"
        accuracies = _with_range(of[floats, 32]), _with_range(s)
        yield _row((name, *accuracies, differing, f"{s.medians['size_bytes']:,.0f}"))


def voltage_study(language):
    """The kept run of `minicompress study voltage`: accuracy of each arm at each voltage, and energies."""
    record = json.loads((RECORDS / "voltage" / "measured.json").read_text(encoding="utf-8"))
    of = {(s.arm, s.setting): s for s in summarize(record["cells"], "voltage")}
    voltages = record["configuration"]["voltages"]
    words = {
        "en": ("voltage in Vmin", "share of bits that flip", "energy, reading weights", "energy, whole inference"),
        "zh": ("电压（Vmin）", "翻转的位所占比例", "能耗，读取权重", "能耗，整次推理"),
    }[language]
    yield _row((words[0], *(f"{voltage:.3f}" for voltage in voltages)))
    yield "|---" + "|--:" * len(voltages) + "|"
    for arm in ("plain", "robust", "clipped", "randbet"):
        yield _row((say(f"arm_{arm}"), *(_over_chips(of[arm, voltage]) for voltage in voltages)))
    yield _row((words[1], *(f"{of['plain', v].medians['bit_error_rate']:.1e}" for v in voltages)))
    for name, key in ((words[2], "weights_pj"), (words[3], "energy_pj")):
        full = of["plain", voltages[0]].medians[key]
        yield _row((name, *(f"{of['plain', v].medians[key] / full:.2f}" for v in voltages)))
    yield ""
    yield {
        "en": "Test accuracy in %: median over the seeds of the median over {} chips, with the range from the worst "
        "chip of any seed to the best.",
        "zh": "测试准确率（%）：先对 {} 块芯片取中位数，再对种子取中位数；括号内为全部种子中最差芯片到最好芯片的范围。",
    }[language].format(record["configuration"]["chips"])
    yield _measured_by(language, record, ranges=False)


def _over_chips(summary):
    return f"{100 * summary.accuracy:.2f} ({100 * summary.least['worst']:.2f}-{100 * summary.greatest['best']:.2f})"


def distillation_study(language):
    """The kept run of `minicompress study distillation`: what each method gains over the labels, and the ceiling."""
    record = json.loads((RECORDS / "distillation" / "measured.json").read_text(encoding="utf-8"))
    of = {(s.arm, s.setting): s for s in summarize(record["cells"], "width")}
    widths = record["configuration"]["widths"]
    yield from _gains(language, of, [(task, width) for task in ("few", "all", "fashion") for width in widths])
    yield ""
    yield from _gains(language, of, [("maps", width) for width in record["configuration"]["maps_widths"]])
    yield ""
    yield _measured_by(language, record)


def _gains(language, of, columns):
    """Rows of methods; the first is the control's accuracy, the last the teacher's."""
    heads = {"en": "points over labels alone", "zh": "比只用硬标签高出的百分点"}[language]
    yield _row((heads, *(f"{say(f'arm_{task}')}: {width}" for task, width in columns)))
    yield "|---" + "|--:" * len(columns) + "|"
    accuracy = {"en": "{}, accuracy in %", "zh": "{}，准确率（%）"}[language]
    yield _row((accuracy.format(say("arm_hard")), *(_with_range(of[f"{task}.hard", width]) for task, width in columns)))
    for method in (MAPS_METHODS if columns[0][0] == "maps" else METHODS)[1:]:
        yield _row((say(f"arm_{method}"), *(_gain(gains(of, task, method, width)) for task, width in columns)))
    teachers = {task: next(s for (arm, _), s in of.items() if arm == f"{task}.teacher") for task, _ in columns}
    yield _row((accuracy.format(say("arm_teacher")), *(_with_range(teachers[task]) for task, _ in columns)))


def _gain(seeds):
    middle, low, high = (round(100 * gain, 1) + 0.0 for gain in (median(seeds), min(seeds), max(seeds)))  # no -0.0
    return f"{middle:+.1f} ({low:+.1f}…{high:+.1f})"


def orders_study(language):
    """The kept run of `minicompress study orders`: accuracy with all images and with few, and bytes."""
    record = json.loads((RECORDS / "orders" / "measured.json").read_text(encoding="utf-8"))
    of = {(s.arm, s.setting): s for s in summarize(record["cells"], "training_images")}
    images = sorted({setting for _, setting in of}, reverse=True)
    words = {"en": ("test accuracy in %", "{:,} images", "bytes"), "zh": ("测试准确率（%）", "{:,} 张图像", "字节")}[
        language
    ]
    yield _row((words[0], *(words[1].format(n) for n in images), words[2]))
    yield "|---|--:|--:|--:|"
    for arm in dict.fromkeys(arm for arm, _ in of if arm != "teacher"):
        sizes = dict.fromkeys(f"{of[arm, n].medians['size_bytes']:,.0f}" for n in images)
        yield _row((say(f"arm_{arm}"), *(_with_range(of[arm, n]) for n in images), " / ".join(sizes)))
    teacher = of["teacher", images[0]]
    yield _row((say("arm_teacher"), _with_range(teacher), "", f"{teacher.medians['size_bytes']:,.0f}"))
    yield ""
    yield _measured_by(language, record)


def _measured_by(language, record, *, ranges=True):
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    shown = {
        "en": "Medians of {} seeds, with the range from least to greatest. ",
        "zh": "{} 个种子的中位数，括号内为最小到最大的范围。",
    }[language].format(record["seeds"])
    measured = {"en": "Measured by `{}` in {:.0f} s ({}).", "zh": "由 `{}` 测得，用时 {:.0f} 秒（{}）。"}[language]
    return shown * ranges + measured.format(record["command"], record["seconds"], versions)


def _study_head(name, targets, shape=".0%"):
    yield _row((name, *(f"{target:{shape}}" for target in targets)))
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
        name = f"[`{exercise.id}`]({exercise.id}{suffix})"
        yield _row((name, exercise.title, str(exercise.level), str(points)))


def results(language):
    """One line for each study: its main figures, from its kept run, and a link to its page."""
    for name, line in LINES[language].items():
        record = json.loads((RECORDS / name / "measured.json").read_text(encoding="utf-8"))
        of = {(s.arm, s.setting): s for s in summarize(record["cells"], find_study(name).setting)}
        yield line.format(f"minicompress/study/{name}/{LANGUAGES[language]}", **FIGURES[name](of))


def failed_check(language):
    """`minicompress check` on an answer that forgets the absolute value."""
    yield from _check(FAILED_ANSWER)


def passed_check(language):
    """`minicompress check` on the solution."""
    yield from _check((ROOT / "solutions" / "pruning" / "weight_pruning.py").read_text(encoding="utf-8"))


def verified(language):
    """`minicompress verify`."""
    yield from _transcript("minicompress verify", lambda screen: screen.verification_summary(verifications()))


@functools.cache
def verifications():
    """What `verify` finds of every exercise; it takes a minute."""
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
    "results": results,
    "training-speed": training_speed,
    "pruning-study": pruning_study,
    "quantization-study": quantization_study,
    "voltage-study": voltage_study,
    "distillation-study": distillation_study,
    "orders-study": orders_study,
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


HOW_TO_WRITE = "python tests/readme/blocks.py writes it anew"


def written(name, language):
    """The text of a block in the one page that has it."""
    texts = (path.read_text(encoding="utf-8") for (_, of), path in PAGES.items() if of == language)
    (text,) = (block.group(2) for text in texts for block in MARKED.finditer(text) if block.group(1) == name)
    return text


def fresh(name, language):
    """The text of a block as its page must show it."""
    with speaking(language):
        return "".join(f"{line}\n" for line in BLOCKS[name](language))


def main():
    """Write every block anew."""
    for (_, language), path in PAGES.items():
        text = path.read_text(encoding="utf-8")

        def block(match, language=language):
            name = match.group(1)
            return f"<!-- begin {name} -->\n{fresh(name, language)}<!-- end {name} -->"

        write_text(path, MARKED.sub(block, text))


if __name__ == "__main__":
    main()
