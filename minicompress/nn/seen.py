"""Which weights does a network compute with? Not always those in `layer.weights`: its masks and quantizers lie between.

    layer.weights                       the float32 masters, for whoever writes into them
    seen = fk(...f2(f1(master)))        what is multiplied: for whoever counts zeros, measures errors or stores

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
