import numpy as np
import pytest
from two_clouds import fit, small_mlp, two_clouds

from minicompress import nn

# ---- fit ----------------------------------------------------------------------------------------------------------


def test_fit_learns_and_records_every_epoch():
    x, y = two_clouds()
    model = small_mlp()
    history = fit(model, x, y, validation=two_clouds(seed=1))
    assert nn.accuracy(model, x, y) > 0.95
    assert len(history.training_loss) == len(history.training_seconds) == 3
    assert len(history.validation_loss) == len(history.validation_accuracy) == 3
    assert history.training_loss[0] > history.training_loss[-1] > 0
    assert all(seconds > 0 for seconds in history.training_seconds)
    assert not history.stopped_early


def test_one_epoch_is_the_loop_of_the_docstring():
    x, y = two_clouds(n=50)
    model, twin = small_mlp(), small_mlp()
    history = fit(model, x, y, epochs=1)
    optimizer = nn.SGD(twin.parameters(), 0.1, momentum=0.9)
    total = 0
    for x_batch, y_batch in nn.batches(x, y, 20, rng=np.random.default_rng(0)):
        optimizer.zero_grad()
        loss, dlogits = nn.softmax_cross_entropy(twin.forward(x_batch, training=True), y_batch)
        twin.backward(dlogits)
        optimizer.step()
        total += loss * len(x_batch)  # batches of 20, 20 and 10
    assert history.training_loss == [pytest.approx(total / 50)]
    for one, two in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(one.value, two.value)


def test_same_seed_gives_the_same_numbers():
    x, y = two_clouds()
    runs = []
    for seed in (0, 0, 1):
        model = small_mlp()
        history = fit(model, x, y, seed=seed, validation=0.2)
        runs.append((history.training_loss, history.validation_loss, model.predict(x).tolist()))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_without_validation_the_last_epoch_stays():
    x, y = two_clouds()
    model = small_mlp()
    history = fit(model, x, y)
    assert history.best_epoch == 2
    assert history.validation_loss == history.validation_accuracy == []


class Scripted(nn.Sequential):
    """A model whose validation accuracy follows a script: it counts its predictions."""

    def __init__(self, accuracies):
        rng = np.random.default_rng(0)
        super().__init__(nn.Linear(2, 2, rng=rng), nn.BatchNorm1d(2))
        self.accuracies = accuracies
        self.states = []

    def predict(self, x, batch_size=1000):
        right = round(self.accuracies[len(self.states)] * len(x))
        self.states.append(self.state_dict())
        return np.eye(2)[[0] * right + [1] * (len(x) - right)]


VALIDATION = (np.zeros((10, 2), np.float32), np.zeros(10, int))


@pytest.mark.parametrize(
    ("accuracies", "best"),
    [([0.5, 0.9, 0.7], 1), ([0.9, 0.5, 0.7], 0), ([0.5, 0.6, 0.7], 2), ([0.5, 0.7, 0.7], 1)],
)
def test_weights_and_statistics_of_the_best_epoch_are_restored(accuracies, best):
    model = Scripted(accuracies)
    history = fit(model, *two_clouds(), validation=VALIDATION)
    assert history.best_epoch == best
    assert history.validation_accuracy == accuracies
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, model.states[best][name])
    assert (model.states[0]["1.running_mean"] != model.states[2]["1.running_mean"]).all()


def test_patience_ends_training_so_many_epochs_after_the_best():
    model = Scripted([0.5, 0.9, 0.8, 0.7, 1.0])
    history = fit(model, *two_clouds(), validation=VALIDATION, epochs=5, patience=2)
    assert history.stopped_early
    assert history.validation_accuracy == [0.5, 0.9, 0.8, 0.7]
    assert history.best_epoch == 1


def test_of_equal_accuracies_the_lower_loss_is_best(monkeypatch):
    losses = iter([0.5, 0.3, 0.4])

    def loss(logits, y):
        return (next(losses) if len(y) == 10 else 1.0), np.zeros_like(logits)

    assert fit(small_mlp(), *two_clouds(), validation=VALIDATION, loss=loss).best_epoch == 1


