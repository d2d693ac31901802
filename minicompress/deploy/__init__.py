"""Deploy: compressed models as packed arrays and files.

`storage.py` encodes a model and decodes it again; `grids.py` recovers the scales of its quantized weights.

    >>> import numpy as np
    >>> from minicompress import nn
    >>> encode(nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))).size_bytes
    92
"""

from minicompress.deploy.storage import Encoded, decode, encode, read

__all__ = ["Encoded", "decode", "encode", "read"]
