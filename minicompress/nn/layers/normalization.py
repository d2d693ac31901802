"""Batch normalization, in training and at inference, and its gradients.

    training:   mu, v = mean and biased variance of the batch, per channel
                xhat = (x - mu) / sqrt(v + eps)             y = gamma xhat + beta
                dx = gamma / sqrt(v + eps) (dy - mean(dy) - xhat mean(dy xhat))
    inference:  mu, v = running statistics, so y is a fixed affine map of x: dx = gamma / sqrt(v + eps) dy
    running:    running = (1 - momentum) running + momentum batch, with the unbiased variance count / (count - 1) v

Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1 and section 3; the running statistics are PyTorch's.

Left out: layer, group and instance normalization.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer
from minicompress.nn.parameter import Parameter

__all__ = ["BatchNorm1d", "BatchNorm2d"]


class _BatchNorm(Layer):
    """Batch normalization over all axes except axis 1, the channels.

    Parameters
    ----------
    num_features : int >= 1, the number of channels.
    eps : float > 0, added to the variance inside the root.
    momentum : float in [0, 1], the weight of the newest batch in the running statistics.

    Attributes
    ----------
    gamma, beta : Parameters of shape (channels,), scale and shift; ones and zeros at first.
    running_mean, running_var : float32 arrays of shape (channels,) for inference; zeros and ones at first.
    """

    _trailing = ()  # names of the axes after the channels

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        owner = type(self).__name__
        self.num_features = arguments.whole_number(owner, "num_features", num_features, low=1)
        self.eps = arguments.number(owner, "eps", eps, low=0, open_low=True)
        self.momentum = arguments.number(owner, "momentum", momentum, low=0, high=1)
        self.gamma = Parameter(np.ones(num_features, np.float32))
        self.beta = Parameter(np.zeros(num_features, np.float32))
        self.running_mean = np.zeros(num_features, np.float32)
        self.running_var = np.ones(num_features, np.float32)

    def forward(self, x, training=False):
        """Return y of the shape of x; in training, use the statistics of the batch and update the running ones."""
        x = self._batch(x)
        half = np.result_type(x, self.gamma.value) if x.dtype.itemsize < 4 else None
        x = x if half is None else x.astype(np.float32)  # squares and sums of halves soon exceed 65504
        mu, v = self._batch_statistics(x) if training and len(x) else (self.running_mean, self.running_var)
        inverse = self._spread(1 / np.sqrt(v + self.eps))
        xhat = (x - self._spread(mu)) * inverse
        gamma = self._spread(self.gamma.forward())
        y = gamma * xhat + self._spread(self.beta.forward())
        return self._keep(y if half is None else y.astype(half), xhat, gamma * inverse, training)

    def backward(self, dy):
        """Add dgamma and dbeta to the gradients and return dx, for the kind of the last forward."""
        dy, xhat, slope, training = self._recall(dy)
        half = dy.dtype if dy.dtype.itemsize < 4 else None
        dy = dy if half is None else dy.astype(np.float32)
        dgamma, dbeta = self._sum(dy * xhat), self._sum(dy)
        self.gamma.backward(dgamma)
        self.beta.backward(dbeta)
        if training and dy.size:
            count = dy.size // self.num_features
            dy = dy - self._spread(dbeta / count) - xhat * self._spread(dgamma / count)
        dx = slope * dy
        return dx if half is None else dx.astype(half)

    def named_parameters(self):
        """Scale, then shift."""
        return {"gamma": self.gamma, "beta": self.beta}

    def arrays(self):
        """Scale, shift and the running statistics."""
        return super().arrays() | {"running_mean": self.running_mean, "running_var": self.running_var}

    def astype(self, dtype):
        """Return a copy whose parameters and running statistics have `dtype`."""
        twin = super().astype(dtype)
        twin.running_mean = twin.running_mean.astype(dtype)
        twin.running_var = twin.running_var.astype(dtype)
        return twin

    def config(self):
        """Return the arguments of the constructor."""
        return {"num_features": self.num_features, "eps": self.eps, "momentum": self.momentum}

    def output_shape(self, input_shape):
        """The shape of the input."""
        if len(input_shape) != 1 + len(self._trailing) or input_shape[0] != self.num_features:
            self._reject_input((self.num_features, *self._trailing), input_shape)
        return tuple(input_shape)

    def _batch_statistics(self, x):
        """Return the mean and the biased variance of the batch, and update the running statistics."""
        count = x.size // self.num_features
        if count < 2:
            raise ValueError(
                f"{self!r}: training needs at least 2 values per channel, got {count} (shape {x.shape}); if it is the "
                "last batch, fit, distil and batches leave it out with drop_last=True"
            )
        mu = self._sum(x) / count
        v = self._sum(np.square(x - self._spread(mu))) / count
        self.running_mean += self.momentum * (mu - self.running_mean)
        self.running_var += self.momentum * (v * (count / (count - 1)) - self.running_var)
        return mu, v

    def _sum(self, x):
        """Return the sum over all axes except the channels: first per sample, then over the batch.

        A single sum over images that are channels last in memory would add one number after the other and lose digits.
        """
        return x.sum(axis=tuple(range(2, x.ndim))).sum(axis=0)

    def _spread(self, per_channel):
        """Return the values per channel in a shape that broadcasts over x."""
        return per_channel.reshape(-1, *(1 for _ in self._trailing))


@register
class BatchNorm1d(_BatchNorm):
    """Batch normalization of features (n, c); `BatchNorm1d(num_features, eps=1e-5, momentum=0.1)`.

    Parameters `gamma`, `beta` and arrays `running_mean`, `running_var`, each of shape (c,).

    >>> y = BatchNorm1d(2).forward(np.array([[1.0, 0.0], [3.0, 8.0]]), training=True)
    >>> y.round(2).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """


@register
class BatchNorm2d(_BatchNorm):
    """Batch normalization of images (n, c, h, w); `BatchNorm2d(num_features, eps=1e-5, momentum=0.1)`.

    Parameters `gamma`, `beta` and arrays `running_mean`, `running_var`, each of shape (c,).

    >>> BatchNorm2d(3).forward(np.ones((2, 3, 4, 4), np.float32)).shape
    (2, 3, 4, 4)
    """

    _trailing = ("h", "w")
