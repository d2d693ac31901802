"""What is kept of each study was made by the command that it names, is whole, and says what its results page says."""

import itertools
import json
from pathlib import Path
from statistics import median

import pytest
from tiny_study import rows_of

from minicompress import study as room
from minicompress.study import STUDIES, find_study
from minicompress.study.distillation.figure import gains
from minicompress.study.summary import summarize

ROOM = Path(room.__file__).parent


@pytest.mark.parametrize("name", STUDIES)
def test_the_kept_record_is_of_the_full_study_and_has_every_cell_once(name):
    study, kept = find_study(name), json.loads((ROOM / name / "measured.json").read_text(encoding="utf-8"))

    assert kept["command"] == f"minicompress study {name} --seeds {study.seeds}"
    assert (kept["study"], kept["quick"], kept["seeds"]) == (name, False, study.seeds)
    assert kept["configuration"] == json.loads(json.dumps(study.configuration))
    assert {"python", "minicompress", "numpy", "numba"} <= set(kept["versions"])
    cells = [(row["arm"], row[study.setting], row["seed"]) for row in kept["cells"]]
    assert cells == [(cell.arm, cell.setting, cell.seed) for cell in study.cells(study.seeds)]
    assert kept["seconds"] == pytest.approx(sum(row["seconds"] for row in kept["cells"]), abs=0.1)
    for row in kept["cells"]:
        assert 0 < row["accuracy"] < 1
        assert row["size_bytes"] > 0


