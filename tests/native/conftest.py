"""Tests of the native engine keep their programs in a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neuropil.native import available

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "native" in item.path.parts:
            item.add_marker(pytest.mark.fast)
            if not available():
                item.add_marker(pytest.mark.skip(reason="Numba is not installed"))


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEUROPIL_CACHE", str(folder))
        yield folder
