"""Graded checks of pruning/residual_coupling."""

from minicompress.kit.grading import graded


def reference(layers):
    """Sets of tensors with the same channels, joined until nothing changes."""
    same = [{"x"}, *({name} for name, _, _ in layers)]
    for name, kind, inputs in layers:
        if kind not in ("conv", "linear"):
            joined = [group for group in same if group & {name, *inputs}]
            same = [group for group in same if group not in joined] + [set().union(*joined)]
    groups = []
    for tensors in same:
        makers = [name for name, kind, _ in layers if name in tensors and kind in ("conv", "linear")]
        passers = [name for name, kind, _ in layers if name in tensors and kind in ("norm", "depthwise")]
        readers = [name for name, kind, inputs in layers if kind in ("conv", "linear") and inputs[0] in tensors]
        if not tensors & {"x", layers[-1][0]}:
            groups.append((makers, passers, readers))
    names = [name for name, _, _ in layers]
    return sorted(groups, key=lambda group: names.index(group[0][0]))


def block(name, source, last="act"):
    """A basic block on the channels of `source`."""
    return [
        (f"{name}.one", "conv", [source]),
        (f"{name}.bn", "norm", [f"{name}.one"]),
        (f"{name}.relu", "act", [f"{name}.bn"]),
        (f"{name}.two", "conv", [f"{name}.relu"]),
        (f"{name}.sum", "add", [f"{name}.two", source]),
        (f"{name}", last, [f"{name}.sum"]),
    ]


STEM = [("stem", "conv", ["x"]), ("bn", "norm", ["stem"]), ("relu", "act", ["bn"])]


@graded(
    2,
    en="one block, worked by hand: the stem and the block's second convolution",
    zh="手算的例子：主干与块中第二个卷积",
)
def test_hand_worked_block(submission):
    # s = stem(x);  y = two(relu(one(s))) + s;  fc(y):  s, two and y have the same channels, one has its own
    def make():
        inner = [("one", "conv", ["stem"]), ("relu", "act", ["one"]), ("two", "conv", ["relu"])]
        return ([("stem", "conv", ["x"]), *inner, ("y", "add", ["two", "stem"]), ("fc", "linear", ["y"])],)

    def by_hand(layers):
        return [(["stem", "two"], [], ["one", "fc"]), (["one"], [], ["two"])]

    submission.agrees_with(by_hand, make)


@graded(
    2,
    en="no addition: layers are independent; channels pass through norm and depthwise",
    zh="没有相加时各层独立；norm 与 depthwise 穿过",
)
def test_chains(submission):
    def mlp():
        hidden = [("c", "linear", ["x"]), ("c.relu", "act", ["c"]), ("b", "linear", ["c.relu"])]
        return ([*hidden, ("b.relu", "act", ["b"]), ("a", "linear", ["b.relu"])],)

    def separable():
        depthwise = [("dw", "depthwise", ["relu"]), ("dw.bn", "norm", ["dw"]), ("dw.relu", "act", ["dw.bn"])]
        return (
            [*STEM, *depthwise, ("pw", "conv", ["dw.relu"]), ("pw.bn", "norm", ["pw"]), ("fc", "linear", ["pw.bn"])],
        )

    submission.agrees_with(reference, mlp)
    submission.agrees_with(reference, separable)
    submission.agrees_with(reference, lambda: ([("only", "linear", ["x"])],))


@graded(
    3,
    en="stages: all blocks of one are coupled, a projection begins the next",
    zh="一个阶段的所有块都耦合，投影开始下一阶段",
)
def test_stages_and_projections(submission):
    def stages():
        projection = [
            ("down.one", "conv", ["2"]),
            ("down.side", "conv", ["2"]),
            ("down.side.bn", "norm", ["down.side"]),
            ("down.relu", "act", ["down.one"]),
            ("down.two", "conv", ["down.relu"]),
            ("down", "add", ["down.two", "down.side.bn"]),
        ]
        blocks = [*block("1", "relu"), *block("2", "1"), *projection, *block("3", "down", last="norm")]
        return ([*STEM, *blocks, ("fc", "linear", ["3"])],)

    def several_summands():
        makers = [(name, "conv", ["relu"]) for name in ("c", "a", "b")]
        sums = [("first", "add", ["a", "b"]), ("d", "conv", ["c"]), ("e", "conv", ["d"])]
        last = [("second", "add", ["e", "c", "a"]), ("dw", "depthwise", ["second"]), ("fc", "linear", ["first"])]
        return ([*STEM, *makers, *sums, *last, ("head", "linear", ["dw"]), ("out", "add", ["head", "fc"])],)

    submission.agrees_with(reference, stages)
    submission.agrees_with(reference, several_summands)


@graded(1, en="a layer that makes a group and reads it", zh="既产生又读取同一组通道的层")
def test_layer_that_makes_and_reads_a_group(submission):
    # a reads relu, the channels of stem, and its own are added to them: stem, a | bn, y.bn | a, fc
    def make():
        inner = [("a", "conv", ["relu"]), ("y", "add", ["a", "relu"]), ("y.bn", "norm", ["y"])]
        return ([*STEM, *inner, ("fc", "linear", ["y.bn"])],)

    submission.agrees_with(lambda layers: [(["stem", "a"], ["bn", "y.bn"], ["a", "fc"])], make)


@graded(
    1,
    en="the output is what the last layer makes, not the last convolution",
    zh="输出是最后一层的结果，而不是最后一个卷积",
)
def test_last_layer_behind_an_earlier_maker(submission):
    # The last layer passes b on, so b is fixed; c comes after b in the list, and no layer reads it.
    def make():
        makers = [("a", "conv", ["relu"]), ("b", "conv", ["a"]), ("c", "conv", ["a"]), ("out", "act", ["b"])]
        return ([*STEM, *makers],)

    submission.agrees_with(lambda layers: [(["stem"], ["bn"], ["a"]), (["a"], [], ["b", "c"]), (["c"], [], [])], make)


@graded(2, en="a group with the network's input or output is fixed", zh="含网络输入或输出的组不可剪")
def test_fixed_groups(submission):
    def adds_to_the_input():
        return ([*block("1", "x"), *block("2", "1"), ("fc", "linear", ["2"])],)

    def adds_to_the_output():
        return ([*STEM, ("fc", "linear", ["relu"]), *block("1", "fc", last="norm")],)

    def ends_with_a_convolution():
        return ([*STEM, *block("1", "relu"), ("a", "conv", ["1"]), ("b", "conv", ["a"]), ("c", "conv", ["a"])],)

    submission.agrees_with(reference, adds_to_the_input)
    submission.agrees_with(reference, adds_to_the_output)
    submission.agrees_with(reference, ends_with_a_convolution)


@graded(
    1, en="unknown kinds, repeated names and unknown inputs are refused", zh="拒绝未知的 kind、重复的名字与未知的输入"
)
def test_bad_graphs_are_refused(submission):
    fc = ("fc", "linear", ["relu"])
    submission.rejects(ValueError, lambda: ([*STEM, ("cat", "concat", ["relu", "bn"]), fc],))
    submission.rejects(ValueError, lambda: ([*STEM, ("stem", "conv", ["relu"]), fc],))
    submission.rejects(ValueError, lambda: ([*STEM, ("x", "conv", ["relu"]), fc],))
    submission.rejects(ValueError, lambda: ([*STEM, ("sum", "add", ["relu", "fc"]), fc],))
    submission.rejects(ValueError, lambda: ([*STEM, ("self", "act", ["self"]), fc],))
    submission.rejects(ValueError, lambda: ([*STEM, ("late", "conv", ["nowhere"]), fc],))
