from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pytest

from neuropil.recipes.annotations import Unknown, accepts, resolve, words


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, 3),
        (float, 3),
        (float, 3.5),
        (bool, True),
        (str, "same"),
        (int | None, 3),
        (int | tuple[int, int], 3),
        (int | tuple[int, int], [3, 3]),
        (tuple[float, ...], [1, 0.5]),
        (Sequence[str], ["accuracy"]),
        (Mapping[str, Any], {"patience": 3}),
        (Literal["mean", "sum"], "sum"),
        (Any, [1, "x"]),
        (Unknown, "whatever"),
    ],
)
def test_values_that_fit(annotation: Any, value: object) -> None:
    assert accepts(annotation, value)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, 3.5),
        (int, True),
        (float, True),
        (float, "0.1"),
        (bool, 1),
        (str, 1),
        (int | tuple[int, int], [3, 3, 3]),
        (int | tuple[int, int], [3, 0.5]),
        (tuple[float, ...], 1.0),
        (Sequence[str], "accuracy"),
        (Sequence[str], [1]),
        (Mapping[str, Any], 3),
        (Literal["mean", "sum"], "median"),
        (Callable[[int], int], 3),
    ],
)
def test_values_that_do_not_fit(annotation: Any, value: object) -> None:
    assert not accepts(annotation, value)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, "an integer"),
        (float | None, "a number"),
        (tuple[float, float], "an array of 2 numbers"),
        (Sequence[str], "an array of strings"),
        (Mapping[str, Any], "a table"),
        (Literal["mean", "sum"], "one of 'mean', 'sum'"),
    ],
)
def test_annotations_in_words(annotation: Any, expected: str) -> None:
    assert words(annotation) == expected


def test_names_for_type_checkers_only_are_unknown() -> None:
    assert resolve("Array | float", {}) == Unknown | float
    assert resolve("Sequence[str]", {"Sequence": Sequence}) == Sequence[str]
