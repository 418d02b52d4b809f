"""What holds for every test, in `tests` and in the examples of docstrings."""

from __future__ import annotations

import pytest

from neuropil.neurons.engines import ENGINES


@pytest.fixture(autouse=True)
def networks_run_eagerly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no engine is named: compiling every small network would take minutes."""
    monkeypatch.setitem(ENGINES, "auto", ENGINES["eager"])
