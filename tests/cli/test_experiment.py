from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from neuropil import experiments
from neuropil.cli.app import app
from neuropil.experiments import Claim


def neuropil(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["experiment", *map(str, arguments)])


def false_result(name: str, seed: int = 0, quick: bool = False) -> experiments.Result:
    claim = Claim("two and two", expected=4, measured=5, tolerance=None, holds=False)
    return experiments.Result(experiments.load(name), (claim,))


def test_all_are_listed() -> None:
    words = neuropil("list").stdout
    assert all(name in words for name in experiments.names())
    listed = json.loads(neuropil("list", "--json").stdout)
    assert [row["id"] for row in listed] == experiments.names()
    assert all(row["title"] and row["section"] for row in listed)


def test_show_tells_what_and_where() -> None:
    words = neuropil("show", "expression-graph").stdout
    assert "Section 4.1 of the notes" in words
    assert "expression_graph.py" in words
    assert "neuropil experiment run expression-graph" in words
    shown = json.loads(neuropil("show", "expression-graph", "--json").stdout)
    assert shown.keys() == {"id", "title", "section", "about", "source"}


def test_run_prints_every_claim(tmp_path: Path) -> None:
    result = neuropil("run", "expression-graph", "--html", tmp_path / "pages")
    assert result.exit_code == 0
    assert "✓ ∂f/∂x = cos(x) + y  expected 2.878, measured 2.878" in result.stdout
    assert (tmp_path / "pages" / "index.html").exists()
    assert "<svg" in (tmp_path / "pages" / "expression-graph.html").read_text()


def test_run_json_is_the_array_of_the_interface() -> None:
    result = neuropil("run", "expression-graph", "expression-graph", "tensors", "--quick", "--json")
    assert result.exit_code == 0
    documents = json.loads(result.stdout)
    assert [document["id"] for document in documents] == ["expression-graph", "tensors"]
    assert documents[0].keys() == {"id", "holds", "claims"}
    assert documents[0]["claims"][0].keys() == {
        *("name", "expected", "measured", "tolerance", "holds")
    }


def test_a_claim_that_does_not_hold_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "run", false_result)
    result = neuropil("run", "tensors")
    assert result.exit_code == 1
    assert "✗ two and two  expected 4, measured 5" in result.stdout
    result = neuropil("run", "tensors", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["holds"] is False


def test_run_all_runs_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "run", false_result)
    documents = json.loads(neuropil("run", "--all", "--json").stdout)
    assert [document["id"] for document in documents] == experiments.names()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("run", "tensor"), 1, "did you mean tensors"),
        (("show", "tensor"), 1, "did you mean tensors"),
        (("run",), 2, "--all"),
        (("run", "tensors", "--all"), 2, "--all"),
    ],
)
def test_misuse_is_told(arguments: tuple[str, ...], code: int, message: str) -> None:
    result = neuropil(*arguments)
    assert result.exit_code == code
    assert message in result.stderr
