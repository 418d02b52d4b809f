"""The page of a policy: returns, pictures and numbers, and it stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuropil import recipes
from neuropil.errors import FileFormatError
from neuropil.recipes import RunFolder
from neuropil.report import reward_page

SETTINGS = {"title": '"<b>"', "learning": "{episodes = 10}"}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    recipe = recipes.load_reward("cart-pole").with_settings(SETTINGS)
    return recipes.create(tmp_path / "run", recipe)


def test_returns_policy_and_numbers_are_on_the_page(run: RunFolder) -> None:
    course = recipes.practise(
        recipes.prepare_reward(recipes.load_reward(run.recipe_file)), run, progress=False
    )
    page = reward_page(run).read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert f"{recipes.examine(run)['mean_return']:.1f}" in page
    assert f"{course.recent:.1f}" in page
    assert "no goal" in page
    assert "10 episodes; the last 100 have a mean" in page
    assert "<b>" not in page
    assert 'src="http' not in page
    assert "<script" not in page
    assert len(page) < 600_000


def test_an_unfinished_run_has_no_page(run: RunFolder) -> None:
    with pytest.raises(FileFormatError, match="neuropil train --resume"):
        reward_page(run)
    assert not run.report_file.exists()
