"""Relations: hand-worked, one pair and triple at a time, against PyTorch, by differences, and as terms."""

import itertools

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import Term, angle_relations, distance_relations, distil
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.nn.gradient_check import check_loss_gradient

LOSSES = [distance_relations, angle_relations]


def outputs(rng, n=6, student=3, teacher=5, far=False):
    h_s, h_t = rng.normal(size=(n, student)), rng.normal(2, 7, (n, teacher))
    if far:
        h_s[1] += 30  # some differences of distances are above 1
    return h_s, h_t


def huber(u):
    return u * u / 2 if abs(u) <= 1 else abs(u) - 0.5


def naive_distances(h_s, h_t):
    psi = []
    for h in (h_s, h_t):
        d = {(i, j): np.linalg.norm(h[i] - h[j]) for i, j in itertools.permutations(range(len(h)), 2)}
        apart = [value for value in d.values() if value > 0]
        psi.append({pair: value / (sum(apart) / len(apart)) for pair, value in d.items()})
    return sum(huber(psi[0][pair] - psi[1][pair]) for pair in psi[0]) / len(psi[0])


def naive_angles(h_s, h_t):
    losses = []
    for i, j, k in itertools.permutations(range(len(h_s)), 3):
        cosines = []
        for h in (h_s, h_t):
            one, other = h[i] - h[j], h[k] - h[j]
            lengths = np.linalg.norm(one) * np.linalg.norm(other)
            cosines.append(one @ other / lengths if lengths else 0)
        losses.append(huber(cosines[0] - cosines[1]))
    return np.mean(losses)


def test_distances_worked_by_hand():
    # Student 5, 0, 5 over their nonzero mean 5: 1, 0, 1. Teacher 1, 3, 4 over 8/3: 3/8, 9/8, 3/2.
    # u = 5/8, -9/8, -1/2: huber 25/128, 80/128, 16/128, their mean 121/384.
    h_s, h_t = np.array([[0.0, 0], [3, 4], [0, 0]]), np.array([[0.0], [-1], [3]])
    assert distance_relations(h_s, h_t)[0] == pytest.approx(121 / 384)


def test_angles_worked_by_hand():
    # Student: a right angle at 0, cos 0, and cos 45 degrees at 1 and 2. Teacher: on a line, 0 in the middle: -1, 1, 1.
    # u = 1, c - 1, c - 1 with c = sqrt(1/2): the mean of 1/2 and twice (1 - c)^2 / 2.
    h_s, h_t = np.array([[0.0, 0], [1, 0], [0, 1]]), np.array([[0.0], [1], [-1]])
    assert angle_relations(h_s, h_t)[0] == pytest.approx((0.5 + (1 - np.sqrt(0.5)) ** 2) / 3)


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(
    ("loss", "naive"), [(distance_relations, naive_distances), (angle_relations, naive_angles)], ids=["d", "a"]
)
def test_agrees_with_naive_loops_and_the_gradient_with_differences(rng, loss, naive, far):
    h_s, h_t = outputs(rng, far=far)
    assert loss(h_s, h_t)[0] == pytest.approx(naive(h_s, h_t), rel=1e-12)
    check_loss_gradient(loss, h_s, h_t, rng=rng)
    check_loss_gradient(loss, rng.normal(size=(5, 2, 2, 3)), rng.normal(size=(5, 4)), rng=rng)


def test_distances_and_their_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    h_s, h_t = outputs(rng, far=True)
    student = torch.tensor(h_s, requires_grad=True)
    psi = [d / d.mean() for d in (torch.nn.functional.pdist(h) for h in (student, torch.tensor(h_t)))]
    expected = torch.nn.functional.smooth_l1_loss(*psi)
    expected.backward()
    loss, dh_s = distance_relations(h_s, h_t)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dh_s, student.grad.numpy(), atol=1e-13)


