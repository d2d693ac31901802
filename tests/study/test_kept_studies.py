"""What is kept of each study was made by the command that it names, is whole, and says what the READMEs say."""

import json
from pathlib import Path

import pytest
from test_study_engine import rows_of

from minicompress import study as room
from minicompress.study import STUDIES, find_study
from minicompress.study.summary import summarize

MEASURED = Path(room.__file__).parent / "measured"


@pytest.mark.parametrize("name", STUDIES)
def test_the_kept_record_is_of_the_full_study_and_has_every_cell_once(name):
    study, kept = find_study(name), json.loads((MEASURED / f"{name}.json").read_text(encoding="utf-8"))

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
    content = (MEASURED / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == pytest.approx(1600, abs=10)


# --- what the READMEs say of the pruning study ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pruning():
    """{(arm, target): Summary} of the kept study."""
    return {(s.arm, s.setting): s for s in summarize(rows_of(MEASURED / "pruning.json"), "target_sparsity")}


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
