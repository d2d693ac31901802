"""Each arm packs its weights, reads them back, and sets ranges on training images alone."""

from small_quantization import FEW, N

from minicompress import nn
from minicompress.study import engine, find_study
from minicompress.study.quantization import arms, small_cnn
from minicompress.study.quantization import measure as quantization
from minicompress.study.quantization.arms import ARMS
from minicompress.study.quantization.small_cnn import FloatNetworks
from minicompress.study.shelf import Shelf


def stream_of(seed):
    return small_cnn.stream(seed, "test")


def test_the_hybrid_stays_within_its_bits_and_spends_them(run):
    for bits in (2.5, 3):
        row = run[2]["hybrid_bits", bits]
        spent = sum(n * row[f"bits_{i}"] for i, n in enumerate(N))
        assert 0.9 * bits * sum(N) < spent <= bits * sum(N)


def test_calibration_sees_training_images_only(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("minicompress.study.quantization.arms.quantize_activations", lambda m, x: seen.append(x) or m)
    bench = quantization._Bench(FEW)
    ARMS["ptq_channel"](FloatNetworks(bench.samples(0), Shelf(tmp_path, "s"), FEW), 8)
    assert len(seen) == 1
    assert (seen[0] == bench.samples(0).x[:50]).all()


def test_accuracy_is_that_of_what_is_read_back(tmp_path, monkeypatch):
    other = small_cnn.small_cnn(rng=stream_of(7))
    monkeypatch.setattr(arms, "store_and_read", lambda model, codes: (other, 1))
    measured = find_study("quantization", quick=True).measure(engine.Cell("float32", 32, 0), Shelf(tmp_path, "s"))
    _, _, x, y = quantization.data.load("mnist")
    assert measured["accuracy"] == nn.accuracy(other, x[:200], y[:200])
