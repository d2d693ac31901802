"""The fake quantizer: what the network sees, and where the gradient stops."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicompress import nn
from minicompress.nn.parameter import Parameter
from minicompress.quantization import FakeQuantize, quantization


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward_equals_quantization_after_training(dtype):
    w = np.random.default_rng(0).normal(size=(4, 5)).astype(dtype)
    baked = w.copy()
    quantization(SimpleNamespace(layers=[SimpleNamespace(weights=[baked])]), 4)

    seen = FakeQuantize(4).forward(w)

    np.testing.assert_array_equal(seen, baked)
    assert seen.dtype == dtype


def test_gradient_passes_where_the_code_exists_and_stops_where_it_was_clipped():
    # m = 3, s = 0.5: w/s = [3, 3.4, 3.6, -3.4, -8, 0.2] rounds to [3, 3, 4!, -3, -8!, 0]
    w = np.array([1.5, 1.7, 1.8, -1.7, -4.0, 0.1])
    transform = FakeQuantize(3, scale=0.5)

    np.testing.assert_array_equal(transform.forward(w), [1.5, 1.5, 1.5, -1.5, -1.5, 0.0])
    dy = np.array([1.0, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(transform.backward(dy), [1, 2, 0, 4, 0, 6])


def test_a_scale_that_follows_the_weights_clips_nothing():
    transform = FakeQuantize(2)
    w = np.random.default_rng(0).normal(size=(3, 3)).astype(np.float32)
    dy = np.ones_like(w)

    transform.forward(w)

    np.testing.assert_array_equal(transform.backward(dy), dy)
    assert transform.backward(dy).dtype == np.float32


def test_backward_is_the_derivative_of_the_surrogate():
    rng = np.random.default_rng(5)
    transform = FakeQuantize(3, scale=0.3)
    w, dy = rng.normal(size=200), rng.normal(size=200)
    transform.forward(w)

    h = 1e-6
    numeric = dy * (transform.surrogate(w + h) - transform.surrogate(w - h)) / (2 * h)

    np.testing.assert_allclose(transform.backward(dy), numeric, atol=1e-8)
    assert (numeric == 0).any()
    assert (numeric != 0).any()


@pytest.mark.parametrize("scale", [None, 0.2])
def test_passes_the_gradient_check_of_all_transforms(scale):
    rng = np.random.default_rng(7)
    nn.check_transform(FakeQuantize(4, scale=scale), rng.normal(size=(6, 5)), rng=rng)


def test_two_bits_that_break_a_trained_network_can_be_trained_with(mnist):
    x, y, x_test, y_test = mnist
    x, y = x[:5000], y[:5000]
    model = nn.zoo.mlp([784, 50, 10], rng=np.random.default_rng(0))

    def train():
        optimizer = nn.SGD(model.parameters(), 0.05, momentum=0.9)
        nn.fit(model, x, y, optimizer=optimizer, epochs=3, rng=np.random.default_rng(1))

    train()
    for parameter in model.weight_parameters():
        parameter.transforms.append(FakeQuantize(2))
    before = nn.accuracy(model, x_test, y_test)
    train()

    for parameter in model.weight_parameters():
        parameter.bake()
        assert np.unique(parameter.value).size == 3
    assert before < 0.6
    assert nn.accuracy(model, x_test, y_test) > before + 0.2


def test_gradient_agrees_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    rng = np.random.default_rng(6)
    w, dy = rng.normal(size=100).astype(np.float32), rng.normal(size=100).astype(np.float32)
    transform = FakeQuantize(4, scale=0.2)
    x = torch.from_numpy(w.copy()).requires_grad_()
    y = torch.fake_quantize_per_tensor_affine(x, 0.2, 0, -7, 7)
    y.backward(torch.from_numpy(dy))

    np.testing.assert_allclose(transform.forward(w), y.detach().numpy(), rtol=1e-6)
    np.testing.assert_array_equal(transform.backward(dy), x.grad.numpy())


def test_the_master_keeps_what_the_network_does_not_see_until_baked():
    parameter = Parameter(np.array([0.7, 0.13, -0.2], np.float32))
    parameter.transforms.append(FakeQuantize(2))

    np.testing.assert_array_equal(parameter.effective(), np.array([0.7, 0, 0], np.float32))
    np.testing.assert_array_equal(parameter.value, np.array([0.7, 0.13, -0.2], np.float32))
    parameter.bake()
    np.testing.assert_array_equal(parameter.value, np.array([0.7, 0, 0], np.float32))


@pytest.mark.parametrize("bits", [1, 17, 4.0, True])
def test_bad_bits_are_named(bits):
    with pytest.raises(ValueError, match="FakeQuantize: bits must be an integer from 2 to 16"):
        FakeQuantize(bits)


@pytest.mark.parametrize("scale", [0, -1.0, np.nan, np.inf, "1"])
def test_a_bad_scale_is_named(scale):
    with pytest.raises(ValueError, match="FakeQuantize: scale must be a finite number > 0"):
        FakeQuantize(4, scale=scale)


def test_an_infinite_gradient_does_not_reach_a_weight_that_was_clipped():
    transform = FakeQuantize(3, scale=0.5)
    transform.forward(np.array([0.2, 4.0, -4.0], np.float32))
    dw = transform.backward(np.array([1.0, np.inf, np.nan], np.float32))
    assert dw.tolist() == [1, 0, 0]
    assert dw.dtype == np.float32


def test_backward_needs_a_forward():
    with pytest.raises(ValueError, match=r"FakeQuantize.*backward needs a forward first"):
        FakeQuantize(3).backward(np.ones(2))


def test_a_clipped_weight_stays_out_of_range_unless_the_master_is_clipped_too():
    # What the module's docstring says: 1.5 lies beyond m s = 0.7, the target is 0.3.
    def trained(clip):
        transform, w = FakeQuantize(4, scale=0.1), np.array([1.5])
        for _ in range(200):
            dy = transform.forward(w) - 0.3
            w -= 0.1 * (dy if clip else transform.backward(dy))
            if clip:
                np.clip(w, -0.7, 0.7, out=w)
        return w[0]

    assert trained(clip=False) == 1.5
    assert abs(trained(clip=True) - 0.3) <= 0.05
