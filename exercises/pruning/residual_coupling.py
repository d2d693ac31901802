"""Exercise pruning/residual_coupling: find the channels that must be removed together, from a network's graph.

Question card: exercises/pruning/residual_coupling.md (中文：residual_coupling.zh.md)
Check it with: minicompress check pruning/residual_coupling
"""


def residual_coupling(layers):
    """Return the groups of channels that can be removed, and for each group every layer that has a part in it.

    layers
        A list of (name, kind, inputs) in order of execution. `inputs` is the list of what the layer reads: names of
        earlier layers, or "x", the input of the network. The last layer's output is the output of the network.
        kind is one of
        "conv", "linear": reads the channels of one input, and makes new channels; it may be a maker and a reader of one
        group;
        "norm", "depthwise": one input whose channels pass through; it has arrays with an entry for each channel;
        "act": one input whose channels pass through; it has no arrays;
        "add": the sum of two or more inputs. Channel j of the sum and of every input is one channel: all stay, or all
        are removed.

    Returns a list of groups, in the order of their first maker. A group is a tuple of three lists of names, each in
    the order of `layers`: makers ("conv" and "linear" layers that make these channels), passers ("norm" and
    "depthwise"), readers ("conv" and "linear" layers that read them), all of them new. `layers`, which is not empty,
    stays as it is. The channels of the network's input and of its output cannot be removed: the groups that they are
    part of are left out.

    Raises ValueError for an unknown kind, a name that occurs twice or is "x", and an input that is
    neither "x" nor an earlier layer.

    中文：layers 按执行次序列出 (name, kind, inputs)。"conv"、"linear" 读入通道并产生新通道；"norm"、"depthwise"、"act"
    的通道直接穿过；"add" 的和与各输入的第 j 个通道是同一个通道，必须同留同去。返回可剪的通道组，按第一个产生者排序；
    每组是三个新的名字列表 (产生者, 穿过者, 读取者)，按 layers 的次序；一层可以既产生又读取同一组。含网络输入 "x" 或网络
    输出的组不可剪，不列出。layers 不为空，不修改它。
    kind 未知、名字重复或为 "x"、输入不是 "x" 也不是更早的层，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
