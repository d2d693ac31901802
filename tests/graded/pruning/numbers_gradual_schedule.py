"""The computed numbers of the card pruning/gradual_schedule, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.pruning import gradual, iterative

GIVEN = {
    "95%": "a sparsity of the pruning study, whose record a test reads",
    "99%": "the same",
    "50%": "a share that the text prunes twice",
    "90%": "the final sparsity that text and tables assume",
    "0.9": "the same as a fraction",
    "0.1": "what is left at 90%",
    "18%": "a fifth of 90%, the tempting answer",
    "20%": "the share of a round in the lottery-ticket papers",
}

STEPS, FINAL = 5, 0.9


def numbers():
    cubic = list(gradual(FINAL, STEPS, interval=1).values())
    linear = [FINAL * k / STEPS for k in range(STEPS + 1)]
    table = {}
    for k in range(STEPS + 1):
        table[f"{k}: cubic"] = f"{cubic[k]:.1%}"
        table[f"{k}: linear"] = f"{linear[k]:.1%}"
        table[f"{k}: cubic, of what is left"] = f"{of_what_is_left(cubic, k):.1%}"
        table[f"{k}: linear, of what is left"] = f"{of_what_is_left(linear, k):.1%}"
    shares = list(iterative(FINAL, STEPS, interval=1).values())
    return table | {
        "twice 50% of what is left": f"{1 - 0.5 * 0.5:.0%}",
        "the cubic schedule, each s_k of what is left": f"{1 - math.prod(1 - s for s in cubic):.2%}",
        "without a cap: k = 6 / k = 10": " / ".join(f"{FINAL - FINAL * (1 - k / STEPS) ** 3:.2%}" for k in (6, 10)),
        "the same share each round": f"{of_what_is_left([0.0, *shares], 1):.1%}",
        "rounds of 20%": str(math.ceil(np.log(1 - FINAL) / np.log(1 - 0.2))),
    }


def of_what_is_left(sparsities, k):
    """The share of the weights left by pruning k - 1 that pruning k takes."""
    before = sparsities[k - 1] if k else 0.0
    return (sparsities[k] - before) / (1 - before)
