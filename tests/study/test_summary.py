"""Medians and ranges over the seeds."""

from minicompress.study.summary import summarize


def row(arm, setting, seed, accuracy, **more):
    return {"arm": arm, "bits": setting, "seed": seed, "seconds": 1.0, "accuracy": accuracy, **more}


def test_median_and_range_are_taken_over_the_seeds_of_one_arm_at_one_setting():
    rows = [
        row("a", 2, seed, accuracy, size_bytes=size) for seed, accuracy, size in [(2, 0.1, 5), (0, 0.9, 7), (1, 0.8, 9)]
    ]
    rows += [row("a", 4, 0, 0.5, size_bytes=1), row("b", 2, 0, 0.25, size_bytes=2)]
    first, second, third = summarize(rows, "bits")

    assert (first.arm, first.setting) == ("a", 2)
    assert first.accuracies == (0.9, 0.8, 0.1)  # in order of the seeds
    assert (first.low, first.accuracy, first.high) == (0.1, 0.8, 0.9)  # the mean would be 0.6
    assert first.medians == {"accuracy": 0.8, "seconds": 1.0, "size_bytes": 7}
    assert first.least == {"accuracy": 0.1, "seconds": 1.0, "size_bytes": 5}
    assert first.greatest == {"accuracy": 0.9, "seconds": 1.0, "size_bytes": 9}
    assert (second.arm, second.setting, second.accuracy) == ("a", 4, 0.5)
    assert (third.arm, third.setting, third.accuracy) == ("b", 2, 0.25)


def test_an_even_number_of_seeds_has_the_middle_between_two():
    (summary,) = summarize([row("a", 2, 0, 0.25), row("a", 2, 1, 0.75)], "bits")
    assert summary.accuracy == 0.5
