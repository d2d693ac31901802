"""The layers, one a file; `windows.py` and `initializers.py` are what several of them use."""
