"""Label smoothing: the same as distillation from a teacher that knows only the number of classes.

    t = (1 - eps) onehot + eps / C                                C classes; u = 1/C, the uniform distribution
    CE(t, p) = (1 - eps) CE(onehot, p) + eps CE(u, p)
             = (1 - eps) CE(onehot, p) + eps (KL(u || p) + log C)

Cross-entropy is linear in t. So smoothing by eps is distillation at T = 1 from a teacher whose logits are all equal,
with the weight eps for the soft term: the same gradient, and a loss that differs by the constant eps log C.

A one-hot target is never reached: the loss falls as long as the logit of the label grows. A smoothed target is reached
at p = t:

    gap   = log(t_label / t_other) = log(C (1 - eps) / eps + 1)   between the logit of the label and any other logit
    floor = -sum_c t log t                                        the loss at p = t, the entropy of t; not 0

The gap is the same for all other classes and all samples, whereas the answers of a trained teacher differ from sample
to sample. A network that was trained with smoothing keeps less information on which classes a sample resembles.

Trap: the label gets eps / C too, so its target is 1 - eps + eps / C. The variant with 1 - eps for the label and
eps / (C - 1) for the others gives the same targets with another eps: its eps is this one times (C - 1) / C.

Sources: Szegedy et al. 2015 (arXiv:1512.00567), section 7; Mueller, Kornblith, Hinton 2019 (arXiv:1906.02629), whose
students learned less from teachers trained with smoothing. Left out: other distributions than the uniform one.
The loss itself is `nn.softmax_cross_entropy(z, labels, label_smoothing=eps)`.
"""

import math

import numpy as np

from minicompress._base import arguments
from minicompress.nn.losses import class_labels

__all__ = ["best_gap", "smoothed_labels", "smoothed_loss_floor"]


def smoothed_labels(labels: np.ndarray, classes: int, eps: float) -> np.ndarray:
    """Return t = (1 - eps) onehot + eps / C: float64 (n, C), rows that sum to 1.

    Parameters
    ----------
    labels : integers (n,) from 0 to C - 1, n >= 1.
    classes : C, an integer >= 2.
    eps : number in [0, 1], the share of the target that is spread over all classes, including the label.

    Raises
    ------
    ValueError : labels that are not such integers; classes or eps out of range.

    Source: Szegedy et al. 2015 (arXiv:1512.00567), section 7.

    >>> smoothed_labels([2, 0], 4, 0.1).round(3).tolist()
    [[0.025, 0.025, 0.925, 0.025], [0.925, 0.025, 0.025, 0.025]]
    """
    C, eps = _check("smoothed_labels", classes, eps)
    labels = np.asarray(labels)
    if labels.size == 0:
        raise ValueError(f"smoothed_labels: labels must be integers (n,) with n >= 1, got shape {labels.shape}")
    labels = class_labels("smoothed_labels", labels, (labels.size, C))
    t = np.full((len(labels), C), eps / C)
    t[np.arange(len(labels)), labels] += 1 - eps
    return t


def best_gap(classes: int, eps: float) -> float:
    """Return log(C (1 - eps) / eps + 1), the gap between the label's logit and all others at the least loss.

    Parameters
    ----------
    classes : C, an integer >= 2.
    eps : number in [0, 1]. At 0 the gap is infinite: one-hot targets are never reached. At 1 it is 0.

    Raises ValueError for classes or eps out of range.

    >>> round(best_gap(10, 0.1), 3)
    4.511
    """
    C, eps = _check("best_gap", classes, eps)
    return math.inf if eps == 0 else math.log1p(C * (1 - eps) / eps)


def smoothed_loss_floor(classes: int, eps: float) -> float:
    """Return the least value of the smoothed cross-entropy, in nats: the entropy of t, reached at p = t.

    Subtract it to compare losses of different eps: the difference is KL(t || p), which is 0 for the best answer.

    Parameters
    ----------
    classes : C, an integer >= 2.
    eps : number in [0, 1]. The floor is 0 at 0, and log C at 1.

    Raises ValueError for classes or eps out of range.

    >>> round(smoothed_loss_floor(10, 0.1), 3)
    0.5
    """
    C, eps = _check("smoothed_loss_floor", classes, eps)
    label, other = 1 - eps + eps / C, eps / C
    if other == 0:
        return 0.0
    return -label * math.log(label) - (C - 1) * other * math.log(other)


def _check(owner, classes, eps):
    return (
        arguments.whole_number(owner, "classes", classes, low=2),
        arguments.number(owner, "eps", eps, low=0, high=1),
    )
