"""Parameter and WeightTransform: a weight carries masks, quantizers and codebooks, and its layer need not know.

A `Parameter` owns the float32 master `value` and a chain of `WeightTransform`s f1, f2, ..., fk. The layer computes with

    seen = fk(...f2(f1(value)))                       `forward`

and hands back dL/d(seen), which the chain turns into

    grad += f1'(f2'(...fk'(dL/d seen)))               `backward`

Each transform is itself a forward/backward pair of about ten lines: multiplying by a mask, fake quantization with a
straight-through gradient, binarization. That is all the machinery that pruning and quantization-aware training need:
no hooks, no second copy under another name.
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["Parameter", "WeightTransform"]


class WeightTransform:
    """One map from the master weight to what the network sees, with the map of gradients back.

    Subclasses define `forward` and `backward`; `project` only where the master itself must obey a constraint. To be
    kept in files, a class is given to `nn.register` and defines `config`, and `arrays` and `from_config` where needed.

    >>> class Half(WeightTransform):
    ...     def forward(self, w):
    ...         return w / 2
    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> w.transforms = [Half()]
    >>> w.effective().tolist()
    [0.5, -1.0]
    """

    def forward(self, w):
        """Return a new array of the shape of `w`: what the next transform, or the layer, sees. `w` stays as it was."""
        raise NotImplementedError

    def backward(self, dy):
        """Turn dL/d(output of the last `forward`) into dL/d(its input), same shape, as a new array."""
        raise NotImplementedError

    def project(self, value):
        """Constrain the master in place, called by the optimizer after each step. By default nothing."""

    def config(self):
        """What rebuilds the transform, in JSON's types, apart from its arrays and random generators."""
        raise NotImplementedError

    def arrays(self):
        """Every array of the transform's state, by name."""
        return {}

    @classmethod
    def from_config(cls, config, arrays, *, rng):
        """Return a transform from what `config` and `arrays` returned; by default they are the constructor's."""
        return cls(**config, **arrays)


class Parameter:
    """A trainable array with its gradient and its transforms.

    Parameters
    ----------
    value : array of floats, any shape
        The master weight. An array that is not of floats becomes float32.

    Attributes
    ----------
    grad : array of the shape of `value`; `backward` adds to it, `zero_grad` clears it. Both put a new array in its
        place, so that an array read earlier keeps its numbers.
    transforms : list of WeightTransform, applied first to last.

    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> w.backward(np.array([0.5, 0.0]))
    >>> w.grad.tolist()
    [0.5, 0.0]
    """

    _passing = ("_grad",)  # attributes of one batch, which no snapshot holds

    def __init__(self, value):
        self._value = arguments.floats("Parameter", "value", value).copy()
        self._grad = None  # None: zero, without an array to clear and to add to
        self.transforms = []

    @property
    def value(self):
        """The master weight. Write into it or assign an array of the same shape; both act at the next forward.

        Assigning copies, so that training never writes into the array that was assigned; the dtype follows it.
        """
        return self._value

    @value.setter
    def value(self, new):
        new = arguments.floats("Parameter", "value", new)
        arguments.same_shape("Parameter", "value", new, self._value.shape)
        self._value = new.copy()
        if self._grad is not None and self._grad.dtype != new.dtype:
            self._grad = self._grad.astype(new.dtype)

    @property
    def grad(self):
        """dL/d(value), summed since the last `zero_grad`. Write into it or assign an array of the same shape."""
        if self._grad is None:
            self._grad = np.zeros_like(self._value)
        return self._grad

    @grad.setter
    def grad(self, new):
        new = arguments.floats("Parameter", "grad", new)
        arguments.same_shape("Parameter", "grad", new, self._value.shape)
        self._grad = new

    @property
    def shape(self):
        """Shape of the master weight."""
        return self._value.shape

    @property
    def size(self):
        """Number of scalars."""
        return self._value.size

    def forward(self):
        """What the layer computes with. Without transforms this is the master itself, not a copy: read it only."""
        seen = self._value
        for transform in self.transforms:
            seen = transform.forward(seen)
            self._check_shape(f"what {type(transform).__name__} returns from forward", seen)
        return seen

    def backward(self, dseen):
        """Add to `grad` what dL/d(seen) means for the master, through the transforms of the last `forward`.

        `dseen` is not copied: it belongs to the Parameter from now on.
        """
        self._check_shape("dseen", dseen)  # NumPy would broadcast another one
        for transform in reversed(self.transforms):
            dseen = transform.backward(dseen)
            self._check_shape(f"what {type(transform).__name__} returns from backward", dseen)
        dseen = np.asarray(dseen, dtype=self._value.dtype)
        self._grad = dseen if self._grad is None else self._grad + dseen

    def effective(self):
        """What the network sees, as an array of its own."""
        seen = self.forward()
        return seen.copy() if seen is self._value else seen

    def bake(self):
        """Write what the network sees into the master, in place, and drop the transforms."""
        self._value[...] = self.forward()
        self.transforms = []

    def project(self):
        """Let every transform constrain the master; optimizers call it after each step."""
        for transform in self.transforms:
            transform.project(self._value)

    def zero_grad(self):
        """Make the gradient zero. An array that `grad` returned earlier keeps its numbers."""
        self._grad = None

    def _check_shape(self, what, array):
        if np.shape(array) != self._value.shape:
            arguments.same_shape(repr(self), what, array, self._value.shape)

    def __repr__(self):
        chain = "".join(f" -> {type(transform).__name__}" for transform in self.transforms)
        return f"Parameter(shape={self.shape}, dtype={self._value.dtype}{chain})"
