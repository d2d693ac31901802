"""Study: how low may the voltage of the weights' memory go, and what makes a network robust to the bits that flip?

Setting: the voltage, relative to Vmin. Arms: plain, robust, clipped, randbet (`arms.py`), on the CNN of the study
`quantization`. Seeds: 3 by default, 10 chips each. The chips and the energy are simulated.
Record and picture: `measured.json`, `measured.png`.

Read `measure.py` (question and cells), `arms.py`, `figure.py`.
"""
