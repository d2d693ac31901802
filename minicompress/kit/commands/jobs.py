"""Commands that load the numeric rooms, and so take longer to start."""

__all__ = ["demo"]


def demo(arguments):
    """Train, compress and distil LeNet-300-100 on MNIST, for real."""
    from minicompress.kit.demo_screen import run_demo

    return run_demo(arguments)
