"""The computed numbers of the card pruning/weight_pruning, in the order of its table, row by row."""

import numpy as np

from minicompress.deploy import encode
from minicompress.nn import SGD, Parameter, zoo
from minicompress.pruning import Mask, weight_pruning
from minicompress.quantization import quantization

GIVEN = {
    "0.05": "a standard deviation that the table assumes, and a threshold",
    "0.01": "a standard deviation that the table assumes",
    "0.9": "the momentum that the table assumes",
    "50%": "the sparsity asked for",
    "90%": "the sparsity asked for",
    "2.5": "0.5 x 5, the PyTorch example's amount before rounding",
    "1.5": "0.5 x 3, the same for its second call",
    "99%": "a sparsity at which the pruning study does not get all accuracy back",
    "2.13": "the PyTorch version the differences were measured on",
    "6.7": "AlexNet's parameters after pruning, in millions: abstract of arXiv:1506.02626",
}


def numbers():
    w = np.random.default_rng(0).normal(0, 0.05, 100_000)
    dense = lenet().size_bytes
    return {
        "sparsity at t = std": f"{np.mean(np.abs(w) < 0.05):.1%}",
        "t for 90%": f"{np.quantile(np.abs(w), 0.9):.3f}",
        "twice 50%": f"{twice(w, 0.5):.0%}",
        "global 50%": " / ".join(f"{share:.0%}" for share in global_half(0.05, 0.01)),
        "alive after a step": f"{alive(masked=False):,} / {alive(masked=True):,}",
        "drift": f"{drift():.2f}",
        "dense": f"{dense:,}",
        "90% zeros, dense": f"{lenet(0.9).size_bytes:,}",
        "90% zeros, CSR": with_share(lenet(0.9, sparse=True).size_bytes, dense),
        "8-bit": with_share(lenet(bits=8).size_bytes, dense),
        "8-bit, 90% zeros, CSR": with_share(lenet(0.9, bits=8, sparse=True).size_bytes, dense),
        "break-even float32, 16-bit columns": f"{break_even(value_bytes=4, index_bytes=2):.1%}",
        "break-even float32, 32-bit columns": f"{break_even(value_bytes=4, index_bytes=4):.1%}",
        "break-even int8, 16-bit columns": f"{break_even(value_bytes=1, index_bytes=2):.1%}",
    }


def twice(w, amount):
    """Sparsity after pruning the fraction `amount` of what is left, two times."""
    left = np.abs(w)
    for _ in range(2):
        left = left[left >= np.quantile(left, amount)]
    return 1 - left.size / w.size


def global_half(*stds):
    """Sparsity of each layer when one threshold prunes half of all weights."""
    rng = np.random.default_rng(0)
    layers = [np.abs(rng.normal(0, std, 100_000)) for std in stds]
    t = np.median(np.concatenate(layers))
    return [np.mean(layer < t) for layer in layers]


def alive(masked):
    """Nonzero weights of 1,000, pruned to 100, one step later: zero gradient, but a velocity from before."""
    rng = np.random.default_rng(0)
    parameter = Parameter(rng.normal(0, 0.05, 1000))
    optimizer = SGD([parameter], 0.1, momentum=0.9)
    parameter.grad[...] = rng.normal(0, 1, 1000)
    optimizer.step()
    order = np.argsort(np.abs(parameter.value))
    parameter.value[order[:900]] = 0
    if masked:
        parameter.transforms.append(Mask(parameter.value != 0))
    optimizer.zero_grad()
    optimizer.step()
    return np.count_nonzero(parameter.value)


def drift():
    """How far a weight travels after its gradient became 0, in units of learning rate times velocity."""
    parameter = Parameter(np.zeros(1))
    optimizer = SGD([parameter], 0.1, momentum=0.9)
    parameter.grad[...] = 1
    optimizer.step()
    start = parameter.value[0]
    optimizer.zero_grad()
    for _ in range(500):
        optimizer.step()
    return (start - parameter.value[0]) / 0.1


def lenet(sparsity=0.0, *, bits=None, sparse=False):
    """LeNet-300-100 with that share of zeros in each layer, encoded."""
    model = zoo.lenet_300_100(rng=np.random.default_rng(0))
    for layer in model.layers:
        for w in layer.weights:
            w[np.abs(w) < np.quantile(np.abs(w), sparsity)] = 0
    weight_pruning(model, 0.0, hold=False)
    if bits:
        quantization(model, bits)
    return encode(model, bits=bits, sparse=sparse)


def with_share(size_bytes, dense_bytes):
    return f"{size_bytes:,} ({size_bytes / dense_bytes:.1%})"


def break_even(*, value_bytes, index_bytes, rows=300, columns=784):
    """Sparsity from which compressed sparse rows with int32 row starts are smaller than the dense matrix."""
    n = rows * columns
    kept = (value_bytes * n - 4 * (rows + 1)) / (value_bytes + index_bytes)
    return 1 - kept / n
