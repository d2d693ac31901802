"""Optimizers: updates of a weight w from its gradient g, with learning rate lr and weight decay wd.

    SGD        g += wd w;   v = momentum v + g;   w -= lr v      (Nesterov: w -= lr (g + momentum v))
    Adam       g += wd w;   m = b1 m + (1 - b1) g;   v = b2 v + (1 - b2) g^2
               w -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
    AdamW      w -= lr wd w first, separately from the gradient; then Adam without wd

The definitions are PyTorch's. After each step `Parameter.project` lets transforms constrain the master weight, so that
a mask keeps pruned weights at zero, whatever momentum and weight decay do.

Sources: Sutskever et al. 2013 (ICML), equations 1 to 4; Kingma and Ba 2014, arXiv:1412.6980, algorithm 1; Loshchilov
and Hutter 2017, arXiv:1711.05101, algorithm 2. Differs from the papers: the learning rate multiplies the velocity
(Sutskever: the gradient), and AdamW's decay is multiplied by it.
Left out: dampening, AMSGrad, several groups of parameters.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.parameter import Parameter
from minicompress.nn.twins import fastest

__all__ = ["SGD", "Adam", "AdamW", "update_adam", "update_sgd"]


class _Optimizer:
    """Base of the optimizers: the parameters, the learning rate, and the weight decay."""

    def __init__(self, parameters, learning_rate, weight_decay):
        owner = type(self).__name__
        self.parameters = list(parameters) if np.iterable(parameters) else [parameters]
        if not self.parameters or not all(isinstance(parameter, Parameter) for parameter in self.parameters):
            arguments.reject(owner, "parameters", "Parameters, as in model.parameters()", parameters)
        if len(set(map(id, self.parameters))) < len(self.parameters):
            reason = "it would be updated twice per step"
            raise ValueError(f"{owner}: parameters must be different ones, got the same Parameter twice; {reason}")
        self.learning_rate = arguments.number(owner, "learning_rate", learning_rate, low=0)
        self.weight_decay = arguments.number(owner, "weight_decay", weight_decay, low=0)

    def step(self):
        """Update every parameter's value in place from its gradient, then let its transforms project it."""
        # Checked again, because it is a plain attribute; as a float, because a NumPy float64 promotes float32 arrays.
        learning_rate = arguments.number(type(self).__name__, "learning_rate", self.learning_rate, low=0)
        self._begin()
        for index, parameter in enumerate(self.parameters):
            self._update(index, parameter.value, parameter.grad, learning_rate)
            parameter.project()

    def zero_grad(self):
        """Set every parameter's gradient to zero."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def _begin(self):
        """Called once for each step, before the updates."""

    def _update(self, index, w, g, learning_rate):
        raise NotImplementedError

    def _zeros(self):
        return [np.zeros_like(parameter.value) for parameter in self.parameters]


class SGD(_Optimizer):
    """Stochastic gradient descent.

    Parameters
    ----------
    parameters : iterable of Parameter.
    learning_rate : float >= 0; an attribute that may be changed at any time.
    momentum : float >= 0; 0 is plain gradient descent.
    nesterov : bool; look ahead along the momentum, which must then be positive.
    weight_decay : float >= 0, added to the gradient as weight_decay * w.

    >>> w = Parameter(np.array([1.0]))
    >>> w.backward(np.array([2.0]))
    >>> SGD([w], 0.25).step()
    >>> w.value.tolist()
    [0.5]
    """

    def __init__(self, parameters, learning_rate, *, momentum=0.0, nesterov=False, weight_decay=0.0):
        super().__init__(parameters, learning_rate, weight_decay)
        self.momentum = arguments.number("SGD", "momentum", momentum, low=0)
        self.nesterov = bool(nesterov)
        if self.nesterov and not self.momentum:
            arguments.reject("SGD", "momentum", "positive with nesterov", momentum)
        self.velocities = self._zeros()

    def _update(self, index, w, g, learning_rate):
        v = self.velocities[index] if self.momentum else None
        update = fastest(update_sgd, w.size, w, g, v)
        update(w, g, v, learning_rate, self.momentum, self.nesterov, self.weight_decay)


class Adam(_Optimizer):
    """Adam: steps of about the learning rate, whatever the size of the gradient.

    Parameters
    ----------
    parameters : iterable of Parameter.
    learning_rate : float >= 0; 0.001 as in the paper. An attribute that may be changed at any time.
    betas : two floats in [0, 1), the decay of the two moments; as in the paper.
    eps : float >= 0, added to the root; as in the paper.
    weight_decay : float >= 0, added to the gradient as weight_decay * w.

    >>> w = Parameter(np.array([1.0]))
    >>> w.backward(np.array([2.0]))
    >>> Adam([w], 0.25).step()
    >>> w.value.round(4).tolist()
    [0.75]
    """

    def __init__(self, parameters, learning_rate=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, learning_rate, weight_decay)
        owner = type(self).__name__
        if not np.iterable(betas) or len(betas) != 2:
            arguments.reject(owner, "betas", "two numbers in [0, 1)", betas)
        self.betas = tuple(arguments.number(owner, "betas", b, low=0, high=1, open_high=True) for b in betas)
        self.eps = arguments.number(owner, "eps", eps, low=0)
        self.steps = 0
        self.first_moments, self.second_moments = self._zeros(), self._zeros()

    def _begin(self):
        self.steps += 1

    def _update(self, index, w, g, learning_rate):
        self._adam(index, w, g, learning_rate, self.weight_decay)

    def _adam(self, index, w, g, learning_rate, weight_decay):
        m, v = self.first_moments[index], self.second_moments[index]
        rate = learning_rate / (1 - self.betas[0] ** self.steps)
        correction = (1 - self.betas[1] ** self.steps) ** 0.5
        update = fastest(update_adam, 3 * w.size, w, g, m, v)
        update(w, g, m, v, rate, self.betas, correction, self.eps, weight_decay)


class AdamW(Adam):
    """Adam with weight decay that is separate from the gradient.

    The parameters are the same as for Adam; the default of `weight_decay` is 0.01, as in PyTorch.

    >>> w = Parameter(np.array([1.0]))
    >>> AdamW([w], 0.5, weight_decay=0.5).step()  # the gradient is 0
    >>> w.value.tolist()
    [0.75]
    """

    def __init__(self, parameters, learning_rate=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(parameters, learning_rate, betas=betas, eps=eps, weight_decay=weight_decay)

    def _update(self, index, w, g, learning_rate):
        w *= 1 - learning_rate * self.weight_decay
        self._adam(index, w, g, learning_rate, 0.0)


def update_sgd(w, g, v, learning_rate, momentum, nesterov, weight_decay):
    """Update w and the velocity v in place by one step against the gradient g; v is None without momentum."""
    if weight_decay:
        g = g + weight_decay * w
    if momentum:
        v *= momentum
        v += g
        g = g + momentum * v if nesterov else v
    w -= learning_rate * g


def update_adam(w, g, m, v, rate, betas, correction, eps, weight_decay):
    """Update w and the moments m and v in place by one step against the gradient g.

    `rate` is the learning rate / (1 - b1^t), `correction` the root of 1 - b2^t.
    """
    b1, b2 = betas
    if weight_decay:
        g = g + weight_decay * w
    m += (1 - b1) * (g - m)
    v *= b2
    v += (1 - b2) * (g * g)
    w -= rate * (m / (np.sqrt(v) / correction + eps))