def test_regression_is_validated_by_its_loss():
    x, _ = two_clouds()
    y = x @ np.array([[1.0, 2], [3, 4]], np.float32)
    model = nn.zoo.mlp([2, 2], rng=np.random.default_rng(0))
    history = fit(model, x, y, validation=0.25, epochs=20, loss=nn.mean_squared_error)
    assert history.validation_accuracy == []
    assert history.validation_loss[history.best_epoch] == min(history.validation_loss) < 1e-3


def test_fraction_held_out_is_not_trained_on():
    x, y = two_clouds(n=40)
    seen = []

    def loss(logits, labels):
        seen.append(len(labels))
        return nn.softmax_cross_entropy(logits, labels)

    fit(small_mlp(), x, y, validation=0.25, epochs=1, batch_size=30, loss=loss)
    assert seen == [30, 10]


def test_schedule_sets_the_rate_before_each_step_and_counts_over_epochs():
    x, y = two_clouds(n=60)
    model, asked, used = small_mlp(), [], []
    optimizer = nn.SGD(model.parameters(), 123.0)
    step = optimizer.step
    optimizer.step = lambda: (used.append(optimizer.learning_rate), step())
    fit(model, x, y, optimizer=optimizer, epochs=2, schedule=lambda step: asked.append(step) or 0.001 * step)
    assert asked == list(range(6))
    assert used == [0.001 * step for step in range(6)]


def test_progress_is_told_after_every_step():
    x, y = two_clouds(n=50)
    told = []
    history = fit(small_mlp(), x, y, epochs=2, validation=VALIDATION, progress=told.append)
    assert [(p.epoch, p.epochs, p.step, p.steps) for p in told] == [
        (epoch, 2, step, 3) for epoch in (1, 2) for step in (1, 2, 3)
    ]
    assert told[2].loss == history.training_loss[0]
    assert told[5].loss == history.training_loss[1]
    assert [p.validation_accuracy for p in told[2:4]] == [None, history.validation_accuracy[0]]


def interrupt_at(epoch, step):
    def progress(p):
        if (p.epoch, p.step) == (epoch, step):
            raise KeyboardInterrupt

    return progress


def test_ctrl_c_leaves_the_best_weights_so_far_and_is_raised_again():
    model = Scripted([0.9, 0.5, 0.7])
    with pytest.raises(KeyboardInterrupt):
        fit(model, *two_clouds(), validation=VALIDATION, progress=interrupt_at(3, 2))
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, model.states[0][name])


def test_ctrl_c_without_validation_leaves_the_last_whole_epoch():
    x, y = two_clouds()
    one_epoch, interrupted, untouched = small_mlp(), small_mlp(), small_mlp()
    fit(one_epoch, x, y, epochs=1)
    with pytest.raises(KeyboardInterrupt):
        fit(interrupted, x, y, epochs=3, progress=interrupt_at(2, 5))
    np.testing.assert_array_equal(interrupted.predict(x), one_epoch.predict(x))
    with pytest.raises(KeyboardInterrupt):
        fit(interrupted := small_mlp(), x, y, progress=interrupt_at(1, 5))
    np.testing.assert_array_equal(interrupted.predict(x), untouched.predict(x))


def test_diverging_loss_is_an_error_with_advice_and_restores_the_weights():
    x, y = two_clouds()
    model, untouched = small_mlp(), small_mlp()
    with pytest.raises(
        ValueError, match=r"fit: the loss is (nan|inf) at epoch 1, step \d+, with learning rate 1e\+30; try a smaller"
    ):
        fit(model, x, y, learning_rate=1e30)
    np.testing.assert_array_equal(model.predict(x), untouched.predict(x))


def test_nan_in_the_images_is_told():
    x, y = two_clouds()
    x[3] = np.nan
    with pytest.raises(ValueError, match=r"fit: the loss is nan at epoch 1.*look for NaN in x"):
        fit(small_mlp(), x, y)
    with pytest.raises(ValueError, match="fit: the loss is nan at validation"):
        fit(small_mlp(), *two_clouds(), validation=(x, y))


