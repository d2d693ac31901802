"""What a loader may yield, and a smaller last batch that is left out."""

import numpy as np
import pytest
from two_trainers import X, Y, both, network, refused, sgd

from minicompress import nn
from minicompress.distillation import (
    LABELS,
    Term,
    angle_relations,
    distance_relations,
)
from minicompress.recipes.teaching import teach


@both
def test_a_last_batch_of_one_can_be_left_out(train):
    def loader():
        return nn.batches(X, Y, 10)  # 10, 10 and 1

    student = network(0)
    with pytest.raises(ValueError, match=r"at least 2 values per channel.*drop_last=True"):
        train(student, network(1), sgd(student), loader())
    dropped, whole = network(0), network(0)
    got = train(dropped, network(1), sgd(dropped), loader(), drop_last=True)
    assert got == train(whole, network(1), sgd(whole), nn.batches(X[:20], Y[:20], 10))
    np.testing.assert_array_equal(dropped.predict(X), whole.predict(X))
    student = network(0)
    train(student, network(1), sgd(student), [(X[:5], Y[:5])], drop_last=True)  # the first is whole, whatever its size


@pytest.mark.parametrize(
    ("loader", "match"),
    [
        (None, "data_loader must be an iterable of"),
        (5, "data_loader must be an iterable of"),
        ("mnist", "data_loader must be an iterable of"),
        (X, "data_loader must be an iterable of"),
        ((X, Y), r"data_loader must yield \(x, labels\).*, got ndarray of 21"),
        ([X], r"data_loader must yield \(x, labels\).*, got ndarray"),
        ([(X,)], r"data_loader must yield \(x, labels\).*, got tuple of 1"),
        ([(X, Y, Y, Y)], r"data_loader must yield \(x, labels\).*, got tuple of 4"),
        ([None], r"data_loader must yield \(x, labels\).*, got NoneType"),
        ([(np.float32(1), Y)], "data_loader must yield x with a batch axis"),
        ([((9 * np.abs(X)).astype(np.uint8), Y)], r"x must hold floats, got uint8; convert it, and pixels to \[0, 1\]"),
        ([(X.astype(str), Y)], "x must be an array of numbers"),
        ([], "data_loader must yield at least one sample"),
        ([(X[:0], Y[:0])], "data_loader must yield at least one sample"),
    ],
)
@both
def test_a_loader_that_is_none_is_told_and_changes_nothing(train, loader, match):
    student = network(0)
    refused(train, student, network(1), sgd(student), match, loader=loader)


@pytest.mark.parametrize(("relations", "least"), [(distance_relations, 2), (angle_relations, 3)])
def test_relations_say_how_to_leave_out_a_short_last_batch(relations, least):
    with pytest.raises(
        ValueError, match=rf"at least {least}, got shapes .*; distil and nn\.batches leave out .*drop_last"
    ):
        relations(X[: least - 1], X[: least - 1])
    with pytest.raises(ValueError, match=r"at least \d, got shapes \(5, 4\), \(4, 4\)$"):
        relations(X[:5], X[:4])


def test_teach_leaves_out_a_smaller_last_batch_on_demand():
    terms = [Term("labels", nn.softmax_cross_entropy, target=LABELS)]
    options = {"epochs": 1, "learning_rate": 0.1, "batch_size": 10}
    with pytest.raises(ValueError, match="drop_last=True"):
        teach(network(0), terms, X, Y, rng=np.random.default_rng(0), **options)
    student = network(0)
    teach(student, terms, X, Y, rng=np.random.default_rng(0), drop_last=True, **options)
    assert (student.predict(X) != network(0).predict(X)).any()
    for wrong, match in (({"batch_size": 0}, "batch_size must be"), ({"epochs": None}, "epochs must be"),
                         ({"batch_size": 30, "drop_last": True}, "at least one batch")):  # fmt: skip
        with pytest.raises(ValueError, match=f"teach: .*{match}"):
            teach(student, terms, X, Y, rng=np.random.default_rng(0), **(options | wrong))
