"""What is told of a training that did not come to its end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from neuropil.cli.failure import INTERRUPTED, debugging, fail
from neuropil.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.recipes import RunFolder


@contextmanager
def resumable(run: RunFolder, *, json: bool) -> Iterator[None]:
    """Let Ctrl-C and a full disk end in the words with which the run goes on."""
    from neuropil import recipes

    go_on = f"Go on with: {recipes.command('train', '--resume', run.path)}"
    try:
        yield
    except KeyboardInterrupt:
        message = f"Interrupted; nothing is lost. {go_on}"
        fail(message, kind="Interrupted", json=json, code=INTERRUPTED)
    except WriteError as error:
        if debugging.get():
            raise
        fail(f"{error}. {go_on}", kind="WriteError", json=json)
