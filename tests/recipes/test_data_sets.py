"""The data sets that recipes name, and their augmentation."""

from __future__ import annotations

import gzip
import hashlib
import struct
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from neuropil import data, recipes
from neuropil.errors import DataError, FileFormatError, RecipeError
from neuropil.recipes import building, data_sets
from neuropil.recipes.recipe import from_document

DIGITS = recipes.load("digits-mlp").document()


def document(**tables: Any) -> dict[str, Any]:
    return DIGITS | tables


def job(**tables: Any) -> recipes.Job:
    return recipes.prepare(from_document(document(**tables), "mine.toml"))


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A cache that holds files called like MNIST's, with 5,060 and 20 images of noise."""
    monkeypatch.setenv("NEUROPIL_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "cache" / "data" / "mnist"
    folder.mkdir(parents=True)
    module = import_module("neuropil.data.mnist")
    rng = np.random.default_rng(0)
    written: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for split, n in (("train", 5_060), ("test", 20)):
        labels = rng.integers(0, 10, n, dtype=np.uint8)
        pixels = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        written[split] = pixels, labels
        headers = struct.pack(">4I", 0x803, n, 28, 28), struct.pack(">2I", 0x801, n)
        parts[split] = []
        arrays = zip(headers, (pixels, labels), module._PARTS[split], strict=True)
        for header, array, file in arrays:
            content = gzip.compress(header + array.tobytes(), compresslevel=1)
            (folder / file.name).write_bytes(content)
            sha256 = hashlib.sha256(content).hexdigest()
            parts[split].append(replace(file, size=len(content), sha256=sha256, mirrors=()))
    monkeypatch.setattr(module, "_PARTS", parts)
    return written


def test_the_last_5000_of_mnists_training_images_are_kept_back(
    small_mnist: dict[str, Any],
) -> None:
    splits = data_sets.mnist()
    assert splits.validation is not None
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [60, 5000, 20]
    labels = small_mnist["train"][1]
    assert splits.train.targets.tolist() == labels[:60].tolist()
    assert splits.validation.targets.tolist() == labels[60:].tolist()
    assert splits.sample_shape == (1, 28, 28)
    assert splits.classes == tuple("0123456789")
    whole = data_sets.mnist(validation=False)
    assert len(whole.train) == 5060
    assert whole.validation is None


def test_the_recipe_lenet_trains_and_goes_on(small_mnist: dict[str, Any], tmp_path: Path) -> None:
    recipe = recipes.load("lenet").with_settings(
        {"training.epochs": "2", "training.batch_size": "16", "data.validation": "true"}
    )
    whole = recipes.create(tmp_path / "whole", recipe)
    recipes.train(recipes.prepare(recipe), whole, progress=False)
    halted = recipes.create(
        tmp_path / "halted", recipe.with_settings({"training.checkpoint_every": "1"})
    )

    class Halt(Exception):
        pass

    class HaltAt:
        def on_step(self, run: Any) -> None:
            if run.step == 3:
                raise Halt

    first = recipes.prepare(halted.recipe())
    with pytest.raises(Halt):
        recipes.train(first, halted, callbacks=[HaltAt()], progress=False)
    recipes.train(recipes.prepare(halted.recipe()), halted, progress=False)
    ends = [run.network().state_dict() for run in (whole, halted)]
    for name, array in ends[0].items():
        assert array.tobytes() == ends[1][name].tobytes(), name


def test_lenet_is_lenet() -> None:
    network = building.network(recipes.load("lenet"), 0)
    assert network(np.zeros((2, 1, 28, 28), np.float32)).shape == (2, 10)
    shapes = [parameter.shape for parameter in network.parameters() if len(parameter.shape) > 1]
    assert shapes == [(20, 1, 5, 5), (50, 20, 5, 5), (500, 800), (10, 500)]


SHIFT = {"type": "RandomShift", "pixels": 1}
NOISE = {"type": "GaussianNoise", "sigma": 0.1}


def test_augmentation_changes_what_is_learned_from_and_nothing_else() -> None:
    plain, augmented = job(), job(augmentation=[SHIFT, NOISE])
    assert plain.data is plain.splits.train
    assert isinstance(augmented.data, data.Augmented)
    assert [type(t).__name__ for t in augmented.data.transforms] == ["RandomShift", "GaussianNoise"]
    for part in ("train", "validation", "test"):
        before, after = getattr(plain.splits, part), getattr(augmented.splits, part)
        np.testing.assert_array_equal(before.inputs, after.inputs)
    for before, after in zip(
        plain.network.parameters(), augmented.network.parameters(), strict=True
    ):
        np.testing.assert_array_equal(before.value, after.value)


def test_arrays_of_a_table_become_pairs() -> None:
    table = {"type": "RandomAffine", "degrees": 5, "translate": [0.1, 0.2], "scale": [0.9, 1.1]}
    augmented = job(augmentation=[table]).data
    assert isinstance(augmented, data.Augmented)
    assert repr(augmented.transforms[0]).startswith(
        "RandomAffine(degrees=5.0, translate=(0.1, 0.2), scale=(0.9, 1.1)"
    )


def test_a_recipe_with_augmentation_is_written_and_read() -> None:
    recipe = from_document(document(augmentation=[SHIFT, NOISE]), "mine.toml")
    assert from_document(recipe.document(), "again.toml") == recipe
    changed = recipe.with_settings({"augmentation.0.pixels": "2"})
    assert changed.augmentation[0]["pixels"] == 2


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"type": "RandomShfit", "pixels": 1}, r"augmentation.0 type: .* did you mean RandomShift"),
        ({"type": "RandomShift"}, "augmentation.0: pixels missing"),
        ({"type": "RandomShift", "pixels": 1.5}, "augmentation.0 pixels: expected an integer"),
        ({"type": "RandomShift", "pixel": 1}, "augmentation.0 pixel: unknown key; did you mean"),
        ({"type": "RandomShift", "pixels": -1}, "augmentation.0: RandomShift expects pixels >= 0"),
        ({"type": "RandomAffine", "degrees": 1, "scale": [1]}, "scale: expected an array of 2"),
    ],
)
def test_a_wrong_augmentation_is_told_by_its_place(table: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        job(augmentation=[table])


def test_what_is_no_image_cannot_be_shifted() -> None:
    xor = recipes.load("xor").document() | {"augmentation": [SHIFT]}
    with pytest.raises(RecipeError, match=r"augmentation: RandomShift expects images \(N"):
        recipes.prepare(from_document(xor, "mine.toml"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    lines = ["length,kind,colour,weight"]
    for number in range(50):
        kind, colour = ("ant", "bee")[number % 2], ("red", "blue", "black")[number % 3]
        lines.append(f"{rng.normal(10, 3):.3f},{kind},{colour},{rng.normal(-5, 0.1):.3f}")
    path = tmp_path / "insects.csv"
    path.write_text("\n".join(lines))
    return path


def test_a_table_of_ones_own(table: Path) -> None:
    splits = data_sets.csv(str(table), "kind", categorical=["colour"])
    assert splits.validation is not None
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [30, 10, 10]
    assert splits.classes == ("ant", "bee")
    assert splits.sample_shape == (5,)
    np.testing.assert_allclose(splits.train.inputs.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(splits.train.inputs.std(0), 1, atol=1e-5)
    assert abs(splits.test.inputs.mean(0)).max() > 1e-3
    assert np.bincount(splits.test.targets).tolist() == [5, 5]
    again = data_sets.csv(str(table), "kind", categorical=["colour"])
    np.testing.assert_array_equal(again.test.inputs, splits.test.inputs)
    rows = np.vstack([part.inputs for part in (splits.train, splits.validation, splits.test)])
    assert len(np.unique(rows, axis=0)) == 50


def test_chosen_columns_and_numbers_to_predict(table: Path) -> None:
    splits = data_sets.csv(
        str(table), "weight", columns=["length"], regression=True, standardize=False, validation=0
    )
    assert splits.validation is None
    assert splits.sample_shape == (1,)
    assert splits.train.targets.shape == (40, 1)
    assert splits.train.inputs.mean() > 5


def test_a_table_is_trained_on(table: Path, tmp_path: Path) -> None:
    layers = [{"type": "Linear", "in_features": 5, "out_features": 2}]
    spec = {"name": "csv", "path": str(table), "target": "kind", "categorical": ["colour"]}
    recipe = from_document(
        document(data=spec, layers=layers, training={"epochs": 2, "metrics": ["accuracy"]}),
        "mine.toml",
    )
    run = recipes.create(tmp_path / "run", recipe)
    recipes.train(recipes.prepare(recipe), run, progress=False)
    assert recipes.evaluate(run).keys() >= {"loss", "accuracy"}


def test_new_rows_are_brought_to_the_scale_the_network_learned_on(
    table: Path, tmp_path: Path
) -> None:
    layers = [{"type": "Linear", "in_features": 2, "out_features": 2}]
    spec = {"name": "csv", "path": str(table), "target": "kind", "columns": ["length", "weight"]}
    recipe = from_document(document(data=spec, layers=layers, training={"epochs": 1}), "mine.toml")
    run = recipes.create(tmp_path / "run", recipe)
    job = recipes.prepare(recipe)
    recipes.train(job, run, progress=False)
    np.save(tmp_path / "rows.npy", np.array([[9.5, -5.1], [12.0, -4.9]]))
    predictions = recipes.Reader(run).read(tmp_path / "rows.npy")
    assert job.splits.standardize is not None
    scaled = job.splits.standardize(np.array([[9.5, -5.1], [12.0, -4.9]], np.float32))
    expected = job.network(scaled).detach()
    np.testing.assert_allclose([p.outputs for p in predictions], expected, rtol=1e-5)
    np.save(tmp_path / "rows.npy", np.array([[9.5, np.nan]]))
    with pytest.raises(FileFormatError, match="expected finite numbers"):
        recipes.Reader(run).read(tmp_path / "rows.npy")


@pytest.mark.parametrize(
    "shares", [{"test": 0.0}, {"validation": -0.1}, {"test": 0.5, "validation": 0.5}]
)
def test_impossible_shares_are_refused(table: Path, shares: dict[str, float]) -> None:
    spec = {"name": "csv", "path": str(table), "target": "kind", "columns": ["length"]}
    with pytest.raises(RecipeError, match=r"\[data\]: expected shares"):
        job(data=spec | shares)


@pytest.mark.parametrize(("others", "is_learned"), [(10, True), (13, False), (21, False)])
def test_a_class_of_which_nothing_is_learned_is_told(
    tmp_path: Path, others: int, is_learned: bool
) -> None:
    """A class of one sample, which falls to the training part or to another."""
    rows = [f"{number},{'ac'[number % 2]}" for number in range(others)]
    path = tmp_path / "few.csv"
    path.write_text("\n".join(["size,kind", *rows, "7,b"]))
    if is_learned:
        assert (data_sets.csv(str(path), "kind").train.targets == 1).sum() == 1
        return
    with pytest.raises(DataError, match="class 'b' has too few samples, 1, for one to learn from"):
        data_sets.csv(str(path), "kind")


def test_too_few_rows_to_split_are_told(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,kind\n1,x\n2,x\n")
    with pytest.raises(RecipeError, match="2 samples are too few"):
        job(data={"name": "csv", "path": str(path), "target": "kind"})


def test_images_of_ones_own(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(10):
            Image.new("RGB", (6, 5), (number, 0, 0)).save(tmp_path / name / f"{number}.png")
    splits = data_sets.image_folder(str(tmp_path), size=(4, 4))
    assert splits.validation is not None
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [12, 4, 4]
    assert splits.sample_shape == (3, 4, 4)
    assert splits.classes == ("cat", "dog")
    assert np.bincount(splits.test.targets).tolist() == [2, 2]
