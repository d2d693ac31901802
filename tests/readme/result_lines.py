"""The README's lines of results: a sentence for each study, and function (summaries) -> the figures in it.

`summaries` is {(arm, setting): Summary} of the study's kept run.
"""

from statistics import median

from minicompress.study.distillation.figure import gains

LINES = {
    "en": {
        "pruning": "- **[Pruning]({})**: with 90% of the weights of LeNet-300-100 removed and four epochs of "
        "fine-tuning, accuracy is {pruned} instead of {dense}. Structured pruning of neurons to the same file size "
        "gives {neurons}.",
        "quantization": "- **[Quantization]({})**: a small CNN with binary weights has {binary} in {binary_bytes} "
        "bytes, the float32 network {floats} in {float_bytes}.",
        "voltage": "- **[Low voltage]({})** (simulated): at {voltage} of the memory's safe voltage {flips} of the "
        "stored bits flip; clipping weights in training raises accuracy from {plain} to {clipped}.",
        "distillation": "- **[Distillation]({})**: with a tenth of the images, soft labels at T = 4 raise a student "
        "of 20 hidden units by {few} points; with all images, by {all} points.",
        "orders": "- **[Order of methods]({})**: in 10,000 bytes, with a tenth of the images, distilling last gives "
        "{last}, distilling first {first}.",
    },
    "zh": {
        "pruning": "- **[剪枝]({})**：LeNet-300-100 剪去 90% 的权重并微调四轮，准确率为 {pruned}，不剪枝时为 {dense}；"
        "按神经元做结构化剪枝，剪到同样的文件大小，则为 {neurons}。",
        "quantization": "- **[量化]({})**：小型 CNN 用二值权重时准确率为 {binary}，占 {binary_bytes} 字节；"
        "float32 时为 {floats}，占 {float_bytes} 字节。",
        "voltage": "- **[低电压]({})**（模拟）：存储器电压降到安全电压的 {voltage} 倍时，{flips} 的存储位翻转；"
        "训练中截断权重，可使准确率从 {plain} 提高到 {clipped}。",
        "distillation": "- **[蒸馏]({})**：图像只取十分之一时，T = 4 的软标签使 20 个隐藏单元的学生"
        "提高 {few} 个百分点；用全部图像时提高 {all} 个百分点。",
        "orders": "- **[先后顺序]({})**：限定 10,000 字节、图像只取十分之一时，最后蒸馏得 {last}，最先蒸馏得 {first}。",
    },
}


def _pruning_figures(of):
    cells = {"pruned": ("weight", 0.9), "dense": ("dense", 0.0), "neurons": ("structure_bytes", 0.9)}
    return {word: f"{of[cell].accuracy:.2%}" for word, cell in cells.items()}


def _quantization_figures(of):
    binary, floats = of["binary", 1], of["float32", 32]
    sizes = {"binary_bytes": binary, "float_bytes": floats}
    accuracies = {"binary": f"{binary.accuracy:.2%}", "floats": f"{floats.accuracy:.2%}"}
    return accuracies | {word: f"{s.medians['size_bytes']:,.0f}" for word, s in sizes.items()}


def _voltage_figures(of):
    voltage = next(v for _, v in of if round(24 * v) == 20)
    plain, clipped = of["plain", voltage], of["clipped", voltage]
    flips = f"{plain.medians['bit_error_rate']:.0%}"
    return {
        "voltage": f"{voltage:.3f}",
        "flips": flips,
        "plain": f"{plain.accuracy:.2%}",
        "clipped": f"{clipped.accuracy:.2%}",
    }


def _distillation_figures(of):
    return {task: f"{100 * median(gains(of, task, 'soft_4', 20)):.1f}" for task in ("few", "all")}


def _orders_figures(of):
    return {word: f"{of[arm, 5_500].accuracy:.2%}" for word, arm in (("last", "qpd"), ("first", "dpq"))}


FIGURES = {
    "pruning": _pruning_figures,
    "quantization": _quantization_figures,
    "voltage": _voltage_figures,
    "distillation": _distillation_figures,
    "orders": _orders_figures,
}
