"""Wrong answers to pruning/residual_coupling, each with the misconception behind it."""

from minicompress.kit.grading import same_mistake, wrong

MAKING, PASSING = ("conv", "linear"), ("norm", "depthwise")
KINDS = (*MAKING, *PASSING, "act", "add")


def refuse_bad_kinds(layers):
    if any(kind not in KINDS for _, kind, _ in layers):
        raise ValueError("kind")


def refuse_repeated_names(layers):
    names = ["x", *(name for name, _, _ in layers)]
    if len(set(names)) < len(names):
        raise ValueError("twice")


def refuse_unknown_inputs(layers):
    known = {"x"}
    for name, _, inputs in layers:
        if not set(inputs) <= known:
            raise ValueError("input")
        known.add(name)


def refuse_bad(layers):
    refuse_bad_kinds(layers)
    refuse_repeated_names(layers)
    refuse_unknown_inputs(layers)


def joined_inputs(kind, inputs):
    """The inputs whose channels are those of the output."""
    return [] if kind in MAKING else inputs


def ends(layers):
    return ["x", layers[-1][0]]


def by_union_find(layers, *, joined=joined_inputs, making=MAKING, passing=PASSING, fixed=ends, check=refuse_bad):
    """Hooks say which tensors have the same channels, which layers count as what, and what is fixed."""
    check(layers)
    parent = {"x": "x"}

    def find(name):
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for name, kind, inputs in layers:
        for source in joined(kind, inputs):
            one, other = find(source), find(name)
            parent[one] = other
    groups = {}
    for name, kind, inputs in layers:
        if kind in making:
            groups.setdefault(find(name), ([], [], []))[0].append(name)
            groups.setdefault(find(inputs[0]), ([], [], []))[2].append(name)
        if kind in passing:
            groups.setdefault(find(name), ([], [], []))[1].append(name)
    roots = {find(end) for end in fixed(layers)}
    return [group for root, group in groups.items() if root not in roots and group[0]]


def by_sets(layers, *, joined=joined_inputs, making=MAKING, passing=PASSING, fixed=ends, check=refuse_bad):
    """The same with sets that are merged."""
    check(layers)
    same = [{"x"}] + [{name} for name, _, _ in layers]
    for name, kind, inputs in layers:
        for source in joined(kind, inputs):
            touched = [group for group in same if source in group or name in group]
            same = [group for group in same if group not in touched] + [set().union(*touched)]
    found = []
    for group in same:
        makers = [name for name, kind, _ in layers if kind in making and name in group]
        passers = [name for name, kind, _ in layers if kind in passing and name in group]
        readers = [name for name, kind, inputs in layers if kind in making and inputs[0] in group]
        if makers and not group & set(fixed(layers)):
            found.append((makers, passers, readers))
    order = [name for name, _, _ in layers]
    return sorted(found, key=lambda group: order.index(group[0][0]))


@wrong(
    en="Additions couple nothing: channel j of the sum is channel j of every summand, so they are removed together.",
    zh="相加没有产生耦合：和的第 j 个通道就是每个加数的第 j 个通道，要一起剪。",
)
def additions_do_not_couple(layers):
    return by_union_find(layers, joined=lambda kind, inputs: [] if kind in (*MAKING, "add") else inputs)


@same_mistake(additions_do_not_couple)
def a_sum_has_channels_of_its_own(layers):
    return by_sets(layers, joined=lambda kind, inputs: inputs if kind in (*PASSING, "act") else [])


@wrong(
    en="Only the first input of an addition is followed: the shortcut's channels are coupled too.",
    zh="相加只跟踪了第一个输入：捷径上的通道同样耦合。",
)
def follows_the_body_only(layers):
    return by_union_find(layers, joined=lambda kind, inputs: [] if kind in MAKING else inputs[:1])


@same_mistake(follows_the_body_only)
def ignores_the_shortcut(layers):
    return by_sets(layers, joined=lambda kind, inputs: joined_inputs(kind, [inputs[0]]))