@pytest.mark.parametrize("name", STUDIES)
def test_the_kept_picture_is_a_png_about_1600_pixels_wide(name):
    content = (ROOM / name / "measured.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == pytest.approx(1600, abs=10)


# --- what the results pages say of the studies of quantization --------------------------------------------------------


@pytest.fixture(scope="module")
def kinds():
    """{(arm, bits): Summary} of the kept study."""
    return {(s.arm, s.setting): s for s in summarize(rows_of(ROOM / "quantization" / "measured.json"), "bits")}


@pytest.fixture(scope="module")
def chips():
    """{(arm, number of the voltage): Summary} of the kept study."""
    summaries = summarize(rows_of(ROOM / "voltage" / "measured.json"), "voltage")
    return {(s.arm, round(24 * s.setting)): s for s in summaries}


def test_from_5_bits_on_no_way_loses_a_tenth_of_a_point_and_8_bit_activations_cost_nothing(kinds):
    for bits in range(2, 9):
        floats, codes = kinds["ptq_floats", bits], kinds["ptq_channel", bits]
        assert abs(floats.accuracy - codes.accuracy) < 0.0005
        for arm in ("ptq_tensor", "ptq_channel", "qat_tensor", "qat_channel"):
            if bits >= 5:
                assert kinds[arm, bits].accuracy > kinds["float32", 32].accuracy - 0.001


def test_at_2_and_3_bits_scales_for_channels_help_and_training_more(kinds):
    for bits in (2, 3):
        medians = [kinds[arm, bits] for arm in ("ptq_tensor", "ptq_channel", "qat_tensor", "qat_channel")]
        assert sorted(medians, key=lambda s: s.accuracy) == medians
        assert kinds["ptq_tensor", bits].high < kinds["ptq_channel", bits].low
        assert kinds["ptq_channel", bits].high < kinds["qat_tensor", bits].low
    assert kinds["qat_tensor", 2].high < kinds["qat_channel", 2].low


def test_ternary_beats_2_bit_codes_of_as_many_bytes_and_binary_is_a_24th_of_float32(kinds):
    ternary, codes, binary = kinds["ternary", 2], kinds["qat_channel", 2], kinds["binary", 1]
    assert ternary.medians["size_bytes"] == codes.medians["size_bytes"]
    assert ternary.low > codes.high
    assert kinds["float32", 32].medians["size_bytes"] / binary.medians["size_bytes"] > 24
    assert kinds["float32", 32].accuracy - binary.accuracy < 0.0035


def test_energy_falls_to_a_tenth_with_8_bits_and_to_a_twentieth_with_shifts(kinds):
    energy = {cell: summary.medians["energy_pj"] for cell, summary in kinds.items()}
    assert 9 < energy["float32", 32] / energy["ptq_channel", 8] < 10
    assert energy["ptq_channel", 8] / energy["power_of_two", 4] > 2
    assert energy["binary", 1] / energy["ptq_channel", 8] > 0.6
    assert min(energy, key=energy.get) == ("power_of_two", 4)


def test_three_bits_are_best_spent_evenly_and_with_fewer_the_hybrid_is_between(kinds):
    even, less = kinds["hybrid_bits", 3], kinds["hybrid_bits", 2.5]
    assert {even.least[f"bits_{i}"] for i in range(4)} == {even.greatest[f"bits_{i}"] for i in range(4)} == {3}
    assert even.accuracies == kinds["qat_channel", 3].accuracies
    assert kinds["qat_channel", 2].high < less.low < less.high < even.low
    assert kinds["qat_channel", 2].medians["size_bytes"] < less.medians["size_bytes"] < even.medians["size_bytes"]


def test_integers_alone_predict_as_floats_but_for_at_most_10_of_10000(kinds):
    for integers, floats in ((("integer", 8), ("float32", 32)), (("lenet5_integer", 8), ("lenet5_float32", 32))):
        assert kinds[integers].greatest["differing_predictions"] <= 10
        assert abs(kinds[integers].accuracy - kinds[floats].accuracy) < 0.0005


def test_down_to_22_24ths_of_vmin_nothing_is_lost(chips):
    for arm in ("plain", "robust", "clipped", "randbet"):
        assert chips[arm, 24].accuracy - chips[arm, 22].accuracy < 0.0005


def test_robust_codes_alone_do_not_help_the_worst_chip_but_clipping_does(chips):
    assert chips["robust", 20].least["worst"] < chips["plain", 20].least["worst"]
    assert chips["clipped", 20].accuracy - chips["robust", 20].accuracy > 0.04
    assert chips["robust", 24].accuracy - chips["clipped", 24].accuracy < 0.0015
    assert 0.686 < chips["plain", 20].medians["weights_pj"] / chips["plain", 24].medians["weights_pj"] < 0.696
    assert 0.865 < chips["plain", 20].medians["energy_pj"] / chips["plain", 24].medians["energy_pj"] < 0.875


def test_at_19_24ths_errors_in_training_help_most_and_cost_accuracy_without_errors(chips):
    assert chips["randbet", 19].least["worst"] > chips["clipped", 19].greatest["best"]
    assert 0.003 < chips["clipped", 24].accuracy - chips["randbet", 24].accuracy < 0.004
    assert chips["randbet", 18].accuracy < 0.5


# --- what the results pages say of the pruning study ------------------------------------------------------------------


@pytest.fixture(scope="module")
def pruning():
    """{(arm, target): Summary} of the kept study."""
    return {(s.arm, s.setting): s for s in summarize(rows_of(ROOM / "pruning" / "measured.json"), "target_sparsity")}


BY_WEIGHTS = ("weight", "iterative", "gradual", "hybrid")
TARGETS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99)


def test_up_to_95_percent_four_ways_differ_by_less_than_a_quarter_of_a_point(pruning):
    for target in (0.5, 0.8, 0.9, 0.95):
        accuracies = [pruning[arm, target].accuracy for arm in BY_WEIGHTS]
        assert max(accuracies) - min(accuracies) < 0.0025


def test_iterating_is_below_one_shot_from_80_to_95_percent(pruning):
    for target in (0.8, 0.9, 0.95):
        assert pruning["iterative", target].accuracy < pruning["weight", target].accuracy


