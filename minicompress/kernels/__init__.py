"""Fast twins of functions in `minicompress.nn`: the same names and arguments, loops compiled by numba instead of NumPy.

The NumPy function is the authority and is in the module that explains it; the twin is in the file of the same name
here, `nn/layers/conv.py` and `kernels/conv.py`, and a property test holds one against the other. Twins own no
state, draw no random numbers and return only arrays that nothing will overwrite.

Nothing is imported here: `nn/twins.py` imports a twin at its first use, and numba with it.
Reading order: jit, threads, linear, windows, zeros, conv, pooling, optimizers.
"""