def test_fine_tuning_with_a_frozen_weight_keeps_it_through_the_best_epoch():
    class Mask(nn.WeightTransform):
        def __init__(self, m):
            self.m = m

        def forward(self, w):
            return self.m * w

        def backward(self, dy):
            return self.m * dy

        def project(self, value):
            value *= self.m

    x, y = two_clouds()
    model = small_mlp()
    m = (np.random.default_rng(0).random((8, 2)) > 0.5).astype(np.float32)
    model.layers[1].weight.transforms = [Mask(m)]
    model.layers[1].weight.project()
    fit(model, x, y, validation=0.2)
    assert not model.layers[1].weights[0][m == 0].any()
    assert model.layers[1].weights[0][m == 1].all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "fit: epochs must be an integer >= 1, got 0"),
        ({"batch_size": 0}, "fit: batch_size must be an integer >= 1, got 0"),
        ({"patience": 2}, "fit: patience must be None without validation"),
        ({"patience": 0, "validation": 0.1}, "fit: patience must be an integer >= 1, got 0"),
        ({"validation": 1.5}, "split: fraction must be"),
        ({"validation": (np.zeros((0, 2)), [])}, "fit: validation must be None, a fraction, or a pair"),
        ({"validation": (np.zeros((3, 2)), [1])}, "fit: x and y must have as many samples"),
    ],
)
def test_wrong_arguments_are_told_before_anything_changes(options, message):
    x, y = two_clouds()
    model, untouched = small_mlp(), small_mlp()
    with pytest.raises(ValueError, match=message):
        fit(model, x, y, **options)
    np.testing.assert_array_equal(model.predict(x), untouched.predict(x))


def test_no_samples_and_no_generator_are_refused():
    model = small_mlp()
    optimizer = nn.SGD(model.parameters(), 0.1)
    with pytest.raises(ValueError, match="fit: x must have at least one sample"):
        nn.fit(model, np.zeros((0, 2)), [], optimizer=optimizer, epochs=1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"fit: rng must be a numpy\.random\.Generator"):
        nn.fit(model, *two_clouds(), optimizer=optimizer, epochs=1, rng=0)


def test_lenet_300_100_reaches_95_percent_on_mnist_in_an_epoch(mnist):
    x_train, y_train, x_test, y_test = mnist
    rng = np.random.default_rng(0)
    model = nn.zoo.lenet_300_100(rng=rng)
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1, momentum=0.9)
    nn.fit(model, x_train, y_train, optimizer=optimizer, epochs=1, rng=rng)
    assert nn.accuracy(model, x_test, y_test) > 0.95


# ---- what would go wrong in silence ------------------------------------------------------------------------------


class Poison:
    """An SGD whose steps make NaN from the `at`-th on: the loss of the last step has not seen it."""

    def __init__(self, model, at):
        self.sgd, self.left, self.parameters = nn.SGD(model.parameters(), 0.1), at, model.parameters()

    def zero_grad(self):
        self.sgd.zero_grad()

    def step(self):
        self.sgd.step()
        self.left -= 1
        if self.left == 0:
            self.parameters[-1].value[0] = np.nan


@pytest.mark.parametrize("validation", [None, 0.2])
def test_weights_that_became_nan_in_the_last_step_of_an_epoch_are_never_the_best(validation):
    x, y = two_clouds(n=100)
    steps = 5 if validation is None else 4
    model, one_epoch = small_mlp(), small_mlp()
    fit(one_epoch, x, y, epochs=1, optimizer=nn.SGD(one_epoch.parameters(), 0.1), validation=validation)
    with pytest.raises(ValueError, match=r"fit: 3\.bias is not finite after epoch 2, with learning rate"):
        fit(model, x, y, epochs=3, optimizer=Poison(model, at=2 * steps), validation=validation)
    np.testing.assert_array_equal(model.predict(x), one_epoch.predict(x))


def test_logits_that_are_nan_in_validation_are_told_though_the_loss_hides_it():
    class Hole(nn.Tanh):
        def forward(self, x, training=False):
            return self._keep(np.tanh(x) if training else np.full_like(x, np.nan), np.tanh(x))

    def loss(logits, y):
        value, dlogits = nn.softmax_cross_entropy(np.nan_to_num(logits), y)
        return value, dlogits

    model = nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0)), Hole())
    with pytest.raises(ValueError, match="fit: the logits are NaN at validation"):
        fit(model, *two_clouds(), loss=loss, validation=0.2)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.uint16])
