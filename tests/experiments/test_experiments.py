"""Every experiment: it holds, it is found by its file, and its result goes into JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from neuropil import experiments
from neuropil.errors import UnknownExperimentError
from neuropil.experiments import load, names, run, write_pages
from neuropil.graph import Drawing

FOLDER = Path(experiments.__file__).parent
OF_THE_REFERENCE = {
    "activations",
    "augmentation",
    "autoencoder",
    "backpropagation",
    "batch-normalization",
    "connection-weights",
    "convolution",
    "discrete-mapping",
    "dropout",
    "exploding-gradients",
    "expression-graph",
    "finite-differences",
    "gradient-descent",
    "hodgkin-huxley",
    "hopfield-letters",
    "hopfield-toy",
    "kinds-of-learning",
    "leaky-integrate-and-fire",
    "linear-regression",
    "long-short-term-memory",
    "losses",
    "memory-systems",
    "momentum",
    "neural-learning",
    "overfitting",
    "post-synaptic-current",
    "receptive-fields",
    "recurrent-network",
    "semicircle-to-parabola",
    "spike-shape",
    "spike-train",
    "spiking-network",
    "stochastic-gradient-descent",
    "symmetry-breaking",
    "tensors",
    "tuning-curve",
    "two-layer-classifier",
    "universal-approximation",
    "validation",
    "variational-autoencoder",
    "vanishing-gradients",
    "weight-decay",
    "xor",
}


def test_names_are_those_of_the_files() -> None:
    files = {path.stem.replace("_", "-") for path in FOLDER.glob("*.py")} - {"--init--"}
    assert set(names()) == files
    assert files >= OF_THE_REFERENCE
    assert names() == sorted(names())


@pytest.mark.parametrize("name", names())
def test_it_knows_its_name_and_says_what_it_shows(name: str) -> None:
    experiment = load(name)
    assert experiment.id == name
    assert experiment.title
    assert experiment.section
    assert experiment.__doc__ == experiment.run.__doc__
    assert experiment.__doc__


@pytest.mark.parametrize("name", names())
def test_it_is_short(name: str) -> None:
    source = (FOLDER / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 100


@pytest.mark.parametrize("name", names())
def test_it_holds_and_the_same_seed_gives_the_same_result(name: str) -> None:
    result = run(name, seed=0, quick=True)
    document = result.document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert run(name, seed=0, quick=True).document() == document
    failed = [claim for claim in result.claims if not claim.holds]
    assert not failed
    assert result.holds
    assert len(result.claims) >= 4
    assert result.figures
    for caption, figure in result.figures.items():
        assert caption
        assert isinstance(figure, Figure | Drawing)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_it_holds_for_another_seed_and_its_figures_are_drawn(name: str, tmp_path: Path) -> None:
    """A figure is drawn as its page is written; a sign its font lacks would be a warning."""
    result = run(name, seed=1, quick=True)
    assert [claim for claim in result.claims if not claim.holds] == []
    write_pages([result], tmp_path)
    page = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
    assert page.count("<svg") == len(result.figures)
    assert len(page) < 3_000_000


def test_the_guide_lists_every_experiment() -> None:
    page = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")
    assert [name for name in names() if f"| `{name}` |" not in page] == []


def test_no_figure_is_left_with_pyplot() -> None:
    from matplotlib import pyplot as plt

    before = plt.get_fignums()
    run("connection-weights", quick=True)
    assert plt.get_fignums() == before


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownExperimentError, match=r"'xro'.*did you mean xor"):
        load("xro")
    with pytest.raises(UnknownExperimentError, match="harness"):
        load("harness")
