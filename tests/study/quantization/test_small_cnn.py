"""The small CNN has the weights and MACs that its docstring states, and is trained once for each seed."""

from small_quantization import N

from minicompress.study.quantization import small_cnn


def stream_of(seed):
    return small_cnn.stream(seed, "test")


def test_the_network_has_the_numbers_that_its_docstring_states():
    model = small_cnn.small_cnn(rng=stream_of(0))
    assert tuple(p.size for p in model.weight_parameters()) == N
    assert (sum(N), model.summary().macs) == (20_424, 97_024)
