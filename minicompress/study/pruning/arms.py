"""The arms of the pruning study: each prunes the same trained network in its own way, then runs the same fine-tuning.

    dense             not pruned, trained for as many epochs as the others
    weight            the smallest |w| of all layers together, at once
    structure         neurons removed until as many weights are left as in the other arms
    structure_bytes   neurons removed until the dense arrays take as many bytes as the sparse arrays of `weight`
    hybrid            neurons removed, one epoch to recover, then the smallest |w| of what is left
    random            masks at random
    iterative         one pruning per round of an epoch, each of the same share of what is left
    gradual           the cubic schedule, from nothing pruned to the final sparsity
    untuned           as `weight`, without fine-tuning

    N   weights of the dense network,   n   weights that an arm keeps,   1 - n / N   its sparsity

`training.py` has the loop that prunes while it trains, `neurons.py` counts the weights that are left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minicompress._base.streams import stream
from minicompress.deploy import encode
from minicompress.nn import Sequential
from minicompress.pruning import global_masks, gradual, hold_masks, iterative, one_shot, structure_pruning
from minicompress.study.pruning.neurons import parameters_left, share_for, weights_left
from minicompress.study.pruning.training import prune_and_train
from minicompress.study.samples import Samples

if TYPE_CHECKING:
    from minicompress.study.pruning.measure import Configuration

__all__ = ["ARMS", "PrunedNetwork", "Task"]


@dataclass(frozen=True)
class Task:
    """What every arm of a cell starts from.

    Attributes
    ----------
    dense : the trained LeNet-300-100, which the arm may change in place.
    target : the target sparsity, in [0, 1).
    samples : of the seed.
    configuration : of the study.
    """

    dense: Sequential
    target: float
    samples: Samples
    configuration: Configuration

    @property
    def weights(self) -> int:
        """N: the number of weights before pruning."""
        return sum(p.size for p in self.dense.weight_parameters())

    @property
    def kept(self) -> int:
        """n: the number of weights that are left, the same for all arms except `structure_bytes`."""
        return weights_left(share_for((1 - self.target) * self.weights))

    @property
    def sparsity(self) -> float:
        """The share of weights to prune, in [0, 1)."""
        return 1 - self.kept / self.weights

    @property
    def epoch_steps(self) -> int:
        """Optimizer steps in one epoch."""
        return math.ceil(len(self.samples.x) / self.configuration.batch_size)


@dataclass(frozen=True)
class PrunedNetwork:
    """The network of a cell, and the number of weights it had before pruning."""

    model: Sequential
    weights_before: int


def fine_tune_dense(task: Task) -> PrunedNetwork:
    """Train the dense network for as many epochs as the other arms."""
    return _fine_tune(task, task.dense, {})


def prune_weights(task: Task) -> PrunedNetwork:
    """Prune the smallest magnitudes of all layers together, at the first step."""
    return _fine_tune(task, task.dense, one_shot(task.sparsity))


def prune_without_tuning(task: Task) -> PrunedNetwork:
    """Prune as `prune_weights` does, without fine-tuning."""
    hold_masks(task.dense, global_masks(task.dense, task.sparsity))
    return PrunedNetwork(task.dense, task.weights)


def prune_iteratively(task: Task) -> PrunedNetwork:
    """Prune the same share of what is left at the start of each round; a round is an epoch."""
    rounds = task.configuration.iterative_rounds
    return _fine_tune(task, task.dense, iterative(task.sparsity, rounds, interval=task.epoch_steps))


def prune_gradually(task: Task) -> PrunedNetwork:
    """Prune along the cubic schedule of Zhu and Gupta 2017 (arXiv:1710.01878, equation 1)."""
    c = task.configuration
    prunings = c.gradual_epochs * task.epoch_steps // c.gradual_interval
    return _fine_tune(task, task.dense, gradual(task.sparsity, prunings, interval=c.gradual_interval))


def prune_at_random(task: Task) -> PrunedNetwork:
    """Mask weights at random, all with the same probability."""
    order = stream(task.samples.seed, "random").permutation(task.weights)
    parameters = task.dense.weight_parameters()
    ranks = np.split(order, np.cumsum([p.size for p in parameters])[:-1])
    masks = [(rank < task.kept).reshape(p.shape) for rank, p in zip(ranks, parameters, strict=True)]
    hold_masks(task.dense, masks)
    return _fine_tune(task, task.dense, {})


def prune_neurons(task: Task) -> PrunedNetwork:
    """Remove neurons until as many weights are left as in the other arms."""
    return _fine_tune(task, structure_pruning(task.dense, share_for(task.kept)), {})


def prune_neurons_to_bytes(task: Task) -> PrunedNetwork:
    """Remove neurons until the dense arrays take as many bytes as the sparse arrays of `prune_weights`."""
    masked = task.dense.copy()
    hold_masks(masked, global_masks(masked, task.sparsity))
    size_bytes = encode(masked, sparse=True).size_bytes
    share = share_for(size_bytes, lambda share: 4 * parameters_left(share))
    return _fine_tune(task, structure_pruning(task.dense, share), {})


def prune_neurons_then_weights(task: Task) -> PrunedNetwork:
    """Remove neurons, train an epoch, then prune the smallest magnitudes of what is left."""
    e = task.configuration.hybrid_structure
    share = share_for(task.kept**e * task.weights ** (1 - e))
    smaller = structure_pruning(task.dense, share)
    return _fine_tune(task, smaller, one_shot(1 - task.kept / weights_left(share), start=task.epoch_steps))


ARMS: dict[str, Callable[[Task], PrunedNetwork]] = {
    "dense": fine_tune_dense,
    "weight": prune_weights,
    "structure": prune_neurons,
    "structure_bytes": prune_neurons_to_bytes,
    "hybrid": prune_neurons_then_weights,
    "random": prune_at_random,
    "iterative": prune_iteratively,
    "gradual": prune_gradually,
    "untuned": prune_without_tuning,
}


def _fine_tune(task, model, schedule):
    samples, c, before = task.samples, task.configuration, task.weights
    prune_and_train(
        model,
        samples.x,
        samples.y,
        schedule,
        validation=samples.validation,
        epochs=c.fine_tuning_epochs,
        learning_rate=c.fine_tuning_learning_rate,
        momentum=c.momentum,
        batch_size=c.batch_size,
        rng=stream(samples.seed, "fine-tuning"),
    )
    return PrunedNetwork(model, before)
