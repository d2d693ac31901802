"""What exactly is each arm of the quantization study? A way to store each weight array, and when it is trained.

    float32, float16, bfloat16      floats, activations too                                  `FLOATS`
    ptq_...  qat_...                uniform codes: rounded after training, or trained with   `UNIFORM`
    binary, ternary                 all layers; batch norm behind them in training
    binary_middle                   binary between a first and a last layer of 8 bits
    power_of_two                    one shift a product
    hybrid_bits                     bits for each layer by exact allocation, then trained with

PTQ takes the network that was fine-tuned in floats. The other arms start before that fine-tuning and fine-tune for the
same epochs with their quantizer in the loop. Activations have 8 bits, with a zero point; see `Bench` for their ranges.

Next: `stored_weights.py`, how weights are packed.
"""

from minicompress import nn
from minicompress._base.sizes import packed_bytes
from minicompress.quantization import Binarize, Ternarize, exact_allocation, fold_batchnorm, quantize_activations
from minicompress.quantization.activations import MovingAverageObserver, activation_quantizers
from minicompress.quantization.formats import BFLOAT16, FLOAT16
from minicompress.quantization.mixed import StorageMethod, measure_costs
from minicompress.study.quantization.small_cnn import fitted, small_cnn, trained
from minicompress.study.quantization.stored_weights import FloatCodes, Floats, ScaledSigns, ShiftCodes, UniformCodes
from minicompress.study.samples import stream

__all__ = ["ARMS", "QuantizedNetwork"]

FLOATS = {"float32": Floats(), "float16": FloatCodes(FLOAT16), "bfloat16": FloatCodes(BFLOAT16)}
UNIFORM = ("ptq_floats", "ptq_tensor", "ptq_channel", "qat_tensor", "qat_channel")
ARMS = (*FLOATS, *UNIFORM, "binary", "ternary", "binary_middle", "power_of_two", "hybrid_bits")


class QuantizedNetwork:
    """One cell: the method named like its arm returns (network, codes of its weight arrays).

    Parameters
    ----------
    bits : the cell's setting.
    samples, shelf, configuration : of the study.
    """

    activation_bits = 8
    shift = False

    def __init__(self, bits, samples, shelf, configuration):
        self.bits, self.samples, self.shelf, self.c = bits, samples, shelf, configuration
        self.calibration = samples.x[: configuration.calibration_samples]

    def made(self, arm):
        """Return what the arm's method returns."""
        if arm in FLOATS:
            self.activation_bits = 32
            return self.floats(), self._all(FLOATS[arm])
        if arm in UNIFORM:
            axis = None if arm.endswith("tensor") else 0
            return getattr(self, arm.partition("_")[0])(arm, self._all(UniformCodes(int(self.bits), axis)))
        return getattr(self, arm)()

    def start(self):
        """The network of the seed, with batch norm, trained in floats."""
        return self.shelf.model(f"start-{self.samples.seed}", self._train)

    def floats(self):
        """The folded network, trained on in floats."""
        return self.shelf.model(f"floats-{self.samples.seed}", lambda: self._tuned(fold_batchnorm(self.start())))

    def ptq(self, arm, codes):
        """Rounded after training: what is stored is rounded, ranges of activations are those of training images."""
        if arm == "ptq_floats":
            self.activation_bits = 32
            return self.floats(), codes
        return quantize_activations(self.floats(), self.calibration), codes

    def qat(self, arm, codes):
        """Trained on with the rounding of weights and activations in the loop."""
        return self._aware(fold_batchnorm(self.start()), codes), codes

    def binary(self):
        """One bit a weight, in all layers."""
        return self._signs(self._all(_binary()))

    def ternary(self):
        """-1, 0, +1 times a scale, in all layers."""
        return self._signs(self._all(ScaledSigns(2, Ternarize)))

    def binary_middle(self):
        """The rule of thumb: the first and the last layer keep 8 bits."""
        ends = UniformCodes(8, 0)
        return self._signs([ends, _binary(), _binary(), ends])

    def power_of_two(self):
        """Every product is a shift."""
        self.shift, codes = True, self._all(ShiftCodes(int(self.bits)))
        return self._aware(fold_batchnorm(self.start()), codes), codes

    def hybrid_bits(self):
        """Exact bit allocation: the least sum of the layers' loss increases, at `bits` bits a weight on average."""
        network = fold_batchnorm(self.start())
        options = [UniformCodes(bits, 0) for bits in self.c.hybrid_choices]
        parameters = network.weight_parameters()
        sizes = [[packed_bytes(p.size, code.bits) for code in options] for p in parameters]
        budget = sum(p.size for p in parameters) * self.bits / 8
        costs = measure_costs(network, [StorageMethod("", code.bits, code.transform) for code in options], self._loss)
        codes = [options[j] for j in exact_allocation(costs, sizes, budget).choices]
        return self._aware(network, codes), codes

    def _signs(self, codes):
        """Trained on with batch norm, which makes up for the scales, and folded then."""
        network = self._aware(self.start(), codes, self.c.signs_learning_rate)
        for parameter in network.parameters():
            parameter.bake()
        return fold_batchnorm(network), codes

    def _aware(self, network, codes, learning_rate=None):
        for parameter, code in zip(network.weight_parameters(), codes, strict=True):
            parameter.transforms.append(code.transform())
        network = quantize_activations(network, self.calibration)
        for quantizer in activation_quantizers(network):
            quantizer.follow(MovingAverageObserver())
        return self._tuned(network, learning_rate)

    def _tuned(self, network, learning_rate=None):
        c = self.c
        rate = c.tuning_learning_rate if learning_rate is None else learning_rate
        return fitted(network, self.samples, c, epochs=c.tuning_epochs, learning_rate=rate, purpose="tuning")

    def _train(self):
        network = small_cnn(rng=stream(self.samples.seed, "weights"))
        return trained(network, self.samples, self.c, epochs=self.c.epochs)

    def _loss(self, network):
        n = self.c.calibration_samples
        logits = network.predict(self.calibration, batch_size=n)
        return nn.softmax_cross_entropy(logits, self.samples.y[:n])[0]

    def _all(self, code):
        return [code] * len(self.start().weight_parameters())


def _binary():
    return ScaledSigns(1, lambda: Binarize(scaled=True, axis=0))