@wrong(
    en="Only the last input of an addition is followed: the body's channels are coupled too.",
    zh="相加只跟踪了最后一个输入：主分支上的通道同样耦合。",
)
def follows_the_shortcut_only(layers):
    return by_union_find(layers, joined=lambda kind, inputs: [] if kind in MAKING else inputs[-1:])


@same_mistake(follows_the_shortcut_only)
def ignores_the_body(layers):
    return by_sets(layers, joined=lambda kind, inputs: joined_inputs(kind, [inputs[-1]]))


@wrong(
    en="At most two inputs of an addition are coupled: a sum of three couples three.",
    zh="相加最多只耦合两个输入：三项之和要耦合三项。",
)
def two_summands(layers):
    return by_union_find(layers, joined=lambda kind, inputs: [] if kind in MAKING else inputs[:2])


@same_mistake(two_summands)
def body_and_shortcut(layers):
    return by_sets(layers, joined=lambda kind, inputs: joined_inputs(kind, inputs)[:2])


@wrong(
    en="Coupling does not spread: when two groups are joined, every tensor of both belongs to the new one.",
    zh="耦合没有传递：两个组合并后，两组的所有张量都属于新组。",
)
def couples_pairs_only(layers):
    refuse_bad(layers)
    return from_labels(layers, labels_without_spreading(layers))


@same_mistake(couples_pairs_only)
def renames_only_what_is_added(layers):
    refuse_bad(layers)
    label = {"x": "x"}
    for name, kind, inputs in layers:
        label[name] = name if kind in MAKING else label[inputs[0]]
        if kind == "add":
            label.update({source: label[name] for source in inputs})
    return from_labels(layers, label)


def labels_without_spreading(layers):
    label = {"x": "x"}
    for name, kind, inputs in layers:
        if kind in MAKING:
            label[name] = name
            continue
        label[name] = label[inputs[0]]
        for source in inputs[1:]:
            label[source] = label[name]
    return label


def from_labels(layers, label):
    groups = {}
    for name, kind, inputs in layers:
        if kind in MAKING:
            groups.setdefault(label[name], ([], [], []))[0].append(name)
            groups.setdefault(label[inputs[0]], ([], [], []))[2].append(name)
        elif kind in PASSING:
            groups.setdefault(label[name], ([], [], []))[1].append(name)
    fixed = label["x"], label[layers[-1][0]]
    return [group for key, group in groups.items() if key not in fixed and group[0]]


@wrong(
    en="Depthwise convolutions count as makers: each of their filters works on one channel, which passes through.",
    zh="把深度卷积当成了产生者：它的每个滤波器只处理一个通道，通道只是穿过。",
)
def depthwise_makes_channels(layers):
    making = (*MAKING, "depthwise")
    return by_union_find(
        layers, joined=lambda kind, inputs: [] if kind in making else inputs, making=making, passing=("norm",)
    )


@same_mistake(depthwise_makes_channels)
def depthwise_like_any_convolution(layers):
    renamed = [(name, "conv" if kind == "depthwise" else kind, inputs) for name, kind, inputs in layers]
    return by_sets(renamed)


@wrong(
    en="Batch norm ends a group: channels pass through it, and what reads it reads the convolution's channels.",
    zh="批归一化截断了组：通道穿过它，读它的层读的就是卷积的通道。",
)
def norm_ends_a_group(layers):
    return by_union_find(layers, joined=lambda kind, inputs: [] if kind in (*MAKING, "norm") else inputs)


@same_mistake(norm_ends_a_group)
def only_activations_pass(layers):
    return by_sets(layers, joined=lambda kind, inputs: inputs if kind in ("act", "add", "depthwise") else [])


@wrong(
    en="Activations end a group: channels pass through them, so the next layer reads the same ones.",
    zh="激活函数截断了组：通道穿过它，下一层读到的是同样的通道。",
)
def activations_end_a_group(layers):
    return by_union_find(layers, joined=lambda kind, inputs: [] if kind in (*MAKING, "act") else inputs)


@same_mistake(activations_end_a_group)
def activation_as_a_new_tensor(layers):
    return by_sets(layers, joined=lambda kind, inputs: inputs if kind in (*PASSING, "add") else [])


