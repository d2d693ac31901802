"""What the cards of hints, attention and relations say in words holds: small experiments and the kept study."""

import json
import statistics
from pathlib import Path

import numpy as np
import pytest

from minicompress import study
from minicompress.distillation import attention_transfer, distance_relations


@pytest.fixture(scope="module")
def gains():
    """{arm: {width: median over seeds of the points over labels alone}} from the kept study of distillation."""
    text = Path(study.__file__).parent.joinpath("distillation", "measured.json").read_text(encoding="utf-8")
    accuracy = {(c["arm"], c["width"], c["seed"]): c["accuracy"] for c in json.loads(text)["cells"]}
    points = {}
    for (arm, width, seed), value in accuracy.items():
        labels = accuracy.get((arm.split(".")[0] + ".hard", width, seed))
        if labels is not None:
            points.setdefault(arm, {}).setdefault(width, []).append(100 * (value - labels))
    return {arm: {w: statistics.median(v) for w, v in widths.items()} for arm, widths in points.items()}


# --- attention_transfer -----------------------------------------------------------------------------------------------


def test_attention_maps_gain_next_to_nothing_in_the_study_and_soft_labels_more(gains):
    assert all(abs(gain) < 0.3 for gain in gains["maps.attention"].values())
    assert all(gain > 1 for gain in gains["maps.soft_4"].values())


def test_small_activations_get_large_gradients_and_zeros_none(rng):
    h_t, h_s = np.abs(rng.normal(size=(2, 1, 3, 4, 4)))
    sizes = [np.abs(attention_transfer(scale * h_s, h_t)[1]).max() for scale in (1, 1e-7)]
    assert sizes[1] / sizes[0] == pytest.approx(1e7, rel=1e-6)
    assert not attention_transfer(0 * h_s, h_t)[1].any()


# --- hints ------------------------------------------------------------------------------------------------------------


def least_loss(h_s, h_t):
    """The hint loss with the best linear regressor."""
    inputs = np.column_stack([h_s, np.ones(len(h_s))])
    fit = np.linalg.lstsq(inputs, h_t, rcond=None)[0]
    return np.sum((inputs @ fit - h_t) ** 2) / (2 * len(h_t))


def test_a_linear_regressor_forgives_a_shear_and_a_shift_and_supplies_no_product(rng):
    h_t = rng.normal(size=(200, 2))
    shear = np.array([[1.0, 3.0], [0.0, 1.0]])
    assert least_loss(h_t @ shear + 5, h_t) < 1e-20
    product = np.column_stack([h_t, h_t[:, :1] * h_t[:, 1:]])
    assert least_loss(h_t, product) > 0.2


def test_a_narrow_student_does_best_by_what_the_teacher_varies_in_most(rng):
    loud, wanted = 5 * rng.normal(size=300), rng.normal(size=300)
    h_t = np.column_stack([loud, wanted])
    assert least_loss(loud[:, None], h_t) < least_loss(wanted[:, None], h_t) / 10


def test_hints_cost_ten_neurons_accuracy_in_the_study_and_change_little_for_larger_students(gains):
    for data in ("few", "all", "fashion"):
        assert gains[f"{data}.hint"][10] < 0
        assert all(abs(gain) < 0.5 for width, gain in gains[f"{data}.hint"].items() if width > 10)


# --- relational -------------------------------------------------------------------------------------------------------


def test_two_samples_have_one_distance_and_teach_nothing(rng):
    loss, dh_s = distance_relations(rng.normal(size=(2, 3)), rng.normal(size=(2, 5)))
    assert loss == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(dh_s, 0, atol=1e-12)


def test_the_square_of_a_small_distance_by_its_expansion_can_be_negative_in_float32(rng):
    a = rng.normal(10, 1, (500, 8)).astype(np.float32)
    b = a + rng.normal(0, 1e-4, a.shape).astype(np.float32)
    squared = np.sum(a * a, axis=1) + np.sum(b * b, axis=1) - 2 * np.sum(a * b, axis=1)
    assert squared.dtype == np.float32
    assert (squared < 0).any()
    assert (np.sum((a - b) ** 2, axis=1) > 0).all()


def test_distances_lose_nowhere_in_the_study_and_gain_a_point_only_in_one_place(gains):
    found = {(data, w): g for data in ("few", "all", "fashion") for w, g in gains[f"{data}.relational"].items()}
    assert min(found.values()) >= 0
    assert [place for place, gain in found.items() if gain >= 1] == [("fashion", 10)]


# --- logit_matching, cached_logits, ensemble_teacher, decoupled_kd ----------------------------------------------------


def test_ten_neurons_lose_by_logit_matching_on_mnist_forty_gain_and_both_prefer_soft_labels(gains):
    for data in ("few", "all"):
        assert gains[f"{data}.match"][10] < 0 < gains[f"{data}.match"][40]
        assert all(gains[f"{data}.soft_4"][w] > gains[f"{data}.match"][w] for w in (10, 40))


def test_two_classes_and_the_rest_keep_most_of_the_gain_on_mnist(gains):
    for data in ("few", "all"):
        for width, gain in gains[f"{data}.soft_4"].items():
            assert gains[f"{data}.top_2"][width] > 0.6 * gain


def test_three_teachers_teach_what_one_does_on_mnist(gains):
    for data in ("few", "all"):
        for width, gain in gains[f"{data}.soft_4"].items():
            assert abs(gains[f"{data}.ensemble"][width] - gain) < 0.25


def test_the_decoupled_loss_teaches_larger_students_what_the_mixture_does(gains):
    for data in ("few", "all", "fashion"):
        for width in (20, 40):
            assert abs(gains[f"{data}.decoupled"][width] - gains[f"{data}.mixed"][width]) <= 0.5


def test_where_kept_probabilities_do_not_sum_to_one_the_student_ends_beside_them():
    t, z = np.array([0.5, 0.3, 0.1]), np.zeros(3)
    for _ in range(2000):
        p = np.exp(z) / np.exp(z).sum()
        z -= p - t
    np.testing.assert_allclose(p, t + 0.1 / 3, atol=1e-6)


def test_a_remainder_of_rounded_probabilities_can_be_negative_in_half_precision(rng):
    p = rng.dirichlet(np.full(40, 0.5), 500)
    kept = np.sort(p.astype(np.float16), axis=1)[:, :0:-1]
    remainder = np.float16(1) - np.cumsum(kept, axis=1, dtype=np.float16)[:, -1]  # one after the other
    assert (remainder < 0).any()


def test_the_soft_gradient_of_a_sample_is_at_most_t_times_the_root_of_two():
    p_s, p_t = np.array([0.0, 1, 0]), np.array([1.0, 0, 0])
    assert np.linalg.norm(p_s - p_t) == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize(("dtype", "sure"), [(np.float32, 20), (np.float64, 40)])
def test_one_minus_b_is_zero_at_half_the_logit_in_float32(dtype, sure):
    for z_y, is_zero in ((sure, True), (sure - 6, False)):
        rest = np.logaddexp.reduce(np.array([2, 1, 0, -1], dtype))
        b = np.exp(dtype(z_y) - np.logaddexp(dtype(z_y), rest))
        assert (1 - b == 0) == is_zero


def test_a_sum_of_probabilities_has_no_logarithm_in_float32_from_a_margin_of_104_on():
    smallest = np.finfo(np.float32).smallest_subnormal
    assert np.float32(np.exp(-103.0)) == smallest
    assert np.float32(np.exp(-104.0)) == 0
