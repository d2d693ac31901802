"""Wrong answers to distillation/attention_transfer, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(h_s, h_t):
    for h in (h_s, h_t):
        if h.ndim != 4 or h.size == 0:
            raise ValueError("axes")
    if h_s.shape[0] != h_t.shape[0] or h_s.shape[2:] != h_t.shape[2:]:
        raise ValueError("shapes")


def squares(h):
    return np.sum(np.square(h), axis=1)


def length(q, axis=(1, 2)):
    norm = np.sqrt(np.sum(q * q, axis=axis, keepdims=True))
    return np.where(norm == 0, 1.0, norm)


def unit(q):
    return q / length(q)


def through_the_norm(da, q):
    """dL/dQ from dL/dQ^."""
    a = unit(q)
    return (da - a * np.sum(da * a, axis=(1, 2), keepdims=True)) / length(q)


def through_the_squares(dq, h):
    return 2 * h * dq[:, None]


def right_gradient(h_s, h_t, scale=1.0):
    q_s, q_t = squares(h_s), squares(h_t)
    da = scale * 2 * (unit(q_s) - unit(q_t)) / len(h_s)
    return through_the_squares(through_the_norm(da, q_s), h_s)


def right_loss(h_s, h_t):
    return np.sum((unit(squares(h_s)) - unit(squares(h_t))) ** 2) / len(h_s)


@wrong(
    en="The maps are not normalized: the network with larger activations decides the loss. Divide each map by its "
    "norm.",
    zh="注意力图没有归一化：损失由激活更大的一方决定。每张图应除以自己的范数。",
)
def maps_are_not_normalized(h_s, h_t):
    refuse_bad(h_s, h_t)
    gap = squares(h_s) - squares(h_t)
    return np.sum(gap**2) / len(h_s), through_the_squares(2 * gap / len(h_s), h_s)


@same_mistake(maps_are_not_normalized)
def compares_raw_energy(h_s, h_t):
    refuse_bad(h_s, h_t)
    gap = np.einsum("nchw,nchw->nhw", h_s, h_s) - np.einsum("nchw,nchw->nhw", h_t, h_t)
    loss = np.mean([np.sum(one**2) for one in gap])
    return loss, np.einsum("nhw,nchw->nchw", 4 * gap / len(gap), h_s)


@wrong(
    en="One norm for the whole batch: each sample's map is divided by its own norm, or loud samples decide.",
    zh="整个批次共用一个范数：每个样本的图应除以自己的范数，否则激活大的样本说了算。",
)
def one_norm_for_the_batch(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = squares(h_s), squares(h_t)
    everything = (0, 1, 2)
    norm = length(q_s, everything)
    a = q_s / norm
    gap = a - q_t / length(q_t, everything)
    da = 2 * gap / len(h_s)
    return np.sum(gap**2) / len(h_s), through_the_squares((da - a * np.sum(da * a)) / norm, h_s)


@same_mistake(one_norm_for_the_batch)
def norm_without_an_axis(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = squares(h_s), squares(h_t)
    norm_s, norm_t = np.linalg.norm(q_s) or 1.0, np.linalg.norm(q_t) or 1.0
    gap = (q_s / norm_s - q_t / norm_t) * 2 / len(h_s)
    dq = gap / norm_s - q_s * np.vdot(gap, q_s) / norm_s**3
    return np.sum(gap**2) * len(h_s) / 4, through_the_squares(dq, h_s)


@wrong(
    en="It adds the activations themselves: positive and negative channels cancel. The map is a sum of squares.",
    zh="直接对激活求和：正负通道会抵消。注意力图是平方和。",
)
def signed_sum(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = h_s.sum(axis=1), h_t.sum(axis=1)
    gap = unit(q_s) - unit(q_t)
    dq = through_the_norm(2 * gap / len(h_s), q_s)
    return np.sum(gap**2) / len(h_s), np.repeat(dq[:, None], h_s.shape[1], axis=1)


@same_mistake(signed_sum)
def average_of_the_channels(h_s, h_t):
    refuse_bad(h_s, h_t)
    n, channels = h_s.shape[:2]
    q_s, q_t = h_s.mean(axis=1), h_t.mean(axis=1)
    gap = unit(q_s) - unit(q_t)
    dq = through_the_norm(gap / n * 2, q_s)
    return np.sum(gap**2) / n, np.ones((1, channels, 1, 1)) * dq[:, None] / channels


@wrong(
    en="The map is a sum of magnitudes: this exercise asks for squares, which weigh strong channels more.",
    zh="用的是绝对值之和：本题要的是平方和，它更看重强的通道。",
)
def sum_of_magnitudes(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = np.abs(h_s).sum(axis=1), np.abs(h_t).sum(axis=1)
    gap = unit(q_s) - unit(q_t)
    dq = through_the_norm(2 * gap / len(h_s), q_s)
    return np.sum(gap**2) / len(h_s), np.sign(h_s) * dq[:, None]


@same_mistake(sum_of_magnitudes)
def mean_of_magnitudes(h_s, h_t):
    refuse_bad(h_s, h_t)
    n, channels = h_s.shape[:2]
    q_s, q_t = (np.mean(np.abs(h), axis=1) for h in (h_s, h_t))
    gap = unit(q_s) - unit(q_t)
    dq = through_the_norm(2 * gap / n, q_s) / channels
    return sum(np.sum(one**2) for one in gap) / n, np.sign(h_s) * np.expand_dims(dq, 1)


@wrong(
    en="The map is divided by its sum, as a distribution: it is normalized by its L2 norm.",
    zh="图除以了自身之和（当成分布）：应除以它的 L2 范数。",
)
def divides_by_the_sum(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = squares(h_s), squares(h_t)
    total = q_s.sum(axis=(1, 2), keepdims=True)
    total, total_t = np.where(total == 0, 1.0, total), q_t.sum(axis=(1, 2), keepdims=True)
    a = q_s / total
    gap = a - q_t / np.where(total_t == 0, 1.0, total_t)
    da = 2 * gap / len(h_s)
    dq = (da - np.sum(da * a, axis=(1, 2), keepdims=True)) / total
    return np.sum(gap**2) / len(h_s), through_the_squares(dq, h_s)


@same_mistake(divides_by_the_sum)
def map_as_a_distribution(h_s, h_t):
    refuse_bad(h_s, h_t)
    loss, dh_s = 0.0, np.zeros(h_s.shape)
    for i, (one, other) in enumerate(zip(h_s, h_t, strict=True)):
        q, q_t = (one**2).sum(axis=0), (other**2).sum(axis=0)
        total = q.sum() or 1.0
        gap = q / total - q_t / (q_t.sum() or 1.0)
        loss += np.sum(gap**2) / len(h_s)
        slope = 2 * gap / len(h_s)
        dh_s[i] = 2 * one * (slope / total - np.sum(slope * q) / total**2)
    return loss, dh_s


@wrong(
    en="The gradient treats the norm as a constant: ||Q|| depends on h_s too; subtract the part of da along Q^.",
    zh="求梯度时把范数当成了常数：||Q|| 也依赖 h_s，应减去 da 沿 Q^ 方向的分量。",
)
def norm_is_a_constant(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    da = 2 * (unit(q_s) - unit(squares(h_t))) / len(h_s)
    return right_loss(h_s, h_t), through_the_squares(da / length(q_s), h_s)


@same_mistake(norm_is_a_constant)
def forgets_that_the_norm_moves(h_s, h_t):
    refuse_bad(h_s, h_t)
    dh_s = np.zeros(h_s.shape)
    for i in range(len(h_s)):
        q_s, q_t = squares(h_s[i : i + 1])[0], squares(h_t[i : i + 1])[0]
        norm = np.linalg.norm(q_s) or 1
        dh_s[i] = 4 * h_s[i] * (q_s / norm - q_t / (np.linalg.norm(q_t) or 1)) / norm / len(h_s)
    return right_loss(h_s, h_t), dh_s


@wrong(
    en="The gradient forgets to divide by ||Q||: the chain through Q / ||Q|| has that factor.",
    zh="梯度漏了除以 ||Q||：对 Q / ||Q|| 求导有这个因子。",
)
def gradient_without_one_over_the_norm(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    da = 2 * (unit(q_s) - unit(squares(h_t))) / len(h_s)
    return right_loss(h_s, h_t), through_the_squares(through_the_norm(da, q_s) * length(q_s), h_s)


@same_mistake(gradient_without_one_over_the_norm)
def projects_but_does_not_divide(h_s, h_t):
    refuse_bad(h_s, h_t)
    a_s, a_t = (unit(squares(h)).reshape(len(h), -1) for h in (h_s, h_t))
    slope = 2 / len(h_s) * (np.sum(a_s * a_t, axis=1, keepdims=True) * a_s - a_t)
    slope[~a_s.any(axis=1)] = 0
    return right_loss(h_s, h_t), 2 * h_s * slope.reshape(len(h_s), 1, *h_s.shape[2:])


@wrong(
    en="The gradient stops at the map: through the squares, dA = 2 A dQ for each channel.",
    zh="梯度停在了注意力图上：经过平方，每个通道 dA = 2 A dQ。",
)
def gradient_stops_at_the_map(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    dq = through_the_norm(2 * (unit(q_s) - unit(squares(h_t))) / len(h_s), q_s)
    return right_loss(h_s, h_t), np.broadcast_to(dq[:, None], h_s.shape).copy()


@same_mistake(gradient_stops_at_the_map)
def copies_the_slope_to_every_channel(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    dq = through_the_norm(2 * (unit(q_s) - unit(squares(h_t))) / len(h_s), q_s)
    return right_loss(h_s, h_t), np.stack([dq] * h_s.shape[1], axis=1)


@wrong(
    en="The gradient of A^2 lacks its 2: d(A^2)/dA = 2 A.",
    zh="A^2 的导数漏了 2：d(A^2)/dA = 2 A。",
)
def square_without_its_two(h_s, h_t):
    refuse_bad(h_s, h_t)
    return right_loss(h_s, h_t), right_gradient(h_s, h_t) / 2


@same_mistake(square_without_its_two)
def gradient_of_half_the_square(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    dq = through_the_norm(2 * (unit(q_s) - unit(squares(h_t))) / len(h_s), q_s)
    return right_loss(h_s, h_t), np.einsum("nhw,nchw->nchw", dq, h_s)


@wrong(
    en="The gradient has the wrong sign: it is of the student minus the teacher.",
    zh="梯度符号反了：应是学生减教师。",
)
def teacher_minus_student(h_s, h_t):
    refuse_bad(h_s, h_t)
    return right_loss(h_s, h_t), right_gradient(h_s, h_t, scale=-1.0)


@same_mistake(teacher_minus_student)
def slope_away_from_the_teacher(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, gap = squares(h_s), unit(squares(h_t)) - unit(squares(h_s))
    return np.sum(gap**2) / len(gap), through_the_squares(through_the_norm(2 * gap / len(gap), q_s), h_s)


@wrong(
    en="Sums over the batch: loss and gradient are means over the samples.",
    zh="对批次求了和：损失和梯度都应对样本取平均。",
)
def sums_over_the_batch(h_s, h_t):
    refuse_bad(h_s, h_t)
    return right_loss(h_s, h_t) * len(h_s), right_gradient(h_s, h_t) * len(h_s)


@same_mistake(sums_over_the_batch)
def forgets_n(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = squares(h_s), squares(h_t)
    gap = unit(q_s) - unit(q_t)
    return np.sum(gap**2), through_the_squares(through_the_norm(2 * gap, q_s), h_s)


@wrong(
    en="The mean runs over positions too: here the squares of one map are added, only samples are averaged.",
    zh="对位置也取了平均：本题对一张图的平方求和，只对样本取平均。",
)
def mean_over_positions_too(h_s, h_t):
    refuse_bad(h_s, h_t)
    positions = h_s.shape[2] * h_s.shape[3]
    return right_loss(h_s, h_t) / positions, right_gradient(h_s, h_t) / positions


@same_mistake(mean_over_positions_too)
def mean_of_everything(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    gap = unit(q_s) - unit(squares(h_t))
    return (gap**2).mean(), through_the_squares(through_the_norm(2 * gap / gap.size, q_s), h_s)


@wrong(
    en="The distance is not squared: the loss is the squared L2 distance of the two maps.",
    zh="距离没有平方：损失是两张图的 L2 距离的平方。",
)
def distance_itself(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s = squares(h_s)
    gap = unit(q_s) - unit(squares(h_t))
    distance = np.sqrt(np.sum(gap**2, axis=(1, 2), keepdims=True))
    da = gap / np.where(distance == 0, 1.0, distance) / len(h_s)
    return distance.mean(), through_the_squares(through_the_norm(da, q_s), h_s)


@same_mistake(distance_itself)
def norm_of_the_difference(h_s, h_t):
    refuse_bad(h_s, h_t)
    loss, dh_s = 0.0, np.zeros(h_s.shape)
    for i in range(len(h_s)):
        q = squares(h_s[i : i + 1])
        gap = unit(q) - unit(squares(h_t[i : i + 1]))
        distance = np.linalg.norm(gap)
        loss += distance / len(h_s)
        dh_s[i] = through_the_squares(through_the_norm(gap / (distance or 1), q), h_s[i : i + 1])[0] / len(h_s)
    return loss, dh_s


@wrong(
    en="A map of zeros is divided by its norm, 0: NaN. It stays zero, and takes no gradient.",
    zh="全零的图除以了范数 0，得到 NaN：它应保持为零，梯度也为零。",
)
def divides_by_zero(h_s, h_t):
    refuse_bad(h_s, h_t)
    q_s, q_t = squares(h_s), squares(h_t)
    norm = np.sqrt(np.sum(q_s * q_s, axis=(1, 2), keepdims=True))
    a = q_s / norm
    gap = a - q_t / np.sqrt(np.sum(q_t * q_t, axis=(1, 2), keepdims=True))
    da = 2 * gap / len(h_s)
    dq = (da - a * np.sum(da * a, axis=(1, 2), keepdims=True)) / norm
    return np.sum(gap**2) / len(h_s), through_the_squares(dq, h_s)


@same_mistake(divides_by_zero)
def cosine_of_nothing(h_s, h_t):
    refuse_bad(h_s, h_t)
    a_s, a_t = (squares(h).reshape(len(h), -1) for h in (h_s, h_t))
    norm = np.linalg.norm(a_s, axis=1, keepdims=True)
    a_s, a_t = a_s / norm, a_t / np.linalg.norm(a_t, axis=1, keepdims=True)
    cosine = np.sum(a_s * a_t, axis=1, keepdims=True)
    dq = 2 / len(h_s) * (cosine * a_s - a_t) / norm
    return np.mean(2 - 2 * cosine), 2 * h_s * dq.reshape(len(h_s), 1, *h_s.shape[2:])


@wrong(
    en="Maps of different size are broadcast: position by position they do not mean the same; raise ValueError.",
    zh="尺寸不同的图被广播了：逐位置比较没有意义，应抛出 ValueError。",
)
def broadcasts_maps(h_s, h_t):
    if h_s.ndim != 4 or h_t.ndim != 4 or h_s.size == 0 or h_t.size == 0 or len(h_s) != len(h_t):
        raise ValueError("axes")
    return right_loss(h_s, h_t), right_gradient(h_s, h_t)


@same_mistake(broadcasts_maps)
def lets_numpy_decide(h_s, h_t):
    if {h_s.ndim, h_t.ndim} != {4} or not h_s.size or not h_t.size or h_s.shape[0] != h_t.shape[0]:
        raise ValueError("axes")
    q_s = squares(h_s)
    gap = unit(q_s) - unit(squares(h_t))
    return np.sum(gap**2) / len(gap), through_the_squares(through_the_norm(2 * gap / len(gap), q_s), h_s)


@wrong(
    en="The map is over channels, summed over positions: attention is over positions, summed over channels.",
    zh="对位置求和、留下了通道：注意力图应留下位置、对通道求和。",
)
def sums_over_positions(h_s, h_t):
    refuse_bad(h_s, h_t)
    if h_s.shape[1] != h_t.shape[1]:
        raise ValueError("channels")
    q_s, q_t = (np.sum(h**2, axis=(2, 3))[:, :, None] for h in (h_s, h_t))
    gap = unit(q_s) - unit(q_t)
    dq = through_the_norm(2 * gap / len(h_s), q_s)
    return np.sum(gap**2) / len(h_s), 2 * h_s * dq[..., None]


@same_mistake(sums_over_positions)
def channel_energies(h_s, h_t):
    refuse_bad(h_s, h_t)
    if h_s.shape[1] != h_t.shape[1]:
        raise ValueError("channels")
    q_s, q_t = (np.einsum("nchw,nchw->nc", h, h) for h in (h_s, h_t))
    norm, norm_t = (np.linalg.norm(q, axis=1, keepdims=True) for q in (q_s, q_t))
    norm, norm_t = np.where(norm == 0, 1, norm), np.where(norm_t == 0, 1, norm_t)
    a = q_s / norm
    da = 2 * (a - q_t / norm_t) / len(h_s)
    dq = (da - a * np.sum(a * da, axis=1, keepdims=True)) / norm
    return np.sum(da**2) * len(h_s) / 4, np.einsum("nc,nchw->nchw", 2 * dq, h_s)


@wrong(
    en="A common epsilon is added to every norm: small activations get another map. Only a norm of 0 is special.",
    zh="每个范数都加了常见的 epsilon：激活很小时图就变了。只有范数为 0 才需要特殊处理。",
)
def epsilon_in_every_norm(h_s, h_t):
    refuse_bad(h_s, h_t)
    return with_epsilon(h_s, h_t, lambda q: np.sqrt(np.sum(q * q, axis=(1, 2), keepdims=True)) + 1e-8)


@same_mistake(epsilon_in_every_norm)
def norm_is_at_least_epsilon(h_s, h_t):
    refuse_bad(h_s, h_t)
    return with_epsilon(h_s, h_t, lambda q: np.linalg.norm(q, axis=(1, 2), keepdims=True) + np.float64(1e-8))


def with_epsilon(h_s, h_t, norm):
    q_s, q_t = squares(h_s), squares(h_t)
    a_s, a_t = q_s / norm(q_s), q_t / norm(q_t)
    da = 2 * (a_s - a_t) / len(h_s)
    dq = (da - a_s * np.sum(da * a_s, axis=(1, 2), keepdims=True)) / norm(q_s)
    return np.sum((a_s - a_t) ** 2) / len(h_s), through_the_squares(dq, h_s)


@wrong(
    en="The norm is kept above 1e-15, but activations of 1e-8 have maps of 1e-16: only a norm of 0 is special.",
    zh="给范数设了下限 1e-15，而 1e-8 的激活其图为 1e-16：只有范数为 0 才需要特殊处理。",
)
def norm_is_kept_above_a_tiny_number(h_s, h_t):
    refuse_bad(h_s, h_t)
    return with_epsilon(h_s, h_t, lambda q: np.maximum(np.linalg.norm(q, axis=(1, 2), keepdims=True), 1e-15))


@same_mistake(norm_is_kept_above_a_tiny_number)
def clipped_norm(h_s, h_t):
    refuse_bad(h_s, h_t)
    return with_epsilon(h_s, h_t, lambda q: np.clip(np.sqrt((q**2).sum(axis=(1, 2), keepdims=True)), 1e-15, None))