def test_images_of_integers_are_refused_with_what_to_do(dtype):
    x, y = two_clouds()
    pixels = np.abs(10 * x).astype(dtype)
    match = r"must hold floats, got {}; convert it, and pixels to \[0, 1\]: .*\.astype\(np\.float32\) / 255"
    with pytest.raises(ValueError, match="fit: x " + match.format(np.dtype(dtype))):
        fit(small_mlp(), pixels, y)
    if dtype is np.uint8:
        with pytest.raises(ValueError, match="accuracy: x " + match.format("uint8")):
            nn.accuracy(small_mlp(), pixels, y)
    with pytest.raises(ValueError, match="fit: validation's x " + match.format(np.dtype(dtype))):
        fit(small_mlp(), x, y, validation=(pixels, y))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "sgd"}, r"fit: optimizer must be an optimizer, such as nn\.SGD\(.*\), got 'sgd'"),
        ({"optimizer": nn.SGD}, "fit: optimizer must be"),
        ({"loss": None}, r"fit: loss must be a function \(logits, y\) -> \(loss, dlogits\), got None"),
        ({"loss": "mse"}, "fit: loss must be a function"),
        ({"loss": lambda z, y: 1.0}, r"fit: loss must be a function that returns \(loss, gradient\), got 1\.0"),
        ({"loss": lambda z, y: (None, z)}, "fit: loss must be a function that returns"),
        ({"loss": lambda z, y: (1.0, z[:1])}, r"shape of its first argument, \(20, 2\), got shape \(1, 2\)"),
        ({"loss": lambda z, y: (1.0, 0.0)}, r"shape of its first argument, \(20, 2\), got shape \(\)"),
        ({"schedule": 0.1}, "fit: schedule must be None or a function from the step to the learning rate, got 0.1"),
        ({"schedule": lambda step: float("nan")}, r"fit: schedule\(0\) must be a finite number >= 0, got nan"),
        ({"schedule": lambda step: 0.1 - step}, r"fit: schedule\(1\) must be a finite number >= 0, got -0\.9"),
        ({"progress": "yes"}, "fit: progress must be None, True, or a function that takes a Progress, got 'yes'"),
        ({"progress": 1}, "fit: progress must be None, True"),
        ({"validation": (None, None)}, "fit: "),
        ({"validation": (np.zeros((3, 5)), [0, 1, 0])}, r"x must have shape \(n, 2\), got shape \(n, 5\)"),
        ({"validation": "a tenth"}, "split: fraction must be"),
        ({"drop_last": True, "batch_size": 300}, "batch_size must be at most the 200 training samples with drop_last"),
        ({"drop_last": True, "batch_size": 200, "validation": 0.1}, "at most the 180 training samples"),
    ],
)
def test_arguments_of_a_wrong_kind_are_told_and_change_nothing(options, message):
    x, y = two_clouds()
    model, untouched = small_mlp(), small_mlp()
    with pytest.raises(ValueError, match=message):
        fit(model, x, y, **options)
    np.testing.assert_array_equal(model.predict(x), untouched.predict(x))


def test_no_optimizer_no_model_and_no_samples_are_told():
    x, y = two_clouds()
    model, rng = small_mlp(), np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"fit: optimizer must be an optimizer.*got None"):
        nn.fit(model, x, y, optimizer=None, epochs=1, rng=rng)
    optimizer = nn.SGD(model.parameters(), 0.1)
    for other in (None, nn.Linear, nn.Linear(2, 2, rng=rng), lambda x: x):
        with pytest.raises(ValueError, match="fit: model must be a Sequential"):
            nn.fit(other, x, y, optimizer=optimizer, epochs=1, rng=rng)
    for data in ((None, y), (x, None), (x, 3), (nn.batches(x, y, 20), y), ("images", y), (x.astype(complex), y)):
        with pytest.raises(ValueError, match="fit: x"):
            nn.fit(model, *data, optimizer=optimizer, epochs=1, rng=rng)


