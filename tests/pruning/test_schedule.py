"""Schedules say when and how far; the masks that follow them are nested and reach the end exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import gradual, hold_masks, iterative, local_masks, magnitude_mask, one_shot, sparsity
from minicompress.pruning.schedule import sparsity_at

SPARSITIES = st.integers(0, 100).map(lambda percent: percent / 100)
COUNTS = st.integers(1, 12)
STARTS = st.integers(0, 30)


def answers():
    names = {}
    exec(content().solution("pruning/gradual_schedule").read_text(encoding="utf-8"), names)
    return [names["gradual_schedule"]] + [answer.function for answer in right_answers("pruning/gradual_schedule")]


def test_gradual_worked_by_hand():
    # left to go: 0.8, then 0.8 / 8 = 0.1, then 0
    assert gradual(0.8, 2, interval=5, start=10) == pytest.approx({10: 0.0, 15: 0.7, 20: 0.8})
    assert gradual(0.8, 2, interval=1, initial=0.4) == pytest.approx({0: 0.4, 1: 0.75, 2: 0.8})


def test_iterative_takes_the_same_share_of_what_is_left():
    # halves: 1/2, 1/4, 1/8 are left
    assert iterative(0.875, 3, interval=4, start=2) == pytest.approx({2: 0.5, 6: 0.75, 10: 0.875})
    assert iterative(1.0, 2, interval=1) == {0: 1.0, 1: 1.0}


def test_one_shot_is_a_single_pruning():
    assert one_shot(0.9, start=7) == {7: 0.9}
    assert one_shot(0.9) == iterative(0.9, 1, interval=1)


@given(SPARSITIES, COUNTS, COUNTS, STARTS, SPARSITIES)
def test_sparsity_never_falls_and_ends_exactly_at_its_final_value(final, n, interval, start, part):
    for schedule in (
        gradual(final, n, interval=interval, start=start, initial=final * part),
        iterative(final, n, interval=interval, start=start),
    ):
        values = list(schedule.values())
        assert values[-1] == final
        assert np.all(np.diff(values) >= -1e-12)
        assert list(schedule) == [start + k * interval for k in range(len(schedule))]


def test_sparsity_in_force_is_that_of_the_last_pruning():
    schedule = gradual(0.8, 2, interval=5, start=10)
    assert [sparsity_at(schedule, t) for t in (0, 9)] == [0.0, 0.0]
    assert sparsity_at(schedule, 19) == schedule[15]
    assert sparsity_at(schedule, 1000) == 0.8


@settings(max_examples=60, deadline=None)
@given(st.data(), SPARSITIES, COUNTS, COUNTS, STARTS, st.integers(1, 5000))
def test_solution_and_right_answers_agree_with_the_library(data, final, n, interval, start, weights):
    initial = data.draw(SPARSITIES.filter(lambda s: s <= final))
    t = data.draw(st.integers(0, start + (n + 2) * interval))
    schedule = gradual(final, n, interval=interval, start=start, initial=initial)
    expected = sparsity_at(schedule, t)
    before = sparsity_at(schedule, t - 1)
    for answer in answers():
        share, pruned_now = answer(t, weights, start, interval, n, initial, final)
        assert share == pytest.approx(expected, rel=1e-9, abs=1e-12)
        # At an exact half the last bit of s decides, and formulas of equal worth may differ by one weight.
        assert abs(pruned_now - (expected - before) * weights) <= 1 + 1e-6


def test_following_a_schedule_prunes_as_many_as_the_exercise_says(rng):
    w, zeros = rng.normal(size=(40, 25)), 0
    solution = answers()[0]
    schedule = gradual(0.9, 4, interval=10, start=10)
    for t in range(70):
        if t in schedule:
            w *= magnitude_mask(w, schedule[t])
        share, pruned_now = solution(t, w.size, 10, 10, 4, 0.0, 0.9)
        assert np.count_nonzero(w == 0) - zeros == pruned_now
        zeros += pruned_now
        assert zeros == round(share * w.size)


def test_training_under_a_schedule_keeps_masks_nested_and_reaches_the_sparsity(rng):
    model = nn.zoo.mlp([8, 20, 4], rng=rng)
    optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9)
    x, labels = rng.normal(size=(32, 8)).astype(np.float32), rng.integers(0, 4, 32)
    schedule, zeros = gradual(0.75, 3, interval=2, start=1), set()
    for t in range(10):
        if t in schedule:
            hold_masks(model, local_masks(model, schedule[t]))
        optimizer.zero_grad()
        _, dlogits = nn.softmax_cross_entropy(model.forward(x, training=True), labels)
        model.backward(dlogits)
        optimizer.step()
        now = {(i, j) for i, layer in enumerate(model.layers) for w in layer.weights for j in np.flatnonzero(w == 0)}
        assert zeros <= now
        assert sparsity(model) == pytest.approx(sparsity_at(schedule, t), abs=0.5 / 80)
        zeros = now


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: one_shot(1.5), r"one_shot: final must be .*got 1.5"),
        (lambda: one_shot(0.5, start=-1), r"one_shot: start must be an integer >= 0, got -1"),
        (lambda: iterative(float("nan"), 3, interval=1), r"iterative: final must be .*got nan"),
        (lambda: iterative(0.5, 0, interval=1), r"iterative: rounds must be an integer >= 1, got 0"),
        (lambda: iterative(0.5, 2, interval=0), r"iterative: interval must be an integer >= 1, got 0"),
        (lambda: gradual(0.5, 2.0, interval=1), r"gradual: steps must be an integer >= 1, got 2.0"),
        (lambda: gradual(0.5, 2, interval=1, initial=0.6), r"gradual: initial must be .*<= 0.5, got 0.6"),
        (lambda: gradual(-0.1, 2, interval=1), r"gradual: final must be .*got -0.1"),
        (lambda: gradual(0.5, 2, interval=1, start=0.5), r"gradual: start must be an integer >= 0, got 0.5"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("schedule", "t", "named"), [([0.5], 1, "schedule"), ({0: 0.5}, None, "t"), ({0: 0.5}, "1", "t")]
)
def test_a_schedule_or_a_step_that_is_none_is_named(schedule, t, named):
    with pytest.raises(ValueError, match=f"sparsity_at: {named} must be"):
        sparsity_at(schedule, t)
