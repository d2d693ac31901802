"""The computed numbers of the card quantization/straight_through, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress import nn
from minicompress.quantization import Binarize, FakeQuantize

GIVEN = {
    "0.01": "the step of the trap",
    "1,000": "how many steps the table counts",
    "100,000": "how many signs the table draws",
    "1.25": "an input of the PyTorch code",
    "0.5": "the smallest spread of inputs that the table assumes",
    "0.3": "the weight that the loss of the follow-up asks for",
    "2.13": "the PyTorch version the differences were measured on",
}


STEP = 1 / 64  # exact in binary, so that every count is


def numbers():
    share, flips = oscillation(0.3)
    return {
        "inputs that pass": " / ".join(f"{math.erf(1 / s / math.sqrt(2)):.1%}" for s in (0.5, 1, 2, 4)),
        "steps to come back": f"{steps_back(clipped=True)} / {steps_back(clipped=False)}",
        "share of +1": f"{share:.1%}",
        "flips": f"{flips} / {oscillation(0.3, STEP / 100)[1]}",
        "stochastic mean": f"{stochastic_mean(0.3):.3f}",
        "smallest useful step": " / ".join(f"{step_of(bits):.3f}" for bits in (2, 4, 8)),
        "steps of 1/64 to the next code": " / ".join(str(steps_to_the_next_code(bits)) for bits in (2, 4, 8)),
    }


def latent(value, rate=STEP):
    """One latent weight with a binary transform, and plain gradient descent on it."""
    parameter = nn.Parameter(np.array([value], np.float64))
    parameter.transforms.append(Binarize())
    return parameter, nn.SGD([parameter], rate)


def steps_back(*, clipped):
    """Push a weight 1,000 steps up, then down until its sign flips."""
    parameter, optimizer = latent(0.0)
    if not clipped:
        parameter.transforms[0].project = lambda value: None
    for _ in range(1000):
        parameter.grad[...] = -1
        optimizer.step()
    parameter.grad[...] = 1
    steps = 0
    while parameter.effective()[0] > 0:
        optimizer.step()
        steps += 1
    return steps


def oscillation(target, rate=STEP):
    """Share of 1,000 steps that the sign is +1, and how often it flips, on the loss (sign(w) - target)^2 / 2."""
    parameter, optimizer = latent(0.064 * rate, rate)  # no sum of steps comes near 0, where rounding would decide
    seen = []
    for _ in range(1000):
        seen.append(parameter.forward()[0])
        parameter.grad[...] = seen[-1] - target
        optimizer.step()
    return np.mean(np.array(seen) > 0), np.count_nonzero(np.diff(seen))


def stochastic_mean(w):
    return float(np.mean(Binarize(rng=np.random.default_rng(0)).forward(np.full(100_000, w))))


def step_of(bits):
    """The width of a step for weights from -1 to 1."""
    return 1 / FakeQuantize(bits).m


def steps_to_the_next_code(bits):
    """Steps of 1/64 from the middle of one code's range until the weight that is seen changes."""
    transform, w, steps = FakeQuantize(bits, scale=step_of(bits)), np.zeros(1), 0
    while not transform.forward(w).any():
        w, steps = w + STEP, steps + 1
    return steps
