"""Study: which way of pruning keeps how much accuracy, from 50% to 99% sparsity?

Setting: the target sparsity; every arm keeps the same number of weights of LeNet-300-100 on MNIST.
Arms: dense, weight, structure, structure_bytes, hybrid, random, iterative, gradual, untuned (`arms.py`).
Seeds: 3 by default. Nothing is simulated; bytes are sizes of files that are read back.
Record and picture: `measured.json`, `measured.png`.

Read `measure.py` (question and cells), `arms.py`, `training.py` (the loop that prunes), `neurons.py`, `figure.py`.
"""
