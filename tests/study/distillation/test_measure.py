"""The distillation study on a few images: one student for all arms of a seed, a control, gains seed by seed."""

import dataclasses
import functools

import numpy as np
import pytest
from tiny_study import rows_of

from minicompress import data, nn
from minicompress.distillation import (
    CACHED,
    LABELS,
    angle_relations,
    cache_top_k,
    decoupled_kd,
    ensemble_soft_labels,
    kd_loss,
)
from minicompress.study import engine
from minicompress.study.distillation import (
    figure as distillation_figure,
)
from minicompress.study.distillation import (
    measure as distillation,
)
from minicompress.study.distillation import (
    teachers as distillation_teachers,
)
from minicompress.study.distillation.arms import ARMS, MAPS_METHODS, METHODS, student
from minicompress.study.shelf import Shelf
from minicompress.study.summary import Summary

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")

SMALL = {"training_samples": 200, "validation_samples": 100, "teacher_epochs": 1, "epochs": 1, "test_samples": 300}


def terms_of(method, width, c, seed):
    return ARMS[method](width, c, seed).terms


def smaller(task):
    return dataclasses.replace(task, student_samples=min(task.student_samples, 100), **SMALL)


FEW = dataclasses.replace(
    distillation.QUICK, tasks={name: smaller(task) for name, task in distillation.QUICK.tasks.items()}, batch_size=20
)


@functools.cache
def first_images(name):
    """The data set, cut short: what the miniature does not read need not be split."""
    x, y, x_test, y_test = data.load(name)
    return x[:600], y[:600], x_test[:300], y_test[:300]


class FirstImages:
    load = staticmethod(first_images)