@wrong(
    en="A layer's input and output channels are coupled: a convolution or linear layer makes new ones, a group ends.",
    zh="把一层的输入通道与输出通道耦合了：卷积和全连接产生新的通道，组到此为止。",
)
def everything_is_one_group(layers):
    return by_union_find(layers, joined=lambda kind, inputs: inputs if kind != "linear" else [])


@same_mistake(everything_is_one_group)
def convolutions_pass_channels(layers):
    return by_sets(layers, joined=lambda kind, inputs: [] if kind == "linear" else list(inputs))


@wrong(
    en="The output's group is listed: its channels are the logits, or what the caller expects, and must stay.",
    zh="列出了网络输出所在的组：它的通道是 logits，必须保留。",
)
def lists_the_output(layers):
    return by_union_find(layers, fixed=lambda layers: ["x"])


@same_mistake(lists_the_output)
def fixes_the_input_only(layers):
    return by_sets(layers, fixed=lambda layers: {"x"})


@wrong(
    en="Channels that are added to the network's input are listed: the input keeps its channels, and so must they.",
    zh="列出了与网络输入相加的通道：输入的通道不能变，它们也不能。",
)
def lists_what_is_added_to_the_input(layers):
    return by_union_find(layers, fixed=lambda layers: [layers[-1][0]])


@same_mistake(lists_what_is_added_to_the_input)
def fixes_the_output_only(layers):
    return by_sets(layers, fixed=lambda layers: {layers[-1][0]})


@wrong(
    en="Only a last convolution or linear layer is taken for the output: it is the last of the list, an addition too.",
    zh="只把最后一个卷积或全连接层当作输出：列表的最后一层才是，它可能是相加。",
)
def output_is_the_last_maker_alone(layers):
    return drop_by_name(by_union_find(layers, fixed=lambda layers: ["x"]), layers)


@same_mistake(output_is_the_last_maker_alone)
def drops_the_last_layer_by_name(layers):
    return drop_by_name(by_sets(layers, fixed=lambda layers: ["x"]), layers)


def drop_by_name(groups, layers):
    return [group for group in groups if group[0] != [layers[-1][0]]]


@wrong(
    en="Only groups of several makers are listed: a layer that is coupled to no other can be pruned all the more.",
    zh="只列出了有多个产生者的组：不与别层耦合的层更应能剪。",
)
def lists_coupled_groups_only(layers):
    return [group for group in by_union_find(layers) if len(group[0]) > 1]


@same_mistake(lists_coupled_groups_only)
def leaves_out_single_layers(layers):
    groups = by_sets(layers)
    return list(filter(lambda group: group[0][1:], groups))


@wrong(
    en="Readers after an activation, norm or addition are missing: these make no new channels, so look past them.",
    zh="漏了激活、归一化或相加之后的读取者：通道穿过它们，要继续跟踪。",
)
def direct_readers_only(layers):
    kinds = {name: kind for name, kind, _ in layers}
    reads = {name: inputs[0] for name, kind, inputs in layers if kind in MAKING}
    return [(m, p, [r for r in readers if kinds[reads[r]] in MAKING]) for m, p, readers in by_union_find(layers)]


@same_mistake(direct_readers_only)
def looks_one_step_ahead(layers):
    direct = [(name, inputs[0]) for name, kind, inputs in layers if kind in MAKING]
    return [(m, p, [name for name, source in direct if source in m]) for m, p, _ in by_sets(layers)]


@wrong(
    en="Passers list batch norm alone: a depthwise convolution has a filter for each channel, which is removed too.",
    zh="穿过者只列了批归一化：深度卷积对每个通道有一个滤波器，也要移除。",
)
def forgets_depthwise(layers):
    return by_union_find(layers, passing=("norm",))


@same_mistake(forgets_depthwise)
def lists_norms_only(layers):
    norms = {name for name, kind, _ in layers if kind == "norm"}
    return [(m, [p for p in passers if p in norms], r) for m, passers, r in by_sets(layers)]


