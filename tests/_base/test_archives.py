"""An archive is read whole, or refused."""

import numpy as np
import pytest

from minicompress._base.archives import read_arrays


def test_arrays_come_back_by_name(tmp_path):
    np.savez(tmp_path / "a.npz", one=np.arange(3), other=np.ones((2, 2)))
    arrays = read_arrays(tmp_path / "a.npz")
    assert sorted(arrays) == ["one", "other"]
    np.testing.assert_array_equal(arrays["one"], [0, 1, 2])


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_file_is_refused(tmp_path, damage):
    path = tmp_path / "a.npz"
    np.savez(path, one=np.arange(1000))
    content = bytearray(path.read_bytes())
    if damage == "cut":
        del content[-100:]
    else:
        content[4000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"not a whole \.npz file"):
        read_arrays(path)


def test_pickled_objects_are_not_loaded(tmp_path):
    np.savez(tmp_path / "a.npz", one=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"not a whole \.npz file"):
        read_arrays(tmp_path / "a.npz")