def test_angles_and_their_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    h_s, h_t = outputs(rng, n=5)
    triples = torch.tensor(list(itertools.permutations(range(5), 3))).T
    student = torch.tensor(h_s, requires_grad=True)
    i, j, k = triples
    cosines = [torch.nn.functional.cosine_similarity(h[i] - h[j], h[k] - h[j]) for h in (student, torch.tensor(h_t))]
    expected = torch.nn.functional.smooth_l1_loss(*cosines)
    expected.backward()
    loss, dh_s = angle_relations(h_s, h_t)
    assert loss == pytest.approx(expected.item(), rel=1e-9)
    np.testing.assert_allclose(dh_s, student.grad.numpy(), atol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_scale_shift_and_rotation_do_not_count(rng, loss):
    _, h_t = outputs(rng)
    rotation, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    value, dh_s = loss(-0.1 * h_t @ rotation + 3, h_t)
    assert value == pytest.approx(0, abs=1e-14)
    np.testing.assert_allclose(dh_s, 0, atol=1e-13)
    h_s, _ = outputs(rng)
    dh_s = loss(h_s, h_t)[1]
    np.testing.assert_allclose(dh_s.sum(axis=0), 0, atol=1e-14)  # a shift of all samples
    assert np.vdot(dh_s, h_s) == pytest.approx(0, abs=1e-14)  # growth from zero


@pytest.mark.parametrize("loss", LOSSES)
def test_samples_that_coincide_give_finite_numbers(rng, loss):
    h_s, h_t = outputs(rng)
    h_s[4], h_t[1] = h_s[0], h_t[2]
    value, dh_s = loss(h_s, h_t)
    assert np.isfinite(value)
    assert np.isfinite(dh_s).all()


def test_losses_with_coinciding_samples_agree_with_naive_loops(rng):
    h_s, h_t = outputs(rng)
    h_s[4], h_t[1] = h_s[0], h_t[2]
    assert distance_relations(h_s, h_t)[0] == pytest.approx(naive_distances(h_s, h_t), rel=1e-12)
    assert angle_relations(h_s, h_t)[0] == pytest.approx(naive_angles(h_s, h_t), rel=1e-12)
    h_s[...] = 1  # a student of dead neurons has no angles: all cosines 0
    assert angle_relations(h_s, h_t)[0] == pytest.approx(naive_angles(h_s, h_t), rel=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_agrees_with_differences_while_coinciding_samples_move_together(rng, loss):
    h_s, h_t = outputs(rng)
    h_s[4], h_t[1] = h_s[0], h_t[2]
    v = rng.normal(size=h_s.shape)
    v[4] = v[0]
    above, below = (loss(h_s + step * v, h_t)[0] for step in (1e-6, -1e-6))
    assert np.vdot(loss(h_s, h_t)[1], v) == pytest.approx((above - below) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_dtype_is_the_students_and_nothing_is_changed(rng, loss):
    h_s, h_t = (h.astype(np.float32) for h in outputs(rng))
    before = h_s.copy(), h_t.copy()
    value, dh_s = loss(h_s, h_t)
    assert isinstance(value, float)
    assert dh_s.dtype == np.float32
    assert loss(h_s.astype(np.float16), h_t)[1].dtype == np.float16
    assert loss((10 * h_s).astype(int).tolist(), h_t)[1].dtype == np.float64
    assert np.array_equal(h_s, before[0])
    assert np.array_equal(h_t, before[1])


@pytest.mark.parametrize(
    ("loss", "h_s", "h_t", "text"),
    [
        (distance_relations, np.ones((1, 3)), np.ones((1, 3)), r"at least 2, got shapes \(1, 3\), \(1, 3\)"),
        (angle_relations, np.eye(2), np.eye(2), "the same samples, at least 3"),
        (distance_relations, np.eye(3), np.eye(4), r"the same samples, at least 2, got shapes \(3, 3\), \(4, 4\)"),
        (distance_relations, np.ones((3, 2)), np.eye(3), "h_s must have samples that differ, got 3 equal ones"),
        (distance_relations, np.eye(3), np.ones((3, 2)), "h_t must have samples that differ"),
        (angle_relations, np.arange(4.0), np.arange(4.0), "must hold the same samples"),
        (angle_relations, np.eye(3), np.full((3, 3), np.nan), "h_t must be finite"),
    ],
)
def test_what_has_no_relations_is_refused(loss, h_s, h_t, text):
    with pytest.raises(ValueError, match=text):
        loss(h_s, h_t)


def mlp(rng, hidden):
    layers = nn.Linear(6, hidden, rng=rng), nn.BatchNorm1d(hidden), nn.Tanh()
    return nn.Sequential(*layers, nn.Linear(hidden, 3, rng=rng))


@pytest.mark.parametrize("loss", LOSSES)
def test_as_a_term_it_teaches_a_narrow_student_the_teachers_geometry(rng, loss):
    student, teacher = mlp(rng, 4), mlp(rng, 9)
    x, before = rng.normal(size=(12, 6)).astype(np.float32), teacher.state_dict()
    terms, optimizer = [Term("relations", loss, student=2, target=2)], nn.Adam(student.parameters(), 0.02)
    losses = [distil(student, teacher, terms, [(x, None)], optimizer)["relations"] for _ in range(40)]
    assert losses[-1] < 0.6 * losses[0]
    assert all(np.array_equal(before[name], array) for name, array in teacher.state_dict().items())


@pytest.mark.parametrize("loss", LOSSES)
def test_a_batch_of_one_is_refused_and_both_models_stay_as_they_were(rng, loss):
    student, teacher = (nn.Sequential(nn.Linear(6, width, rng=rng), nn.Tanh()) for width in (4, 9))
    before = student.state_dict(), teacher.state_dict()
    terms, batches = [Term("relations", loss)], [(rng.normal(size=(1, 6)).astype(np.float32), None)]
    with pytest.raises(ValueError, match="must hold the same samples, at least"):
        distil(student, teacher, terms, batches, nn.SGD(student.parameters(), 0.1))
    for state, model in zip(before, (student, teacher), strict=True):
        assert all(np.array_equal(state[name], array) for name, array in model.state_dict().items())


def test_the_exercise_and_the_library_are_each_others_oracle(rng):
    names = {}
    exec(content().solution("distillation/relational").read_text(encoding="utf-8"), names)
    h_s, h_t = outputs(rng, far=True)
    h_s[3] = h_s[0]
    loss, _ = distance_relations(h_s, h_t)
    for answer in [names["relational"], *(known.function for known in right_answers("distillation/relational"))]:
        assert answer(h_s, h_t) == pytest.approx(loss, rel=1e-5)
