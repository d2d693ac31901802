"""Reader of .npz files that may be damaged: the checksum of every array is checked before NumPy reads the array."""

import io
import zipfile
from pathlib import Path

import numpy as np

__all__ = ["read_arrays"]


def read_arrays(path):
    """Return {name: array} of an .npz file. OSError if it cannot be opened, ValueError if it is damaged."""
    content = Path(path).read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # `archive.read` checks the checksum of an array's bytes.
            members = {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}
        return {name: np.lib.format.read_array(io.BytesIO(m), allow_pickle=False) for name, m in members.items()}
    except Exception as error:  # zipfile and numpy raise a dozen kinds of errors for damaged bytes
        raise ValueError(f"not a whole .npz file ({error or type(error).__name__})") from None
