"""Contestants: the same networks, optimizer and batches, here and in PyTorch.

    contestant(name, network, threads)     a function (x, y) that trains for one epoch of batches of 100, in order

PyTorch's default layout is channels first ("torch eager"). Its guides recommend the memory format channels_last for
convolutional networks ("torch channels_last"). Both are measured.

Left out: torch.compile, which took from 2 to 23 seconds to compile and was between the two; data loaders and shuffling.
"""

import numpy as np

from minicompress import nn

__all__ = ["BATCH_SIZE", "NETWORKS", "contestant", "contestants_of"]

BATCH_SIZE = 100
_SGD = {"momentum": 0.9}
_LEARNING_RATE = 0.01
NETWORKS = {"lenet_300_100": "LeNet-300-100", "lenet5": "LeNet-5"}


def contestants_of(network, *, with_torch):
    """Return the names of the contestants that can train `network`."""
    if not with_torch:
        return ["ours"]
    return ["ours", "torch eager", *(["torch channels_last"] if network == "lenet5" else [])]


def contestant(name, network, threads, *, seed=0):
    """Return a function (x, y) that trains one epoch on x (n, 1, 28, 28) and labels y."""
    if name == "ours":
        return _ours(network, seed)
    return _torch(network, threads, channels_last=name == "torch channels_last", seed=seed)


def _batches(n):
    return [slice(start, start + BATCH_SIZE) for start in range(0, n, BATCH_SIZE)]


def _ours(network, seed):
    model = getattr(nn.zoo, network)(rng=np.random.default_rng(seed))
    optimizer = nn.SGD(model.parameters(), _LEARNING_RATE, **_SGD)

    def epoch(x, y):
        for some in _batches(len(x)):
            optimizer.zero_grad()
            _, dlogits = nn.softmax_cross_entropy(model.forward(x[some], training=True), y[some])
            model.backward(dlogits, need_dx=False)
            optimizer.step()

    return epoch


def _torch(network, threads, channels_last, seed):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model = torch.nn.Sequential(*_torch_layers(torch.nn, network)).to(memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), lr=_LEARNING_RATE, **_SGD)

    def epoch(x, y):
        x, y = torch.from_numpy(x), torch.from_numpy(y)
        for some in _batches(len(x)):
            optimizer.zero_grad()
            images = x[some].to(memory_format=layout)
            torch.nn.functional.cross_entropy(model(images), y[some]).backward()
            optimizer.step()

    return epoch


def _torch_layers(torch_nn, network):
    """Return the layers of the network in `nn.zoo`, in PyTorch."""
    L = torch_nn
    if network == "lenet_300_100":
        return L.Flatten(), L.Linear(784, 300), L.ReLU(), L.Linear(300, 100), L.ReLU(), L.Linear(100, 10)
    convolutions = L.Conv2d(1, 20, 5), L.MaxPool2d(2), L.Conv2d(20, 50, 5), L.MaxPool2d(2)
    return *convolutions, L.Flatten(), L.Linear(800, 500), L.ReLU(), L.Linear(500, 10)
