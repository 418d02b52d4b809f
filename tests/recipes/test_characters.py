"""The recipe that learns a text: its parts, what it writes, and models that count beside it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from neuropil import data, nn, recipes, training
from neuropil.data.text_windows import IGNORED
from neuropil.errors import DataError, FileFormatError, RecipeError
from neuropil.recipes import building, data_sets
from neuropil.recipes.characters_file import load_characters
from neuropil.recipes.looking_back import check_looks_back
from neuropil.recipes.text_parts import text_parts
from neuropil.recipes.writing import written

SMALL = {
    "data.length": "16",
    "data.context": "8",
    "layers.0.embedding_dim": "8",
    "layers.1.layer.input_size": "8",
    "layers.1.layer.hidden_size": "32",
    "layers.2.p": "0.0",
    "layers.3.in_features": "32",
    "optimizer.lr": "0.02",
    "training.epochs": "8",
}


def small(path: Path, **changes: str) -> recipes.Recipe:
    settings = SMALL | {"data.path": f"'{path.as_posix()}'"} | changes
    return recipes.load("characters").with_settings(settings)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> recipes.RunFolder:
    """A short run on a verse that is said again and again."""
    folder = tmp_path_factory.mktemp("characters")
    text = folder / "verse.txt"
    text.write_text("Twinkle, twinkle, little bat! How I wonder what you're at!\n" * 60)
    recipe = small(text)
    made = recipes.create(folder / "run", recipe)
    recipes.train(recipes.prepare(recipe), made, progress=False)
    return made


def test_a_verse_is_learned_by_heart(run: recipes.RunFolder) -> None:
    scores = recipes.evaluate(run)
    assert scores["bits_per_character"] < 0.5
    assert scores["bits_per_character"] == pytest.approx(scores["loss"] / math.log(2.0), rel=1e-5)
    assert scores["perplexity"] == pytest.approx(2.0 ** scores["bits_per_character"], rel=1e-5)
    assert scores.intervals == {}  # windows of one text are no independent samples


def test_every_character_held_out_is_predicted_once() -> None:
    splits = data_sets.text(length=50, context=30)
    assert splits.text is not None
    for part, place in (
        (splits.validation, splits.text.validation),
        (splits.test, splits.text.test),
    ):
        assert part is not None
        counted = part.targets[part.targets != IGNORED]
        assert np.array_equal(counted, splits.text.symbols[place])


def test_the_vocabulary_is_that_of_the_part_to_learn_from() -> None:
    parts = text_parts("ab" * 40 + "cc" * 10, validation=0.1, test=0.1)
    assert parts.vocabulary.symbols[1:] == ("a", "b")
    assert (parts.symbols[80:] == 0).all()


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, FileFormatError, "there is no such file"),
        (b"", DataError, "an empty file"),
        (b"\xff\xfe\x00", FileFormatError, "not UTF-8|expected text in UTF-8"),
        (b"too short", DataError, "has 1, and they need 17: give a longer text"),
        ("".join(map(chr, range(256, 1256))).encode(), DataError, "occurs twice"),
    ],
)
def test_texts_that_cannot_be_learned(
    content: bytes | None, error: type[Exception], message: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(error, match=message):
        data_sets.text(str(file), length=16)
    with pytest.raises(RecipeError, match=r"recipe characters, \[data\]: "):
        recipes.prepare(small(file))


@pytest.mark.parametrize(
    "settings", [{"length": 0}, {"context": -1}, {"validation": 0.0}, {"test": 0.9}, {"stride": 0}]
)
def test_parts_that_cannot_be(settings: dict[str, float]) -> None:
    with pytest.raises(DataError, match=r"expected|stride"):
        data_sets.text(**settings)  # type: ignore[arg-type]


def test_one_seed_writes_one_text(run: recipes.RunFolder) -> None:
    writer = recipes.Writer(run)
    one, same, other = (writer.write(80, temperature=1.5, rng=seed) for seed in (1, 1, 2))
    assert one == same != other
    assert len(one) == 80


def test_what_was_learned_is_written(run: recipes.RunFolder) -> None:
    text = recipes.Writer(run).write(22, prompt="bat! How I ", temperature=0.0)
    assert text == "wonder what you're at!"
    assert recipes.Writer(run).write(22, prompt="bat! How I ", top_k=1, rng=5) == text


def test_characters_are_drawn_as_often_as_the_network_says(run: recipes.RunFolder) -> None:
    network, text = run.network(), building.splits(run.recipe()).text
    assert text is not None
    vocabulary, temperature = text.vocabulary, 2.0
    logits = np.asarray(training.predict(network, vocabulary.encode("t")[None]), np.float64)[
        0, :, 0
    ]
    expected = np.exp(logits / temperature)
    expected[0] = 0.0  # the unknown character is never written
    expected /= expected.sum()
    drawn = [
        written(network, vocabulary, "t", 1, temperature=temperature, rng=seed)
        for seed in range(400)
    ]
    counts = np.bincount(vocabulary.encode("".join(drawn)), minlength=len(vocabulary))
    spread = np.sqrt(expected * (1 - expected) / len(drawn))
    assert (abs(counts / len(drawn) - expected) <= 4.5 * spread + 1e-9).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"length": 0}, "length of at least 1, got 0"),
        ({"temperature": -1.0}, "temperature is at least 0"),
        ({"temperature": math.nan}, "temperature is at least 0"),
        ({"top_k": 0}, "top_k is at least 1"),
    ],
)
def test_texts_that_cannot_be_written(
    settings: dict[str, float], message: str, run: recipes.RunFolder
) -> None:
    with pytest.raises(RecipeError, match=message):
        recipes.Writer(run).write(**{"length": 5, **settings})  # type: ignore[arg-type]


def test_a_prompt_is_made_of_known_characters(run: recipes.RunFolder) -> None:
    with pytest.raises(DataError, match=r"the prompt holds 'Z', 'ü' \(the first at character 4\)"):
        recipes.Writer(run).write(5, prompt="bat Zü")


def test_the_text_may_go(tmp_path: Path) -> None:
    text = tmp_path / "mine.txt"
    text.write_text("abc" * 200)
    recipe = small(text, **{"training.epochs": "1"})
    made = recipes.create(tmp_path / "run", recipe)
    recipes.train(recipes.prepare(recipe), made, progress=False)
    before = recipes.Writer(made).write(20, rng=0)
    text.unlink()
    assert recipes.Writer(made).write(20, rng=0) == before


def test_a_text_that_was_changed_is_told(tmp_path: Path) -> None:
    text = tmp_path / "mine.txt"
    text.write_text("abc" * 200)
    recipe = small(text, **{"training.epochs": "1"})
    made = recipes.create(tmp_path / "run", recipe)
    recipes.train(recipes.prepare(recipe), made, progress=False)
    before = recipes.evaluate(made)
    text.write_bytes(b"\xef\xbb\xbf" + b"abc" * 200)  # a mark that is no character
    assert recipes.evaluate(made) == before
    text.write_text("abc" * 199 + "abd")  # the vocabulary is the same
    again = recipes.prepare(recipe)
    for read in (
        recipes.evaluate,
        recipes.counted,
        recipes.reopen,
        lambda r: recipes.train(again, r),
    ):
        with pytest.raises(
            DataError, match=r"begun with another text, of 600 characters \(SHA-256"
        ):
            read(made)
    text.write_text("abc" * 200)
    assert recipes.reopen(made).recipe == made.recipe()


AHEAD: list[dict[str, str]] = [
    {"layers.1.layer.bidirectional": "true", "layers.3.in_features": "64"},
    {"layers.2": "{type = 'LayerNorm', normalized_shape = [16, 32]}"},
]


@pytest.mark.parametrize("changes", AHEAD)
def test_a_network_that_sees_what_comes_is_refused(changes: dict[str, str], tmp_path: Path) -> None:
    text = tmp_path / "mine.txt"
    text.write_text("Twinkle, twinkle, little bat!" * 30)
    recipe = small(text).with_settings(changes)
    with pytest.raises(
        RecipeError, match=r"layers: what .* of the first \d+ characters .* answers"
    ):
        recipes.prepare(recipe)


@pytest.mark.parametrize("kernel", [1, 3])
def test_it_is_tried_whether_a_layer_looks_ahead(kernel: int) -> None:
    along_time = nn.Sequential(
        nn.Embedding(5, 4, rng=0),
        nn.Permute((0, 2, 1)),
        nn.Conv1d(4, 5, kernel, padding=kernel // 2, rng=1),
    )
    text = np.random.default_rng(0).integers(0, 5, 40)
    if kernel == 1:
        check_looks_back(along_time, text, 5)
        check_looks_back(along_time, text[:1], 5)
    else:
        with pytest.raises(DataError, match=r"the first 1. characters changes with those behind"):
            check_looks_back(along_time, text, 5)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"characters": "a", "start": "a"}',
        '{"characters": "aa", "start": "a", "text": {"length": 2, "sha256": ""}}',
        '{"characters": "a", "start": "", "text": {"length": 2, "sha256": ""}}',
        '{"characters": "a", "start": "b", "text": {"length": 2, "sha256": ""}}',
    ],
)
def test_damaged_characters_are_told(content: str, tmp_path: Path) -> None:
    file = tmp_path / "characters.json"
    file.write_text(content)
    with pytest.raises(FileFormatError, match=r"characters\.json"):
        load_characters(file)


def test_a_model_of_text_has_an_output_for_each_character(run: recipes.RunFolder) -> None:
    with pytest.raises(RecipeError, match="a model of 3 characters has an output for each, got"):
        written(run.network(), data.Vocabulary("Tw"), "Tw", 3)


def test_the_model_that_counts_reads_the_same_text(run: recipes.RunFolder) -> None:
    counted = recipes.counted(run)
    assert counted is not None
    assert counted.order == 3
    assert 0.0 < counted.bits < math.log2(len(set("Twinkle, twinkle, little bat! How I wonder")))


def test_what_is_not_for_texts_says_so(run: recipes.RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="neuropil sample"):
        recipes.Reader(run)
    with pytest.raises(RecipeError, match="windows of one text overlap"):
        recipes.cross_validate(run.recipe())
    xor = recipes.load("xor").with_settings({"training.epochs": "1"})
    other = recipes.create(tmp_path / "other", xor)
    recipes.train(recipes.prepare(xor), other, progress=False)
    with pytest.raises(RecipeError, match="holds no model of text: its data is 'xor'"):
        recipes.Writer(other)
    assert recipes.counted(other) is None


def test_the_text_of_the_package_has_no_other_place(run: recipes.RunFolder) -> None:
    splits = building.splits(recipes.load("characters"))
    assert splits.text is not None
    whole = data.alice()
    assert splits.text.vocabulary.decode(splits.text.symbols[:1000]) == whole[:1000]


@pytest.mark.parametrize("name", ["f1", "roc_auc", "precision", "top_5_accuracy"])
def test_metrics_of_one_class_a_sample_are_not_for_texts(name: str, run: recipes.RunFolder) -> None:
    asked = run.recipe().with_settings({"training.metrics": f'["{name}"]'})
    with pytest.raises(RecipeError, match=f"{name} takes one class a sample.*of a text ask for"):
        recipes.prepare(asked)
