"""The orders study on a few images."""

import dataclasses

from minicompress import data
from minicompress.study.orders import measure as orders

FEW = dataclasses.replace(
    orders.QUICK, training_samples=400, validation_samples=200, teacher_epochs=1, epochs=1, batch_size=20
)
IMAGES = (400, 100)
BEGUN_ALIKE = ("dpq", "dqp", "pdq", "qdp", "pqd", "qpd", "throughout", "at_once", "tpq", "pqt", "qpt")


def small_mnist(shift=0):
    """All of the training set and 500 test images; `shift` falsifies their labels."""
    x, y, x_test, y_test = data.load("mnist")
    return x, y, x_test[:500], (y_test[:500] + shift) % 10
