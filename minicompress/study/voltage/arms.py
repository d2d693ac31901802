"""The arms of the voltage study: how each trains the small CNN and stores its weights in 8 bits.

    plain      symmetric signed codes, one scale per array       the network fine-tuned in floats
    robust     unsigned codes over the array's own range         the same network: only the storage differs
    clipped    codes as in robust                                fine-tuned with |w| <= limit, `WeightClip`
    randbet    codes as in robust                                fine-tuned with the limit and random bit errors

All arms fine-tune the same folded network for as many epochs; `fit_with_bit_errors` makes two passes per step and takes
twice as long. Activations are quantized to 8 bits after training.

Source: Stutz, Chandramoorthy, Hein, Schiele 2021 (MLSys; arXiv:2006.13977).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from minicompress import nn
from minicompress._base.streams import stream
from minicompress.kernels.threads import one_blas_thread
from minicompress.quantization import quantize_activations
from minicompress.quantization.voltage import FixedPoint, WeightClip, fit_with_bit_errors
from minicompress.study.quantization.small_cnn import FloatNetworks

__all__ = ["ARMS", "BITS", "StoredNetwork"]

BITS = 8
_ROBUST = FixedPoint(BITS)


@dataclass(frozen=True)
class StoredNetwork:
    """A network without transforms, its activations in 8 bits, and the scheme in which its weights are stored."""

    model: nn.Sequential
    scheme: FixedPoint


def store_plainly(networks: FloatNetworks) -> StoredNetwork:
    """Store the fine-tuned network in symmetric signed codes."""
    return StoredNetwork(_keep("plain", networks, networks.fine_tuned), FixedPoint(BITS, symmetric=True, signed=True))


def store_robustly(networks: FloatNetworks) -> StoredNetwork:
    """Store the fine-tuned network in unsigned codes over each array's own range."""
    return StoredNetwork(_keep("robust", networks, networks.fine_tuned), _ROBUST)


def clip_weights(networks: FloatNetworks) -> StoredNetwork:
    """Fine-tune with clipped weights."""
    return StoredNetwork(_keep("clipped", networks, lambda: _train_clipped(networks, 0.0)), _ROBUST)


def train_with_errors(networks: FloatNetworks) -> StoredNetwork:
    """Fine-tune with clipped weights and random bit errors."""
    rate = networks.configuration.error_rate
    return StoredNetwork(_keep("randbet", networks, lambda: _train_clipped(networks, rate)), _ROBUST)


ARMS: dict[str, Callable[[FloatNetworks], StoredNetwork]] = {
    "plain": store_plainly,
    "robust": store_robustly,
    "clipped": clip_weights,
    "randbet": train_with_errors,
}


def _keep(arm, networks, make):
    """Return the network of an arm from the shelf; if it is missing, quantize the activations of `make()`."""
    name = f"{arm}-{networks.samples.seed}"
    return networks.shelf.model(name, lambda: quantize_activations(make(), networks.calibration))


def _train_clipped(networks, error_rate):
    network, samples, c = networks.folded(), networks.samples, networks.configuration
    for parameter in network.weight_parameters():
        parameter.transforms = [WeightClip(c.clip_limit)]
        parameter.project()
    optimizer = nn.SGD(network.parameters(), c.robust_learning_rates[0], momentum=c.momentum)
    options = {"epochs": 1, "rate": error_rate, "batch_size": c.batch_size, "rng": stream(samples.seed, "tuning")}
    for learning_rate in c.robust_learning_rates:
        optimizer.learning_rate = learning_rate
        with one_blas_thread():
            fit_with_bit_errors(network, samples.x, samples.y, optimizer=optimizer, **options)
    for parameter in network.weight_parameters():
        parameter.transforms = []
    return network
