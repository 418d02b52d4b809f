from __future__ import annotations

import pytest

from neuropil.arrays.costly import costly, keeping, recalling


def test_what_is_kept_is_handed_out_in_order() -> None:
    with keeping() as kept:
        assert [costly(abs, -1), costly(abs, -2)] == [1, 2]
    assert kept == [1, 2]
    with recalling([5, 6]):
        assert [costly(abs, -1), costly(abs, -2)] == [5, 6]
    assert costly(abs, -3) == 3


def test_a_loop_within_a_step_keeps_its_own() -> None:
    with keeping() as outer:
        costly(abs, -1)
        with keeping() as inner:
            costly(abs, -2)
    assert (outer, inner) == ([1], [2])
    with recalling([7]):
        with keeping():
            assert costly(abs, -1) == 1
            with recalling([8]):
                assert costly(abs, -1) == 8
        assert costly(abs, -1) == 7


def test_another_number_of_results_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="computes more"), recalling([]):
        costly(abs, -1)
    with pytest.raises(RuntimeError, match="computed less"), recalling([1]):
        pass
    assert costly(abs, -4) == 4
