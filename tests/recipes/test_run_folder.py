"""A run gets a folder of its own, and does not take one that is in use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from neuropil import recipes
from neuropil.errors import FileFormatError, RecipeError, WriteError

XOR = recipes.load("xor")


def test_a_new_folder_holds_the_recipe(tmp_path: Path) -> None:
    run = recipes.create(tmp_path / "a" / "run", XOR)
    assert run.recipe().optimizer == XOR.optimizer
    assert not run.finished


def test_a_folder_with_a_run_is_refused_and_says_how_to_go_on(tmp_path: Path) -> None:
    recipes.create(tmp_path, XOR)
    with pytest.raises(RecipeError, match=r"holds a run: .*--resume"):
        recipes.create(tmp_path, XOR)


def test_what_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(RecipeError, match="not empty"):
        recipes.create(tmp_path, XOR)
    with pytest.raises(RecipeError, match="got the file"):
        recipes.create(tmp_path / "thesis.txt", XOR)


def test_what_a_killed_writer_left_does_not_make_a_folder_unusable(tmp_path: Path) -> None:
    (tmp_path / ".recipe.toml.abc.tmp").write_text("half a rec")
    assert recipes.create(tmp_path, XOR).recipe().seed == XOR.seed


def test_a_folder_without_a_run_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="does not exist"):
        recipes.RunFolder(tmp_path / "nowhere").recipe()
    run = recipes.create(tmp_path / "run", XOR)
    with pytest.raises(FileFormatError, match=r"no trained network yet: .*--resume"):
        run.network()


def test_runs_that_start_at_the_same_time_get_folders_of_their_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: recipes.make_next(tmp_path / "runs", "xor"), range(20)))
    assert {folder.name for folder in folders} == {f"xor-{n}" for n in range(1, 21)}


def test_where_no_folder_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    for make in (
        lambda: recipes.make_next(tmp_path / "runs", "xor"),
        lambda: recipes.create(tmp_path / "runs" / "a", XOR),
    ):
        with pytest.raises(WriteError, match=r"cannot write .*runs"):
            make()
