"""The weights that a network computes with: `layer.weights` after their masks and quantizers.

    layer.weights                       the float32 masters: write into these
    seen = fk(...f2(f1(master)))        what is multiplied: count zeros, measure errors and store these

Next: `parameter.py`, where the transforms hang.
"""

__all__ = ["seen_weights"]


def seen_weights(model):
    """Return the weight arrays of a model as the network sees them, in the order of `layer.weights`.

    Layers without `weight_parameters()`, stand-ins that have `.weights` alone, give these as they are.
    """
    seen = []
    for layer in model.layers:
        if hasattr(layer, "weight_parameters"):
            seen += [parameter.effective() for parameter in layer.weight_parameters()]
        else:
            seen += layer.weights
    return seen
