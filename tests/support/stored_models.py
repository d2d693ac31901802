"""A network with a layer of every kind, and images for it."""

import io
import json

import numpy as np

from minicompress import nn


def small_cnn(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 2, (3, 2), stride=2, padding=(1, 0), rng=rng),
        nn.BatchNorm2d(2, eps=1e-3),
        nn.ReLU(),
        nn.Residual(nn.Conv2d(2, 2, 1, groups=2, bias=False, rng=rng), nn.Tanh(), shortcut=nn.BatchNorm2d(2)),
        nn.AvgPool2d(2, stride=1),
        nn.MaxPool2d((1, 2), padding=(0, 1)),
        nn.Sigmoid(),
        nn.Flatten(),
        nn.BatchNorm1d(4),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(4, 3, rng=rng),
        input_shape=(1, 6, 5),
    )


IMAGES = np.random.default_rng(9).standard_normal((8, 1, 6, 5)).astype(np.float32)


def trained_cnn():
    """The network after a forward pass in training mode, so that its statistics are not the first ones."""
    model = small_cnn()
    model.forward(IMAGES, training=True)
    return model


def rewrite(path, change):
    """Change the architecture and arrays of a file."""
    with np.load(path) as file:
        arrays = dict(file)
    architecture = json.loads(arrays.pop("architecture").tobytes())
    change(architecture, arrays)
    content = io.BytesIO()
    np.savez(content, architecture=np.frombuffer(json.dumps(architecture).encode(), np.uint8), **arrays)
    path.write_bytes(content.getvalue())
