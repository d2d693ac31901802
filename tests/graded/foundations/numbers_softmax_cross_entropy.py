"""The computed numbers of the card foundations/softmax_cross_entropy, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import softmax_cross_entropy

GIVEN = {
    "100,000": "the number of classes that the follow-up asks for",
    "65,504": "the largest float16, np.finfo(np.float16).max",
}


def numbers():
    table = {}
    for gap in (10, 50, 100, 200, 1000):
        z = np.array([[0, gap]], np.float32)  # the label is class 0
        with np.errstate(all="ignore"):
            table[f"{gap}: textbook"] = f"{-np.log(share(np.exp(z))):.1f}"
            table[f"{gap}: stable softmax"] = f"{-np.log(share(np.exp(z - z.max()))):.1f}"
            table[f"{gap}: + 1e-12"] = f"{-np.log(share(np.exp(z - z.max())) + 1e-12):.1f}"
        table[f"{gap}: log p"] = f"{loss_of(z, 0):.1f}"
    limits = [np.log(np.finfo(dtype).max.astype(np.float64)) for dtype in (np.float16, np.float32, np.float64)]
    _, surely_wrong = softmax_cross_entropy(np.array([[0.0, 1000]]), np.array([0]))
    return table | {
        "overflow": " / ".join(f"{limit:.1f}" for limit in limits),
        "untrained": f"{loss_of(np.zeros((1, 10)), 3):.3f}",
        "surely wrong": f"{np.linalg.norm(surely_wrong):.3f}",
        "softmax twice": f"{loss_of(np.eye(10)[[3]], 3):.3f}",
    }


def share(e):
    """Probability of class 0 from exponentials."""
    return (e / e.sum())[0, 0]


def loss_of(z, label):
    return softmax_cross_entropy(z, np.array([label]))[0]
