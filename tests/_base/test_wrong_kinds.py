"""Whatever is given in place of an argument: the answer is a ValueError, never Python's TypeError, and no warning.

A wrong value may be a right one elsewhere (1.5 is a learning rate); what must not happen is any other exception.
"""

import functools

import numpy as np
import pytest

from minicompress import distillation, nn
from minicompress.distillation import Term, kd_loss
from minicompress.recipes.budgets import nearest_hidden_units, weights_that_fit
from minicompress.recipes.orders import Lessons, compress_in_order
from minicompress.recipes.teaching import teach

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((9, 4)).astype(np.float32), np.arange(9) % 3
IMAGES = RNG.standard_normal((3, 2, 5, 5)).astype(np.float32)
Z_S, Z_T, LABELS = RNG.standard_normal((6, 3)), RNG.standard_normal((6, 3)), np.arange(6) % 3
KINDS = [None, "a", 1j, object(), [1, "a"], {}, np.nan, -1, np.array(["a"]), True, [None], 1.5, np.array(3), []]
KINDS += [[[1], [1, 2]], np.zeros((2, 2)), Z_S.astype(complex)]


def network(seed=0):
    return nn.zoo.mlp([4, 5, 3], rng=np.random.default_rng(seed))


def rng():
    return np.random.default_rng(0)


MODEL = network()
SOFT = [Term("soft", functools.partial(kd_loss, temperature=2.0))]
STEP = {"learning_rate": 0.1}


def sgd():
    return nn.SGD(MODEL.parameters(), 0.1)


def listed(*args, **options):
    return list(nn.batches(*args, **options))


def conv_of(x):
    return nn.Conv2d(2, 3, 3, rng=rng()).forward(x)


