"""Exercise distillation/knowledge_distillation: train a student for one pass on a teacher's soft labels.

Question card: exercises/distillation/knowledge_distillation.md (中文：knowledge_distillation.zh.md)
Check it with: minicompress check distillation/knowledge_distillation
"""

import math

import numpy as np


def knowledge_distillation(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    """Make one pass over the data, teaching the student the teacher's soft labels; return the mean loss per sample.

    student_model, teacher_model
        `model.forward(x, training=False)` returns logits, shape (n, classes); `model.backward(dlogits)` adds to the
        gradients of the last forward. The student runs with `training=True`; the teacher in inference mode, and it
        stays unchanged.
    loss_function
        `loss_function(logits, soft_labels) -> (loss, dlogits)`: a soft-label cross-entropy, mean over the batch, with
        its gradient with respect to the logits that it was given. Call it once per batch, with student logits / T.
    data_loader
        Yields batches (x, labels), perhaps once only, each of at least one sample; x is a float32 array of shape
        (n, inputs). The labels are not used, and may be None.
    optimizer
        `zero_grad()` before backward, `step()` after it.
    temperature
        T, a finite number > 0; the logits may be as tiny as T, or so large that T brings back what rounds to 0 at 1.

    With teacher logits z_t and student logits z_s:

        soft labels   p_t  = softmax(z_t / T), also for logits in the thousands
        loss          L    = T^2 * loss_function(z_s / T, p_t)
        gradient      dz_s = T^2 * dlogits / T          (z_s was divided by T on the way)

    Returns the mean of L over samples, one number: a batch counts by its size. Only the student and the state of the
    optimizer change; batches and teacher stay as they are. The student runs once per batch.

    Raises ValueError if temperature is not finite or <= 0, or if data_loader yields nothing.

    Checks accept arithmetic in float32 or float64 (relative tolerance 1e-4, absolute 1e-5).

    中文：对数据遍历一次，用教师的软标签训练学生（公式见上；教师用推理模式且不改变，学生用 training=True，不使用真实
    标签，它们可能是 None）；每个批次至少有一个样本，x 为 float32；每个批次先 zero_grad，再 backward，再 step，学生只
    运行一次；不修改批次；返回每个样本的平均损失（一个数，按批次大小加权）。logits 可以与 T 一样小，也可以大到 T = 1
    时概率舍入为 0、用 T 才能找回。temperature 不是有限正数，或 data_loader 为空时抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
