"""`distil` and `knowledge_distillation` on the same small networks and batches, for what both of them refuse."""

import functools

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import Term, distil, kd_loss, knowledge_distillation

SOFT = [Term("soft", functools.partial(kd_loss, temperature=2.0))]


X = np.random.default_rng(5).standard_normal((21, 4)).astype(np.float32)
Y = np.arange(21) % 3
BATCHES = object()


def network(seed):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(4, 5, rng=rng), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3, rng=rng))


def by_distil(student, teacher, optimizer, loader=BATCHES, **options):
    loader = nn.batches(X, Y, 7) if loader is BATCHES else loader
    return distil(student, teacher, SOFT, loader, optimizer, **options)


def by_kd(student, teacher, optimizer, loader=BATCHES, **options):
    loader = nn.batches(X, Y, 7) if loader is BATCHES else loader
    return knowledge_distillation(student, teacher, nn.soft_cross_entropy, loader, optimizer, 2.0, **options)


both = pytest.mark.parametrize("train", [by_distil, by_kd])


def sgd(*models):
    return nn.SGD([p for model in models for p in model.parameters()], 0.1)


def refused(train, student, teacher, optimizer, match, **options):
    """Both networks are as they were."""
    before = [model.state_dict() for model in (student, teacher)]
    with pytest.raises(ValueError, match=match):
        train(student, teacher, optimizer, **options)
    for model, state in zip((student, teacher), before, strict=True):
        for name, array in model.arrays().items():
            np.testing.assert_array_equal(array, state[name])
