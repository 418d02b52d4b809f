"""A model of text from the command line: trained, tested, and let write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from neuropil.cli.app import app


def neuropil(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run on a small text of one's own."""
    folder = tmp_path_factory.mktemp("text")
    text = folder / "verse.txt"
    text.write_text("How doth the little crocodile\nimprove his shining tail,\n" * 30)
    settings = {
        "data.path": f"'{text.as_posix()}'",
        "data.length": "16",
        "layers.1.layer.hidden_size": "16",
        "layers.3.in_features": "16",
    }
    changes = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    options = ("--epochs", "2", "--no-report", "--no-progress", "--json")
    result = neuropil("train", "characters", *changes, *options, "--out", folder / "run")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["counting"]["order"] == 3
    assert document["test"].keys() == {"loss", "bits_per_character", "perplexity"}
    return folder / "run"


def test_the_recipe_is_listed() -> None:
    listed = {recipe["name"] for recipe in json.loads(neuropil("recipes", "--json").stdout)}
    assert {"characters", "lstm-digits", "sequence-memory"} <= listed


def test_evaluate_tells_what_counting_achieves(run: Path) -> None:
    lines = neuropil("evaluate", run).stdout.splitlines()
    assert lines[0].startswith("test loss ")
    assert "test bits per character" in lines[0]
    assert lines[1].startswith("a model that counts, order 3, smoothing ")
    document = json.loads(neuropil("evaluate", run, "--json").stdout)
    assert f"{document['counting']['bits_per_character']:.4g} bits per character" in lines[1]


def test_the_prompt_comes_first_and_the_seed_decides(run: Path) -> None:
    options = ("--prompt", "How ", "--length", "40", "--temperature", "0.8")
    one, same, other = (
        neuropil("sample", run, *options, "--seed", seed).stdout for seed in ("3", "3", "4")
    )
    assert one == same != other
    assert one.startswith("How ")
    assert len(one) == len("How ") + 40 + 1
    document = json.loads(neuropil("sample", run, *options, "--seed", "3", "--json").stdout)
    assert document["prompt"] + document["text"] + "\n" == one


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--prompt", "naïve"), "the prompt holds 'ï'"),
        (("--temperature", "inf"), "a temperature is at least 0 and finite, got inf"),
    ],
)
def test_what_cannot_be_written_is_told(words: tuple[str, ...], message: str, run: Path) -> None:
    result = neuropil("sample", run, *words)
    assert result.exit_code == 1
    assert message in result.stderr


@pytest.mark.parametrize("words", [("--length", "0"), ("--top-k", "0"), ("--temperature", "-1")])
def test_what_is_no_setting_is_not_understood(words: tuple[str, ...], run: Path) -> None:
    assert neuropil("sample", run, *words).exit_code == 2


def test_other_commands_refuse_a_text(run: Path, tmp_path: Path) -> None:
    for words in (("predict", run, tmp_path / "x.npy"), ("validate", run / "recipe.toml")):
        result = neuropil(*words)
        assert result.exit_code == 1
        assert "text" in result.stderr


def test_sample_refuses_what_is_no_text(tmp_path: Path) -> None:
    assert "expected a run folder" in neuropil("sample", tmp_path).stderr
    options = ("--epochs", "1", "--no-report", "--quiet", "--out", tmp_path / "xor")
    assert neuropil("train", "xor", *options).exit_code == 0
    result = neuropil("sample", tmp_path / "xor")
    assert result.exit_code == 1
    assert "holds no model of text: its data is 'xor'" in result.stderr
