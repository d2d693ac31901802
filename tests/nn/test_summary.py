import pytest

from minicompress import nn


def test_summary_prints_a_table(rng):
    text = str(nn.zoo.lenet5(rng=rng).summary())
    lines = text.splitlines()
    assert lines[0].split() == ["layer", "output", "shape", "parameters", "MACs"]
    assert lines[2].split() == ["0", "Conv2d(1,", "20,", "5)", "(20,", "24,", "24)", "520", "288,000"]
    assert lines[-1].split() == ["total", "431,080", "2,293,000"]
    assert len({len(line) for line in lines}) == 1


def test_summary_counts_groups_residuals_and_batch_norm(rng):
    model = nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1, groups=4, rng=rng),
        nn.BatchNorm2d(8),
        nn.Residual(nn.Conv2d(8, 8, 1, bias=False, rng=rng), shortcut=nn.Conv2d(8, 8, 1, bias=False, rng=rng)),
    )
    rows = model.summary(input_shape=(4, 5, 6)).rows
    assert [row.parameters for row in rows] == [8 * 1 * 9 + 8, 16, 2 * 64]
    assert [row.macs for row in rows] == [8 * 9 * 30, 0, 2 * 64 * 30]
    assert [row.output_shape for row in rows] == [(8, 5, 6)] * 3


def test_summary_needs_to_know_the_input_shape_and_tells_a_wrong_one(rng):
    model = nn.Sequential(nn.Linear(4, 2, rng=rng))
    with pytest.raises(ValueError, match="summary: input_shape must be given"):
        model.summary()
    with pytest.raises(ValueError, match=r"Linear\(4, 2\): x must have shape \(n, 4\), got shape \(n, 5\)"):
        model.summary(input_shape=(5,))
    assert nn.Sequential(model, input_shape=(4,)).summary().macs == 8
    assert nn.Sequential().summary((3,)).parameters == 0
