"""PyTorch as an independent oracle: forward, backward and 30 optimizer steps on real MNIST."""

import numpy as np
import pytest

from minicompress import nn

torch = pytest.importorskip("torch", reason="PyTorch is the oracle here, and is not installed")
F = torch.nn.functional


@pytest.fixture(autouse=True)
def one_thread():
    """Small batches are faster on one thread, and a busy machine does not slow them down."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def mixed(rng):
    """Everything that the LeNets lack: batch norm, depthwise and grouped convolution, average pooling, a residual.

    No bias before batch norm: its gradient is zero but for rounding, which Adam would blow up to whole steps.
    """
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2, padding=1, bias=False, rng=rng),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Residual(
            nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False, rng=rng),
            nn.BatchNorm2d(8),
            nn.Tanh(),
            nn.Conv2d(8, 12, 1, groups=2, rng=rng),
            shortcut=nn.Conv2d(8, 12, 1, rng=rng),
        ),
        nn.AvgPool2d(3, stride=2, padding=1),
        nn.Sigmoid(),
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.Conv2d(12, 16, (3, 2), bias=False, rng=rng),
        nn.GlobalAvgPool2d(),
        nn.Flatten(),
        nn.BatchNorm1d(16),
        nn.Linear(16, 10, rng=rng),
        input_shape=(1, 28, 28),
    )


MODELS = {
    "lenet_300_100": lambda rng: nn.zoo.lenet_300_100(rng=rng),
    "lenet5": lambda rng: nn.zoo.lenet5(rng=rng),
    "mixed": mixed,
}


class TorchResidual(torch.nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def to_torch(layer):
    """The PyTorch module with the same numbers."""
    kind, config = type(layer).__name__, layer.config()
    if kind == "Sequential":
        return torch.nn.Sequential(*map(to_torch, layer.layers))
    if kind == "Residual":
        return TorchResidual(to_torch(layer.body), to_torch(layer.shortcut))
    if kind == "GlobalAvgPool2d":
        return torch.nn.AdaptiveAvgPool2d(1)
    module = getattr(torch.nn, kind)(**config)
    names = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}
    with torch.no_grad():
        for name, array in layer.arrays().items():
            getattr(module, names.get(name, name)).copy_(torch.from_numpy(array))
    return module


def samples(mnist, start, n):
    return mnist[0][start : start + n], mnist[1][start : start + n]


def close(ours, theirs, tolerance, what):
    """Largest difference, relative to the largest number of the array: single small elements may cancel."""
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape
    error = np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-6)
    assert error <= tolerance, f"{what}: relative error {error:.2e}"


@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("name", MODELS)
def test_forward_and_backward_agree(name, training, mnist):
    model = MODELS[name](np.random.default_rng(1)).astype(np.float64)
    oracle = to_torch(model).double().train(training)
    x, y = samples(mnist, 0, 25)
    logits = model.forward(x, training=training)
    theirs_x = torch.from_numpy(x.copy()).double().requires_grad_()
    theirs = oracle(theirs_x)
    close(logits, theirs, 1e-12, "logits")
    loss, dlogits = nn.softmax_cross_entropy(logits, y)
    their_loss = F.cross_entropy(theirs, torch.from_numpy(y.copy()))
    their_loss.backward()
    assert loss == pytest.approx(their_loss.item(), rel=1e-12)
    close(model.backward(dlogits), theirs_x.grad, 1e-10, "dx")
    for (key, ours), reference in zip(model.named_parameters().items(), oracle.parameters(), strict=True):
        close(ours.grad, reference.grad, 1e-9, key)


OPTIMIZERS = {
    "sgd": (
        lambda p: nn.SGD(p, learning_rate=0.05),
        lambda p: torch.optim.SGD(p, lr=0.05),
    ),
    "momentum, decay": (
        lambda p: nn.SGD(p, learning_rate=0.02, momentum=0.9, weight_decay=5e-3),
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=5e-3),
    ),
    "nesterov": (
        lambda p: nn.SGD(p, learning_rate=0.02, momentum=0.9, nesterov=True, weight_decay=5e-3),
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=5e-3),
    ),
    "adam": (
        lambda p: nn.Adam(p, learning_rate=2e-3, weight_decay=1e-3),
        lambda p: torch.optim.Adam(p, lr=2e-3, weight_decay=1e-3),
    ),
    "adamw": (
        lambda p: nn.AdamW(p, learning_rate=2e-3, weight_decay=0.1),
        lambda p: torch.optim.AdamW(p, lr=2e-3, weight_decay=0.1),
    ),
}


def thirty_steps(model, oracle, ours, theirs, mnist, dtype, batch=8):
    for step in range(30):
        x, y = samples(mnist, step * batch, batch)
        x, y = x.astype(dtype), y.copy()
        ours.zero_grad()
        loss, dlogits = nn.softmax_cross_entropy(model.forward(x, training=True), y)
        model.backward(dlogits, need_dx=False)
        ours.step()
        theirs.zero_grad()
        their_loss = F.cross_entropy(oracle(torch.from_numpy(x)), torch.from_numpy(y))
        their_loss.backward()
        theirs.step()
        yield loss, their_loss.item()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", MODELS)
def test_thirty_optimizer_steps_agree_in_float64(name, optimizer, mnist):
    model = MODELS[name](np.random.default_rng(2)).astype(np.float64)
    oracle = to_torch(model).double().train()
    ours, theirs = (make(m.parameters()) for make, m in zip(OPTIMIZERS[optimizer], (model, oracle), strict=True))
    for loss, their_loss in thirty_steps(model, oracle, ours, theirs, mnist, np.float64):
        assert loss == pytest.approx(their_loss, rel=1e-6)
    # Adam divides by the root of its second moment: where that is tiny, rounding errors count
    tolerance = 1e-6 if "adam" in optimizer else 1e-9
    for (key, ours), reference in zip(model.named_parameters().items(), oracle.parameters(), strict=True):
        close(ours.value, reference, tolerance, key)
    for (key, ours), reference in zip(statistics(model), statistics_of(oracle), strict=True):
        close(ours, reference, tolerance, key)


def statistics(model):
    return [(name, array) for name, array in model.arrays().items() if "running" in name]


def statistics_of(oracle):
    return [buffer for name, buffer in oracle.named_buffers() if "running" in name]


def without_max_pooling(model):
    """The same network with average pools: between elements that differ by less than float32 rounds, either may be the
    largest, and the gradient goes to another place; on which processors that happens in 30 steps is a matter of chance.
    """
    averages = [nn.AvgPool2d(**layer.config()) if isinstance(layer, nn.MaxPool2d) else layer for layer in model]
    return nn.Sequential(averages, input_shape=model.input_shape)


@pytest.mark.parametrize(("name", "tolerance"), [("lenet_300_100", 1e-5), ("lenet5", 1e-5), ("mixed", 1e-3)])
def test_thirty_optimizer_steps_agree_in_float32(name, tolerance, mnist):
    model = without_max_pooling(MODELS[name](np.random.default_rng(3)))
    oracle = to_torch(model).train()
    ours = nn.SGD(model.parameters(), learning_rate=0.005, momentum=0.9, weight_decay=5e-4)
    theirs = torch.optim.SGD(oracle.parameters(), lr=0.005, momentum=0.9, weight_decay=5e-4)
    for loss, their_loss in thirty_steps(model, oracle, ours, theirs, mnist, np.float32, batch=20):
        assert loss == pytest.approx(their_loss, rel=tolerance)
    for (key, ours), reference in zip(model.named_parameters().items(), oracle.parameters(), strict=True):
        assert ours.value.dtype == np.float32
        close(ours.value, reference, tolerance, key)


def test_losses_agree(rng):
    logits, labels = 5 * rng.standard_normal((6, 4)), rng.integers(0, 4, 6)
    targets = nn.softmax(rng.standard_normal((6, 4)))
    targets[0] = [0, 1, 0, 0]
    z = torch.from_numpy(logits).requires_grad_()
    t = torch.from_numpy(targets)
    pairs = [
        (nn.softmax_cross_entropy(logits, labels), F.cross_entropy(z, torch.from_numpy(labels))),
        (
            nn.softmax_cross_entropy(logits, labels, label_smoothing=0.2),
            F.cross_entropy(z, torch.from_numpy(labels), label_smoothing=0.2),
        ),
        (nn.soft_cross_entropy(logits, targets), F.cross_entropy(z, t)),
        (nn.soft_cross_entropy(logits, 2 * targets), F.cross_entropy(z, 2 * t)),
        (nn.kl_divergence(logits, targets), F.kl_div(F.log_softmax(z, 1), t, reduction="batchmean")),
        (nn.mean_squared_error(logits, targets), F.mse_loss(z, t)),
    ]
    for (loss, dlogits), theirs in pairs:
        assert loss == pytest.approx(theirs.item(), rel=1e-12)
        np.testing.assert_allclose(dlogits, torch.autograd.grad(theirs, z)[0], atol=1e-15)


def test_max_pool_breaks_ties_and_relu_kinks_like_pytorch(rng):
    x = rng.integers(0, 3, (2, 3, 9, 8)).astype(np.float64)
    x[0, 0, :, 0] = -0.0
    for ours in (nn.MaxPool2d(3, stride=2, padding=1), nn.MaxPool2d((2, 3), stride=(1, 2)), nn.ReLU()):
        z = torch.from_numpy(x).requires_grad_()
        theirs = to_torch(ours)(z)
        y = ours.forward(x)
        np.testing.assert_array_equal(y, theirs.detach())
        dy = rng.standard_normal(y.shape)
        theirs.backward(torch.from_numpy(dy))
        np.testing.assert_allclose(ours.backward(dy), z.grad, atol=1e-12)
