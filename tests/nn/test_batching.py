import numpy as np
import pytest

from minicompress import nn


@pytest.mark.parametrize(("n", "batch_size"), [(10, 3), (10, 5), (10, 100), (1, 1), (0, 4)])
@pytest.mark.parametrize("shuffled", [False, True])
def test_batches_hand_out_every_sample_once_with_its_label(n, batch_size, shuffled):
    x, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    pieces = list(nn.batches(x, y, batch_size, rng=np.random.default_rng(3) if shuffled else None))
    assert [len(piece) for piece, _ in pieces] == [min(batch_size, n - start) for start in range(0, n, batch_size)]
    seen = [label for _, labels in pieces for label in labels]
    assert sorted(seen) == list(range(n))
    assert (seen == sorted(seen)) == (not shuffled or n < 2)
    for piece, labels in pieces:
        np.testing.assert_array_equal(piece, x[labels])


@pytest.mark.parametrize(("n", "batch_size", "sizes"), [(7, 3, [3, 3]), (6, 3, [3, 3]), (2, 3, []), (0, 3, [])])
def test_batches_leave_out_a_smaller_last_one_on_demand(n, batch_size, sizes):
    x = np.arange(n)
    for rng in (None, np.random.default_rng(3)):
        pieces = list(nn.batches(x, -x, batch_size, rng=rng, drop_last=True))
        assert [len(piece) for piece, _ in pieces] == sizes
        assert all(np.array_equal(a, -b) for a, b in pieces)
        assert len({*np.concatenate([x[:0], *(piece for piece, _ in pieces)])}) == sum(sizes)


def test_batches_tell_wrong_arguments_at_once_and_not_at_the_first_batch():
    with pytest.raises(ValueError, match=r"batches: x and y must have as many samples, got shapes \(3,\) and \(4,\)"):
        nn.batches(np.zeros(3), np.zeros(4), 2)
    with pytest.raises(ValueError, match="batches: batch_size must be an integer >= 1, got 0"):
        nn.batches(np.zeros(3), np.zeros(3), 0)
    with pytest.raises(ValueError, match=r"batches: rng must be a numpy\.random\.Generator"):
        nn.batches(np.zeros(3), np.zeros(3), 2, rng=7)


def test_split_holds_out_a_fraction_and_loses_nothing(rng):
    x, y = np.arange(10), np.arange(10)
    x_train, y_train, x_held, y_held = nn.split(x, y, 0.3, rng=rng)
    assert len(x_train) == 7
    assert len(x_held) == 3
    assert sorted([*x_train, *x_held]) == list(range(10))
    np.testing.assert_array_equal(x_train, y_train)
    np.testing.assert_array_equal(x_held, y_held)
    for fraction in (0, 1, -0.5, float("nan")):
        with pytest.raises(ValueError, match="split: fraction must be"):
            nn.split(x, y, fraction, rng=rng)
    with pytest.raises(ValueError, match="leave samples on both sides, got 0 of 10 held out"):
        nn.split(x, y, 0.01, rng=rng)


def test_accuracy_is_the_fraction_of_largest_logits_that_are_the_label():
    model = nn.Sequential(nn.Flatten())  # logits = x
    x = np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
    for batch_size in (1, 3, 1000):
        assert nn.accuracy(model, x, [0, 1, 1, 1], batch_size=batch_size) == 0.75
    assert type(nn.accuracy(model, x, [0, 1, 1, 1])) is float
    with pytest.raises(ValueError, match="accuracy: x must have at least one sample"):
        nn.accuracy(model, x[:0], [])
    with pytest.raises(ValueError, match="accuracy: x and y must have as many samples"):
        nn.accuracy(model, x, [0, 1])
    with pytest.raises(ValueError, match=r"accuracy: y must have shape \(4,\), got shape \(4, 1\)"):
        nn.accuracy(model, x, [[0], [1], [1], [1]])


def test_accuracy_refuses_logits_that_are_nan_and_labels_that_are_no_classes():
    model = nn.Sequential(nn.Flatten())
    x = np.array([[1.0, 0], [np.nan, 1]])
    with pytest.raises(ValueError, match="accuracy: the model's logits must be numbers, got NaN"):
        nn.accuracy(model, x, [0, 0])
    for labels, message in (
        ([0.0, np.nan], "labels must be integers"),
        ([1, 2], "labels must lie from 0 to 1, got 1 to 2"),
        ([-1, 0], "labels must lie from 0 to 1, got -1 to 0"),
    ):
        with pytest.raises(ValueError, match=f"accuracy: {message}"):
            nn.accuracy(model, x[[0, 0]], labels)