@pytest.fixture(scope="module", autouse=True)
def few():
    """The miniature, smaller still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distillation, "QUICK", FEW)
        patch.setattr(distillation, "data", FirstImages)
        yield


@pytest.fixture(scope="module")
def run(few, tmp_path_factory):
    """(result, folder, {(arm, width): row}) of one seed."""
    out = tmp_path_factory.mktemp("study")
    result = engine.run(distillation.study(quick=True), seeds=1, out=out)
    return result, out, {(row["arm"], row["width"]): row for row in rows_of(result.record)}


def test_every_method_is_measured_on_every_task_and_the_teachers_too(run):
    expected = {(f"{task}.{method}", 20) for task in ("few", "all", "fashion") for method in METHODS}
    expected |= {(f"maps.{method}", 4) for method in MAPS_METHODS}
    expected |= {("few.teacher", 300), ("all.teacher", 300), ("fashion.teacher", 300), ("maps.teacher", 16)}
    assert set(run[2]) == expected


def test_students_of_one_width_have_the_bytes_of_their_shapes(run):
    for (arm, width), row in run[2].items():
        task, method = arm.split(".")
        parameters = 785 * width + 10 * (width + 1)
        if task == "maps":
            parameters = 26 * width // 2 + (25 * width // 2 + 1) * width + 10 * (16 * width + 1)
        if method == "teacher" and task != "maps":
            parameters = 266_610
        assert row["parameters"] == parameters
        assert row["size_bytes"] == 4 * parameters


def taught(monkeypatch, tmp_path, arms, task="few"):
    """[(arguments of `teach`, options)] of the arms, which then train nothing."""
    seen = []

    def spy(model, terms, x, y, **options):
        state = np.concatenate([p.value.ravel() for p in model.parameters()])
        seen.append((state, terms, x, y, options | {"drawn": options["rng"].integers(10**9)}))

    monkeypatch.setattr(distillation, "teach", spy)
    study, shelf = distillation.study(quick=True), Shelf(tmp_path, "s")
    for arm in arms:
        study.measure(engine.Cell(f"{task}.{arm}", 4 if task == "maps" else 20, 3), shelf)
    return seen


@pytest.mark.parametrize(("task", "methods"), [("few", METHODS), ("maps", MAPS_METHODS)])
def test_all_methods_have_the_same_first_weights_images_batches_and_rates(monkeypatch, tmp_path, task, methods):
    first, *others = taught(monkeypatch, tmp_path, methods, task)
    for state, _, x, y, options in others:
        np.testing.assert_array_equal(state, first[0])
        np.testing.assert_array_equal(x, first[2])
        np.testing.assert_array_equal(y, first[3])
        for name in ("epochs", "learning_rate", "momentum", "batch_size", "drawn"):
            assert options[name] == first[4][name]


def test_the_student_sees_fewer_images_than_its_teacher_or_all_of_them(monkeypatch, tmp_path):
    bench = distillation._Bench(dataclasses.replace(FEW))
    few = taught(monkeypatch, tmp_path, ["hard"])[0]
    everything = taught(monkeypatch, tmp_path, ["hard"], "fashion")[0]
    assert len(few[2]) == 100
    assert len(bench.samples("few", 3).x) == 200
    np.testing.assert_array_equal(few[2], bench.samples("few", 3).x[:100])
    assert len(everything[2]) == min(200, FEW.tasks["fashion"].student_samples)


def test_cached_answers_are_those_of_the_teacher(monkeypatch, tmp_path):
    (_, terms, x, _, options) = taught(monkeypatch, tmp_path, ["soft_4"])[0]
    assert [term.target for term in terms] == [CACHED]
    np.testing.assert_allclose(options["teacher"].predict(x), options["cached"], rtol=1e-5, atol=1e-5)
    assert nn.accuracy(options["teacher"], x, taught(monkeypatch, tmp_path, ["hard"])[0][3]) > 0.3


def test_what_comes_with_the_batches_is_what_the_method_asks_for(monkeypatch, tmp_path):
    arms = ["guessed", "ensemble", "self", "mixed"]
    rows = taught(monkeypatch, tmp_path, arms)
    state, _, x, _, _ = rows[0]
    guessed, three, own, mixed = (options for *_, options in rows)
    z_t = guessed["teacher"].predict(x)
    np.testing.assert_array_equal(guessed["cached"], z_t.argmax(axis=1))
    teachers = [nn.load(path) for path in sorted(tmp_path.glob("s-teacher-*.npz"))]
    assert len(teachers) == 3
    expected = ensemble_soft_labels([model.predict(x) for model in teachers], 4.0)
    np.testing.assert_allclose(nn.softmax(three["cached"] / 4), expected, rtol=1e-4, atol=1e-6)
    (equal,) = (nn.load(path) for path in tmp_path.glob("s-equal-*.npz"))
    np.testing.assert_allclose(own["cached"], equal.predict(x), rtol=1e-5, atol=1e-5)
    assert sum(p.size for p in equal.parameters()) == state.size
    np.testing.assert_allclose(mixed["cached"], z_t, rtol=1e-5, atol=1e-5)


def test_the_equal_is_trained_on_the_students_images_and_labels_from_other_weights(monkeypatch, tmp_path):
    seen = []
    original = distillation_teachers.teach

    def spy(model, terms, x, y, **options):
        seen.append((model.copy(), terms, x, y))
        return original(model, terms, x, y, **options)

    monkeypatch.setattr(distillation_teachers, "teach", spy)
    ((state, _, x, y, _),) = taught(monkeypatch, tmp_path, ["self"])
    _, (model, terms, x_equal, y_equal) = seen  # the teacher of the task comes first
    assert [term.target for term in terms] == [LABELS]
    np.testing.assert_array_equal(x_equal, x)
    np.testing.assert_array_equal(y_equal, y)
    first = np.concatenate([p.value.ravel() for p in model.parameters()])
    assert first.shape == state.shape
    assert not np.array_equal(first, state)


def test_the_terms_say_what_the_names_say():
    c, z_s, z_t = FEW, np.array([[1.0, 0, -1]]), np.array([[0.0, 2, 1]])
    for method, temperature in [("soft_1", 1.0), ("soft_20", 20.0)]:
        (term,) = terms_of(method, 20, c, 0)
        assert term.loss(z_s, z_t)[0] == kd_loss(z_s, z_t, temperature)[0]
        assert term.weight == 1
    soft, hard = terms_of("mixed", 20, c, 0)
    assert soft.loss(z_s, z_t)[0] == kd_loss(z_s, z_t, 4.0)[0]
    assert (soft.weight, hard.weight, soft.target, hard.target) == (0.5, 0.5, CACHED, LABELS)
    for method in ("hint", "relational", "angles", "attention", "decoupled"):
        hard, feature = terms_of(method, 20, c, 0)
        assert (hard.target, hard.weight) == (LABELS, 1)
        assert feature.weight == getattr(c, f"{method}_weight")
    assert [term.target for term in terms_of("hard", 20, c, 0)] == [LABELS]


def test_losses_on_labels_and_logits_are_those_of_their_names():
    z_s, z_t, label = np.array([[1.0, 0, -1]]), np.array([[0.0, 2, 1]]), np.array([2])
    (smoothed,) = terms_of("smoothed", 20, FEW, 0)
    assert smoothed.loss(z_s, label)[0] == nn.softmax_cross_entropy(z_s, label, label_smoothing=0.1)[0]
    (guessed,) = terms_of("guessed", 20, FEW, 0)
    assert (guessed.loss, guessed.target) == (nn.softmax_cross_entropy, CACHED)
    decoupled = terms_of("decoupled", 20, FEW, 0)[1]
    expected = decoupled_kd(z_s, z_t, label, temperature=4.0, alpha=1.0, beta=FEW.decoupled_beta)[0]
    assert decoupled.loss(z_s, z_t, label)[0] == expected
    assert decoupled.target == (CACHED, LABELS)
    (top,) = terms_of("top_2", 20, FEW, 0)
    assert top.loss(z_s, cache_top_k(z_t, 3, 4.0))[0] == pytest.approx(kd_loss(z_s, z_t, 4.0)[0], rel=1e-3)
    same, own = terms_of("self", 20, FEW, 0), terms_of("mixed", 20, FEW, 0)
    assert [(t.name, t.weight, t.target) for t in same] == [(t.name, t.weight, t.target) for t in own]


def test_angles_are_those_of_the_first_samples_of_a_batch(rng):
    h_s, h_t = rng.normal(size=(50, 4)), rng.normal(size=(50, 6))
    value, dh_s = terms_of("angles", 20, FEW, 0)[1].loss(h_s, h_t)
    expected, gradient = angle_relations(h_s[:32], h_t[:32])
    assert value == expected
    np.testing.assert_array_equal(dh_s[:32], gradient)
    assert not dh_s[32:].any()


def test_features_are_taken_behind_the_last_relu_of_both():
    teacher = nn.zoo.lenet_300_100(rng=np.random.default_rng(0))
    pupil = student("few", 20, rng=np.random.default_rng(0))
    for method in ("hint", "relational"):
        term = terms_of(method, 20, FEW, 0)[1]
        assert isinstance(pupil.layers[term.student], nn.ReLU)
        assert isinstance(teacher.layers[term.target], nn.ReLU)
        assert term.target == len(teacher.layers) - 2
    maps = student("maps", 4, rng=np.random.default_rng(0))
    term = terms_of("attention", 4, FEW, 0)[1]
    assert isinstance(maps.layers[term.student], nn.ReLU)
    assert isinstance(maps.layers[term.student + 1], nn.Flatten)


def test_the_same_seed_gives_the_same_numbers_also_after_an_interruption(run, tmp_path):
    def stop(progress):
        if progress.done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run(distillation.study(quick=True), seeds=1, out=tmp_path, progress=stop)
    result = engine.run(distillation.study(quick=True), seeds=1, out=tmp_path)
    assert rows_of(result.record) == rows_of(run[0].record)


def test_the_test_set_decides_nothing(run, tmp_path, monkeypatch):
    def false(name):
        x, y, x_test, y_test = first_images(name)
        return x, y, x_test, (y_test + 1) % 10

    monkeypatch.setattr(distillation, "data", type("data", (), {"load": staticmethod(false)}))
    measured = distillation.study(quick=True).measure(engine.Cell("all.mixed", 20, 0), Shelf(tmp_path, "s"))
    right = run[2]["all.mixed", 20]
    assert measured["accuracy"] != right["accuracy"]
    assert measured["validation_accuracy"] == right["validation_accuracy"]


def test_a_gain_is_a_difference_within_a_seed():
    def summary(*accuracies):
        return Summary("", 20, accuracies, {}, {}, {})

    of = {("few.hint", 20): summary(0.5, 0.75, 0.5), ("few.hard", 20): summary(0.25, 0.75, 0.625)}
    assert distillation_figure.gains(of, "few", "hint", 20) == (0.25, 0.0, -0.125)


def test_the_picture_has_a_panel_for_each_task_of_vectors_and_a_row_for_each_method_but_the_control(run):
    figure = distillation.study(quick=True).figure(run[0].summaries, "a title")
    assert [axes.get_title().partition("\n")[0] for axes in figure.axes] == list(distillation_figure._PANELS.values())
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == [distillation_figure.LABELS[method] for method in METHODS if method != "hard"]
    for axes in figure.axes:
        assert list(axes.lines[-1].get_xdata()) == [0, 0]
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