# name: (function, positional arguments, options); every argument in turn is replaced
CALLS = {
    "Linear": (nn.Linear, (4, 3), {"rng": rng()}),
    "Conv2d": (nn.Conv2d, (2, 3, 3), {"stride": 1, "padding": 0, "groups": 1, "rng": rng()}),
    "MaxPool2d": (nn.MaxPool2d, (2,), {"stride": 2, "padding": 0}),
    "AvgPool2d": (nn.AvgPool2d, (2,), {"stride": 2, "padding": 0}),
    "BatchNorm1d": (nn.BatchNorm1d, (4,), {"eps": 1e-5, "momentum": 0.1}),
    "BatchNorm2d": (nn.BatchNorm2d, (4,), {"eps": 1e-5, "momentum": 0.1}),
    "Dropout": (nn.Dropout, (0.5,), {"rng": rng()}),
    "Residual": (nn.Residual, (nn.ReLU(),), {"shortcut": None}),
    "Sequential": (nn.Sequential, (nn.ReLU(),), {"input_shape": (3,)}),
    "Parameter": (nn.Parameter, (np.ones(3),), {}),
    "SGD": (nn.SGD, (MODEL.parameters(), 0.1), {"momentum": 0.9, "nesterov": False, "weight_decay": 0.0}),
    "Adam": (nn.Adam, (MODEL.parameters(), 0.1), {"betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.0}),
    "AdamW": (nn.AdamW, (MODEL.parameters(), 0.1), {"betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.0}),
    "batches": (listed, (X, Y, 4), {"rng": rng()}),
    "split": (nn.split, (X, Y, 0.3), {"rng": rng()}),
    "accuracy": (nn.accuracy, (MODEL, X, Y), {"batch_size": 5}),
    "softmax": (nn.softmax, (Z_S,), {"axis": -1}),
    "log_softmax": (nn.log_softmax, (Z_S,), {"axis": -1}),
    "softmax_cross_entropy": (nn.softmax_cross_entropy, (Z_S, LABELS), {"label_smoothing": 0.1}),
    "soft_cross_entropy": (nn.soft_cross_entropy, (Z_S, nn.softmax(Z_T)), {}),
    "kl_divergence": (nn.kl_divergence, (Z_S, nn.softmax(Z_T)), {}),
    "mean_squared_error": (nn.mean_squared_error, (Z_S, Z_T), {}),
    "fit": (
        nn.fit,
        (MODEL, X, Y),
        {
            "optimizer": sgd(),
            "epochs": 1,
            "batch_size": 4,
            "loss": nn.softmax_cross_entropy,
            "validation": None,
            "patience": None,
            "schedule": None,
            "rng": rng(),
            "progress": None,
        },
    ),
    "forward": (MODEL.forward, (X,), {}),
    "conv forward": (conv_of, (IMAGES,), {}),
    "predict": (MODEL.predict, (X,), {"batch_size": 4}),
    "load_state_dict": (MODEL.load_state_dict, (MODEL.state_dict(),), {}),
    "astype": (MODEL.astype, (np.float64,), {}),
    "astype of a layer": (nn.ReLU().astype, (np.float64,), {}),
    "astype of a residual": (nn.Residual(nn.ReLU()).astype, (np.float64,), {}),
    "summary": (MODEL.summary, ((4,),), {}),
    "output_shape": (MODEL.output_shape, ((4,),), {}),
    "macs": (MODEL.macs, ((4,),), {}),
    "mlp": (nn.zoo.mlp, ([4, 3],), {"rng": rng(), "input_shape": None}),
    "lenet_300_100": (nn.zoo.lenet_300_100, (), {"rng": rng()}),
    "lenet5": (nn.zoo.lenet5, (), {"rng": rng()}),
    "he_normal": (nn.initializers.he_normal, ((3, 4),), {"rng": rng()}),
    "glorot_uniform": (nn.initializers.glorot_uniform, ((3, 4),), {"rng": rng()}),
    "fans": (nn.initializers.fans, ((3, 4),), {}),
    "constant": (nn.schedules.constant, (0.1,), {}),
    "step_decay": (nn.schedules.step_decay, (0.1,), {"every": 3, "factor": 0.1}),
    "cosine_decay": (nn.schedules.cosine_decay, (0.1,), {"steps": 3, "final": 0.0}),
    "linear_warmup": (nn.schedules.linear_warmup, (3, nn.schedules.constant(0.1)), {"start": 0.0}),
    "check_gradients": (nn.check_gradients, (nn.Tanh(), X), {"rng": rng(), "tolerance": 1e-6}),
    "check_loss_gradient": (nn.check_loss_gradient, (nn.mean_squared_error, Z_S, Z_T), {"rng": rng()}),
    "check_transform": (nn.check_transform, (distillation, Z_S), {"rng": rng()}),
    "register": (nn.register, (nn.Linear,), {}),
    "Snapshot": (nn.Snapshot, (MODEL,), {}),
    "kd_loss": (kd_loss, (Z_S, Z_T, 2.0), {"labels": LABELS, "alpha": 0.5}),
    "soft_labels": (distillation.soft_labels, (Z_S, 2.0), {}),
    "logit_matching": (distillation.logit_matching, (Z_S, Z_T), {}),
    "decoupled_kd": (
        distillation.decoupled_kd,
        (Z_S, Z_T, LABELS),
        {"temperature": 2.0, "alpha": 1.0, "beta": 8.0},
    ),
    "smoothed_labels": (distillation.smoothed_labels, (LABELS, 3, 0.1), {}),
    "best_gap": (distillation.best_gap, (3, 0.1), {}),
    "smoothed_loss_floor": (distillation.smoothed_loss_floor, (3, 0.1), {}),
    "ensemble_soft_labels": (distillation.ensemble_soft_labels, ([Z_S, Z_T], 2.0), {"weights": [1, 2]}),
    "ensemble_logits": (distillation.ensemble_logits, ([Z_S, Z_T], 2.0), {"weights": [1, 2]}),
    "born_again": (distillation.born_again, (network, lambda student, teacher: None, 2), {}),
    "cache_top_k": (distillation.cache_top_k, (Z_S, 2, 2.0), {"dtype": np.float32}),
    "top_k_loss": (distillation.top_k_loss, (Z_S, distillation.cache_top_k(Z_T, 2, 2.0), 2.0), {}),
    "attention_transfer": (distillation.attention_transfer, (IMAGES, IMAGES), {}),
    "Hint": (distillation.Hint, (None,), {}),
    "a hint": (distillation.Hint(), (X, X), {}),
    "distance_relations": (distillation.distance_relations, (Z_S, Z_T), {}),
    "angle_relations": (distillation.angle_relations, (Z_S, Z_T), {}),
    "Tapped": (distillation.Tapped, (MODEL, [1]), {}),
    "Term": (Term, ("soft", kd_loss), {"weight": 1.0, "student": "logits", "target": "logits"}),
    "knowledge_distillation": (
        distillation.knowledge_distillation,
        (MODEL, network(1), nn.soft_cross_entropy, [(X, Y)], sgd(), 4.0),
        {"alpha": 0.5},
    ),
    "distil": (distillation.distil, (MODEL, network(1), SOFT, [(X, Y)], sgd()), {}),
    "teach": (
        teach,
        (MODEL, [Term("labels", nn.softmax_cross_entropy, target="labels")], X, Y),
        {"epochs": 1, "learning_rate": 0.1, "momentum": 0.9, "batch_size": 4, "rng": rng()},
    ),
    "Lessons": (
        Lessons,
        (X, Y, np.zeros((9, 3)), 1, 0.1),
        {"momentum": 0.9, "batch_size": 4, "temperature": 4.0, "alpha": 1.0},
    ),
    "compress_in_order": (
        compress_in_order,
        (MODEL, "dpq", Lessons(X, Y, np.zeros((9, 3)), 1, 0.1, batch_size=4)),
        {"kept": 10, "bits": 4, "rng": rng()},
    ),
    "weights_that_fit": (weights_that_fit, (MODEL, 3000), {"bits": None}),
    "nearest_hidden_units": (nearest_hidden_units, (lambda h: [4, h, 3], 3000), {"bits": None, "most": 9}),
}
FILES = {
    "save": lambda path: nn.save(MODEL, path),
    "save, model": lambda model: nn.save(model, "never-written"),
    "load": nn.load,
    "load, rng": lambda rng: nn.load("never-read", rng=rng),
    "Sequential.load": lambda path: MODEL.load(path),
    "save_cached": lambda path: distillation.save_cached(path, Z_S),
    "save_cached, rows": lambda rows: distillation.save_cached("rows.npz", rows),
    "load_cached": lambda path: distillation.load_cached(path, 6),
    "load_cached, samples": lambda samples: distillation.load_cached("never-read", samples),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_argument_of_a_wrong_kind_gets_a_value_error(name):
    function, given, options = CALLS[name]
    for kind in KINDS:
        for place in [*range(len(given)), *options]:
            args, rest = list(given), dict(options)
            (args if isinstance(place, int) else rest)[place] = kind
            try:
                function(*args, **rest)
            except ValueError as error:
                assert str(error)  # noqa: PT017


@pytest.mark.parametrize("name", FILES)
def test_paths_and_what_is_written_too(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind in KINDS:
        try:
            FILES[name](kind)
        except (ValueError, FileNotFoundError) as error:
            assert str(error)  # noqa: PT017


@pytest.mark.parametrize("room", [nn, distillation])
def test_the_table_above_has_every_public_function(room):
    classes_without_arguments = {"Flatten", "GlobalAvgPool2d", "Layer", "ReLU", "Sigmoid", "Tanh", "WeightTransform"}
    results = {"GradientMismatch", "History", "Progress", "Summary"}
    public = {name for name in room.__all__ if callable(getattr(room, name))}
    assert public - classes_without_arguments - results - CALLS.keys() - FILES.keys() == set()


def test_a_dtype_of_integers_is_refused_and_not_a_network_of_zeros():
    for dtype in (int, np.uint8, bool, complex, "float", None):
        if dtype == "float":
            assert MODEL.astype(dtype).dtype == np.float64
            continue
        with pytest.raises(ValueError, match="astype: dtype must be a dtype of floats"):
            MODEL.astype(dtype)
