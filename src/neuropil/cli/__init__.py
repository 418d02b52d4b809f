"""The command ``neuropil``."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: The words after the command's name; those of the process by default.

    Returns:
        0, 1 after a failure, 2 for a command that is not understood, 130 when interrupted.

    Example:
        >>> main(["--version"])
        neuropil ...
        0
    """
    from neuropil.cli.app import app
    from neuropil.cli.output import accept_every_character

    accept_every_character()
    try:
        app(args=None if arguments is None else list(arguments), prog_name="neuropil")
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    return 0
