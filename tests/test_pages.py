"""What README and documentation show works: examples run, commands and recipes are known."""

from __future__ import annotations

import doctest
import re
import runpy
import shlex
from pathlib import Path

import pytest

from neuropil import errors, recipes
from neuropil.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = sorted(
    {
        line.rpartition("neuropil ")[2]
        for page in PAGES
        for block in SHELL_BLOCK.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line.rpartition(" && ")[2].startswith("neuropil ")
    }
)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def has_examples(page: Path) -> bool:
    return BLOCK.search(page.read_text(encoding="utf-8")) is not None


def needs(page: Path) -> list[pytest.MarkDecorator]:
    """Compiling needs JAX."""
    text = page.read_text(encoding="utf-8")
    return [pytest.mark.fast] if "npl.compile" in text or 'trained("xla")' in text else []


def run_session(session: str, names: dict[str, object], page: Path, line: int) -> None:
    """Run a ``>>>`` session and compare what it prints with what the page says."""
    test = doctest.DocTestParser().get_doctest(session, names, page.name, str(page), line)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(
        test, out=report.append, clear_globs=False
    )
    names.update(test.globs)  # the session worked on a copy
    assert result.failed == 0, "".join(report)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=str(page.relative_to(ROOT)), marks=needs(page))
        for page in PAGES
        if has_examples(page)
    ],
)
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run in order and share their names, as a reader would type them."""
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    if "import sklearn" in text or "from sklearn" in text:
        pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    names: dict[str, object] = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        kind, code = block.groups()
        if kind == "pycon":
            run_session(code, names, page, line)
        else:
            script = tmp_path / "example.py"
            script.write_text("\n" * line + code, encoding="utf-8")  # the page's own line numbers
            names |= runpy.run_path(str(script), init_globals=names)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line knows every command and option of a page; with ``--help`` nothing is run."""
    assert main([*shlex.split(command, comments=True), "--help"]) == 0
    assert "Usage: neuropil" in capsys.readouterr().out


def test_the_page_of_errors_has_every_class() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    classes = [e for e in vars(errors).values() if isinstance(e, type) and e.__doc__]
    assert len(classes) > 5
    for error in classes:
        if error is not errors.NeuropilError:
            builtin = error.__mro__[2].__name__
            assert f"| `{error.__name__}` | `{builtin}` |" in page


def test_the_recipe_of_the_guide_builds(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    shown = re.search(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    file = tmp_path / "my.toml"
    file.write_text(shown[1], encoding="utf-8")
    network = recipes.prepare(recipes.load(file)).network
    sizes = [parameter.size for parameter in network.parameters()]
    assert sizes == [64 * 32, 32, 32 * 10, 10]