def test_at_99_percent_the_order_is_hybrid_gradual_iterative_one_shot_and_no_ranges_overlap(pruning):
    hybrid, gradual, iterative, one_shot = (pruning[arm, 0.99] for arm in ("hybrid", "gradual", "iterative", "weight"))
    assert hybrid.low > gradual.high > gradual.low > iterative.high > iterative.low > one_shot.high


@pytest.mark.parametrize("arm", ["structure", "structure_bytes"])
def test_neurons_alone_lose_from_80_percent_on_also_at_equal_bytes(pruning, arm):
    for target in TARGETS[1:]:
        assert pruning[arm, target].high < pruning["weight", target].low


def test_at_equal_bytes_neurons_keep_more_weights_and_all_arms_the_same_otherwise(pruning):
    for target in TARGETS:
        kept = pruning["weight", target].medians["weights"]
        assert pruning["structure_bytes", target].medians["weights"] > kept
        ratio = (
            pruning["structure_bytes", target].medians["size_bytes"] / pruning["weight", target].medians["size_bytes"]
        )
        assert 0.95 < ratio < 1.05
        for arm in (*BY_WEIGHTS, "structure", "random", "untuned"):
            assert pruning[arm, target].medians["weights"] == kept


def test_at_99_percent_three_neurons_and_one_are_left(pruning):
    assert pruning["structure", 0.99].medians["weights"] == 784 * 3 + 3 * 1 + 1 * 10


def test_neurons_gone_are_multiplications_gone(pruning):
    for target in TARGETS:
        assert pruning["structure", target].medians["macs"] == pruning["weight", target].medians["weights"]
        assert pruning["weight", target].medians["macs"] == 266_200


def test_fine_tuned_random_masks_beat_magnitudes_without_fine_tuning_from_80_percent_on(pruning):
    for target in TARGETS[1:]:
        assert pruning["random", target].low > pruning["untuned", target].high


# --- what the results pages say of the study of orders ----------------------------------------------------------------


@pytest.fixture(scope="module")
def orders():
    """{(arm, images): Summary} of the kept study."""
    return {(s.arm, s.setting): s for s in summarize(rows_of(ROOM / "orders" / "measured.json"), "training_images")}


ALL, FEW = 55_000, 5_500
FIRST, MIDDLE, LAST = ("dpq", "dqp"), ("pdq", "qdp"), ("pqd", "qpd")
UNTAUGHT = ("tpq", "pqt", "qpt")


def test_with_few_images_the_later_the_distillation_the_better(orders):
    first, middle, last, untaught = ([orders[arm, FEW] for arm in of] for of in (FIRST, MIDDLE, LAST, UNTAUGHT))
    assert min(s.accuracy for s in middle) - max(s.accuracy for s in first) > 0.01
    assert min(s.accuracy for s in last) - max(s.accuracy for s in middle) > 0.004
    assert min(s.accuracy for s in last) - max(s.accuracy for s in first) > 0.015
    assert min(s.low for s in last) > max(s.high for s in first)
    assert max(s.accuracy for s in first) < max(s.accuracy for s in untaught)  # distilling first is lost again
    assert min(s.low for s in middle) > max(s.high for s in untaught)
    assert orders["qpd", FEW].accuracy - orders["qpt", FEW].accuracy > 0.018


def test_with_few_images_keeping_the_teacher_is_nearly_as_good_as_distilling_last(orders):
    for arm in ("throughout", "at_once"):
        assert orders["qpd", FEW].accuracy > orders[arm, FEW].accuracy
        assert orders[arm, FEW].accuracy > max(orders[other, FEW].accuracy for other in MIDDLE)


def test_with_all_images_five_orders_are_within_the_seeds_spread_of_the_controls(orders):
    for arm in (*FIRST, *MIDDLE, "pqd"):
        assert 0.968 < orders[arm, ALL].accuracy < 0.970
        for control in ("tpq", "pqt", "qpt"):
            assert orders[arm, ALL].low <= orders[control, ALL].high
            assert orders[control, ALL].low <= orders[arm, ALL].high


