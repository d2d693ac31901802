"""The numbers of a stream depend on seed and purpose alone."""

import numpy as np

from minicompress._base.streams import stream


def test_a_stream_is_pinned_to_its_seed_and_purpose():
    expected = np.random.default_rng([3, ord("a"), ord("b")]).random(4)  # kept records were drawn so
    np.testing.assert_array_equal(stream(3, "ab").random(4), expected)
    assert not np.array_equal(stream(3, "ba").random(4), expected)
    assert not np.array_equal(stream(4, "ab").random(4), expected)
