"""Study: which order of distillation, pruning and quantization wins, at equal bytes?

Setting: the number of training images. Arms: the teacher, six orders, the teacher throughout, all at once, controls
without a teacher, and each method alone (`arms.py`). Seeds: 4 by default. Nothing is simulated.
Record and picture: `measured.json`, `measured.png`.

Read `measure.py` (question and cells), `arms.py`, `networks.py`, `figure.py`.
"""
