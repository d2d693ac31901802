from types import SimpleNamespace

import numpy as np

from minicompress.study.samples import samples_of


def test_few_samples_do_not_keep_the_whole_training_set_in_memory():
    images, labels = np.zeros((1000, 1, 28, 28), np.float32), np.zeros(1000, np.int64)
    configuration = SimpleNamespace(training_samples=30, validation_samples=200)
    samples = samples_of((images, labels, images[:50], labels[:50]), 0, configuration)
    assert (len(samples.x), len(samples.y), len(samples.validation[0])) == (30, 30, 200)
    assert samples.x.base is None
    assert samples.y.base is None
