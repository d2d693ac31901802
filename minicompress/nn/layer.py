"""What is a layer? A forward/backward pair with parameters, and nothing else.

    y  = forward(x)                   keeps what backward needs
    dx = backward(dy)                 adds dL/dparam to Parameter.grad, returns dL/dx

`dy` stands for dL/dy throughout. No layer updates a weight: an optimizer does. `training` switches only dropout and
batch norm; gradients can always be taken. No array once returned is overwritten by a later call.

Left out: graph recording. The order of layers in `Sequential` is the graph; `Residual` is its only branch.
Next: `linear.py`, the smallest layer with weights.
"""

__all__ = ["Layer"]


class Layer:
    """Base of all layers. A subclass defines `forward` and `backward`, and what of the rest it has."""

    def forward(self, x, training=False):
        """Return y for a batch x, keeping what `backward` needs."""
        raise NotImplementedError

    def backward(self, dy):
        """Return dL/dx for the last forward and add dL/dparam to each parameter's `grad`."""
        raise NotImplementedError

    def __call__(self, x, training=False):
        return self.forward(x, training=training)

    def parameters(self):
        """Every Parameter, weight before bias."""
        return []

    def weight_parameters(self):
        """The Parameters that compression acts on: weights, neither biases nor batch norm's scale and shift."""
        return []

    @property
    def weights(self):
        """The master arrays of `weight_parameters()`; writing into them acts at the next forward."""
        return [parameter.value for parameter in self.weight_parameters()]

    def arrays(self):
        """Every array that makes up the layer's state, by name: parameters' values and running statistics."""
        return {}

    def config(self):
        """Keyword arguments that rebuild the layer, except for its arrays and random generators."""
        return {}

    def output_shape(self, input_shape):
        """Shape of one sample's output, without the batch axis. ValueError if the input's shape does not fit."""
        return tuple(input_shape)

    def macs(self, input_shape):
        """Multiply-accumulate operations for one sample (0 where a layer multiplies no weights)."""
        return 0
