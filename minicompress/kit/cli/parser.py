"""The words that `minicompress` understands: commands, options and help, in both languages; a typo names the nearest.

argparse speaks English alone and wraps by characters: here it speaks the language in force and wraps by cells.
"""

import argparse
import difflib
import re

from minicompress import __version__
from minicompress.kit.course import PATHS
from minicompress.kit.language import LANGUAGES, row, say, sentences

__all__ = ["FOR_CONTRIBUTORS", "UsageError", "parse_words"]

FOR_CONTRIBUTORS = ("dev", "stubs")


class UsageError(Exception):
    """The command was not understood; the text says why and suggests the nearest name."""


class _Help(argparse.HelpFormatter):
    """argparse's layout, wrapped by cells, of which a Chinese character takes two; and a usage that fits 40 of them."""

    def _split_lines(self, text, width):
        if text.isascii():
            return super()._split_lines(text, width)
        from rich.console import Console
        from rich.text import Text

        return [line.plain.rstrip() for line in Text(text).wrap(Console(width=width), width)]

    def _format_usage(self, *arguments):
        usage = super()._format_usage(*arguments)
        if max(map(len, usage.splitlines())) <= self._width:
            return usage
        lines = [""]
        for part in re.findall(r"\[(?:[^][]|\[[^]]*\])*\]|\S+", usage):  # an option and its value stay together
            if len(lines[-1]) + 1 + len(part) > self._width:
                lines.append(" ")
            lines[-1] += f" {part}" if lines[-1] else part
        return "\n".join(lines) + "\n\n"

    def _fill_text(self, text, width, indent):
        lines = [line for paragraph in text.splitlines() for line in self._split_lines(paragraph, width)]
        return "\n".join(indent + line for line in lines)


# What argparse says, in English alone, and the key of our sentence for it.
ERRORS = {
    r"the following arguments are required: (?P<names>.+)": "usage_required",
    r"unrecognized arguments: (?P<names>.+)": "usage_unrecognized",
    r"argument (?P<name>.+): invalid choice: (?P<value>.+) \(choose from (?P<choices>.+)\)": "usage_choice",
    r"argument (?P<name>.+): invalid int value: (?P<value>.+)": "usage_int",
    r"argument (?P<name>.+): invalid float value: (?P<value>.+)": "usage_float",
    r"argument (?P<name>.+): expected (?:one|at least one) argument": "usage_value",
    r"argument (?P<name>.+): ignored explicit argument (?P<value>.+)": "usage_no_value",
}


def _in_words(message):
    """argparse's message in the language in force; as it is where it is not known."""
    for pattern, key in ERRORS.items():
        found = re.fullmatch(pattern, message)
        if found:
            return say(key, **found.groupdict())
    return message


class _Parser(argparse.ArgumentParser):
    """argparse, but abbreviations are refused and a typo is answered with the nearest name."""

    def __init__(self, **options):
        shape = {"allow_abbrev": False, "formatter_class": _Help, "add_help": False}
        super().__init__(**shape, **options)
        self._positionals.title, self._optionals.title = say("help_arguments"), say("help_options")
        self.add_argument("-h", "--help", action="help", help=say("help_help"))

    def error(self, message):
        raise UsageError(row(self.prog, _in_words(message)))

    def parse_known_args(self, args=None, namespace=None):
        namespace, unknown = super().parse_known_args(args, namespace)
        options = [word for word in unknown if word.startswith("-")]
        if options:
            known = [name for action in self._actions for name in action.option_strings]
            near = difflib.get_close_matches(options[0].split("=")[0], known, n=1)
            text = say("unknown_option", prog=self.prog, option=options[0])
            raise UsageError(sentences(text, say("did_you_mean", nearest=near[0])) if near else text)
        return namespace, unknown


def parse_words(words):
    """Return the parsed arguments, or raise UsageError. Help and the version end the program."""
    parser = _parser()
    _refuse_unknown_command(words, parser)
    return parser.parse_args(words)


