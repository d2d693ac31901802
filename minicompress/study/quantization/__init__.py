"""Study: how few bits does a network need, rounded after training or trained with them, and in which kind of code?

Setting: bits per weight of a small CNN with batch norm on MNIST.
Arms: floats, PTQ, QAT, binary, ternary, powers of two, hybrid bits, integer arithmetic (`arms.py`).
Seeds: 3 by default. The energy is simulated; bytes are counted on packed arrays that are read back.
Record and picture: `measured.json`, `measured.png`.

Read `measure.py` (question and cells), `small_cnn.py`, `arms.py`, `stored_weights.py`, `figure.py`.
"""