@pytest.mark.parametrize("images", [ALL, FEW])
def test_quantize_prune_distil_wins_in_every_seed_over_prune_quantize_distil_and_its_own_control(orders, images):
    best = orders["qpd", images]
    for other in ("pqd", "qpt"):
        assert all(a > b for a, b in zip(best.accuracies, orders[other, images].accuracies, strict=True))
    assert best.accuracy == max(s.accuracy for (arm, at), s in orders.items() if at == images and arm != "teacher")
    assert 0.002 < best.accuracy - orders["pqd", images].accuracy < 0.004


def test_with_all_images_it_is_a_sixth_of_a_point_above_its_control(orders):
    assert 0.0015 < orders["qpd", ALL].accuracy - orders["qpt", ALL].accuracy < 0.002


def test_any_order_beats_one_method_alone(orders):
    for images in (ALL, FEW):
        together = [orders[arm, images] for arm in (*FIRST, *MIDDLE, *LAST, *UNTAUGHT)]
        for alone in ("alone_p", "alone_q", "alone_d"):
            assert min(s.accuracy for s in together) > orders[alone, images].accuracy
    assert min(orders[arm, ALL].low for arm in (*FIRST, *MIDDLE, *LAST)) > orders["alone_q", ALL].high


def test_distilled_only_it_is_no_better_than_on_labels(orders):
    for images in (ALL, FEW):
        assert orders["alone_d", images].accuracy < orders["small", images].accuracy < 0.72


def test_sizes_are_within_five_percent_of_a_hundredth_of_the_teachers(orders):
    sizes = [s.medians["size_bytes"] for (arm, _), s in orders.items() if arm != "teacher"]
    assert min(sizes) > 9_500
    assert max(sizes) < 10_200


# --- what the results pages say of the study of distillation ----------------------------------------------------------

SOFT = ("soft_1", "soft_2", "soft_4", "soft_8", "soft_20", "match")
WIDTHS = (10, 20, 40)


@pytest.fixture(scope="module")
def gained():
    """Function (task, method, width) -> gains over the control in points, one a seed, in the kept study."""
    of = {(s.arm, s.setting): s for s in summarize(rows_of(ROOM / "distillation" / "measured.json"), "width")}

    def gains_in_points(task, method, width):
        return [100 * gain for gain in gains(of, task, method, width)]

    return gains_in_points


def test_with_one_image_in_ten_soft_labels_gain_in_every_seed_and_more_than_with_all(gained):
    for width in WIDTHS:
        assert min(gained("few", "soft_4", width)) > 0.3
    for width in (20, 40):
        assert 2.4 < median(gained("few", "soft_4", width)) < 2.7
        assert 0.8 < median(gained("all", "soft_4", width)) < 1.1
        assert min(gained("all", "soft_4", width)) > 0.7
    assert min(gained("all", "soft_4", 10)) < 0 < median(gained("all", "soft_4", 10)) < 0.5


def test_at_temperature_1_soft_labels_say_on_mnist_no_more_than_labels_and_best_guesses_nothing(gained):
    for task in ("few", "all"):
        for width in WIDTHS:
            assert abs(median(gained(task, "soft_1", width))) < 0.105
            assert -0.3 < median(gained(task, "guessed", width)) < 0.05


def test_on_mnist_two_of_ten_probabilities_keep_most_of_the_gain(gained):
    for task, width in itertools.product(("few", "all"), WIDTHS):
        assert median(gained(task, "top_2", width)) > 0.7 * median(gained(task, "soft_4", width))


def test_what_ten_neurons_gain_by_on_fashion_mnist(gained):
    for method in ("guessed", "smoothed", "soft_1", "relational"):
        assert min(gained("fashion", method, 10)) > 0
        assert 0.5 < median(gained("fashion", method, 10)) <= median(gained("fashion", "relational", 10))


