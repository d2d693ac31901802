"""Speed and memory beside peers, measured in one run, in turns, and reported as ratios: `minicompress bench`.

- `training.py`: what is measured about training (how it is told: `kit/screens/bench.py`)
- `contestants.py`: the same training step in this project and in PyTorch
- `child.py`: the processes that measure, each with an environment of its own
- `measured/`: results that were kept, with command, versions and processor

PyTorch is the peer if it is installed: `pip install torch`, or the extra `minicompress[bench]`.
"""
