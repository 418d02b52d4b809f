"""Batches: complete, in an order that depends on the seed only, resumable at any place."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.data import ArrayDataset, DataLoader, Subset
from neuropil.errors import DataError, ShapeError
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    Epoch = list[list[int]]

sizes, batch_sizes = st.integers(1, 25), st.integers(1, 30)


class Numbers:
    """A data set that is not made of arrays: sample i is (i, −i)."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int, /) -> tuple[int, float]:
        return index, -float(index)


def numbers(size: int) -> ArrayDataset:
    return ArrayDataset(np.arange(size), -np.arange(size, dtype=np.float32))


def epoch(loader: DataLoader) -> Epoch:
    return [inputs.tolist() for inputs, _ in loader]


@given(sizes, batch_sizes, st.booleans(), st.booleans())
def test_an_epoch_holds_every_sample_once(
    size: int, batch_size: int, shuffle: bool, generic: bool
) -> None:
    dataset = Numbers(size) if generic else numbers(size)
    loader = DataLoader(dataset, batch_size, shuffle=shuffle, rng=0)
    batches = epoch(loader)
    assert len(batches) == len(loader)
    assert [len(batch) for batch in batches[:-1]] == [batch_size] * (len(batches) - 1)
    seen = [sample for batch in batches for sample in batch]
    assert (sorted(seen) if shuffle else seen) == list(range(size))


@given(sizes, st.integers(1, 25), st.booleans())
def test_drop_last_leaves_whole_batches_only(size: int, batch_size: int, shuffle: bool) -> None:
    if batch_size > size:
        with pytest.raises(DataError, match="drop_last leaves no batch"):
            DataLoader(numbers(size), batch_size, drop_last=True)
        return
    loader = DataLoader(numbers(size), batch_size, shuffle=shuffle, drop_last=True, rng=0)
    batches = epoch(loader)
    assert len(batches) == len(loader) == size // batch_size
    assert {len(batch) for batch in batches} == {batch_size}


def test_inputs_keep_their_targets() -> None:
    for dataset in (Numbers(20), numbers(20), Subset(Numbers(30), range(3, 23))):
        for inputs, targets in DataLoader(dataset, 6, shuffle=True, rng=1):
            assert np.array_equal(inputs, -targets)


def test_a_list_of_samples_is_a_data_set() -> None:
    samples = [(np.full((2, 3), i, np.float32), i) for i in range(5)]
    inputs, targets = next(iter(DataLoader(samples, 4)))
    assert (inputs.shape, inputs.dtype) == ((4, 2, 3), np.float32)
    assert (targets.tolist(), targets.dtype) == ([0, 1, 2, 3], np.int64)


@pytest.mark.parametrize("dataset", [Numbers(50), numbers(50), Subset(numbers(60), range(50))])
def test_the_order_depends_on_the_seed_and_on_nothing_else(dataset: Any) -> None:
    first, second = (DataLoader(dataset, 7, shuffle=True, rng=5) for _ in range(2))
    orders = [epoch(first) for _ in range(3)]
    assert orders == [epoch(second) for _ in range(3)]
    assert orders[0] != orders[1] != orders[2]
    reference = DataLoader(numbers(50), 7, shuffle=True, rng=5)
    assert orders[0] == epoch(reference)


def test_a_loader_has_a_generator_of_its_own() -> None:
    rng = Generator(2)
    loader = DataLoader(numbers(50), 50, shuffle=True, rng=rng)
    drawn = rng.state_dict()
    order = epoch(loader)
    assert rng.counter.value == drawn["counter"]
    again = DataLoader(numbers(50), 50, shuffle=True, rng=Generator(2))
    as_generator().uniform(100)
    assert epoch(again) == order


def test_without_shuffle_no_generator_is_touched() -> None:
    rng = Generator(3)
    epoch(DataLoader(numbers(5), 2, rng=rng))
    assert rng.counter.value == 0


def resumable(size: int, batch_size: int, shuffle: bool, drop_last: bool, seed: int) -> DataLoader:
    return DataLoader(
        numbers(size),
        batch_size,
        shuffle=shuffle,
        drop_last=drop_last and batch_size <= size,
        rng=seed,
    )


@given(st.data(), sizes, batch_sizes, st.booleans(), st.booleans())
def test_a_restored_loader_goes_on_where_the_other_stood(
    data: st.DataObject, size: int, batch_size: int, shuffle: bool, drop_last: bool
) -> None:
    undisturbed = resumable(size, batch_size, shuffle, drop_last, seed=1)
    epochs_before = data.draw(st.integers(0, 2))
    taken = data.draw(st.integers(1, len(undisturbed)))
    for _ in range(epochs_before):
        epoch(undisturbed)
    running: Iterator[Any] = iter(undisturbed)
    for _ in range(taken):
        next(running)
    state = undisturbed.state_dict()  # as from the body of the loop

    resumed = resumable(size, batch_size, shuffle, drop_last, seed=99)
    resumed.load_state_dict(state)
    rest = [inputs.tolist() for inputs, _ in running]
    assert len(rest) == len(undisturbed) - taken
    assert epoch(resumed) == rest
    assert [epoch(resumed) for _ in range(2)] == [epoch(undisturbed) for _ in range(2)]


