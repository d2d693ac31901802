"""Sequential: layers that run one after the other.

    y = fk(...f2(f1(x)))           dx = the backward passes in reverse

The only kind of branch is `Residual`, itself a layer (`layers/residual.py`).
"""

from collections.abc import Mapping

import numpy as np

from minicompress._base import arguments
from minicompress.kernels.threads import one_blas_thread
from minicompress.nn import model_file
from minicompress.nn.layer import Layer
from minicompress.nn.sharing import refuse_shared, refuse_shared_transforms
from minicompress.nn.snapshot import Snapshot
from minicompress.nn.summary import summarize

__all__ = ["Sequential"]


class Sequential(Layer):
    """A network: layers in order of execution.

    Parameters
    ----------
    *layers : Layers, or a list of Layers. A Sequential among them is replaced by its layers.
    input_shape : shape of one sample, such as (1, 28, 28), or None; the default of `summary`.

    Attributes
    ----------
    layers : the flat list of layers; a Residual counts as one.

    >>> from minicompress import nn
    >>> model = Sequential(nn.Linear(4, 3, rng=np.random.default_rng(0)), nn.ReLU())
    >>> model.macs((4,)), [w.shape for w in model.layers[0].weights]
    (12, [(3, 4)])
    """

    _in_snapshots = ("layers",)

    def __init__(self, *layers, input_shape=None):
        if len(layers) == 1 and not isinstance(layers[0], Layer):
            layers = tuple(layers[0]) if np.iterable(layers[0]) else layers
        self.layers = []
        for layer in layers:
            if not isinstance(layer, Layer):
                arguments.reject("Sequential", "layers", "Layers", layer)
            self.layers += layer.layers if isinstance(layer, Sequential) else [layer]
        refuse_shared("Sequential", self)
        self.input_shape = None if input_shape is None else arguments.shape("Sequential", "input_shape", input_shape)

    def forward(self, x, training=False):
        """Return the logits of a batch x, which is first converted to the parameters' dtype, uint8 images too."""
        refuse_shared("Sequential", self)  # at every forward, because the list `layers` may have been changed
        dtype = self.dtype
        x = arguments.floats("Sequential", "x", x, otherwise=dtype or np.float32)
        y = x.astype(dtype or x.dtype, copy=False)
        with one_blas_thread():  # also outside `fit`: two BLAS threads are slower on a busy machine
            for layer in self.layers:
                y = layer.forward(y, training=training)
        return self._keep(y, y.dtype)

    def backward(self, dlogits, need_dx=True):
        """Add to every parameter's gradient and return dx.

        With `need_dx=False` the pass stops at the first layer that has parameters, and returns None.
        """
        refuse_shared_transforms("Sequential", self)
        dy, dtype = self._recall(dlogits)
        dy = dy.astype(dtype, copy=False)
        stop = 0 if need_dx else self._first_with_parameters()
        with one_blas_thread():
            for layer in reversed(self.layers[stop:]):
                if not need_dx and layer is self.layers[stop] and layer.weight_parameters():
                    layer.backward(dy, need_dx=False)
                else:
                    dy = layer.backward(dy)
        return dy if need_dx else None

    def predict(self, x, batch_size=1000):
        """Return the logits of x in inference mode, computed `batch_size` samples at a time.

        It runs `forward`, so a `backward` for an earlier forward must be called before `predict`.
        """
        batch_size = arguments.whole_number("predict", "batch_size", batch_size, low=1)
        x = np.asarray(x)
        if x.ndim == 0:
            raise ValueError("predict: x must have a batch axis, got a scalar")
        starts = range(0, max(len(x), 1), batch_size)  # an empty x is one empty batch, so that the result has a shape
        with one_blas_thread():
            return np.concatenate([self.forward(x[start : start + batch_size]) for start in starts])

    @property
    def dtype(self):
        """The dtype to which all parameters can be converted, or None without parameters."""
        parameters = self.parameters()
        return np.result_type(*{parameter.value.dtype for parameter in parameters}) if parameters else None

    def children(self):
        """The layers."""
        return self.layers

    def named_parameters(self):
        """Return {name: Parameter}, with names such as "0.weight"."""
        return {f"{i}.{name}": p for i, layer in enumerate(self.layers) for name, p in layer.named_parameters().items()}

    def parameters(self):
        """Return all Parameters in order of execution, weight before bias."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def weight_parameters(self):
        """Return the weight Parameters of all layers, in order of execution."""
        return [parameter for layer in self.layers for parameter in layer.weight_parameters()]

    def arrays(self):
        """Return {name: array} of the state, with names such as "3.running_mean"; the arrays are not copies."""
        return {f"{i}.{name}": array for i, layer in enumerate(self.layers) for name, array in layer.arrays().items()}

    def output_shape(self, input_shape):
        """Return the shape of one sample's output."""
        input_shape = arguments.shape("Sequential", "input_shape", input_shape)
        for layer in self.layers:
            input_shape = layer.output_shape(input_shape)
        return input_shape

    def macs(self, input_shape):
        """Return the number of multiply-accumulate operations for one sample."""
        input_shape, macs = arguments.shape("Sequential", "input_shape", input_shape), 0
        for layer in self.layers:
            macs += layer.macs(input_shape)
            input_shape = layer.output_shape(input_shape)
        return macs

    def astype(self, dtype):
        """Return a copy whose parameters and statistics have `dtype`."""
        dtype = arguments.float_dtype("astype", "dtype", dtype)
        twin = self.copy()
        twin.layers = [layer.astype(dtype) for layer in self.layers]
        return twin

    def state_dict(self):
        """Return {name: copy of the array} of the state, with names such as "3.running_mean" and "4.body.0.weight".

        Weights are the float32 master weights, without their transforms; `snapshot()` and `save` keep transforms too.
        """
        return {name: array.copy() for name, array in self.arrays().items()}

    def load_state_dict(self, state):
        """Write the arrays of `state` into the model, in place and in the model's dtype.

        Raises ValueError, with nothing changed, for names that are missing or unexpected and for a wrong shape.
        """
        if not isinstance(state, Mapping):
            arguments.reject("load_state_dict", "state", "a dict of arrays by name", state)
        arrays = self.arrays()
        _check_names(arrays, state)
        new = {name: _as_state(name, state[name], array) for name, array in arrays.items()}
        for name, array in arrays.items():
            array[...] = new[name]

    def snapshot(self):
        """Return a Snapshot of the whole state, with transforms and observers; its `restore()` puts the state back."""
        return Snapshot(self)

    def save(self, path):
        """Write architecture, arrays and transforms to `path`, atomically; see `nn/model_file.py`.

        Raises ValueError, before writing, for a layer or a transform that cannot be stored.
        """
        model_file.write(self, path)

    def load(self, path):
        """Read a file that `save` wrote into this model, in place; see `nn/model_file.py`.

        Raises ValueError, with nothing changed, if the file is damaged, was not written by `save`, or is of a model
        with other names or shapes.
        """
        model_file.load_into(self, path)

    def summary(self, input_shape=None):
        """Return the table of layers, output shapes, parameters and MACs, a Summary that `print` formats."""
        return summarize(self, input_shape)

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, index):
        return Sequential(self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"

    def _first_with_parameters(self):
        return next((i for i, layer in enumerate(self.layers) if layer.parameters()), len(self.layers))


def _check_names(arrays, state):
    missing, unexpected = sorted(arrays.keys() - state.keys()), sorted(state.keys() - arrays.keys())
    if missing or unexpected:
        parts = [
            f"{word} {', '.join(names)}" for word, names in (("missing", missing), ("unexpected", unexpected)) if names
        ]
        raise ValueError(f"load_state_dict: state must have the model's names, got {'; '.join(parts)}")


def _as_state(name, value, array):
    value = np.asarray(value)
    if not np.issubdtype(value.dtype, np.floating) and not np.issubdtype(value.dtype, np.integer):
        raise ValueError(f"load_state_dict: {name} must be an array of numbers, got dtype {value.dtype}")
    arguments.same_shape("load_state_dict", name, value, array.shape)
    return value.astype(array.dtype)