def test_progress_true_prints_a_line_after_every_epoch(capsys):
    history = fit(small_mlp(), *two_clouds(), epochs=2, validation=0.2, progress=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for epoch, line in enumerate(lines):
        assert line.startswith(f"epoch {epoch + 1}/2: loss {history.training_loss[epoch]:.4f}, validation loss ")
        assert f"validation accuracy {history.validation_accuracy[epoch]:.4f}, " in line
    for silent in (None, False):
        fit(small_mlp(), *two_clouds(), progress=silent)
    assert capsys.readouterr().out == ""


# ---- a last batch of one sample ----------------------------------------------------------------------------------


def normed():
    rng = np.random.default_rng(0)
    return nn.Sequential(nn.Linear(2, 4, rng=rng), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2, rng=rng))


def test_batch_norm_says_how_to_leave_out_a_last_batch_of_one_and_fit_does_it():
    x, y = two_clouds(n=41)
    with pytest.raises(ValueError, match=r"at least 2 values per channel, got 1 .*drop_last=True"):
        fit(normed(), x, y, batch_size=20)
    sizes, told = [], []

    def loss(logits, labels):
        sizes.append(len(labels))
        return nn.softmax_cross_entropy(logits, labels)

    model, asked = normed(), []
    fit(model, x, y, batch_size=20, epochs=2, drop_last=True, loss=loss, progress=told.append,
        schedule=lambda step: asked.append(step) or 0.1)  # fmt: skip
    assert sizes == [20] * 4
    assert [(p.step, p.steps) for p in told] == [(1, 2), (2, 2)] * 2
    assert asked == [0, 1, 2, 3]


def test_dropping_the_last_batch_changes_nothing_where_all_are_whole():
    x, y = two_clouds(n=40)
    one, other = normed(), normed()
    assert fit(one, x, y).training_loss == fit(other, x, y, drop_last=True).training_loss


def test_a_gradient_that_is_not_finite_stops_training_though_the_loss_is():
    def loss(logits, y):
        value, dlogits = nn.softmax_cross_entropy(logits, y)
        dlogits[0, 0] = np.nan
        return value, dlogits

    model, untouched = small_mlp(), small_mlp()
    x, y = two_clouds()
    with pytest.raises(ValueError, match="fit: the gradient that loss returns must be finite as the loss is"):
        fit(model, x, y, loss=loss)
    np.testing.assert_array_equal(model.predict(x), untouched.predict(x))


def test_a_step_of_ones_own_takes_the_place_of_forward_and_backward():
    x = np.random.default_rng(0).normal(size=(23, 4)).astype(np.float32)
    y = np.arange(23) % 3

    def fitted(**options):
        model = nn.zoo.mlp([4, 6, 3], rng=np.random.default_rng(1))
        optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9)
        options = {key: make(model) for key, make in options.items()}
        rng = np.random.default_rng(2)
        return model, nn.fit(model, x, y, optimizer=optimizer, epochs=2, batch_size=5, rng=rng, **options)

    asked = []

    def step_of(model):
        def step(x_batch, y_batch, t):
            asked.append((t, len(x_batch)))
            loss, dlogits = nn.softmax_cross_entropy(model.forward(x_batch, training=True), y_batch)
            model.backward(dlogits)
            return loss

        return step

    plain, history = fitted()
    ours, own = fitted(step=step_of)

    assert asked == [(t, 3 if t in (4, 9) else 5) for t in range(10)]
    assert own.training_loss == history.training_loss
    for one, other in zip(ours.parameters(), plain.parameters(), strict=True):
        np.testing.assert_array_equal(one.value, other.value)


def test_a_step_that_returns_no_finite_loss_is_refused():
    model, x = nn.zoo.mlp([4, 3], rng=np.random.default_rng(1)), np.ones((2, 4), np.float32)
    options = {"optimizer": nn.SGD(model.parameters(), 0.1), "epochs": 1, "rng": np.random.default_rng(2)}
    with pytest.raises(ValueError, match="fit: step must be None or a function"):
        nn.fit(model, x, [0, 1], step=3, **options)
    with pytest.raises(ValueError, match="fit: the loss that step returns must be a number, got None"):
        nn.fit(model, x, [0, 1], step=lambda x, y, t: None, **options)
    with pytest.raises(ValueError, match="fit: the loss is inf at epoch 1, step 1"):
        nn.fit(model, x, [0, 1], step=lambda x, y, t: float("inf"), **options)
