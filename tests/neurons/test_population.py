from __future__ import annotations

import pytest

from neuropil.neurons import LeakyIntegrateAndFire, Population

CELLS = Population("cells", LeakyIntegrateAndFire(), 0, 10)


def test_a_slice_is_a_part_and_so_is_a_slice_of_it() -> None:
    part = CELLS[2:8]
    assert (part.first, part.size, len(part)) == (2, 6, 6)
    assert (part[-2:].first, part[-2:].size) == (6, 2)
    assert (CELLS[:].first, CELLS[:].size) == (0, 10)
    assert part.model is CELLS.model
    assert repr(part) == "Population('cells', cells 2 to 7)"


def test_other_parts_are_refused() -> None:
    with pytest.raises(TypeError, match=r"write \[3:3 \+ 1\]"):
        CELLS[3]  # type: ignore[index]
    with pytest.raises(ValueError, match="side by side"):
        CELLS[::2]
    with pytest.raises(ValueError, match="none of the 10 cells"):
        CELLS[8:8]
