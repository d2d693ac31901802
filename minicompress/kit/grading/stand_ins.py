"""Small models for graded checks: the framework's interface, and every state in plain sight.

They behave like `minicompress.nn` where an exercise touches it (`model.layers`, `layer.weights`, `parameters()`,
`forward`, `backward`, `predict`), so that what is solved here works there; a test holds the two together.
"""

import numpy as np

__all__ = ["StandInLayer", "StandInLoss", "StandInModel", "StandInNetwork", "StandInOptimizer", "StandInParameter"]


class StandInParameter:
    """A value with its gradient."""

    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)


class StandInLayer:
    """A layer with any number of weight arrays and, perhaps, a bias."""

    def __init__(self, *weights, bias=None):
        self._weights = [StandInParameter(weight) for weight in weights]
        self.bias = None if bias is None else StandInParameter(bias)

    @property
    def weights(self):
        """A new list of the weight arrays at each call: rebinding its items changes nothing, writing into them does."""
        return [parameter.value for parameter in self._weights]

    def parameters(self):
        """Weights, then bias."""
        return self._weights + ([self.bias] if self.bias else [])

    def state(self):
        """What a check compares."""
        named = {f".weights[{i}]": weight for i, weight in enumerate(self.weights)}
        return named | ({".bias": self.bias.value} if self.bias else {})

    def as_python(self, write):
        """Python that makes an equal layer, its parts written by `write`."""
        parts = [write(weight) for weight in self.weights]
        parts += [f"bias={write(self.bias.value)}"] if self.bias else []
        return f"StandInLayer({', '.join(parts)})"


class StandInModel:
    """A flat list of layers."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def parameters(self):
        """All layers' parameters, in order."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def state(self):
        """What a check compares."""
        return {f".layers[{i}]": layer for i, layer in enumerate(self.layers)}

    def as_python(self, write):
        """Python that makes an equal model, its layers written by `write`."""
        return f"StandInModel({', '.join(write(layer) for layer in self.layers)})"

    def __repr__(self):
        layers = [", ".join(f"{w.dtype} {w.shape}" for w in layer.weights) or "-" for layer in self.layers]
        return f"<model, weights: {'; '.join(layers)}>"


class StandInNetwork:
    """One linear layer z = x wᵀ + b that can tell training from inference, and keeps count of what is done to it.

    In training mode it drops every second input, as a dropout layer would, and updates a running mean of its inputs, as
    batch norm would: using the wrong mode gives other logits and leaves another state.
    """

    def __init__(self, w, b, shows_gradients=False):
        self._shows_gradients = shows_gradients  # for a network that nobody may train
        self.w, self.b = StandInParameter(w), StandInParameter(b)
        self.w.grad += 0.5  # what an earlier backward left behind
        self.b.grad -= 0.25
        self.running_mean = np.zeros(w.shape[1], w.dtype)
        self.layers = [StandInLayer(w, bias=b)]
        self._x = None

    def parameters(self):
        """Weight, then bias."""
        return [self.w, self.b]

    def forward(self, x, training=False):
        """Logits of shape (n, classes)."""
        if training:
            self.running_mean += 0.5 * (x.mean(axis=0) - self.running_mean)
            x = x * (np.arange(x.shape[1]) % 2 == 0)
        self._x = x
        return x @ self.w.value.T + self.b.value

    def __call__(self, x, training=False):
        """The same as `forward`."""
        return self.forward(x, training=training)

    def predict(self, x, batch_size=1000):
        """Logits in inference mode."""
        return np.concatenate([self.forward(x[i : i + batch_size]) for i in range(0, len(x), batch_size)])

    def backward(self, dlogits):
        """Add to the gradients of the last forward; return dL/dx."""
        self.w.grad += dlogits.T @ self._x
        self.b.grad += dlogits.sum(axis=0)
        return dlogits @ self.w.value

    def state(self):
        """What a check compares."""
        gradients = {".w.grad": self.w.grad, ".b.grad": self.b.grad} if self._shows_gradients else {}
        return {".w": self.w.value, ".b": self.b.value, ".running_mean": self.running_mean} | gradients

    def __repr__(self):
        return f"<network, {self.w.value.shape[1]} to {self.w.value.shape[0]}>"


class StandInLoss:
    """A mean soft-label cross-entropy that keeps what it was called with, and is scaled by `weight`."""

    def __init__(self, weight=1.0):
        self.weight = weight
        self.calls = []

    def __call__(self, logits, soft_labels):
        """Return (loss, dlogits)."""
        self.calls.append((np.array(logits), np.array(soft_labels)))
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        n = len(logits)
        loss = -self.weight * float((soft_labels * log_p).sum()) / n
        return loss, self.weight * (np.exp(log_p) * soft_labels.sum(axis=1, keepdims=True) - soft_labels) / n

    def state(self):
        """What a check compares."""
        named = {}
        for i, (logits, soft_labels) in enumerate(self.calls):
            named |= {f" call {i + 1}, logits": logits, f" call {i + 1}, soft labels": soft_labels}
        return named

    def __repr__(self):
        return "<loss function>"


class StandInOptimizer:
    """Plain gradient descent that counts its steps."""

    def __init__(self, parameters, learning_rate=0.1):
        self.parameters, self.learning_rate, self.steps = parameters, learning_rate, 0

    def zero_grad(self):
        """Clear every gradient."""
        for parameter in self.parameters:
            parameter.grad[...] = 0

    def step(self):
        """value -= learning_rate * grad."""
        self.steps += 1
        for parameter in self.parameters:
            parameter.value -= self.learning_rate * parameter.grad

    def state(self):
        """What a check compares."""
        return {".steps": self.steps}

    def __repr__(self):
        return "<optimizer>"
