import numpy as np
import pytest

from minicompress.bench import contestants


@pytest.mark.parametrize("network", contestants.NETWORKS)
def test_contestants_train_the_same_network(network):
    torch = pytest.importorskip("torch", reason="PyTorch is the peer here, and is not installed")
    ours = getattr(contestants.nn.zoo, network)(rng=np.random.default_rng(0))
    theirs = torch.nn.Sequential(*contestants._torch_layers(torch.nn, network))
    assert [p.shape for p in ours.parameters()] == [tuple(p.shape) for p in theirs.parameters()]
    x, y = np.random.default_rng(0).random((100, 1, 28, 28), dtype=np.float32), np.arange(100) % 10
    for name in contestants.contestants_of(network, with_torch=True):
        contestants.contestant(name, network, torch.get_num_threads())(x, y)
