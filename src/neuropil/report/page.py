"""One HTML page out of a template: everything inside, nothing fetched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from neuropil._version import __version__
from neuropil.storage import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment


def write_page(path: Path, template: str, **context: object) -> None:
    """Fill the template and write it, atomically: a reader sees the old page or the new one."""
    write_text(path, _environment().get_template(template).render(version=__version__, **context))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("neuropil.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.2f} %"
    return environment
