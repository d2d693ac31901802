"""Born-again networks, a form of self-distillation: each generation is taught by the one before it.

    network_0 : trained on the labels alone
    network_g : new weights, taught by network_(g-1), g = 1, 2, ...
    ensemble  : the mean of the probabilities of all generations (`ensemble.py`)

Born-again networks are not smaller. A teacher of the same size adds to each label a distribution of its own, where
label smoothing (`smoothing.py`) adds the same distribution to all labels. The last generation has the size and cost of
the first; the ensemble costs as much as all its members.

    def make():
        return nn.zoo.mlp([784, 100, 10], rng=rng)                  the same rng: every generation gets other weights

    def teach(student, teacher):
        terms = [Term("labels", nn.softmax_cross_entropy, target=LABELS)]
        if teacher is not None:
            terms.append(Term("soft", functools.partial(kd_loss, temperature=1.0)))
        optimizer = nn.Adam(student.parameters(), learning_rate=0.001)
        for epoch in range(epochs):
            distil(student, teacher, terms, batches(), optimizer)

    networks = born_again(make, teach, 3)
    p = ensemble_soft_labels([network.forward(x) for network in networks], 1)

Sources: Furlanello, Lipton, Tschannen, Itti, Anandkumar 2018 (arXiv:1805.04770). Yuan et al. 2019 (arXiv:1909.11723)
argue that part of the gain is regularization by soft targets, whatever the targets say about similar classes.
"""

from collections.abc import Callable

from minicompress._base import arguments
from minicompress.nn.layer import Layer
from minicompress.nn.sharing import within

__all__ = ["born_again"]


def born_again(make: Callable, teach: Callable, count: int) -> list:
    """Return a list of `count` new networks, each taught by the one before it; the first has no teacher.

    Parameters
    ----------
    make : function () -> a new network, with `parameters()`. Each should have other random weights: generations that
        begin alike make a poorer ensemble.
    teach : function (student, teacher) that trains the student in place; teacher is the generation before, or None for
        the first. It must not change the teacher. Its return value is ignored.
    count : number of generations including the first, an integer >= 1.

    Raises
    ------
    ValueError : before a network is made, if make or teach cannot be called or count is out of range; later, if a
        network shares parameters with an earlier generation, which its training would change.

    Source: Furlanello et al. 2018 (arXiv:1805.04770).

    >>> import numpy as np
    >>> from minicompress import nn
    >>> rng = np.random.default_rng(0)
    >>> taught_by = []
    >>> make = lambda: nn.zoo.mlp([4, 3], rng=rng)
    >>> networks = born_again(make, lambda student, teacher: taught_by.append(teacher), 3)
    >>> [teacher if teacher is None else networks.index(teacher) for teacher in taught_by]
    [None, 0, 1]
    """
    for name, function in (("make", make), ("teach", teach)):
        if not callable(function):
            arguments.reject("born_again", name, "a function", function)
    count = arguments.whole_number("born_again", "count", count, low=1)
    networks, trained = [], set()
    for g in range(count):
        student = make()
        own = {id(parameter) for parameter in student.parameters()}
        if isinstance(student, Layer):  # batch norm and quantizers have a state of their own
            own |= {id(layer) for layer in within(student) if layer.arrays()}
        if own & trained:
            raise ValueError(
                f"born_again: make must return a network of its own, got parameters or layers shared at network {g}"
            )
        teach(student, networks[-1] if networks else None)
        networks.append(student)
        trained |= own
    return networks
