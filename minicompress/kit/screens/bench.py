"""`minicompress bench` on the terminal: seconds and ratios by network, then memory, the first step and the machine.

What is measured, and how, is `minicompress/bench/training.py`; numpy and the peers load only when this runs.
"""

import json
from pathlib import Path

from rich.table import Table

from minicompress.kit.language import say
from minicompress.kit.screens.pieces import Pieces

__all__ = ["run_bench", "show_training"]


def run_bench(arguments):
    """Measure, show the result, keep it if asked to, return the exit status."""
    from minicompress._base.files import make_writable_folder, write_text
    from minicompress.bench import training
    from minicompress.data import DataError
    from minicompress.kit.cli.commands.here import CannotDo

    try:
        if arguments.json:  # it takes minutes: what cannot be kept is said before
            make_writable_folder(Path(arguments.json).parent)
        result = training.measure(quick=arguments.quick)
        show_training(result)
        if arguments.json:
            write_text(arguments.json, json.dumps(result, indent=2) + "\n")
    except DataError as error:
        raise CannotDo(say("no_data", error=error)) from error
    except OSError as error:
        raise CannotDo(say("cannot_write", path=arguments.json, error=error.strerror or error)) from error
    return 0


def show_training(result, console=None):
    """Show what `bench.training.measure` returned, or what was kept of it, on a console of 40 columns or more."""
    pieces = Pieces(console)
    pieces.line(say("bench_head", samples=f"{result['samples']:,}", rounds=result["rounds"]))
    for run in result["runs"]:
        _show_run(pieces, run)
    if not any(map(_variables, result["runs"])):
        pieces.line()
        pieces.line(say("bench_nothing_found"))
    pieces.line()
    pieces.line(say("bench_memory"), style="bold")
    sizes = result["peak_memory_bytes"].items()
    pieces.rows([(_name(name), f"{size / 2**20:,.0f} MiB") for name, size in sizes], indent=2)
    pieces.line()
    step = result["first_step"]
    seconds = {name: f"{step[f'{name}_seconds']:.1f}" for name in ("compiling", "cached")}
    pieces.line(say("bench_first_step", **seconds))
    _show_machine(pieces, result)


def _show_run(pieces, run):
    """The table of one race: each network's name, and under it a row for each contestant."""
    variables = _variables(run)
    threads = say("bench_one_thread") if run["threads"] == 1 else say("bench_threads", count=run["threads"])
    key = "bench_found" if variables else "bench_free"
    pieces.line()
    pieces.line(threads, style="bold")
    pieces.line(say(key, variables=variables))
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column(say("bench_seconds"), justify="right", no_wrap=True)
    table.add_column(say("bench_ratio"), justify="right", no_wrap=True)
    for network, contestants in run["networks"].items():
        table.add_row(_network(network))
        for name, entry in contestants.items():
            ratio = "" if name == "ours" else f"{entry['ours_over_theirs']:.2f}"
            table.add_row(f"  {_name(name)}", f"{entry['median_seconds']:.3f}", ratio)
    pieces.console.print(table)
    rates = ", ".join(f"{name} {rate:.0f}" for name, rate in run["sgemm_gflops"].items())
    pieces.line(say("bench_sgemm", rates=rates), style="dim")


def _show_machine(pieces, result):
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    machine = {name: result[name] for name in ("processor", "cores", "system")}
    pieces.line()
    pieces.line(say("bench_why"), style="dim")
    pieces.line(say("bench_machine", **machine, versions=versions), style="dim")
    if "torch" not in result["versions"]:
        pieces.line(say("bench_no_torch"), style="yellow")
    if result["command"].endswith("--quick"):
        pieces.line(say("bench_quick"), style="yellow")


def _variables(run):
    """The variables that were set, as NAME=value, or an empty text."""
    return ", ".join(f"{name}={value}" for name, value in run["environment"].items() if value)


def _network(name):
    from minicompress.bench.contestants import NETWORKS

    return NETWORKS[name]


def _name(contestant):
    return "minicompress" if contestant == "ours" else contestant