def _parser():
    parser = _Parser(prog="minicompress", description=say("about"), epilog=say("about_more"))
    parser.add_argument("--version", action="version", version=f"minicompress {__version__}", help=say("help_version"))
    _add_language(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name, *arguments):
        sub = commands.add_parser(name, help=say(f"help_{name}"), description=say(f"help_{name}"))
        _add_language(sub, argparse.SUPPRESS)
        for names, options in arguments:
            sub.add_argument(*names, **options)

    one = (("exercise",), {"metavar": "ID", "nargs": "?", "help": say("help_id")})
    several = (("exercises",), {"metavar": "ID", "nargs": "*", "help": say("help_ids")})
    command("demo", *_demo_arguments())
    study = {"metavar": "NAME", "nargs": "?", "help": say("help_study_name")}
    command("study", (("study",), study), *_study_arguments())
    command("init", (("folder",), {"metavar": "DIR", "nargs": "?", "default": ".", "help": say("help_folder")}))
    command("status", (("--json",), {"action": "store_true", "help": say("help_status_json")}))
    command("next", (("--path",), {"choices": tuple(PATHS), "help": say("help_path")}))
    command("show", one, (("--answer",), {"action": "store_true", "help": say("help_answer")}))
    command("hint", one, (("--level",), {"type": int, "choices": (1, 2, 3), "help": say("help_level")}))
    command("check", several, *_check_arguments())
    command("watch", one)
    command("reset", (("exercises",), {"metavar": "ID", "nargs": "+", "help": say("help_some_ids")}))
    command("compare", one, *_compare_arguments())
    command("verify", several)
    what = (("what",), {"choices": ("training",), "help": say("help_bench_what")})
    command("bench", what, *_bench_arguments())
    command("stubs", (("--check",), {"action": "store_true", "help": say("help_stubs_check")}))
    kind = (("what",), {"choices": ("exercise", "study"), "help": say("help_dev_what")})
    command("dev", kind, (("name",), {"metavar": "NAME", "help": say("help_dev_name")}))
    _set_apart(FOR_CONTRIBUTORS, parser, commands)
    return parser


def _set_apart(names, parser, commands):
    """List these commands in a group of the help of their own, behind the others; argparse has no way to ask for it."""
    apart = [action for action in commands._choices_actions if action.dest in names]
    commands._choices_actions = [action for action in commands._choices_actions if action not in apart]
    group = parser.add_argument_group(say("help_for_contributors"))
    group._group_actions.extend(apart)
    parser._action_groups.insert(1, parser._action_groups.pop())


def _add_language(parser, default):
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help=say("help_lang"))


def _check_arguments():
    yield ("--submission",), {"metavar": "DIR", "help": say("help_submission")}
    yield ("--json",), {"metavar": "FILE", "help": say("help_json")}
    plot = {"metavar": "FILE", "nargs": "?", "const": "minicompress-check.png", "help": say("help_plot")}
    yield ("--plot",), plot
    yield ("--verbose",), {"action": "store_true", "help": say("help_verbose")}
    yield ("--debug",), {"metavar": "CHECK", "nargs": "?", "const": "", "help": say("help_debug")}
    yield ("--time-limit",), {"metavar": "SECONDS", "type": float, "default": 5.0, "help": say("help_time_limit")}


def _compare_arguments():
    yield ("--give-up",), {"action": "store_true", "help": say("help_give_up")}
    yield ("--styles",), {"action": "store_true", "help": say("help_styles")}


def _bench_arguments():
    yield ("--json",), {"metavar": "FILE", "help": say("help_bench_json")}
    yield ("--quick",), {"action": "store_true", "help": say("help_bench_quick")}


def _demo_arguments():
    yield ("--seed",), {"type": int, "default": 0, "help": say("help_seed")}
    yield ("--out",), {"metavar": "DIR", "default": "minicompress-demo", "help": say("help_out")}
    yield ("--quick",), {"action": "store_true", "help": say("help_quick")}


def _study_arguments():
    yield ("--seeds",), {"metavar": "N", "type": int, "help": say("help_seeds")}
    yield ("--out",), {"metavar": "DIR", "default": "minicompress-study", "help": say("help_study_out")}
    yield ("--quick",), {"action": "store_true", "help": say("help_quick")}


def _refuse_unknown_command(words, parser):
    """Raise a usage error that names the nearest command if the first word is not a command."""
    names = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices
    takes_value = False
    for word in words:
        if takes_value:
            takes_value = False
        elif word == "--lang":
            takes_value = True
        elif word.startswith("-"):
            if word.partition("=")[0] not in parser._option_string_actions:
                return  # argparse will say what is wrong with it
        else:
            if word not in names:
                near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.5)
                text = say("unknown_command", command=word)
                more = say("did_you_mean", nearest=f"minicompress {near[0]}") if near else say("see_help")
                raise UsageError(sentences(text, more))
            return
