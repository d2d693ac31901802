"""Several methods in one network: few bits for weight arrays where the loss hardly rises, more bits for the others.

    cost[l, j]    the increase of the loss if only weight array l is stored by method j          `measure_costs`
                  or sum (w - w')^2, without data                                                `squared_errors`
    size[l, j]    bytes of l stored by j                                                         `method_sizes`

    j_l = the allocation of least total cost within the budget                                   `bit_allocation.py`
    attach_quantizers(model, [methods[j] for j in allocation.choices])

Summing the costs assumes that the effects of the layers do not interact. So the allocation is exact for the sum of the
costs, but the sum is not exactly the loss of the network: measure the network, on data that were not used to choose.

Rules of thumb are lists for `attach_quantizers` (`attach.py`) too, such as binary weights in the middle and 8 bits for
the first and the last layer.

Sources: Wang et al. 2018, HAQ (arXiv:1811.08886; different bits for each layer); Dong et al. 2019, HAWQ-V2
(arXiv:1911.03852; the squared error, weighted with the average trace of the Hessian).
Differs from HAWQ-V2: the squared error has no weight; the other cost is measured.
Left out: activations; interactions of layers; fine-tuning after the choice.
"""

from dataclasses import dataclass

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress._base.sizes import packed_bytes
from minicompress._base.tables import table_lines
from minicompress.nn.seen import check_sequential
from minicompress.quantization.attach import make_transforms
from minicompress.quantization.fake_quantize import FakeQuantize
from minicompress.quantization.mixed.bit_allocation import exact_allocation, greedy_allocation, uniform_allocation

__all__ = [
    "StorageMethod",
    "compare_allocations",
    "measure_costs",
    "method_sizes",
    "squared_errors",
    "uniform_bits",
]


@dataclass(frozen=True)
class StorageMethod:
    """One way to store a weight array.

    `bits` of a packed code, from 1 to 16, or 32 for floats; `transform()` makes a fresh WeightTransform, None keeps the
    floats; `extra_bytes` >= 0 are those of scales or a codebook. Raises ValueError for others.

    >>> StorageMethod("floats", 32, extra_bytes=0).size_bytes(10), uniform_bits(4).size_bytes(10)
    (40, 9)
    """

    name: str
    bits: int
    transform: object = None
    extra_bytes: int = 4

    def __post_init__(self):
        if not isinstance(self.name, str):
            arguments.reject("StorageMethod", "name", "a text", self.name)
        bits = arguments.whole_number("StorageMethod", "bits", self.bits, low=1, high=32)
        if 16 < bits < 32:
            arguments.reject("StorageMethod", "bits", "an integer from 1 to 16, or 32", bits)
        object.__setattr__(self, "bits", bits)  # Python's ints: products of NumPy's narrow ones wrap around
        extra_bytes = arguments.whole_number("StorageMethod", "extra_bytes", self.extra_bytes, low=0)
        object.__setattr__(self, "extra_bytes", extra_bytes)
        if self.transform is not None:
            arguments.function(
                "StorageMethod", "transform", self.transform, "a function that makes a WeightTransform, or None"
            )

    def size_bytes(self, count):
        """Bytes of `count` weights: packed codes and what goes with them."""
        return packed_bytes(count, self.bits) + self.extra_bytes


def uniform_bits(bits: int) -> StorageMethod:
    """Return the StorageMethod of symmetric `bits`-bit codes, from 2 to 16, with one float32 scale for the array.

    >>> uniform_bits(4).name, uniform_bits(4).transform()
    ('4 bits', FakeQuantize(4))
    """
    bits = arguments.whole_number("uniform_bits", "bits", bits, low=2, high=16)
    return StorageMethod(f"{bits} bits", bits, lambda: FakeQuantize(bits))


def method_sizes(model: nn.Sequential, methods) -> np.ndarray:
    """Return the int64 array (weight arrays, methods) of bytes.

    Raises ValueError for what is not a list of `StorageMethod`s.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> method_sizes(model, [uniform_bits(4), uniform_bits(8)]).tolist()
    [[10, 16], [7, 10]]
    """
    check_sequential("method_sizes", model)
    methods = _methods("method_sizes", methods)
    counts = [parameter.size for parameter in model.weight_parameters()]
    return np.array([[method.size_bytes(n) for method in methods] for n in counts], np.int64).reshape(
        len(counts), len(methods)
    )


