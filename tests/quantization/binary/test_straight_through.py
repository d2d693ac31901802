"""Binary weights and activations in training: what is seen, what is moved, where gradients stop; and that it learns."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import Binarize, Ternarize
from minicompress.quantization.binary import BinaryActivation, binarize, pack_signs, ternarize


class _Replay(np.random.Generator):
    """A generator whose only uniform numbers are these."""

    def __new__(cls, u):
        return super().__new__(cls, np.random.PCG64(0))

    def __init__(self, u):
        super().__init__(np.random.PCG64(0))
        self.u = u

    def random(self, shape):
        assert shape == self.u.shape
        return self.u


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_sees_signs_with_the_scale_that_was_asked_for(dtype):
    w = np.random.default_rng(0).normal(size=(3, 2, 2, 2)).astype(dtype)
    w[0, 0, 0, 0] = 0
    np.testing.assert_array_equal(Binarize().forward(w), np.where(w < 0, -1, 1))
    for axis in (None, 0):
        q, alpha = binarize(w, axis=axis)
        seen = Binarize(scaled=True, axis=axis).forward(w)
        np.testing.assert_array_equal(seen, alpha * q)
        assert seen.dtype == dtype


def test_stochastic_weights_are_the_latent_ones_on_average_and_never_cross_at_the_ends():
    w = np.repeat(np.array([-1, -0.5, 0, 0.8, 1, -1.5, 1.5], np.float32), 20_000).reshape(7, -1)
    transform = Binarize(rng=np.random.default_rng(0))
    seen = transform.forward(w)
    assert set(np.unique(seen)) == {-1, 1}
    assert seen.dtype == np.float32
    # the standard deviation of the mean of 20,000 signs is at most 0.0071
    np.testing.assert_allclose(seen.mean(axis=1), np.clip(w[:, 0], -1, 1), atol=0.03)
    assert (seen[[0, 5]] == -1).all()
    assert (seen[[4, 6]] == 1).all()
    assert (transform.forward(w) != seen).any()
    assert np.isnan(transform.forward(np.array([np.nan])))


def test_a_weight_at_minus_one_stays_there_even_when_zero_is_drawn():
    drawn = _Replay(np.array([0.0, 0.0, 0.25, 0.75]))
    seen = Binarize(rng=drawn).forward(np.array([-1.0, 1.0, -0.5, 0.5]))  # +1 where u < 0, 1, 0.25, 0.75
    np.testing.assert_array_equal(seen, [-1, 1, -1, -1])


@pytest.mark.parametrize("transform", [Binarize(), Ternarize()])
def test_what_comes_back_is_an_array_of_its_own(transform):
    w, dy = np.array([0.5, -2.0]), np.ones(2)
    returned = transform.forward(w), transform.backward(dy), transform.surrogate(w)
    assert not any(np.shares_memory(array, given) for array in returned for given in (w, dy))


def test_gradient_passes_straight_and_the_master_stays_in_its_range():
    parameter = nn.Parameter(np.array([0.95, -0.2, 0.05, -1.0], np.float32))
    parameter.transforms.append(Binarize())
    optimizer = nn.SGD([parameter], 0.1)
    np.testing.assert_array_equal(parameter.forward(), [1, -1, 1, -1])
    parameter.backward(np.array([-1.0, -1.0, 1.0, -2.0], np.float32))
    np.testing.assert_array_equal(parameter.grad, [-1, -1, 1, -2])
    optimizer.step()
    np.testing.assert_allclose(parameter.value, [1, -0.1, -0.05, -0.8], rtol=1e-6)
    np.testing.assert_array_equal(parameter.effective(), [1, -1, -1, -1])


@pytest.mark.parametrize("transform", [Binarize(), Binarize(scaled=True), Binarize(scaled=True, axis=0), Ternarize()])
def test_passes_the_gradient_check_of_all_transforms(transform):
    rng = np.random.default_rng(7)
    nn.check_transform(transform, rng.normal(size=(6, 5)), rng=rng)


def test_activation_is_a_sign_with_the_slope_of_its_surrogate():
    x = np.array([[-2.0, -1, -0.3, 0, -0.0, 0.7, 1, 1.25]])
    layer = BinaryActivation()
    np.testing.assert_array_equal(layer.forward(x), [[-1, -1, -1, 1, 1, 1, 1, 1]])
    np.testing.assert_array_equal(layer.backward(np.arange(1.0, 9)[None]), [[0, 2, 3, 4, 5, 6, 7, 0]])

    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(20, 30)), rng.normal(size=(20, 30))
    layer.forward(x)
    numeric = dy * (np.clip(x + 1e-6, -1, 1) - np.clip(x - 1e-6, -1, 1)) / 2e-6
    np.testing.assert_allclose(layer.backward(dy), numeric, atol=1e-8)


def test_activation_agrees_with_pytorchs_clamp_and_lets_nan_through():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    rng = np.random.default_rng(2)
    x, dy = rng.normal(size=(7, 9)).astype(np.float32), rng.normal(size=(7, 9)).astype(np.float32)
    x[0, :3] = [-1, 0, 1]
    t = torch.from_numpy(x.copy()).requires_grad_()
    soft = torch.clamp(t, -1, 1)
    y = (torch.where(t >= 0, 1.0, -1.0) - soft).detach() + soft
    y.backward(torch.from_numpy(dy))
    layer = BinaryActivation()
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), atol=1e-6)
    np.testing.assert_array_equal(layer.backward(dy), t.grad.numpy())
    assert np.isnan(layer.forward(np.full((1, 1), np.nan)))


def test_exercise_answers_take_the_step_that_the_library_takes():
    names = {}
    exec(content().solution("quantization/straight_through").read_text(encoding="utf-8"), names)
    answers = [names["straight_through"]]
    answers += [answer.function for answer in right_answers("quantization/straight_through")]
    rng = np.random.default_rng(4)
    x, target, w = rng.normal(size=(6, 5)), rng.normal(size=(6, 3)), rng.uniform(-1, 1, (3, 5))
    float32 = {"rtol": 1e-5, "atol": 1e-6}  # one of the answers computes in it
    for u in (None, rng.random((3, 5))):
        activation, layer = BinaryActivation(), nn.Linear(5, 3, bias=False, rng=rng).astype(np.float64)
        layer.weight.value = w
        layer.weight.transforms.append(Binarize(rng=None if u is None else _Replay(u)))
        y = layer.forward(activation.forward(x))
        dx = activation.backward(layer.backward(y - target))
        nn.SGD(layer.parameters(), 0.25).step()
        assert (np.abs(layer.weight.value) == 1).any()
        for answer in answers:
            moved = w.copy()
            other_y, other_dx = answer(moved, x, lambda y: y - target, 0.25, u)
            np.testing.assert_allclose(other_y, y, **float32)
            np.testing.assert_allclose(other_dx, dx, **float32)
            np.testing.assert_allclose(moved, layer.weight.value, **float32)


def binary_network(rng, transform):
    """784-128-10, hidden activations binary; batch norm in front of each sign and behind the last product."""
    layers = [nn.Flatten(), nn.Linear(784, 128, bias=False, rng=rng), nn.BatchNorm1d(128), BinaryActivation()]
    model = nn.Sequential(*layers, nn.Linear(128, 10, bias=False, rng=rng), nn.BatchNorm1d(10))
    for parameter in model.weight_parameters():
        parameter.transforms.append(transform())
    return model


def train(model, mnist, epochs=3, learning_rate=0.005):
    x, y, _, _ = mnist
    optimizer = nn.Adam(model.parameters(), learning_rate)
    nn.fit(model, x[:6000], y[:6000], optimizer=optimizer, epochs=epochs, rng=np.random.default_rng(1))


@pytest.mark.parametrize("transform", [Binarize, lambda: Binarize(scaled=True, axis=0), Ternarize])
def test_a_network_of_signs_learns_digits_in_180_steps(mnist, transform):
    model = binary_network(np.random.default_rng(0), transform)
    assert nn.accuracy(model, *mnist[2:]) < 0.3
    train(model, mnist)
    for parameter in model.weight_parameters():
        parameter.bake()
        values = np.unique(np.abs(parameter.value))
        assert values.size <= (parameter.shape[0] if transform is not Ternarize else 2)
    assert nn.accuracy(model, *mnist[2:]) > 0.85


def test_without_the_straight_through_gradient_nothing_is_learned(mnist):
    class TrueDerivative(Binarize):
        def backward(self, dy):
            return np.zeros_like(dy)

    model = binary_network(np.random.default_rng(0), TrueDerivative)
    before = [w.copy() for w in model.layers[1].weights]
    train(model, mnist, epochs=1)
    np.testing.assert_array_equal(model.layers[1].weights[0], np.clip(before[0], -1, 1))


def test_stochastic_weights_learn_too_and_infer_best_with_the_floats_they_average_to(mnist):
    draws = np.random.default_rng(5)
    model = binary_network(np.random.default_rng(0), lambda: Binarize(rng=draws))
    train(model, mnist, epochs=5, learning_rate=0.02)  # faster, for near 0 the signs are all noise
    sampled = nn.accuracy(model, *mnist[2:])
    for parameter in model.weight_parameters():
        parameter.transforms = []
    assert nn.accuracy(model, *mnist[2:]) > max(0.85, sampled + 0.02)


def test_the_packed_product_computes_what_the_trained_layer_computes(mnist):
    model = binary_network(np.random.default_rng(0), Binarize)
    train(model, mnist, epochs=1)
    x = mnist[2][:50]
    for layer in model.layers[:4]:
        x = layer.forward(x if x.dtype.kind == "f" else x.astype(np.float32))
    last = model.layers[4]
    packed = pack_signs(last.weight.effective())
    np.testing.assert_array_equal(packed.matmul(pack_signs(x)), last.forward(x))
    assert packed.size_bytes * 32 == last.weight.value.nbytes


def test_activation_is_saved_by_name_and_transforms_show_their_options(tmp_path, rng):
    model = nn.Sequential(nn.Linear(3, 4, rng=rng), BinaryActivation(), nn.Linear(4, 2, rng=rng))
    nn.save(model, tmp_path / "model")
    again = nn.load(tmp_path / "model")
    x = rng.normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(again.forward(x), model.forward(x))
    assert repr(again.layers[1]) == "BinaryActivation()"
    assert repr(Binarize(scaled=True)) == "Binarize(scaled=True, axis=None, rng=None)"
    assert repr(Ternarize()) == "Ternarize(factor=0.7)"


def test_bad_options_are_named():
    with pytest.raises(ValueError, match="Binarize: axis must be None or 0, got 1"):
        Binarize(scaled=True, axis=1)
    with pytest.raises(ValueError, match="Binarize: axis must be None for weights without a scale, got 0"):
        Binarize(axis=0)
    with pytest.raises(ValueError, match=r"Binarize: rng must be a numpy\.random\.Generator"):
        Binarize(rng=0)
    with pytest.raises(ValueError, match="Binarize: scaled must be False for stochastic weights"):
        Binarize(scaled=True, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="backward needs a forward first"):
        BinaryActivation().backward(np.ones((1, 1)))


def test_ternary_weights_are_those_of_the_function_and_a_broken_training_shows():
    w = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    q, alpha = ternarize(w)
    np.testing.assert_array_equal(Ternarize().forward(w), q * np.float32(alpha))
    assert np.isnan(Ternarize().forward(np.array([1.0, np.nan]))).all()
    np.testing.assert_array_equal(Ternarize().forward(np.zeros(3, np.float32)), 0)


def test_an_infinite_gradient_stops_beyond_one():
    layer = BinaryActivation()
    layer.forward(np.array([[0.5, 3.0]], np.float32))
    assert layer.backward(np.array([[1.0, np.inf]], np.float32)).tolist() == [[1, 0]]
