"""Measures: what did compression really save, and what did it cost?

`storage.py` turns a model into the bytes that it needs, and back; `plots.py` draws accuracy against size, `curves.py`
accuracy along a curve with its range, `intervals.py` methods side by side with theirs.
Accuracy itself is `minicompress.nn.accuracy`; zeros and errors are counted by `pruning_report`, `quantization_report`.
"""

from minicompress.measure.storage import Encoded, decode, encode, read

__all__ = ["Encoded", "decode", "encode", "read"]
