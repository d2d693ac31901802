"""Checks around training: the optimizer has the model's own parameters, and all numbers are finite.

Without them these mistakes would go unnoticed: an optimizer over a copy trains nothing, an optimizer over the teacher
trains the wrong network, and a NaN in one weight spreads to all weights.

`training.py` and `distillation/trainer.py` call them before the first step.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.layer import Layer
from minicompress.nn.sharing import refuse_shared, refuse_shared_transforms, within

__all__ = ["check_apart", "check_model", "check_optimizer", "evaluate", "first_not_finite"]


def check_model(owner, model, argument="model"):
    """Raise ValueError unless `model` is a Sequential of finite numbers that uses no layer or transform twice."""
    if not isinstance(model, Sequential):
        arguments.reject(owner, argument, "a Sequential", model)
    refuse_shared(owner, model)
    refuse_shared_transforms(owner, model)
    name = first_not_finite(model)
    if name is not None:
        raise ValueError(f"{owner}: {argument} must have finite weights and statistics, got NaN or infinity in {name}")


def check_apart(owner, student, teacher):
    """Raise ValueError if a student and a teacher share a Parameter or a layer with a state: both would be trained."""
    if not isinstance(student, Layer) or not isinstance(teacher, Layer):
        return
    own = {id(thing) for layer in within(student) for thing in (layer, *layer.parameters())}
    for layer in within(teacher):
        shared = any(id(parameter) in own for parameter in layer.parameters()) or (id(layer) in own and layer.arrays())
        if shared and not layer.children():  # for a Residual, the message names the layer inside
            raise ValueError(
                f"{owner}: the teacher must share no layer or Parameter with the student, which would change it, got "
                f"{layer!r} in both; give the student a copy()"
            )


def first_not_finite(model):
    """Return the name of the first array of a model's state that holds NaN or infinity, or None.

    Arrays that nothing has set yet, such as the limits of a quantizer before calibration, do not count.
    """
    unset = {id(layer.arrays()[name]) for layer in within(model) for name in layer.unset_arrays}
    arrays = ((name, array) for name, array in model.arrays().items() if id(array) not in unset)
    return next((name for name, array in arrays if not np.isfinite(array).all()), None)


def check_optimizer(owner, optimizer, model, teacher=None):
    """Raise ValueError unless `optimizer` is an optimizer with parameters of the model and none of the teacher."""
    if isinstance(optimizer, type) or not all(
        callable(getattr(optimizer, method, None)) for method in ("zero_grad", "step")
    ):
        expected = "an optimizer, such as nn.SGD(model.parameters(), learning_rate=0.1)"
        arguments.reject(owner, "optimizer", expected, optimizer)
    if not hasattr(optimizer, "parameters"):
        return  # an optimizer of the caller's own class
    trained = set(map(id, optimizer.parameters))
    if hasattr(model, "parameters") and not trained.intersection(map(id, model.parameters())):
        expected = "over this model's parameters"
        raise ValueError(f"{owner}: optimizer must be {expected}, got those of another model or copy")
    if hasattr(teacher, "parameters") and trained.intersection(map(id, teacher.parameters())):
        raise ValueError(f"{owner}: optimizer must not have parameters of the teacher, which would be trained")


def evaluate(owner, loss, y, *targets):
    """Return loss(y, *targets); ValueError unless it is a number and a gradient of the shape of y."""
    result = loss(y, *targets)
    if not isinstance(result, (tuple, list)) or len(result) != 2 or np.ndim(result[0]) or result[0] is None:
        arguments.reject(owner, "loss", "a function that returns (loss, gradient)", result)
    value, gradient = result
    if np.shape(gradient) != np.shape(y):  # NumPy would broadcast the gradient
        shapes = f"{np.shape(y)}, got shape {np.shape(gradient)}"
        raise ValueError(f"{owner}: the gradient that loss returns must have the shape of its first argument, {shapes}")
    if np.isfinite(value) and not np.isfinite(gradient).all():
        raise ValueError(f"{owner}: the gradient that loss returns must be finite as the loss is, got NaN or infinity")
    return float(value), gradient
