from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.errors import ShapeError


def test_unflatten_undoes_flatten() -> None:
    x: Any = np.arange(120.0).reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(nn.Unflatten(1, (3, 4, 5))(nn.Flatten()(x)), x)
    np.testing.assert_array_equal(nn.Unflatten(-2, (3, 4))(nn.Flatten(1, 2)(x)), x)


def test_an_axis_must_have_the_length_of_what_it_becomes() -> None:
    with pytest.raises(ShapeError, match=r"Unflatten expects 12 features along axis 1, got"):
        nn.Unflatten(1, (3, 4))(np.zeros((2, 13)))
    with pytest.raises(ShapeError, match=r"along axis 2, got \(2, 12\)"):
        nn.Unflatten(2, (3, 4))(np.zeros((2, 12)))
    with pytest.raises(ValueError, match="Unflatten needs lengths of at least 1"):
        nn.Unflatten(1, (3, 0))
