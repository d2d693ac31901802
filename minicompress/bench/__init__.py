"""Benchmark of speed and memory against PyTorch, as ratios measured in one run: `minicompress bench`.

- `training.py`: measures training; `kit/screens/bench.py` prints the result
- `contestants.py`: the same training step in this project and in PyTorch
- `child.py`: the measuring processes, each with its own environment
- `measured/`: kept results, with command, versions and processor

Without PyTorch only this project is measured: `pip install torch`, or the extra `minicompress[bench]`.
"""
