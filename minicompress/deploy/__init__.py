"""Deploy: models as the bytes that they really need.

`storage.py` encodes a model and decodes it again; `grids.py` finds the scales on which its quantized weights lie.
"""

from minicompress.deploy.storage import Encoded, decode, encode, read

__all__ = ["Encoded", "decode", "encode", "read"]