def measure_costs(model: nn.Sequential, methods, loss) -> np.ndarray:
    """Return the increase of the loss for each weight array and method, if only that array is stored by the method.

    Parameters
    ----------
    model : Sequential; it is restored afterwards, also if `loss` raises.
    methods : list of StorageMethod.
    loss : function of the model, returning a number, smaller is better; over training or validation data.

    Returns
    -------
    float64 array (weight arrays, methods); negative where the loss falls.

    Raises ValueError for anything but a list of `StorageMethod`s, and for a loss that is not a finite number.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> methods = [uniform_bits(2), uniform_bits(8)]
    >>> costs = measure_costs(model, methods, lambda model: float(model.forward(np.ones((1, 4))).sum()))
    >>> costs.shape
    (2, 2)
    """
    check_sequential("measure_costs", model)
    methods = _methods("measure_costs", methods)
    arguments.function("measure_costs", "loss", loss, "a function of the model")
    baseline = arguments.number("measure_costs", "loss of the model as it is", loss(model))
    costs = [[_loss_with(model, p, method, loss) for method in methods] for p in model.weight_parameters()]
    return np.array(costs, np.float64).reshape(-1, len(methods)) - baseline


def squared_errors(model: nn.Sequential, methods) -> np.ndarray:
    """Return sum (w - w')^2 for each weight array and method, float64 (weight arrays, methods): needs no data.

    Raises ValueError for anything but a list of `StorageMethod`s.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> errors = squared_errors(model, [uniform_bits(2), uniform_bits(8)])
    >>> bool((errors[:, 0] > errors[:, 1]).all())
    True
    """
    check_sequential("squared_errors", model)
    methods = _methods("squared_errors", methods)
    errors = [[_squared_error(p.effective(), method) for method in methods] for p in model.weight_parameters()]
    return np.array(errors, np.float64).reshape(-1, len(methods))


def compare_allocations(costs, sizes, budget: float, names) -> str:
    """Return a text table of exact, greedy and uniform: cost, its excess over the exact one, size, methods by `names`.

    Raises ValueError for a budget that the exact allocation cannot meet, and for not as many names as methods. Where
    uniform cannot meet it, the table has dashes.

    >>> print(compare_allocations([[5.0, 1.0], [3.0, 2.0]], [[1, 4], [1, 2]], 5, ["2 bits", "4 bits"]))
    allocation  cost  excess  size         methods
    exact          4       0     5  4 bits, 2 bits
    greedy         4       0     5  4 bits, 2 bits
    uniform        8       4     2  2 bits, 2 bits
    """
    exact = exact_allocation(costs, sizes, budget)
    if not np.iterable(names) or len(names) != np.shape(costs)[1]:
        arguments.reject("compare_allocations", "names", f"{np.shape(costs)[1]}, one for each method", names)
    rows = [("allocation", "cost", "excess", "size", "methods")]
    for name, allocate in (("exact", exact_allocation), ("greedy", greedy_allocation), ("uniform", uniform_allocation)):
        try:
            found = allocate(costs, sizes, budget)
        except ValueError:
            rows.append((name, "-", "-", "-", "none fits"))
            continue
        chosen = ", ".join(str(names[j]) for j in found.choices)
        rows.append((name, f"{found.cost:.4g}", f"{found.cost - exact.cost:.4g}", f"{found.size:,}", chosen))
    return "\n".join(table_lines(rows))


def _loss_with(model, parameter, method, loss):
    transforms = parameter.transforms
    parameter.transforms = transforms + make_transforms(method)
    try:
        return arguments.number("measure_costs", f"loss with {method.name!r}", loss(model))
    finally:
        parameter.transforms = transforms


def _squared_error(w, method):
    seen = w
    for transform in make_transforms(method):
        seen = transform.forward(w)
    return float(np.sum((w.astype(np.float64) - seen) ** 2))


def _methods(owner, methods):
    methods = list(methods) if np.iterable(methods) else [methods]
    if not methods:
        arguments.reject(owner, "methods", "a list of StorageMethods, at least one", methods)
    for method in methods:
        if not isinstance(method, StorageMethod):
            arguments.reject(owner, "methods", "a list of StorageMethods such as uniform_bits(4)", method)
    return methods
