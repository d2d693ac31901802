"""Parameter and WeightTransform: masks, quantizers and codebooks on a weight, without any change to its layer.

A `Parameter` owns the float32 master `value` and a chain of `WeightTransform`s f1, f2, ..., fk. The layer computes with

    seen = fk(...f2(f1(value)))                       `forward`

and hands back dL/d(seen), which the chain turns into

    grad += f1'(f2'(...fk'(dL/d seen)))               `backward`

Each transform is a forward/backward pair of about ten lines: multiplying by a mask, fake quantization with a
straight-through gradient, binarization. Pruning and quantization-aware training need nothing else: no hooks and no
second copy of the weight under another name.
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["Parameter", "WeightTransform"]


class WeightTransform:
    """A map from the master weight to what the network sees, and the map of gradients back.

    Subclasses define `forward` and `backward`, and `project` if the master itself must obey a constraint. For use in
    files, register the class with `nn.register` and define `config`, and `arrays` and `from_config` where needed.

    >>> class Half(WeightTransform):
    ...     def forward(self, w):
    ...         return w / 2
    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> w.transforms = [Half()]
    >>> w.effective().tolist()
    [0.5, -1.0]
    """

    def forward(self, w):
        """Return a new array of the shape of `w` for the next transform or the layer. `w` does not change."""
        raise NotImplementedError

    def backward(self, dy):
        """Return dL/d(input) of the last `forward` for `dy`, dL/d(output): a new array of the same shape."""
        raise NotImplementedError

    def project(self, value):
        """Constrain the master in place; the optimizer calls this after each step. The default does nothing."""

    def config(self):
        """Return what rebuilds the transform, in JSON's types, except for its arrays and random generators."""
        raise NotImplementedError

    def arrays(self):
        """Return {name: array} of the transform's state."""
        return {}

    @classmethod
    def from_config(cls, config, arrays, *, rng):
        """Return a transform from what `config` and `arrays` returned; the default passes both to the constructor."""
        return cls(**config, **arrays)


class Parameter:
    """A trainable array with its gradient and its transforms.

    Parameters
    ----------
    value : array of floats, any shape
        The master weight. Integers and bools become float32.

    Attributes
    ----------
    grad : array of the shape of `value`. `backward` adds to it and `zero_grad` sets it to zero; both replace the array,
        so that an array read earlier keeps its numbers.
    transforms : list of WeightTransform, applied first to last.

    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> w.backward(np.array([0.5, 0.0]))
    >>> w.grad.tolist()
    [0.5, 0.0]
    """

    _passing = ("_grad",)  # attributes of one batch, which snapshots leave out

    def __init__(self, value):
        self._value = arguments.floats("Parameter", "value", value).copy()
        self._grad = None  # None stands for zero, until an array is needed
        self.transforms = []

    @property
    def value(self):
        """The master weight. Write into it or assign an array of the same shape; both act at the next forward.

        Assigning copies the array, so that training does not write into it. The weight takes the dtype of the array.
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
        """Return the array that the layer computes with; without transforms, the master itself: do not write to it."""
        seen = self._value
        for transform in self.transforms:
            seen = transform.forward(seen)
            self._check_shape(f"what {type(transform).__name__} returns from forward", seen)
        return seen

    def backward(self, dseen):
        """Add dL/d(value) to `grad`, computed from `dseen` = dL/d(seen) through the transforms of the last `forward`.

        `dseen` is not copied: do not write into it afterwards.
        """
        self._check_shape("dseen", dseen)  # NumPy would broadcast another shape
        for transform in reversed(self.transforms):
            dseen = transform.backward(dseen)
            self._check_shape(f"what {type(transform).__name__} returns from backward", dseen)
        dseen = np.asarray(dseen, dtype=self._value.dtype)
        self._grad = dseen if self._grad is None else self._grad + dseen

    def effective(self):
        """Return a copy of what the network sees."""
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
        """Set the gradient to zero. An array that `grad` returned earlier keeps its numbers."""
        self._grad = None

    def _check_shape(self, what, array):
        if np.shape(array) != self._value.shape:
            arguments.same_shape(repr(self), what, array, self._value.shape)

    def __repr__(self):
        chain = "".join(f" -> {type(transform).__name__}" for transform in self.transforms)
        return f"Parameter(shape={self.shape}, dtype={self._value.dtype}{chain})"
