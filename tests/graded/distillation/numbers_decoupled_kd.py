"""The computed numbers of the card distillation/decoupled_kd, in the order of its tables, row by row."""

import numpy as np

from minicompress.distillation import decoupled_kd, kd_loss
from minicompress.nn import log_softmax, softmax

GIVEN = {
    "0.1": "the weight of the labels in the plain loss, by default in the authors' code",
    "0.9": "the weight of the plain soft loss, by default in the authors' code",
    "73.33": "plain distillation in the table of the authors' repository",
    "76.32": "decoupled distillation in the table of the authors' repository",
    "2.13": "the PyTorch version the differences were measured on",
}

# The teacher's four other classes, and a student that is unsure of everything; the label is class 0.
OTHERS, STUDENT, T = np.array([2.0, 1, 0, -1]), np.array([[1.0, 0.5, 0, 0.5, 0]]), 4.0
MARGINS = (2, 8, 32)

# Of the second table: the teacher errs in the second sample.
Z_T, Z_S = np.array([[6.0, 3, 0, -1], [4, 2, 0, 1]]), np.array([[2.0, 1, 1, 0], [0, 1, 0, 0.5]])
LABELS, ALPHA, BETA = np.array([0, 1]), 1.0, 8.0


def numbers():
    sums, shares, label = {}, {}, np.array([0])
    for margin in MARGINS:
        z_t = np.concatenate([[margin], OTHERS])[None]
        target, non_target = (part(STUDENT, z_t, label, *weights) for weights in [(1, 0), (0, 1)])
        doubt = 1 - softmax(z_t / T)[0, 0]
        whole, d_whole = kd_loss(STUDENT, z_t, T)
        d_decoupled = decoupled_kd(STUDENT, z_t, label, temperature=T, alpha=ALPHA, beta=BETA)[1]
        d_others = decoupled_kd(STUDENT, z_t, label, temperature=T, alpha=0, beta=1)[1]
        sums |= {
            f"{margin}: doubt": f"{doubt:.4f}",
            f"{margin}: TCKD": f"{target:.4f}",
            f"{margin}: NCKD": f"{non_target:.4f}",
            f"{margin}: sum": f"{target + doubt * non_target:.4f}",
            f"{margin}: KL": f"{whole / T**2:.4f}",
        }
        shares |= {
            f"{margin}: share of NCKD in KD": f"{share(d_whole, doubt * d_others):.1%}",
            f"{margin}: share of NCKD in DKD": f"{share(d_decoupled, BETA * d_others):.1%}",
        }
    table = sums | shares
    for name, (loss, dz_s) in mistakes().items():
        table[f"{name}: loss"] = f"{loss:.4f}"
        table[f"{name}: gradient"] = f"{np.linalg.norm(dz_s):.4f}"
    return table


def part(z_s, z_t, labels, alpha, beta):
    """The loss without T^2."""
    return decoupled_kd(z_s, z_t, labels, temperature=T, alpha=alpha, beta=beta)[0] / T**2


def share(whole, of_others):
    """How much of a gradient is NCKD's: its norm over the sum of the norms of both parts."""
    size = np.linalg.norm(of_others)
    return size / (size + np.linalg.norm(whole - of_others))


def mistakes():
    """Loss and gradient, of the right answer and of those that differ in one thing."""
    n, at_label = len(Z_S), LABELS[:, None] == np.arange(Z_S.shape[1])

    def loss(labels=LABELS, alpha=ALPHA, beta=BETA):
        return np.array(decoupled_kd(Z_S, Z_T, labels, temperature=T, alpha=alpha, beta=beta), dtype=object)

    def with_others(change):
        """TCKD as it is, and beta KL of z / T after `change`."""
        log_s, log_t = log_softmax(change(Z_S / T)), log_softmax(change(Z_T / T))
        kl = np.sum(np.exp(log_t) * (log_t - log_s)) / n
        return loss(beta=0) + np.array([T**2 * BETA * kl, T * BETA * (np.exp(log_s) - np.exp(log_t)) / n], dtype=object)

    doubt = 1 - softmax(Z_T / T)[at_label]
    coupled = [decoupled_kd(Z_S[[k]], Z_T[[k]], LABELS[[k]], temperature=T, beta=BETA * doubt[k]) for k in range(n)]
    return {
        "right": loss(),
        "1 - b_t kept": (np.mean([one for one, _ in coupled]), np.vstack([dz_s for _, dz_s in coupled]) / n),
        "alpha and beta swapped": loss(alpha=BETA, beta=ALPHA),
        "the teacher's best class": loss(labels=Z_T.argmax(axis=1)),
        "target's logit set to 0": with_others(lambda z: np.where(at_label, 0, z)),
        "target left in": with_others(lambda z: z),
        "plain KD": kd_loss(Z_S, Z_T, T),
    }
