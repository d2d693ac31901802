"""Wrong answers to distillation/knowledge_distillation, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(temperature):
    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError("temperature")


def mean(total, samples):
    if samples == 0:
        raise ValueError("data_loader")
    return total / samples


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@wrong(
    en="The soft label is output / sum(output): logits are not probabilities; this gives negative 'probabilities' and "
    "can divide by zero. Use softmax(z / T).",
    zh="软标签写成了 output / sum(output)：logits 不是概率，会得到负的“概率”，还可能除以零。应使用 softmax(z / T)。",
)
def divides_outputs_by_their_sum(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        z = teacher_model.forward(x, training=False) / T
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, z / z.sum(axis=1, keepdims=True))
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(divides_outputs_by_their_sum)
def normalizes_without_exp(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, losses = temperature, []
    refuse_bad(T)
    for x, _ in data_loader:
        output = teacher_model.predict(x)
        soft = np.array([row / np.sum(row) for row in output])
        loss, dlogits = loss_function(student_model.forward(x, True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        losses += [loss * T**2] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The T^2 factor is missing: gradients of soft labels shrink as 1/T^2, so the loss has to be multiplied by T^2.",
    zh="缺少 T^2 因子：软标签的梯度按 1/T^2 缩小，因此损失要乘以 T^2。",
)
def no_t_squared(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits / T)
        optimizer.step()
        total, n = total + loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(no_t_squared)
def plain_soft_cross_entropy(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for batch in data_loader:
        x = batch[0]
        soft = np.exp(log_softmax(teacher_model.predict(x) / temperature))
        z = student_model.forward(x, True) / temperature
        optimizer.zero_grad()
        loss, dz = loss_function(z, soft)
        student_model.backward(1 / temperature * dz)
        optimizer.step()
        losses.extend([loss] * len(x))
    return mean(sum(losses), len(losses))


@wrong(
    en="The loss has its T^2, the gradient has not: what is reported is not what is trained.",
    zh="损失乘了 T^2，梯度却没有：报告的与训练的不是同一个目标。",
)
def t_squared_in_the_loss_only(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits / T)
        optimizer.step()
        total, n = total + T**2 * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(t_squared_in_the_loss_only)
def scales_the_reported_loss(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        soft = softmax(teacher_model.predict(x) / temperature)
        loss, dz = loss_function(student_model.forward(x, True) / temperature, soft)
        optimizer.zero_grad()
        student_model.backward(dz * (1.0 / temperature))
        optimizer.step()
        losses += [loss] * len(x)
    return temperature * temperature * mean(sum(losses), len(losses))


@wrong(
    en="The gradient is T^2 * dlogits: z_s was divided by T on the way in, so by the chain rule divide by T once more.",
    zh="梯度写成了 T^2 * dlogits：z_s 在前向时除以了 T，按链式法则还要再除以 T。",
)
def forgets_the_chain_rule(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T**2 * dlogits)
        optimizer.step()
        total, n = total + T**2 * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(forgets_the_chain_rule)
def gradient_scaled_like_the_loss(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    factor, losses = temperature * temperature, []
    for x, _ in data_loader:
        soft = softmax(teacher_model.predict(x) / temperature)
        loss, dz = (factor * part for part in loss_function(student_model.forward(x, True) / temperature, soft))
        optimizer.zero_grad()
        student_model.backward(dz)
        optimizer.step()
        losses += [loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="T^2 reached the loss but the gradient passed on is the raw dlogits: it needs both factors, T^2 and 1/T.",
    zh="损失乘了 T^2，但传给 backward 的是原始 dlogits：它需要 T^2 与 1/T 两个因子。",
)
def raw_gradient(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits)
        optimizer.step()
        total, n = total + T**2 * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(raw_gradient)
def passes_dlogits_on(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        soft = softmax(teacher_model.predict(x) / temperature)
        optimizer.zero_grad()
        loss, dz = loss_function(student_model.forward(x, True) / temperature, soft)
        student_model.backward(1.0 * dz)
        optimizer.step()
        losses += [loss * temperature**2] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="Only the teacher is softened: the student's logits must be divided by the same T, or it learns to be unsure.",
    zh="只软化了教师：学生的 logits 也要除以同一个 T，否则学生学到的是过度不确定。",
)
def student_at_temperature_one(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True), soft)
        optimizer.zero_grad()
        student_model.backward(T**2 * dlogits)
        optimizer.step()
        total, n = total + T**2 * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(student_at_temperature_one)
def divides_only_the_teacher(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    factor, losses = temperature * temperature, []
    for x, _ in data_loader:
        z_t, z_s = teacher_model.predict(x), student_model.forward(x, True)
        loss, dz = loss_function(z_s, softmax(z_t / temperature))
        optimizer.zero_grad()
        student_model.backward(factor * dz)
        optimizer.step()
        losses += [factor * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The teacher is not softened: its probabilities at T = 1 are nearly one-hot, and the dark knowledge is lost.",
    zh="教师没有软化：T = 1 时其概率接近独热，暗知识丢失了。",
)
def teacher_at_temperature_one(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False))
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(teacher_at_temperature_one)
def divides_probabilities_by_t(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        soft = np.exp(log_softmax(teacher_model.predict(x)))
        loss, dz = loss_function(student_model.forward(x, True) / temperature, soft)
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="Logits are multiplied by T: that sharpens. A temperature divides, softmax(z / T).",
    zh="logits 乘以了 T：那会变得更尖锐。温度是用来除的，softmax(z / T)。",
)
def multiplies_by_temperature(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) * T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) * T, soft)
        optimizer.zero_grad()
        student_model.backward(T**3 * dlogits)
        optimizer.step()
        total, n = total + T**2 * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(multiplies_by_temperature)
def sharpens_both(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_t, z_s = (z * temperature for z in (teacher_model.predict(x), student_model.forward(x, True)))
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(dz * temperature**2 * temperature)
        optimizer.step()
        losses += [loss * temperature**2] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The teacher runs in training mode: dropout makes its labels noisy, and batch norm's statistics drift.",
    zh="教师处于训练模式：dropout 使软标签带噪声，批归一化的运行统计量也会漂移。",
)
def teacher_in_training_mode(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=True) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(teacher_in_training_mode)
def both_in_training_mode(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = (model(x, True) / temperature for model in (student_model, teacher_model))
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The student runs in inference mode: with training=True its dropout and batch norm do their part.",
    zh="学生处于推理模式：训练时应使用 training=True，dropout 与批归一化才会起作用。",
)
def student_in_inference_mode(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(student_in_inference_mode)
def student_predicts(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_t, z_s = teacher_model.predict(x), student_model.predict(x)
        loss, dz = loss_function(z_s / temperature, softmax(z_t / temperature))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The teacher learns from the student: the roles are swapped, and the student's soft labels become the target.",
    zh="角色颠倒了：以学生的软标签为目标。应由教师给出目标。",
)
def swaps_the_roles(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(student_model.forward(x, training=True) / T)
        loss, dlogits = loss_function(teacher_model.forward(x, training=False) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(swaps_the_roles)
def swaps_the_arguments_of_the_loss(
    student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0
):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_t, softmax(z_s))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="`zero_grad` is missing: the gradients of all earlier batches are added to this one.",
    zh="缺少 `zero_grad`：之前所有批次的梯度都累加到了这一批。",
)
def never_clears_gradients(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(never_clears_gradients)
def accumulates_over_batches(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        loss, dz = loss_function(
            student_model.forward(x, True) / temperature, softmax(teacher_model.predict(x) / temperature)
        )
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The optimizer steps with cleared gradients: the order is zero_grad, backward, step.",
    zh="优化器更新时梯度已被清零：顺序应为 zero_grad、backward、step。",
)
def clears_after_backward(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        student_model.backward(T * dlogits)
        optimizer.zero_grad()
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(clears_after_backward)
def backward_zero_step(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_t = teacher_model.predict(x)
        loss, dz = loss_function(student_model.forward(x, True) / temperature, softmax(z_t / temperature))
        losses += [temperature**2 * loss] * len(x)
        student_model.backward(dz * temperature)
        optimizer.zero_grad()
        optimizer.step()
    return mean(sum(losses), len(losses))


@wrong(
    en="It computes a loss and never steps: without `optimizer.step()` (or backward) the student does not learn.",
    zh="只算了损失而没有 `optimizer.step()`（或 backward）：学生什么也没学到。",
)
def never_steps(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(never_steps)
def only_evaluates(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        losses += [temperature**2 * loss_function(z_s, softmax(z_t))[0]] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="It steps once after the whole pass: each batch should be followed by its own step.",
    zh="整个遍历结束后才更新一次：每个批次之后都应有一次 step。",
)
def steps_once_at_the_end(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    optimizer.zero_grad()
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        student_model.backward(T * dlogits)
        total, n = total + T * T * loss * len(x), n + len(x)
    optimizer.step()
    return mean(total, n)


@same_mistake(steps_once_at_the_end)
def full_batch_gradient(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    optimizer.zero_grad()
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        student_model.backward(temperature * dz)
        losses += [temperature**2 * loss] * len(x)
    optimizer.step()
    return mean(sum(losses), len(losses))


@wrong(
    en="It averages over batches: the few samples of a small last batch then weigh more than all others.",
    zh="按批次取了平均：最后一个小批次的样本权重就偏大了。",
)
def averages_over_batches(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, losses = temperature, []
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        losses.append(T * T * loss)
    return mean(sum(losses), len(losses))


@same_mistake(averages_over_batches)
def running_mean_of_batches(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    average, count = 0.0, 0
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        count += 1
        average += (temperature**2 * loss - average) / count
    return mean(average * count, count)


@wrong(
    en="It returns the sum over samples (or batches): the exercise asks for the mean loss per sample.",
    zh="返回了总和：题目要求的是每个样本的平均损失。",
)
def returns_the_sum(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return n * mean(total, n)


@same_mistake(returns_the_sum)
def adds_up_without_dividing(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    if not losses:
        raise ValueError("data_loader")
    return float(np.sum(losses))


@wrong(
    en="It trains on the true labels: distillation's target is the teacher's soft label, the labels are not used here.",
    zh="用真实标签训练：蒸馏的目标是教师的软标签，这里不使用真实标签。",
)
def trains_on_labels(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, labels in data_loader:
        classes = teacher_model.forward(x, training=False).shape[1]
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, np.eye(classes)[labels])
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(trains_on_labels)
def one_hot_targets(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, labels in data_loader:
        z_s = student_model.forward(x, True) / temperature
        target = np.zeros(z_s.shape)
        target[np.arange(len(x)), list(labels)] = 1
        loss, dz = loss_function(z_s, target)
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="It trains on the teacher's hard decision (argmax): what the teacher knows about the other classes is lost.",
    zh="用教师的硬判决（argmax）训练：教师对其他类别的知识丢失了。",
)
def trains_on_the_argmax(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        z_t = teacher_model.forward(x, training=False)
        target = np.eye(z_t.shape[1])[z_t.argmax(axis=1)]
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, target)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(trains_on_the_argmax)
def pseudo_labels(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_t = teacher_model.predict(x)
        target = (z_t == z_t.max(axis=1, keepdims=True)).astype(z_t.dtype)
        loss, dz = loss_function(student_model.forward(x, True) / temperature, target)
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="exp without subtracting the maximum: it overflows for large logits, inf / inf is NaN.",
    zh="exp 之前没有减去最大值：logits 较大时溢出，inf / inf 得到 NaN。",
)
def unstable_softmax(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        e = np.exp(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, e / e.sum(axis=1, keepdims=True))
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(unstable_softmax)
def powers_of_e(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        powers = np.exp(teacher_model.predict(x).T / temperature)
        soft = (powers / powers.sum(axis=0)).T
        loss, dz = loss_function(student_model.forward(x, True) / temperature, soft)
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="The softmax runs over the batch (axis 0): the probabilities of one sample's classes must add up to 1.",
    zh="softmax 沿批次方向（axis 0）计算：应使同一样本各类别的概率之和为 1。",
)
def softmax_over_the_batch(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax((teacher_model.forward(x, training=False) / T).T).T
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(softmax_over_the_batch)
def axis_zero(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z = teacher_model.predict(x) / temperature
        e = np.exp(z - z.max(axis=0))
        loss, dz = loss_function(student_model.forward(x, True) / temperature, e / e.sum(axis=0))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="It walks through the loader twice (to count, or to cache): a generator is empty the second time.",
    zh="遍历了两次数据加载器（为计数或缓存）：生成器第二次是空的。",
)
def reads_the_loader_twice(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total = temperature, 0.0
    refuse_bad(T)
    n = sum(len(x) for x, _ in data_loader)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total += T * T * loss * len(x)
    return mean(total, n)


@same_mistake(reads_the_loader_twice)
def counts_the_samples_first(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    sizes = [len(x) for x, _ in data_loader]
    losses = 0.0
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += temperature**2 * loss * len(x)
    return mean(losses, sum(sizes))


@wrong(
    en="The loss is its own soft cross-entropy: call the `loss_function` that is passed in, it may differ.",
    zh="自己写了软标签交叉熵：应调用传入的 `loss_function`，它可能不同。",
)
def ignores_the_loss_function(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        z = student_model.forward(x, training=True) / T
        loss, dlogits = -float((soft * log_softmax(z)).sum()) / len(x), (softmax(z) - soft) / len(x)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(ignores_the_loss_function)
def own_cross_entropy(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        log_p = log_softmax(student_model.forward(x, True) / temperature)
        p_t = softmax(teacher_model.predict(x) / temperature)
        optimizer.zero_grad()
        student_model.backward(temperature * (np.exp(log_p) - p_t) / len(x))
        optimizer.step()
        losses += list(-(temperature**2) * (p_t * log_p).sum(axis=1))
    return mean(float(sum(losses)), len(losses))


@wrong(
    en="It returns the KL divergence (it subtracts the teacher's entropy): the exercise asks for the cross-entropy "
    "that was called.",
    zh="返回的是 KL 散度（减去了教师的熵）：题目要求的是所调用的交叉熵。",
)
def subtracts_the_entropy(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        z_t = teacher_model.forward(x, training=False) / T
        soft = softmax(z_t)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        loss += float((soft * log_softmax(z_t)).sum()) / len(x)
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(subtracts_the_entropy)
def reports_kl(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        log_p_t = log_softmax(teacher_model.predict(x) / temperature)
        loss, dz = loss_function(student_model.forward(x, True) / temperature, np.exp(log_p_t))
        entropy = -(np.exp(log_p_t) * log_p_t).sum(axis=1).mean()
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * (loss - entropy)] * len(x)
    return mean(float(sum(losses)), len(losses))


@wrong(
    en="`temperature` is not checked: 0, a negative number, NaN or infinity must raise ValueError.",
    zh="没有检查 temperature：0、负数、NaN 或无穷大都应抛出 ValueError。",
)
def accepts_any_temperature(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = np.float64(temperature), 0.0, 0
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(accepts_any_temperature)
def never_looks_at_temperature(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, losses = np.float64(temperature), []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / T, teacher_model.predict(x) / T
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(T**2 * dz / T if T else T * dz)
        optimizer.step()
        losses += [T**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="NaN or infinity slips through `temperature <= 0`: require a finite number too.",
    zh="NaN 或无穷大逃过了 `temperature <= 0`：还要检查是否有限。",
)
def forgets_nan_and_infinity(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    if T <= 0:
        raise ValueError("temperature")
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(forgets_nan_and_infinity)
def refuses_only_the_negative(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    if temperature == 0 or temperature < 0:
        raise ValueError("temperature")
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="An empty loader gives 0 / 0 or 0.0: nothing was learned, say so with ValueError.",
    zh="数据加载器为空时得到 0 / 0 或 0.0：什么也没学到，应抛出 ValueError。",
)
def accepts_an_empty_loader(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return total / max(n, 1)


@same_mistake(accepts_an_empty_loader)
def zero_for_no_data(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return sum(losses) / len(losses) if losses else 0.0


@wrong(
    en="It multiplies by T once. Soft labels' gradients shrink as 1/T^2: once in the chain rule, once in p_s - p_t.",
    zh="乘的是 T 而不是 T^2：软标签的梯度按 1/T^2 缩小：链式法则贡献一个 1/T，p_s - p_t 的缩小又贡献一个。",
)
def multiplies_by_t_once(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits / T)
        optimizer.step()
        total, n = total + T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(multiplies_by_t_once)
def scales_by_temperature(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(dz)
        optimizer.step()
        losses += [temperature * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="It returns the loss of the last batch: the exercise asks for the mean over all samples of the pass.",
    zh="返回了最后一个批次的损失：题目要求的是整个遍历中所有样本的平均。",
)
def returns_the_last_loss(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, loss = temperature, None
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
    return mean(T * T * (loss or 0.0), 0 if loss is None else 1)


@same_mistake(returns_the_last_loss)
def overwrites_the_loss(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        value, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses.append(temperature**2 * value)
    return mean(sum(losses[-1:]), min(len(losses), 1))


@wrong(
    en="It returns inside the loop: only the first batch is learned from.",
    zh="在循环里就 return 了：只学了第一个批次。",
)
def returns_inside_the_loop(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        return T * T * loss
    raise ValueError("data_loader")


@same_mistake(returns_inside_the_loop)
def takes_only_the_first_batch(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    batch = next(iter(data_loader), None)
    if batch is None:
        raise ValueError("data_loader")
    x = batch[0]
    z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
    loss, dz = loss_function(z_s, softmax(z_t))
    optimizer.zero_grad()
    student_model.backward(temperature * dz)
    optimizer.step()
    return temperature**2 * loss


@same_mistake(clears_after_backward)
def steps_before_backward(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        optimizer.step()
        student_model.backward(T * dlogits)
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(clears_after_backward)
def steps_then_differentiates(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        optimizer.zero_grad()
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.step()
        student_model.backward(temperature * dz)
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="It mixes in a cross-entropy with the true labels: that is the full recipe, here the labels are not used.",
    zh="混入了真实标签的交叉熵：那是完整的做法，而这里不使用真实标签。",
)
def mixes_hard_labels(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, labels in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        z = student_model.forward(x, training=True)
        loss, dlogits = loss_function(z / T, soft)
        hard = np.eye(z.shape[1])[np.asarray(labels)]
        optimizer.zero_grad()
        student_model.backward(0.5 * T * dlogits + 0.5 * (softmax(z) - hard) / len(x))
        optimizer.step()
        loss = 0.5 * T * T * loss - 0.5 * float((hard * log_softmax(z)).sum()) / len(x)
        total, n = total + loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(mixes_hard_labels)
def half_soft_half_hard(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, labels in data_loader:
        z_s, z_t = student_model.forward(x, True), teacher_model.predict(x)
        soft_loss, soft_dz = loss_function(z_s / temperature, softmax(z_t / temperature))
        rows, log_p = np.arange(len(x)), log_softmax(z_s)
        hard_dz = np.exp(log_p)
        hard_dz[rows, list(labels)] -= 1
        optimizer.zero_grad()
        student_model.backward((temperature * soft_dz + hard_dz / len(x)) / 2)
        optimizer.step()
        losses += [(temperature**2 * soft_loss - log_p[rows, list(labels)].mean()) / 2] * len(x)
    return mean(float(sum(losses)), len(losses))


@wrong(
    en="`zero_grad` is called once, before the loop: from the second batch on, gradients add up.",
    zh="`zero_grad` 只在循环之前调用了一次：从第二个批次起梯度不断累加。",
)
def clears_only_once(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    optimizer.zero_grad()
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(clears_only_once)
def clears_for_the_first_batch(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_s, z_t = student_model.forward(x, True) / temperature, teacher_model.predict(x) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        if not losses:
            optimizer.zero_grad()
        student_model.backward(temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


@wrong(
    en="It sends a gradient into the teacher: its soft labels are constants, only the student learns.",
    zh="把梯度传给了教师：软标签是常数，只有学生在学习。",
)
def differentiates_the_teacher(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        teacher_model.backward(-T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(differentiates_the_teacher)
def backward_through_both(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    losses = []
    for x, _ in data_loader:
        z_t, z_s = teacher_model.forward(x) / temperature, student_model.forward(x, True) / temperature
        loss, dz = loss_function(z_s, softmax(z_t))
        optimizer.zero_grad()
        for model, sign in ((student_model, 1), (teacher_model, -1)):
            model.backward(sign * temperature * dz)
        optimizer.step()
        losses += [temperature**2 * loss] * len(x)
    return mean(sum(losses), len(losses))


def trained(
    student,
    teacher,
    loss_function,
    loader,
    optimizer,
    T,
    *,
    soften=None,
    logits=None,
    gradient=None,
    value=None,
    skip=None,
):
    """The right loop; an answer replaces the step that it gets wrong."""
    refuse_bad(T)
    soften = soften or (lambda z: softmax(z / T))
    total, n = 0.0, 0
    for x, _ in loader:
        if skip and skip(x):
            continue
        target = soften(teacher.forward(x, training=False))
        z_s = student.forward(x, training=True)
        loss, dlogits = loss_function(logits(z_s) if logits else z_s / T, target)
        optimizer.zero_grad()
        student.backward(gradient(dlogits) if gradient else T * dlogits)
        optimizer.step()
        total, n = total + (value(loss) if value else T * T * loss) * len(x), n + len(x)
    return mean(total, n)


def one_by_one(losses_of_a_batch, loader, T):
    """The mean of what `losses_of_a_batch(x)` lists, one loss for each sample."""
    refuse_bad(T)
    losses = [loss for x, _ in loader for loss in losses_of_a_batch(x)]
    return mean(sum(losses), len(losses))


@wrong(
    en="One maximum is subtracted from the whole batch: a row far below it becomes 0 / 0. Use each row's own.",
    zh="整个批次减去同一个最大值：远低于它的行会变成 0 / 0。每行应减去自己的最大值。",
)
def one_maximum_for_the_batch(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def shifted(z):
        e = np.exp(z / T - (z / T).max())
        return e / e.sum(axis=1, keepdims=True)

    return trained(student_model, teacher_model, loss_function, data_loader, optimizer, temperature, soften=shifted)


@same_mistake(one_maximum_for_the_batch)
def maximum_without_an_axis(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        z_t = teacher_model.predict(x)
        soft = np.exp((z_t - np.max(z_t)) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft / np.add.reduce(soft, axis=1)[:, None])
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="Each row's mean is subtracted before exp: what lies far above it still overflows. Subtract the maximum.",
    zh="exp 之前减去的是每行的平均值：远高于平均值的仍会溢出。应减去最大值。",
)
def subtracts_the_mean(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def centred(z):
        e = np.exp((z - z.mean(axis=1, keepdims=True)) / T)
        return e / e.sum(axis=1, keepdims=True)

    return trained(student_model, teacher_model, loss_function, data_loader, optimizer, temperature, soften=centred)


@same_mistake(subtracts_the_mean)
def centres_each_row(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        z_t = teacher_model.predict(x)
        soft = np.exp((z_t - z_t.sum(axis=1)[:, None] / z_t.shape[1]) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft / np.add.reduce(soft, axis=1)[:, None])
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The probabilities at T = 1 are raised to 1 / T: what has rounded to 0 stays 0. Divide the logits by T.",
    zh="把 T = 1 的概率取 1 / T 次方：已经舍入为 0 的仍是 0。应让 logits 除以 T。",
)
def powers_of_probabilities(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def root(z):
        p = softmax(z) ** (1 / T)
        return p / p.sum(axis=1, keepdims=True)

    return trained(student_model, teacher_model, loss_function, data_loader, optimizer, temperature, soften=root)


@same_mistake(powers_of_probabilities)
def roots_of_probabilities(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = np.power(softmax(teacher_model.predict(x)), 1 / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft / np.add.reduce(soft, axis=1)[:, None])
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The teacher's softmax is taken twice: T divides the logits, and softmax is taken once.",
    zh="对教师做了两次 softmax：T 应除 logits，softmax 只做一次。",
)
def softmax_of_a_softmax(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    return trained(
        student_model,
        teacher_model,
        loss_function,
        data_loader,
        optimizer,
        temperature,
        soften=lambda z: softmax(softmax(z) / T),
    )


@same_mistake(softmax_of_a_softmax)
def divides_probabilities_and_softens_again(
    student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0
):
    T = temperature

    def learn(x):
        soft = softmax(np.exp(log_softmax(teacher_model.predict(x))) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The probabilities are divided by T: the soft labels no longer sum to 1. T divides the logits.",
    zh="除以 T 的是概率：软标签之和不再为 1。T 应除 logits。",
)
def divides_probabilities(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    return trained(
        student_model,
        teacher_model,
        loss_function,
        data_loader,
        optimizer,
        temperature,
        soften=lambda z: softmax(z) / T,
    )


@same_mistake(divides_probabilities)
def soft_labels_that_do_not_sum_to_one(
    student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0
):
    T = temperature

    def learn(x):
        soft = np.exp(log_softmax(teacher_model.predict(x))) * (1 / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="`backward` is called twice: gradients add up, so the step is twice as long.",
    zh="调用了两次 `backward`：梯度会累加，步子就大了一倍。",
)
def backward_twice(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    return trained(
        student_model,
        teacher_model,
        loss_function,
        data_loader,
        optimizer,
        temperature,
        gradient=lambda dlogits: T * dlogits + T * dlogits,
    )


@same_mistake(backward_twice)
def gradient_added_twice(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        student_model.backward(T * dlogits)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="dlogits is divided by n once more: the loss function is a mean over the batch, its gradient holds the 1/n.",
    zh="dlogits 又除了一次 n：损失函数已对批次取平均，梯度中已含 1/n。",
)
def divides_by_n_again(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    return trained(
        student_model,
        teacher_model,
        loss_function,
        data_loader,
        optimizer,
        temperature,
        gradient=lambda dlogits: T * dlogits / len(dlogits),
    )


@same_mistake(divides_by_n_again)
def gradient_over_the_batch_size(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits / x.shape[0])
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The loss that is returned lacks its T^2, the gradient has it: report what is trained.",
    zh="返回的损失缺少 T^2，而梯度里有：报告的应是所训练的目标。",
)
def reports_the_loss_without_t_squared(
    student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0
):
    return trained(
        student_model, teacher_model, loss_function, data_loader, optimizer, temperature, value=lambda loss: loss
    )


@same_mistake(reports_the_loss_without_t_squared)
def value_without_t_squared(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [1.0 * loss] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The loss that is returned is multiplied by T once: it is T^2 times the cross-entropy.",
    zh="返回的损失只乘了一次 T：应为 T^2 乘交叉熵。",
)
def reports_t_times_the_loss(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    return trained(
        student_model, teacher_model, loss_function, data_loader, optimizer, temperature, value=lambda loss: T * loss
    )


@same_mistake(reports_t_times_the_loss)
def value_with_one_t(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The mean is over samples and classes: a sample's loss is one number; divide by the number of samples.",
    zh="平均时把类别数也除了：每个样本的损失是一个数，只除以样本数。",
)
def mean_over_classes_too(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    z = []
    loss = trained(
        student_model,
        teacher_model,
        loss_function,
        data_loader,
        optimizer,
        T,
        logits=lambda z_s: (z.append(z_s), z_s / T)[1],
    )
    return loss / z[0].shape[1]


@same_mistake(mean_over_classes_too)
def divides_by_all_logits(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [T * T * loss / z_s.shape[1]] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The student runs twice per batch with training=True: batch norm's running mean moves twice. Run it once.",
    zh="学生每个批次以 training=True 运行了两次：批归一化的运行均值更新了两次。前向一次就够了。",
)
def student_runs_twice(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        student_model.forward(x, training=True)
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(student_runs_twice)
def second_training_forward(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        student_model(x, training=True)
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="A batch smaller than the first is left out: every sample counts, a batch by its size.",
    zh="比第一个批次小的被跳过了：每个样本都要算，批次按大小计权。",
)
def leaves_out_a_smaller_batch(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    sizes = []

    def smaller(x):
        sizes.append(len(x))
        return len(x) < sizes[0]

    return trained(student_model, teacher_model, loss_function, data_loader, optimizer, temperature, skip=smaller)


@same_mistake(leaves_out_a_smaller_batch)
def drops_what_is_not_full(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    full = []

    def batches():
        for x, labels in data_loader:
            full.append(len(x))
            if len(x) >= full[0]:
                yield x, labels

    return trained(student_model, teacher_model, loss_function, batches(), optimizer, temperature)


@wrong(
    en="loss_function gets its arguments the wrong way round: logits come first, then the soft labels.",
    zh="loss_function 的两个参数弄反了：logits 在前，软标签在后。",
)
def arguments_of_the_loss_swapped(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    def swapped(logits, soft_labels):
        return loss_function(soft_labels, logits)

    return trained(student_model, teacher_model, swapped, data_loader, optimizer, temperature)


@same_mistake(arguments_of_the_loss_swapped)
def target_before_prediction(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(soft, z_s / T)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The student's probabilities are passed on as logits: the loss function takes the softmax itself.",
    zh="把学生的概率当作 logits 传了进去：损失函数自己会做 softmax。",
)
def probabilities_for_logits(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature
    return trained(
        student_model,
        teacher_model,
        loss_function,
        data_loader,
        optimizer,
        temperature,
        logits=lambda z_s: softmax(z_s / T),
    )


@same_mistake(probabilities_for_logits)
def softmax_before_the_loss(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(np.exp(log_softmax(z_s / T)), soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="The step comes before backward: it takes the gradient of an earlier batch. zero_grad, backward, step.",
    zh="step 在 backward 之前：用的是之前批次的梯度。顺序是 zero_grad、backward、step。",
)
def takes_the_step_too_early(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T, total, n = temperature, 0.0, 0
    refuse_bad(T)
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.step()
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(takes_the_step_too_early)
def step_then_zero_then_backward(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.step()
        optimizer.zero_grad()
        student_model.backward(dlogits * T)
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="Infinity passes as a temperature: `T > 0` refuses NaN but not infinity; require a finite number too.",
    zh="无穷大的温度通过了：`T > 0` 能拦住 NaN，却拦不住无穷大，还要检查是否有限。",
)
def accepts_infinity(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    if not temperature > 0:
        raise ValueError("temperature")
    T, total, n = temperature, 0.0, 0
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T * dlogits)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(accepts_infinity)
def checks_the_sign_and_nan(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    if temperature <= 0 or math.isnan(temperature):
        raise ValueError("temperature")
    T, total, n = temperature, 0.0, 0
    for x, _ in data_loader:
        soft = np.exp(log_softmax(teacher_model.predict(x) / T))
        loss, dlogits = loss_function(student_model(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(accepts_infinity)
def infinite_in_both_factors(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    if not temperature > 0:
        raise ValueError("temperature")
    T, total, n = temperature, 0.0, 0
    for x, _ in data_loader:
        soft = softmax(teacher_model.forward(x, training=False) / T)
        loss, dlogits = loss_function(student_model.forward(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(T**2 * dlogits / T)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@same_mistake(accepts_infinity)
def infinite_square_over_infinity(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    if temperature <= 0 or math.isnan(temperature):
        raise ValueError("temperature")
    T, total, n = temperature, 0.0, 0
    for x, _ in data_loader:
        soft = np.exp(log_softmax(teacher_model.predict(x) / T))
        loss, dlogits = loss_function(student_model(x, training=True) / T, soft)
        optimizer.zero_grad()
        student_model.backward(np.multiply(dlogits, T * T) / T)
        optimizer.step()
        total, n = total + T * T * loss * len(x), n + len(x)
    return mean(total, n)


@wrong(
    en="A bad temperature ends in AssertionError: the contract asks for ValueError, and `python -O` drops asserts.",
    zh="温度不合法时抛出的是 AssertionError：约定是 ValueError，而且 `python -O` 会去掉所有 assert。",
)
def asserts(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    assert math.isfinite(temperature)
    assert temperature > 0
    return trained(student_model, teacher_model, loss_function, data_loader, optimizer, temperature)


@same_mistake(asserts)
def asserts_a_range(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    assert 0 < temperature < math.inf
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    return one_by_one(learn, data_loader, T)


@wrong(
    en="An empty loader gives NaN, 0 / 0 in NumPy: nothing was learned, say so with ValueError.",
    zh="数据加载器为空时得到 NaN（NumPy 的 0 / 0）：什么也没学到，应抛出 ValueError。",
)
def nan_for_an_empty_loader(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    try:
        return trained(student_model, teacher_model, loss_function, data_loader, optimizer, temperature)
    except ValueError:
        refuse_bad(temperature)
        return math.nan


@same_mistake(nan_for_an_empty_loader)
def mean_of_an_empty_array(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    refuse_bad(temperature)
    T = temperature

    def learn(x):
        soft = softmax(teacher_model.predict(x) / T)
        z_s = student_model.forward(x, True)
        loss, dlogits = loss_function(z_s / T, soft)
        optimizer.zero_grad()
        student_model.backward(dlogits * T**2 / T)
        optimizer.step()
        return [loss * T**2] * len(x)

    losses = [loss for x, _ in data_loader for loss in learn(x)]
    return np.float64(sum(losses)) / len(losses) if losses else np.float64(0) / np.float64(0)