@wrong(
    en="Activations and additions are listed as passers: they have no arrays, so nothing of them is cut.",
    zh="把激活与相加也列为穿过者：它们没有数组，没有东西可剪。",
)
def lists_what_has_no_arrays(layers):
    return by_union_find(layers, passing=(*PASSING, "act", "add"))


@same_mistake(lists_what_has_no_arrays)
def everything_that_makes_nothing(layers):
    return by_sets(layers, passing={kind for _, kind, _ in layers} - set(MAKING))


@wrong(
    en="Names are sorted as text: lists and groups follow the order of execution.",
    zh="名字按字母排序了：列表与组都应按执行次序。",
)
def sorted_by_name(layers):
    return [tuple(sorted(names) for names in group) for group in by_union_find(layers)]


@same_mistake(sorted_by_name)
def alphabetical_lists(layers):
    return [(sorted(makers), sorted(passers), sorted(readers)) for makers, passers, readers in by_sets(layers)]


@wrong(
    en="An unknown kind is accepted: a concatenation is not an addition; refuse what you do not know.",
    zh="接受了未知的 kind：拼接不是相加，不理解的应当拒绝。",
)
def accepts_any_kind(layers):
    def check(layers):
        refuse_repeated_names(layers)
        refuse_unknown_inputs(layers)

    return by_union_find(layers, check=check)


@same_mistake(accepts_any_kind)
def kinds_are_not_checked(layers):
    refuse_repeated_names(layers)
    refuse_unknown_inputs(layers)
    return by_sets(layers, check=lambda layers: None)


@wrong(
    en='Names are not checked: one that occurs twice, or is "x", makes the graph ambiguous.',
    zh='没有检查名字：重复的名字或 "x" 会使图有歧义。',
)
def accepts_repeated_names(layers):
    def check(layers):
        refuse_bad_kinds(layers)
        refuse_unknown_inputs(layers)

    return by_union_find(layers, check=check)


@same_mistake(accepts_repeated_names)
def names_are_not_checked(layers):
    refuse_bad_kinds(layers)
    refuse_unknown_inputs(layers)
    return by_sets(layers, check=lambda layers: None)


@wrong(
    en='Inputs are not checked: a layer can only read "x" and what came before it.',
    zh='没有检查输入：一层只能读 "x" 与它之前的层。',
)
def accepts_unknown_inputs(layers):
    def check(layers):
        refuse_bad_kinds(layers)
        refuse_repeated_names(layers)

    return by_union_find(layers, check=check)


@same_mistake(accepts_unknown_inputs)
def inputs_are_not_checked(layers):
    refuse_repeated_names(layers)
    refuse_bad_kinds(layers)
    return by_sets(layers, check=lambda layers: None)


@wrong(
    en="A layer that makes and reads the same group is missing among its readers: both its rows and its columns are "
    "cut.",
    zh="既产生又读取同一组通道的层没有列入读取者：它的行和列都要删。",
)
def makers_are_no_readers(layers):
    groups = by_union_find(layers)
    return [(makers, passers, [name for name in readers if name not in makers]) for makers, passers, readers in groups]


@same_mistake(makers_are_no_readers)
def readers_of_other_groups_alone(layers):
    result = []
    for makers, passers, readers in by_sets(layers):
        others = list(readers)
        for name in makers:
            if name in others:
                others.remove(name)
        result.append((makers, passers, others))
    return result


@wrong(
    en="The last convolution or linear layer is taken for the output: fixed is what the last layer of the list makes.",
    zh="把最后一个卷积或全连接层当成了输出：固定的应是列表中最后一层的输出。",
)
def last_maker_is_the_output(layers):
    return by_union_find(layers, fixed=lambda layers: ["x", last_maker(layers)])


@same_mistake(last_maker_is_the_output)
def group_of_the_last_maker_is_fixed(layers):
    return by_sets(layers, fixed=lambda layers: ["x", last_maker(layers)])


def last_maker(layers):
    return [name for name, kind, _ in layers if kind in MAKING][-1]
