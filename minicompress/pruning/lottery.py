"""Lottery tickets: small networks inside a dense one that train as well as it does from the same initial weights.

    theta_0                          the weights at the start, or after k steps ("late rewinding")
    repeat:
        theta_T <- train(m * theta_0)
        m       <- m without the share `rate` of the weights that are left, the smallest |theta_T| of each layer
        rewind:    m * theta_0       biases and batch norm go back to theta_0, too

After n rounds (1 - rate)^n of each layer is left: with 20% per round, 3.5% after 15 rounds. The rate is a share of the
weights that are left, not of all weights, and pruned weights do not come back.

That a ticket trains well shows little by itself. The hypothesis is about the start, so it needs controls:

    lottery_ticket(start, masks)                      the ticket: same mask, same start
    lottery_ticket(fresh, masks)                      same mask, new random weights
    lottery_ticket(start, shuffle_masks(masks, rng=rng))   same start, a random mask of equal density in each layer

Mask and start matter together only if both controls train worse. For larger networks at usual learning rates the
authors had to rewind to a point k > 0, early in training; from step 0 their tickets were no better than the controls,
unless the learning rate was low or warmed up.

Sources: Frankle and Carbin 2019 (arXiv:1803.03635): iterative pruning, 20% per round and the output layer at half the
rate on LeNet-300-100, random reinitialization; Frankle, Dziugaite, Roy, Carbin 2020 (arXiv:1912.05671): rewinding to
step k. Left out: one-shot tickets; a global ranking, which the first paper takes for its deepest networks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from minicompress._base import arguments
from minicompress.nn import Sequential
from minicompress.nn.seen import check_sequential
from minicompress.pruning.masks.algebra import mask_density
from minicompress.pruning.masks.holding import hold_masks
from minicompress.pruning.masks.magnitude import magnitude_mask
from minicompress.pruning.masks.mask import Mask

__all__ = ["LotteryRound", "lottery_rounds", "lottery_ticket", "prune_survivors"]


@dataclass(frozen=True)
class LotteryRound:
    """One round: the network before and after training, and its masks.

    Attributes
    ----------
    masks : list of boolean arrays, True keeps, in the order of the model's weight arrays. In round 0 they are all True,
        or the masks that the model already had.
    ticket : the network before training: the weights of the start, with the masks held.
    trained : the network after training.
    result : what `train` returned, such as an accuracy.

    >>> from minicompress import nn
    >>> model = nn.Sequential(nn.Linear(4, 2, rng=np.random.default_rng(0)))
    >>> LotteryRound([np.eye(2, 4, dtype=bool)], model, model, None).density
    0.25
    """

    masks: list
    ticket: Sequential
    trained: Sequential
    result: object

    @property
    def density(self) -> float:
        """The share of the weights that is kept, in [0, 1]."""
        return mask_density(self.masks)


def lottery_rounds(
    model: Sequential,
    train: Callable[[Sequential], object],
    *,
    rounds: int,
    rate: float = 0.2,
    output_rate: float | None = None,
) -> list[LotteryRound]:
    """Return the rounds of train, prune, rewind as new models, the dense network first; `model` does not change.

    Parameters
    ----------
    model : Sequential at the rewinding point: fresh, or, for late rewinding, trained for k steps. It does not change.
    train : function (model) that trains its argument in place from the rewinding point to the end; its return value is
        stored as `result`. It makes its own optimizer and should draw the same batches each time, so that rounds differ
        only by their masks.
    rounds : integer >= 0, how often to prune. `train` is called rounds + 1 times.
    rate : number in [0, 1], the share of the remaining weights of each array that is pruned in a round. 20% is the
        paper's choice for fully connected networks: smaller rates find smaller tickets, at the cost of more training.
    output_rate : the same for the last weight array; half of `rate` by default, as in the paper, since it is small and
        has a weight for each class.

    Returns
    -------
    list of rounds + 1 LotteryRounds; entry n has been pruned n times.

    Raises
    ------
    ValueError : an argument out of its range, a `train` that is not a function, a model without weights. `train` is
        not called then.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> rounds = lottery_rounds(model, lambda network: None, rounds=2, rate=0.5)
    >>> [[int(m.sum()) for m in each.masks] for each in rounds]
    [[32, 24], [16, 18], [8, 14]]
    """
    check_sequential("lottery_rounds", model)
    rounds = arguments.whole_number("lottery_rounds", "rounds", rounds, low=0)
    rate = arguments.number("lottery_rounds", "rate", rate, low=0, high=1)
    last = rate / 2 if output_rate is None else output_rate
    last = arguments.number("lottery_rounds", "output_rate", last, low=0, high=1)
    if not callable(train):
        arguments.reject("lottery_rounds", "train", "a function that trains a model", train)
    parameters = model.weight_parameters()
    if not parameters:
        arguments.reject("lottery_rounds", "model", "one with weights", model)
    masks = [_find_mask(p) for p in parameters]
    history = [_run_round(model, masks, train)]
    for _ in range(rounds):
        weights = [p.value for p in history[-1].trained.weight_parameters()]
        rates = [rate] * (len(weights) - 1) + [last]
        masks = [prune_survivors(w, m, r) for w, m, r in zip(weights, history[-1].masks, rates, strict=True)]
        history.append(_run_round(model, masks, train))
    return history


def prune_survivors(w: np.ndarray, m: np.ndarray, rate: float) -> np.ndarray:
    """Return the mask m without the share `rate` of the weights that it keeps, the smallest |w| among these.

    Parameters
    ----------
    w : array of floats, the trained weights. What it holds where m is False does not matter, NaN apart.
    m : boolean array of the same shape.
    rate : number in [0, 1]. Exactly round(rate * kept) go (half to even); of equal |w| the first in C order.

    Raises
    ------
    ValueError : a rate out of range, m not boolean or of another shape.

    >>> w = np.array([3.0, -1.0, 2.0, 9.0])
    >>> prune_survivors(w, np.array([True, True, True, False]), 1 / 3).tolist()
    [True, False, True, False]
    """
    rate = arguments.number("prune_survivors", "rate", rate, low=0, high=1)
    if not isinstance(m, np.ndarray) or m.dtype != bool:
        arguments.reject("prune_survivors", "m", "a boolean array", getattr(m, "dtype", type(m).__name__))
    arguments.same_shape("prune_survivors", "m", m, np.shape(w))
    smaller = m.copy()
    smaller[m] = magnitude_mask(np.asarray(w)[m], rate)
    return smaller


def lottery_ticket(start: Sequential, masks: Sequence[np.ndarray]) -> Sequential:
    """Return a new model: `start` under the masks, which hold; the network to train, as ticket or as control arm.

    `start` is a model at the rewinding point, or a fresh one for the control; it does not change. `masks` as for
    `hold_masks`, whose ValueErrors are raised here too.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> rounds = lottery_rounds(model, lambda network: None, rounds=1)
    >>> ticket = lottery_ticket(model, rounds[-1].masks)
    >>> [int(np.count_nonzero(w)) for layer in ticket.layers for w in layer.weights]
    [26, 22]
    """
    check_sequential("lottery_ticket", start, "start")
    rewound = start.copy()
    hold_masks(rewound, masks)
    return rewound


def _find_mask(parameter):
    """The mask that a weight carries already; all True without one."""
    m = np.ones(parameter.shape, bool)
    for transform in parameter.transforms:
        m = m & transform.m if isinstance(transform, Mask) else m
    return m


def _run_round(start, masks, train):
    model = lottery_ticket(start, masks)
    trained = model.copy()
    result = train(trained)
    return LotteryRound(masks, model, trained, result)
