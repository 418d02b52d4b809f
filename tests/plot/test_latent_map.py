from __future__ import annotations

import numpy as np
import pytest

from neuropil.plot import latent_map

CODES = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 2.0], [2.0, 5.0]])
LABELS = np.array([0, 2, 2, 2])


def test_each_class_that_there_is_stands_at_its_median() -> None:
    (axes,) = latent_map(CODES, LABELS, ["a", "b", "c"]).axes
    assert [text.get_text() for text in axes.texts] == ["a", "c"]
    assert [text.get_position() for text in axes.texts] == [(0.0, 0.0), (2.0, 2.0)]
    (points,) = axes.collections
    np.testing.assert_array_equal(points.get_offsets(), CODES)
    colours = points.get_facecolors()  # type: ignore[attr-defined]
    assert (colours[1] == colours[2]).all()
    assert (colours[0] != colours[1]).any()


def test_many_classes_have_colours_of_their_own() -> None:
    n = 26
    figure = latent_map(np.eye(n)[:, :2], np.arange(n), [chr(97 + i) for i in range(n)])
    (points,) = figure.axes[0].collections
    assert len(np.unique(points.get_facecolors(), axis=0)) == n  # type: ignore[attr-defined]


def test_without_classes_there_are_no_names() -> None:
    assert len(latent_map(CODES).axes[0].texts) == 0


@pytest.mark.parametrize(
    ("codes", "labels", "message"),
    [
        (np.zeros((3, 3)), None, r"codes \(n, 2\)"),
        (np.zeros((0, 2)), None, r"codes \(n, 2\)"),
        (CODES, LABELS[:2], "4 labels of 2 named classes"),
        (CODES, LABELS, "up to 2"),
    ],
)
def test_what_does_not_belong_together(
    codes: np.ndarray, labels: np.ndarray | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        latent_map(codes, labels, ["a", "b"])
