"""Fast twins of functions in `minicompress.nn`: the same names and arguments, with loops that numba compiles.

The NumPy function is the authority, in the module that explains it. Its twin is in the file of the same name here:
`nn/layers/conv.py` has the twin `kernels/conv.py`. Property tests compare the two. Twins have no state, draw no random
numbers and never overwrite an array that they returned.

This file imports nothing: `nn/twins.py` imports a twin, and numba with it, at its first use.
Reading order: jit, threads, linear, windows, zeros, conv, pooling, optimizers.
"""
