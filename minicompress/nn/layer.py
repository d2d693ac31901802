"""Layer: a forward/backward pair with parameters.

    y  = forward(x)                   keeps what backward needs
    dx = backward(dy)                 adds dL/dparam to Parameter.grad, returns dL/dx

`dy` is dL/dy throughout. Layers do not update weights; an optimizer does. `training` switches only dropout and batch
norm; `backward` works after either. No call overwrites an array that an earlier call returned. A layer computes in the
dtype of its parameters and input: usually float32, and float64 for gradient checks.

Left out: graph recording. The order of layers in `Sequential` is the graph; `Residual` is its only branch.
"""

import copy
import inspect

import numpy as np

from minicompress._base import arguments

__all__ = ["Layer"]


class Layer:
    """Base of all layers. A subclass defines `forward` and `backward`, and overrides the other methods where needed.

    A layer with `weight_parameters()` takes `backward(dy, need_dx=True)`. The trainer passes False to the first such
    layer, whose dx it does not use.

    >>> class Double(Layer):
    ...     def forward(self, x, training=False):
    ...         return self._keep(2 * x)
    >>> Double()(np.array([[1.0]])).tolist()
    [[2.0]]
    """

    _kept = None  # (shape of y, what the last forward kept for backward)
    _passing = ("_kept",)  # attributes of one batch, which snapshots leave out
    unset_arrays = ()  # names of arrays that are NaN until something sets them

    def forward(self, x, training=False):
        """Return y for a batch x, keeping what `backward` needs."""
        raise NotImplementedError

    def backward(self, dy):
        """Return dL/dx for the last forward and add dL/dparam to each parameter's `grad`."""
        raise NotImplementedError

    def __call__(self, x, training=False):
        """Short for `forward`."""
        return self.forward(x, training=training)

    def children(self):
        """Return the layers inside this one, in order of execution."""
        return []

    def named_parameters(self):
        """Return {name: Parameter}, weight before bias."""
        return {}

    def parameters(self):
        """Return all Parameters, weight before bias."""
        return list(self.named_parameters().values())

    def weight_parameters(self):
        """Return the Parameters that compression acts on: weights, without biases and batch norm's scale and shift."""
        return []

    @property
    def weights(self):
        """The master arrays of `weight_parameters()`; writing into them acts at the next forward."""
        return [parameter.value for parameter in self.weight_parameters()]

    def arrays(self):
        """Return {name: array} of the layer's state: values of parameters, and running statistics."""
        return {name: parameter.value for name, parameter in self.named_parameters().items()}

    def config(self):
        """Return the keyword arguments that rebuild the layer, except for its arrays and random generators."""
        return {}

    def get_extra_state(self):
        """Return the state beyond arrays and config, in JSON's types; None if there is none."""
        return

    def set_extra_state(self, state):
        """Restore a state that `get_extra_state` returned, other than None. ValueError if the layer has none."""
        raise ValueError(f"{self!r}: has no extra state, got {state!r}")

    def output_shape(self, input_shape):
        """Return the shape of one sample's output, without the batch axis. ValueError if `input_shape` does not fit."""
        return tuple(input_shape)

    def macs(self, input_shape):
        """Return the number of multiply-accumulate operations for one sample; 0 for a layer without weights."""
        return 0

    def zero_grad(self):
        """Set the gradient of every parameter to zero."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def bake(self):
        """Write the effective value of every parameter into its master, in place, and drop all transforms."""
        for parameter in self.parameters():
            parameter.bake()

    def copy(self):
        """Return an independent deep copy: parameters, gradients, transforms, statistics, random generators."""
        return copy.deepcopy(self)

    def astype(self, dtype):
        """Return a copy whose parameters and statistics have `dtype`: float64 for gradient checks."""
        dtype = arguments.float_dtype("astype", "dtype", dtype)
        twin = self.copy()
        for parameter in twin.parameters():
            parameter.value = parameter.value.astype(dtype)
        return twin

    def __getstate__(self):
        # What backward needs belongs to one batch: copies and pickles leave it out.
        return {**self.__dict__, "_kept": None}

    def __repr__(self):
        """Return the constructor's call, without options at their default: `Conv2d(1, 20, 5, padding=2)`."""
        parameters = inspect.signature(type(self)).parameters
        parts = []
        for name, value in self.config().items():
            value = value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
            default = parameters[name].default if name in parameters else None
            if default is inspect.Parameter.empty:
                parts.append(repr(value))
            elif value != default:
                parts.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(parts)})"

    def _keep(self, y, *kept):
        """Keep what `backward` needs and return y: the last line of every forward."""
        self._kept = (y.shape, kept)
        return y

    def _recall(self, dy):
        """Return dy, checked, and what the last forward kept: the first line of every backward."""
        if self._kept is None:
            raise ValueError(f"{self!r}: backward needs a forward first")
        shape, kept = self._kept
        if not isinstance(dy, np.ndarray) or not np.issubdtype(dy.dtype, np.floating):
            dy = arguments.floats(repr(self), "dy", dy)
        if dy.shape != shape:
            raise ValueError(f"{self!r}: dy must have the shape of the last y, {shape}, got shape {dy.shape}")
        return (dy, *kept)

    def _batch(self, x):
        """Return x as an array of floats (other dtypes become float32); ValueError if its shape does not fit."""
        if not isinstance(x, np.ndarray) or not np.issubdtype(x.dtype, np.floating):
            x = arguments.floats(repr(self), "x", x)
        if x.ndim == 0:
            raise ValueError(f"{self!r}: x must have a batch axis, got a scalar")
        self.output_shape(x.shape[1:])
        return x

    def _reject_input(self, expected, input_shape):
        """Raise the ValueError for an input of the wrong shape; both shapes are without the batch axis."""
        got = ", ".join(map(str, ("n", *input_shape)))
        raise ValueError(f"{self!r}: x must have shape (n, {', '.join(map(str, expected))}), got shape ({got})")
