"""Studies: curves that are measured by real training, several seeds each; `minicompress study NAME`.

A study is a list of cells (an arm, a setting, a seed), a function that measures one cell, and a picture. `engine.py`
runs it; `record.py` keeps every cell as soon as it is measured, so that a run that was stopped goes on; `shelf.py`
keeps what cells share; `summary.py` takes medians and ranges over the seeds.

- `pruning.py`: which way of pruning keeps how much accuracy, from 50% to 99% sparsity? `pruning_arms.py` has the ways,
  `neurons.py` their numbers of neurons, `pruned_training.py` the loop of training, `pruning_figure.py` the picture
- `quantization.py`: how few bits, rounded after training or trained with, in which kind of code, and in integers alone?
  `quantized_networks.py` has the arms, `small_cnn.py` the network and its training, `stored_weights.py` the bytes,
  `quantization_figure.py` the picture
- `voltage.py`: how low may the voltage of the weights' memory go? `voltage_figure.py` has the picture
- `distillation.py`: where does a teacher help, and where does it not? `taught_students.py` has the arms,
  `distillation_figure.py` the picture
- `orders.py`: which order of distillation, pruning and quantization wins, at equal bytes? `orders_figure.py` has the
  picture
- `measured/`: records and pictures that were kept, with command, seeds and versions

Nothing here is loaded before a study is asked for by its name.
"""

import importlib

__all__ = ["STUDIES", "find_study"]

# Each a module here with a function `study(*, quick)`.
STUDIES = ("pruning", "quantization", "voltage", "distillation", "orders")


def find_study(name, *, quick=False):
    """Return the `engine.Study` of that name, or its miniature. ValueError for a name that is not in `STUDIES`."""
    if name not in STUDIES:
        raise ValueError(f"find_study: name must be one of {', '.join(map(repr, STUDIES))}, got {name!r}")
    return importlib.import_module(f"minicompress.study.{name}.measure").study(quick=quick)
