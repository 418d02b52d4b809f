"""Trees come together again as they were taken apart."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest

from neuropil.arrays.trees import flatten, unflatten

Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize(
    "tree",
    [
        1.0,
        (),
        [],
        {},
        (1.0,),
        [1.0, (2.0, {"a": 3.0})],
        {"b": [1.0], "a": (2.0, 3.0)},
        Pair(1, [2]),
    ],
)
def test_taken_apart_and_put_together(tree: Any) -> None:
    leaves, structure = flatten(tree)
    again = unflatten(structure, leaves)
    assert again == tree
    assert type(again) is type(tree)


def test_the_order_of_a_dictionary_does_not_matter() -> None:
    assert flatten({"a": 1, "b": 2}) == flatten({"b": 2, "a": 1})


def test_paths_are_written_as_python() -> None:
    _, structure = flatten(({"w": [1, 2]}, 3))
    assert structure.paths("x") == ["x[0]['w'][0]", "x[0]['w'][1]", "x[1]"]
