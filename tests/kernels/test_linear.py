import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress.kernels import linear as twin
from minicompress.kernels.threads import one_blas_thread
from minicompress.nn.layers import linear as reference


@given(
    n=st.integers(0, 5),
    fan_in=st.integers(1, 7),
    fan_out=st.integers(1, 6),
    dtype=st.sampled_from([np.float32, np.float64]),
    need_dx=st.booleans(),
    is_by_columns=st.booleans(),
)
def test_backward_agrees_with_numpy(n, fan_in, fan_out, dtype, need_dx, is_by_columns):
    rng = np.random.default_rng(n + 10 * fan_in + 100 * fan_out)
    x, w, dy = (rng.standard_normal(s).astype(dtype) for s in ((n, fan_in), (fan_out, fan_in), (n, fan_out)))
    x = np.asfortranarray(x) if is_by_columns else x
    results = [module.linear_backward(dy, x, w, need_dx) for module in (twin, reference)]
    assert [None if a is None else a.dtype for a in results[0]] == [None if a is None else a.dtype for a in results[1]]
    assert (results[0][0] is None) == (not need_dx)
    for got, expected in zip(*results, strict=True):
        if expected is not None:
            np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("order", ["C", "F"])
def test_dx_lies_in_memory_as_x_does(order):
    rng = np.random.default_rng(0)
    x, w, dy = np.asarray(rng.random((40, 300)), order=order), rng.random((500, 300)), rng.random((40, 500))
    with one_blas_thread():  # 6 million multiplications: two threads where there are two cores
        dx, dw, db = twin.linear_backward(dy, x, w, True)
    assert dx.flags[f"{order}_CONTIGUOUS"]
    np.testing.assert_allclose(dx, dy @ w)
    np.testing.assert_allclose(dw, dy.T @ x)
    np.testing.assert_allclose(db, dy.sum(axis=0))
