"""Commands that load the numeric rooms, and so take longer to start."""

__all__ = ["bench", "demo", "study"]


def demo(arguments):
    """Train, compress and distil LeNet-300-100 on MNIST, for real."""
    from minicompress.kit.screens.demo import run_demo

    return run_demo(arguments)


def study(arguments):
    """Measure curves by real training; resume an interrupted run."""
    from minicompress.kit.screens.study import run_study

    return run_study(arguments)


def bench(arguments):
    """Measure against a peer, in one run, as a ratio."""
    from minicompress.kit.screens.bench import run_bench

    return run_bench(arguments)
