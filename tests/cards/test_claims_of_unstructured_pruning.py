"""What the cards of unstructured pruning say in words holds: small experiments behind reasons and advice."""

import json
import statistics
from pathlib import Path

import numpy as np
from question_card import numbers_of

from minicompress import nn, study
from minicompress.pruning import n_m_mask, taylor_saliency
from minicompress.pruning.criteria import tolerated_sparsities

SENSITIVITY = numbers_of("pruning/sensitivity_scan")

# --- weight_pruning, gradual_schedule ---------------------------------------------------------------------------------


def accuracies_of_the_study():
    """{(arm, sparsity): median accuracy} from the kept record of the pruning study."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in Path(study.__file__).parent.rglob("*.json")]
    cells = next(record["cells"] for record in records if record["study"] == "pruning")
    found = {}
    for cell in cells:
        found.setdefault((cell["arm"], cell["target_sparsity"]), []).append(cell["accuracy"])
    return {key: statistics.median(values) for key, values in found.items()}


def test_fine_tuning_brings_back_accuracy_at_moderate_sparsity_and_not_at_99_percent():
    accuracy = accuracies_of_the_study()
    dense = accuracy["dense", 0.0]
    assert accuracy["untuned", 0.9] < dense - 0.03
    assert accuracy["weight", 0.9] > dense - 0.005
    assert accuracy["weight", 0.99] < dense - 0.03


def test_one_shot_iterative_and_gradual_are_level_up_to_95_percent_and_not_at_99():
    accuracy = accuracies_of_the_study()
    arms = "weight", "iterative", "gradual"  # `weight` is one-shot
    for sparsity in (0.5, 0.8, 0.9, 0.95):
        values = [accuracy[arm, sparsity] for arm in arms]
        assert max(values) - min(values) < 0.004
    one_shot, iterative, gradual = (accuracy[arm, 0.99] for arm in arms)
    assert one_shot < iterative < gradual


# --- local_vs_global --------------------------------------------------------------------------------------------------


def test_ten_times_the_weights_before_batch_norm_change_nothing_but_what_eps_does():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 7)).astype(np.float32)
    layer, norm = nn.Linear(7, 5, rng=rng), nn.BatchNorm1d(5)
    before = norm.forward(layer.forward(x), training=True)
    for parameter in layer.parameters():
        parameter.value *= 10
    after = norm.forward(layer.forward(x), training=True)
    np.testing.assert_allclose(after, before, atol=1e-3)
    assert not np.array_equal(after, before)


# --- masked_update ----------------------------------------------------------------------------------------------------


def test_a_product_with_the_mask_keeps_nan_where_a_choice_gives_zero():
    m, g = np.array([True, False]), np.array([1.0, np.inf])
    with np.errstate(invalid="ignore"):
        assert np.isnan((m * g)[1])
    assert np.where(m, g, 0)[1] == 0


# --- sensitivity_scan -------------------------------------------------------------------------------------------------


def errors_in_the_table():
    """{layer: errors at the sparsities of the table}, with `all` for all layers together."""
    table = SENSITIVITY.numbers()
    layers, sparsities = ("fc1", "fc2", "fc3", "all"), SENSITIVITY.SPARSITIES
    return {layer: [float(table[f"{layer}: {s}"]) for s in sparsities] for layer in layers}


def test_a_lower_line_shrinks_no_share_and_may_change_the_order_of_layers():
    rows = errors_in_the_table()
    scores = -np.array([rows[layer] for layer in ("fc2", "fc3")])
    strict, lenient = (tolerated_sparsities(scores, SENSITIVITY.SPARSITIES, -e) for e in (0.3, 0.45))
    assert strict == [0.0, 0.5]
    assert lenient == [0.7, 0.5]


def test_all_layers_together_do_more_harm_than_the_worst_and_less_than_the_sum():
    rows = errors_in_the_table()
    singles = np.array([rows[layer] for layer in ("fc1", "fc2", "fc3")])
    assert (singles.max(axis=0) < rows["all"]).all()
    assert (rows["all"] < singles.sum(axis=0)).all()


# --- n_m_sparsity -----------------------------------------------------------------------------------------------------


def kept(w):
    """Share of the sum of squares that 2:4 keeps."""
    return np.sum(w**2 * n_m_mask(w, 2, 4)) / np.sum(w**2)


def test_a_permutation_of_the_inputs_wins_some_of_what_two_of_four_loses():
    rng = np.random.default_rng(0)
    w = rng.normal(size=(32, 32))
    before = best = kept(w)
    for _ in range(400):
        i, j = rng.integers(32, size=2)
        swapped = w.copy()
        swapped[:, [i, j]] = w[:, [j, i]]
        if kept(swapped) > best:
            w, best = swapped, kept(swapped)
    assert best > before + 0.01


# --- taylor_saliency --------------------------------------------------------------------------------------------------


def test_with_all_samples_in_one_batch_nothing_is_left_of_the_saliency_at_a_minimum():
    rng = np.random.default_rng(0)
    w, b = rng.normal(size=(4, 6)), rng.normal(size=4)
    dw, db = rng.normal(size=(64, 4, 6)), rng.normal(size=(64, 4))
    dw, db = dw - dw.mean(axis=0), db - db.mean(axis=0)  # a minimum: on average no gradient is left

    def mean_saliency(batch):
        parts = (g.reshape(64 // batch, batch, *g.shape[1:]).mean(axis=1) for g in (dw, db))
        return taylor_saliency(w, b, *parts).mean()

    found = [mean_saliency(batch) for batch in (1, 4, 16, 64)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 1e-20
