"""What exactly is each arm of the pruning study? A method a few lines long, over the same loop of training.

    N   weights of the dense network,   n   weights that an arm keeps,   1 - n / N   its sparsity

Next: `pruned_training.py`, the loop.
"""

import math

import numpy as np

from minicompress.deploy import encode
from minicompress.pruning import global_masks, gradual, hold_masks, iterative, one_shot, structure_pruning
from minicompress.study.pruning.neurons import parameters_left, share_for, weights_left
from minicompress.study.pruning.training import prune_and_train
from minicompress.study.samples import stream

__all__ = ["ARMS", "PrunedNetwork"]

ARMS = ("weight", "structure", "structure_bytes", "hybrid", "random", "iterative", "gradual", "untuned")


class PrunedNetwork:
    """One cell: the method named like its arm returns the network, pruned and fine-tuned.

    Parameters
    ----------
    dense : the trained LeNet-300-100; it is changed.
    target : sparsity in [0, 1).
    samples : with `seed`, `x`, `y` and `validation`.
    configuration : see `pruning.py`.
    """

    def __init__(self, dense, target, samples, configuration):
        self.model, self.samples, self.c = dense, samples, configuration
        self.weights = sum(p.size for p in dense.weight_parameters())  # N
        self.kept = weights_left(share_for((1 - target) * self.weights))  # n, the same for all arms
        self.steps = math.ceil(len(samples.x) / configuration.batch_size)  # in an epoch

    def dense(self):
        """Not pruned, but trained on as long as the others."""
        return self._tuned(self.model, {})

    def weight(self):
        """The smallest magnitudes of all layers together, at once."""
        return self._tuned(self.model, one_shot(self._sparsity()))

    def untuned(self):
        """As `weight`, without fine-tuning."""
        hold_masks(self.model, global_masks(self.model, self._sparsity()))
        return self.model

    def iterative(self):
        """The same share of what is left at the start of each round; a round is an epoch."""
        return self._tuned(self.model, iterative(self._sparsity(), self.c.iterative_rounds, interval=self.steps))

    def gradual(self):
        """The cubic schedule, from none pruned to all."""
        prunings = self.c.gradual_epochs * self.steps // self.c.gradual_interval
        return self._tuned(self.model, gradual(self._sparsity(), prunings, interval=self.c.gradual_interval))

    def random(self):
        """Masks at random, all weights alike."""
        order = stream(self.samples.seed, "random").permutation(self.weights)
        parameters = self.model.weight_parameters()
        ranks = np.split(order, np.cumsum([p.size for p in parameters])[:-1])
        masks = [(rank < self.kept).reshape(p.shape) for rank, p in zip(ranks, parameters, strict=True)]
        hold_masks(self.model, masks)
        return self._tuned(self.model, {})

    def structure(self):
        """Neurons gone, as many weights left as in the other arms."""
        return self._tuned(structure_pruning(self.model, share_for(self.kept)), {})

    def structure_bytes(self):
        """Neurons gone until the dense arrays take as many bytes as the weight arm's sparse ones."""
        masked = self.model.copy()
        hold_masks(masked, global_masks(masked, self._sparsity()))
        size_bytes = encode(masked, sparse=True).size_bytes
        return self._tuned(structure_pruning(self.model, share_for(size_bytes, lambda s: 4 * parameters_left(s))), {})

    def hybrid(self):
        """Neurons gone, an epoch to recover, then the smallest magnitudes of what is left."""
        e = self.c.hybrid_structure
        share = share_for(self.kept**e * self.weights ** (1 - e))
        smaller = structure_pruning(self.model, share)
        return self._tuned(smaller, one_shot(1 - self.kept / weights_left(share), start=self.steps))

    def _sparsity(self):
        return 1 - self.kept / self.weights

    def _tuned(self, model, schedule):
        prune_and_train(
            model,
            self.samples.x,
            self.samples.y,
            schedule,
            validation=self.samples.validation,
            epochs=self.c.fine_tuning_epochs,
            learning_rate=self.c.fine_tuning_learning_rate,
            momentum=self.c.momentum,
            batch_size=self.c.batch_size,
            rng=stream(self.samples.seed, "fine-tuning"),
        )
        return model
