"""ArrayDataset, Subset, xor and DiscreteMapping."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from neuropil.data import ArrayDataset, DataLoader, DiscreteMapping, Subset, xor
from neuropil.errors import DataError, ShapeError

mpl.use("Agg")


def test_an_array_dataset_shares_its_arrays() -> None:
    inputs, targets = np.zeros((4, 2), np.float32), np.arange(4)
    dataset = ArrayDataset(inputs, targets)
    assert dataset.inputs is inputs
    assert dataset.targets is targets


def test_an_array_dataset_is_indexed_as_its_arrays_are() -> None:
    dataset = ArrayDataset(np.arange(10).reshape(5, 2), np.arange(5))
    assert dataset[-1][0].tolist() == [8, 9]
    assert dataset[1:3][1].tolist() == [1, 2]
    assert dataset[np.array([3, 0])][0].tolist() == [[6, 7], [0, 1]]
    with pytest.raises(IndexError):
        dataset[5]


def test_lists_become_arrays_and_classes_a_tuple() -> None:
    dataset = ArrayDataset([[0.0, 1.0], [2.0, 3.0]], [0, 1], classes=["no", "yes"])
    assert dataset.inputs.shape == (2, 2)
    assert dataset.classes == ("no", "yes")
    assert repr(dataset) == "ArrayDataset(inputs float64 (2, 2), targets int64 (2,))"


@pytest.mark.parametrize(
    ("error", "match", "inputs", "targets"),
    [
        (DataError, "3 inputs and 2 targets", np.zeros((3, 1)), np.zeros(2)),
        (DataError, "inputs must have one shape", [[1.0], [1.0, 2.0]], [0, 1]),
        (DataError, "targets must be numbers, got <U3", [0.0, 1.0], ["yes", "no"]),
        (ShapeError, "targets need a first axis", [0.0], 1.0),
    ],
)
def test_arrays_that_make_no_data_set_are_refused(
    error: type[Exception], match: str, inputs: Any, targets: Any
) -> None:
    with pytest.raises(error, match=match):
        ArrayDataset(inputs, targets)


def test_a_subset_is_the_chosen_samples_in_order() -> None:
    subset = Subset(ArrayDataset(np.arange(10), -np.arange(10)), [7, 2, 2])
    assert [subset[i][0] for i in range(len(subset))] == [7, 2, 2]
    assert subset.gather(slice(0, 2))[1].tolist() == [-7, -2]
    assert Subset(subset, [2, 0]).gather(np.array([1]))[0].tolist() == [7]
    assert len(Subset(subset, [])) == 0


@pytest.mark.parametrize(
    ("indices", "match"),
    [
        ([0, 3], "from 0 to 2, got some from 0 to 3"),
        ([-1], "from 0 to 2"),
        ([0.5], "integer indices"),
        ([True, False, True], "np.flatnonzero"),
        ([[0, 1]], "list of integer indices"),
    ],
)
def test_indices_that_are_not_there_are_refused(indices: Any, match: str) -> None:
    with pytest.raises(DataError, match=match):
        Subset(ArrayDataset(np.zeros(3), np.zeros(3)), indices)


def test_xor_is_its_truth_table() -> None:
    inputs, targets = xor().inputs, xor().targets
    assert (inputs.dtype, targets.dtype) == (np.float32, np.float32)
    assert np.array_equal(inputs[:, :1] != inputs[:, 1:], targets == 1)
    assert len({tuple(row) for row in inputs.tolist()}) == 4


def test_a_discrete_mapping_scatters_around_its_prototypes() -> None:
    prototypes, codes = np.array([[0.0, 4.0], [5.0, -1.0]]), np.array([[1.0], [-1.0]])
    mapping = DiscreteMapping(prototypes, codes, n=4000, noise=0.5, rng=1)
    classes = mapping.classes()
    assert np.array_equal(mapping.targets(), codes[classes])
    noise = mapping.inputs() - prototypes[classes]
    assert noise.dtype == np.float64
    assert abs(noise.mean()) < 5 * 0.5 / np.sqrt(8000)
    assert abs(noise.std() - 0.5) < 5 * 0.5 / np.sqrt(16000)
    assert abs(np.count_nonzero(classes) - 2000) < 5 * np.sqrt(1000)


def test_a_discrete_mapping_without_noise_is_the_mapping() -> None:
    mapping = DiscreteMapping([[1, 2], [3, 4]], [[0, 1], [1, 0]], n=20, noise=0.0, rng=0)
    assert mapping.inputs().dtype == np.float32
    assert np.array_equal(mapping.inputs() == [3, 4], mapping.targets() == [1, 0])


def test_one_seed_gives_one_discrete_mapping() -> None:
    first, second, other = (DiscreteMapping(np.eye(3), np.eye(3), rng=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.inputs(), second.inputs())
    assert not np.array_equal(first.inputs(), other.inputs())


def test_the_mapping_of_the_notes_never_changes() -> None:
    mapping = DiscreteMapping.from_notes()
    assert np.bincount(mapping.classes()).tolist() == [97, 108, 95]
    assert mapping.classes()[:8].tolist() == [2, 1, 0, 2, 1, 1, 1, 0]
    assert np.array_equal(mapping.targets(), np.eye(3)[mapping.classes()])
    means = [mapping.inputs()[mapping.classes() == k].mean(axis=0)[0] for k in range(3)]
    assert means == pytest.approx([-1.3455, -0.3096, 0.0603], abs=0.05)
    assert mapping.inputs().astype(np.float64).sum() == pytest.approx(10.62786, abs=1e-3)


def test_a_discrete_mapping_is_loaded_like_any_data_set() -> None:
    mapping = DiscreteMapping.from_notes()
    inputs, targets = next(iter(DataLoader(mapping, 50)))
    assert np.array_equal(inputs, mapping.inputs()[:50])
    assert np.array_equal(targets, mapping.targets()[:50])
    assert np.array_equal(mapping[3][0], inputs[3])


def test_a_discrete_mapping_is_drawn_with_one_colour_a_class() -> None:
    from matplotlib.figure import Figure

    mapping = DiscreteMapping.from_notes()
    axes = mapping.plot(axes=(2, 5), on=Figure().add_subplot())
    (points,) = axes.collections
    assert np.allclose(points.get_offsets(), mapping.inputs()[:, [2, 5]])
    colours = np.asarray(points.get_facecolor())
    assert len(np.unique(colours, axis=0)) == 3
    assert len(np.unique(colours[mapping.classes() == 1], axis=0)) == 1
    relabelled = mapping.plot(np.zeros(300, int), on=Figure().add_subplot())
    assert len(np.unique(np.asarray(relabelled.collections[0].get_facecolor()), axis=0)) == 1


@pytest.mark.parametrize(
    ("error", "match", "arguments"),
    [
        (DataError, "2 prototypes and 3 targets", (np.eye(2), np.eye(3))),
        (ShapeError, r"prototypes must be a matrix .* \(3,\)", (np.zeros(3), np.eye(3))),
        (DataError, "n >= 1, got 0", (np.eye(2), np.eye(2), 0)),
        (ValueError, "std >= 0", (np.eye(2), np.eye(2), 5, -0.1)),
    ],
)
def test_bad_mappings_are_refused(error: type[Exception], match: str, arguments: Any) -> None:
    with pytest.raises(error, match=match):
        DiscreteMapping(*arguments)


def test_a_prototype_without_samples_counts_as_a_class() -> None:
    assert "1 samples, 3 classes" in repr(DiscreteMapping(np.eye(3), np.eye(3), n=1, rng=1))