def test_three_teachers_teach_on_mnist_what_one_does_and_an_equal_costs_tenths_of_a_point(gained):
    for task, width in itertools.product(("few", "all"), WIDTHS):
        assert abs(median(gained(task, "ensemble", width)) - median(gained(task, "soft_4", width))) < 0.25
        assert -0.85 < median(gained(task, "self", width)) < -0.15


def test_smoothed_labels_cost_ten_neurons_on_mnist_and_add_half_a_point_at_most_to_more(gained):
    for task in ("few", "all"):
        assert max(gained(task, "smoothed", 10)) < 0
        assert max(median(gained(task, "smoothed", width)) for width in (20, 40)) < 0.52
    assert max(median(gained("fashion", "smoothed", width)) for width in (20, 40)) < 0.1


def test_decoupled_the_other_classes_teach_20_and_40_what_they_do_in_the_mixture_and_cost_ten(gained):
    for task, width in itertools.product(("few", "all", "fashion"), (20, 40)):
        assert abs(median(gained(task, "decoupled", width)) - median(gained(task, "mixed", width))) < 0.5
    for task in ("all", "fashion"):
        assert max(gained(task, "decoupled", 10)) < 0
        assert median(gained(task, "decoupled", 10)) < median(gained(task, "mixed", 10)) - 1


def test_angles_do_on_mnist_as_well_as_distances_and_worse_on_fashion_mnist(gained):
    for width in WIDTHS:
        for task in ("few", "all"):
            assert abs(median(gained(task, "angles", width)) - median(gained(task, "relational", width))) < 0.4
        assert median(gained("fashion", "angles", width)) < median(gained("fashion", "relational", width)) - 0.05


def test_ten_neurons_want_a_low_temperature_and_forty_bear_a_high_one(gained):
    for task in ("few", "all"):
        assert max(SOFT, key=lambda method: median(gained(task, method, 10))) in ("soft_2", "soft_4")
        for method in ("soft_20", "match"):
            assert max(gained(task, method, 10)) < 0 < min(gained(task, method, 40))
    assert max(gained("all", "soft_8", 10)) < 0


def test_on_fashion_mnist_soft_labels_of_a_high_temperature_lose_and_none_gains_much_with_20_or_40(gained):
    for width in WIDTHS:
        for method in ("soft_4", "soft_8", "soft_20", "match"):
            assert median(gained("fashion", method, width)) < 0
    for width in (20, 40):
        assert max(median(gained("fashion", method, width)) for method in SOFT) < 0.45
    assert all(median(gained("fashion", method, 40)) < 0 for method in SOFT)
    assert min(gained("fashion", "soft_1", 10)) > 0


def test_hints_hurt_ten_neurons_and_hardly_help_more(gained):
    assert -0.5 < min(median(gained(task, "hint", 10)) for task in ("few", "all")) < -0.2
    assert median(gained("fashion", "hint", 10)) < -3
    for task in ("few", "all", "fashion"):
        assert median(gained(task, "hint", 10)) < 0
        for width in (20, 40):
            assert abs(median(gained(task, "hint", width))) < 0.5


def test_distances_lose_nowhere_in_the_median_and_gain_three_points_at_most(gained):
    medians = [median(gained(task, "relational", width)) for task in ("few", "all", "fashion") for width in WIDTHS]
    assert 0 < min(medians) < max(medians) < 3.2
    assert median(gained("fashion", "relational", 10)) > 3
    assert min(gained("fashion", "relational", 10)) > 1
    assert sorted(medians)[-2] < 0.8


def test_attention_transfer_is_within_the_seeds_spread_and_soft_labels_help_the_same_convolutions(gained):
    for width in (4, 8):
        attention = gained("maps", "attention", width)
        assert min(attention) < 0 < max(attention)
        assert abs(median(attention)) < 0.1
        assert median(gained("maps", "soft_4", width)) > 1.2
