"""Answers to distillation/knowledge_distillation that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


@right
def one_sample_at_a_time(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    if not 0 < temperature < float("inf"):
        raise ValueError(f"temperature must be finite and positive, got {temperature}")
    losses = []
    for batch in data_loader:
        x = batch[0]
        optimizer.zero_grad()
        soft_labels = []
        for z in teacher_model.predict(x).astype(np.float64):
            z = [value / temperature for value in z]
            e = [np.exp(value - max(z)) for value in z]
            soft_labels.append([value / sum(e) for value in e])
        logits = student_model.forward(x, True)
        loss, dlogits = loss_function(logits / temperature, np.array(soft_labels))
        student_model.backward(temperature * dlogits)
        optimizer.step()
        losses.extend([temperature * temperature * loss] * len(x))
    if not losses:
        raise ValueError("data_loader is empty")
    return sum(losses) / len(losses)


@right
def in_float32_with_a_running_mean(
    student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0
):
    if not np.isfinite(temperature) or temperature <= 0:
        raise ValueError("temperature must be finite and positive")
    T = np.float32(temperature)
    mean_loss, seen = 0.0, 0
    for x, _labels in data_loader:
        z_t = np.asarray(teacher_model(x), np.float32) / T
        log_p_t = z_t - np.max(z_t, axis=-1, keepdims=True)
        log_p_t -= np.log(np.sum(np.exp(log_p_t), axis=-1, keepdims=True))
        z_s = student_model(x, training=True)
        loss, dlogits = loss_function(z_s * (1 / T), np.exp(log_p_t))
        optimizer.zero_grad()
        student_model.backward(np.multiply(dlogits, T * T) / T)
        optimizer.step()
        seen += x.shape[0]
        mean_loss += (float(T) ** 2 * loss - mean_loss) * x.shape[0] / seen
    if not seen:
        raise ValueError("data_loader is empty")
    return np.float32(mean_loss)


@right
def takes_the_first_batch_apart(student_model, teacher_model, loss_function, data_loader, optimizer, temperature=4.0):
    scale = float(temperature)
    if not np.isfinite(scale) or not scale > 0:
        raise ValueError("temperature must be finite and positive")

    def learn(x):
        student_logits = student_model.forward(x, training=True)
        shifted = teacher_model.predict(x, batch_size=2) / scale
        shifted = shifted - shifted.max(1)[:, None]
        soft_labels = np.exp(shifted) / np.exp(shifted).sum(1)[:, None]
        value, gradient = loss_function(student_logits / scale, soft_labels)
        optimizer.zero_grad()
        student_model.backward(scale**2 * (gradient / scale))
        optimizer.step()
        return scale**2 * value * len(x), len(x)

    iterator = iter(data_loader)
    try:
        first, _ = next(iterator)
    except StopIteration:
        raise ValueError("data_loader yields nothing") from None
    results = np.array([learn(first), *(learn(x) for x, _ in iterator)])
    return float(results[:, 0].sum() / results[:, 1].sum())


LABELS = "soft_labels = softmax(teacher_model.forward(x, training=False) / T)"
LOSS = "loss, dlogits = loss_function(z_s / T, soft_labels)"
EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "the inputs are float32, as the stub says",
    "return total_loss / samples -> return total_loss / (samples + 1e-08)": "samples are at least 1",
    "return e / e.sum(axis=1, keepdims=True) -> return e / (e.sum(axis=1, keepdims=True) + 1e-08)": "the sum is at "
    "least 1, e^0 of the maximum",
    f"swapped: {LABELS} | z_s = student_model.forward(x, training=True)": "either network may go first",
    f"{LABELS} -> soft_labels = softmax(teacher_model.forward(x) / T)": "inference is the default mode of forward",
    f"swapped: {LOSS} | optimizer.zero_grad()": "gradients may be cleared at any time before backward",
}
