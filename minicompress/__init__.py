"""Neural-network compression from scratch: pruning, quantization, distillation.

The rooms, each imported at first use so that `import minicompress` costs nothing:

- `minicompress.nn`: the framework, forward and backward written out by hand
- `minicompress.data`: MNIST and a Fashion-MNIST subset, bundled
- `minicompress.pruning`, `minicompress.quantization`, `minicompress.distillation`: the methods
- `minicompress.efficiency`: what an inference costs
- `minicompress.deploy`: models as the bytes that they need
- `minicompress.figures`: the pictures
- `minicompress.recipes`: methods combined
- `minicompress.study`, `minicompress.bench`: measurements with kept records, of accuracy and of speed
- `minicompress.kernels`: the compiled loops
- `minicompress.kit`: the exercises, their grader, and the command line

What several rooms use is in `_base`. CONTRIBUTING.md says where a new exercise, transform, layer, study or command
belongs.
"""

import importlib

__version__ = "0.1.0"
__all__ = [
    "bench",
    "data",
    "deploy",
    "distillation",
    "efficiency",
    "figures",
    "kernels",
    "kit",
    "nn",
    "pruning",
    "quantization",
    "recipes",
    "study",
]


def __getattr__(name):
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