@given(sizes, batch_sizes, st.integers(0, 2))
def test_between_epochs_the_place_is_the_beginning_of_the_next(
    size: int, batch_size: int, epochs: int
) -> None:
    undisturbed = resumable(size, batch_size, shuffle=True, drop_last=False, seed=1)
    for _ in range(epochs):
        epoch(undisturbed)
    resumed = resumable(size, batch_size, shuffle=True, drop_last=False, seed=99)
    resumed.load_state_dict(undisturbed.state_dict())
    assert epoch(resumed) == epoch(undisturbed)
    assert epoch(resumed) == epoch(undisturbed)


def test_a_state_outlives_a_second_restart_before_any_batch() -> None:
    first = resumable(10, 3, shuffle=True, drop_last=False, seed=1)
    running = iter(first)
    next(running)
    second, third = (resumable(10, 3, shuffle=True, drop_last=False, seed=9) for _ in range(2))
    second.load_state_dict(first.state_dict())
    third.load_state_dict(second.state_dict())
    assert epoch(third) == [inputs.tolist() for inputs, _ in running]


def test_a_sample_that_fails_has_not_been_handed_out() -> None:
    samples: list[Any] = [(0.0, 0), (1.0, 1), None, (3.0, 3)]
    loader = DataLoader(samples, 2)
    with pytest.raises(DataError, match=r"dataset\[2\] must be a pair .* got NoneType"):
        epoch(loader)
    assert loader.state_dict()["position"] == 1
    samples[2] = (2.0, 2)
    loader.load_state_dict(loader.state_dict())
    assert epoch(loader) == [[2.0, 3.0]]


def test_leaving_a_loop_begins_a_new_epoch() -> None:
    loader = DataLoader(numbers(10), 2, shuffle=True, rng=4)
    for _ in loader:
        break
    assert sorted(sample for batch in epoch(loader) for sample in batch) == list(range(10))


@pytest.mark.parametrize("shuffle", [False, True])
def test_changing_a_batch_leaves_the_data_alone(shuffle: bool) -> None:
    dataset = numbers(6)
    for inputs, targets in DataLoader(dataset, 4, shuffle=shuffle, rng=0):
        inputs[:] = 77
        targets[:] = 77
    assert dataset.inputs.tolist() == list(range(6))
    assert dataset.targets.tolist() == [-i for i in range(6)]


@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_never_copies_the_data(shuffle: bool) -> None:
    dataset = ArrayDataset(np.zeros((2000, 1000)), np.zeros(2000))  # 16 MB
    loader = DataLoader(dataset, 10, shuffle=shuffle, rng=0)
    tracemalloc.start()
    for _ in loader:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000


def test_a_state_of_another_loader_is_refused() -> None:
    loader = DataLoader(numbers(10), 3, shuffle=True, rng=0)
    state = loader.state_dict()
    with pytest.raises(DataError, match="samples 10, this one has 11"):
        DataLoader(numbers(11), 3, shuffle=True).load_state_dict(state)
    with pytest.raises(DataError, match="batch_size 3, this one has 4"):
        DataLoader(numbers(10), 4, shuffle=True).load_state_dict(state)
    with pytest.raises(DataError, match="same shuffle"):
        DataLoader(numbers(10), 3).load_state_dict(state)
    with pytest.raises(DataError, match="position must be from 0 to 4, got 5"):
        loader.load_state_dict({**state, "position": np.array(5)})


@pytest.mark.parametrize(
    ("error", "match", "arguments"),
    [
        (DataError, "at least one sample", (numbers(0), 1)),
        (DataError, "batch_size >= 1, got 0", (numbers(3), 0)),
        (DataError, "batch_size >= 1, got -2", (numbers(3), -2)),
        (TypeError, "float", (numbers(3), 2.0)),
        (DataError, "got a tuple", ((np.zeros(3), np.zeros(3)), 1)),
    ],
)
def test_bad_arguments_are_refused(
    error: type[Exception], match: str, arguments: tuple[Any, Any]
) -> None:
    with pytest.raises(error, match=match):
        DataLoader(*arguments)


def test_samples_of_different_shapes_are_named() -> None:
    samples = [(np.zeros(3), 0), (np.zeros(3), 0), (np.zeros(4), 0)]
    with pytest.raises(ShapeError, match=r"inputs .* sample 0 has \(3,\), sample 2 has \(4,\)"):
        epoch(DataLoader(samples, 3))


def test_repr_tells_what_is_loaded() -> None:
    assert repr(DataLoader(cast("Any", [(1, 2)]), 1)) == (
        "DataLoader([(1, 2)], batch_size=1, shuffle=False, drop_last=False)"
    )


def test_what_cannot_be_indexed_is_refused() -> None:
    with pytest.raises(DataError, match=r"got generator: list\(…\)"):
        DataLoader(sample for sample in [(0.0, 0)])  # type: ignore[arg-type]
