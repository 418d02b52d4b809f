"""Random changes of images: what they are, against SciPy, and as part of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import data, nn, optim, training
from neuropil.data.augmentation.elastic import smoothing
from neuropil.data.augmentation.sampling import sampled
from neuropil.errors import DTypeError, ShapeError
from neuropil.random import Generator
from neuropil.storage import load_tensors

TRANSFORMS = [
    data.RandomShift(2),
    data.RandomRotation(30),
    data.RandomAffine(20, translate=(0.2, 0.1), scale=(0.7, 1.3), shear=20),
    data.ElasticTransform(20.0, 2.0),
    data.RandomHorizontalFlip(),
    data.GaussianNoise(0.2),
    data.RandomErasing(),
]
IDENTITIES = [
    data.RandomShift(0),
    data.RandomRotation(0),
    data.RandomAffine(0),
    data.ElasticTransform(0.0),
    data.RandomHorizontalFlip(0.0),
    data.GaussianNoise(0.0),
    data.RandomErasing(0.0),
]
by_name = pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda t: type(t).__name__)


def images(n: int = 6, channels: int = 3, height: int = 9, width: int = 7) -> Any:
    return np.random.default_rng(0).random((n, channels, height, width))


@by_name
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_dtype_and_range_stay_and_what_came_is_left(transform: Any, dtype: Any) -> None:
    before = images().astype(dtype)
    given = before.copy()
    after = transform(given, Generator(0))
    np.testing.assert_array_equal(given, before)
    assert (after.shape, after.dtype) == (before.shape, before.dtype)
    assert not np.shares_memory(after, given)
    assert (after.min() >= 0.0) & (after.max() <= 1.0)
    assert (after != before).any()


@by_name
def test_the_generator_decides(transform: Any) -> None:
    rng = Generator(3)
    first, second = transform(images(), rng), transform(images(), rng)
    assert (first != second).any()
    np.testing.assert_array_equal(transform(images(), Generator(3)), first)


@by_name
def test_each_image_is_changed_in_its_own_way_all_its_channels_alike(transform: Any) -> None:
    same = np.broadcast_to(images(1, 1), (20, 2, 9, 7)).copy()
    after = transform(same, Generator(0))
    assert len(np.unique(after[:, 0], axis=0)) > 1
    if not isinstance(transform, data.GaussianNoise):
        np.testing.assert_array_equal(after[:, 0], after[:, 1])


@pytest.mark.parametrize("transform", IDENTITIES, ids=lambda t: type(t).__name__)
def test_nothing_asked_is_nothing_changed(transform: Any) -> None:
    np.testing.assert_allclose(transform(images(), Generator(0)), images(), rtol=0, atol=1e-15)


@by_name
def test_an_empty_batch_is_one(transform: Any) -> None:
    assert transform(images(0), Generator(0)).shape == (0, 3, 9, 7)


@by_name
def test_what_is_no_batch_of_images_is_refused(transform: Any) -> None:
    name = type(transform).__name__
    with pytest.raises(ShapeError, match=rf"{name} expects images \(N, C, H, W\), got \(9, 7\)"):
        transform(images()[0, 0], Generator(0))
    with pytest.raises(DTypeError, match=f"{name} expects float32 or float64 images, got uint8"):
        transform((255 * images()).astype(np.uint8), Generator(0))


@pytest.mark.peer
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**16))
def test_sampling_is_scipys(height: int, width: int, seed: int) -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(seed)
    old = rng.random((2, 2, height, width))
    places = rng.uniform(-3, max(height, width) + 3, (2, 2, height, width))
    new = sampled(old, *places)
    for image in range(2):
        for channel in range(2):
            expected = ndimage.map_coordinates(
                old[image, channel], places[:, image], order=1, mode="grid-constant"
            )
            np.testing.assert_allclose(new[image, channel], expected, rtol=0, atol=1e-13)


@pytest.mark.peer
@pytest.mark.parametrize("angle", [10.0, 90.0, 37.5])
def test_a_rotation_is_scipys(angle: float) -> None:
    """Its angles are its first draws."""
    ndimage = pytest.importorskip("scipy.ndimage")
    before = images(200, 1, 11, 11)
    turn = data.RandomRotation(angle)
    after = turn(before, Generator(0))
    draws = Generator(0).uniform((5, 200, 1, 1), -1.0, 1.0, dtype=np.float64)[0, :, 0, 0]
    for old, new, draw in zip(before[:9, 0], after[:9, 0], draws[:9], strict=True):
        expected = ndimage.rotate(old, angle * draw, reshape=False, order=1, mode="grid-constant")
        np.testing.assert_allclose(new, expected, rtol=0, atol=1e-12)
    assert abs(draws).max() > 0.95


def middle(image: Any) -> Any:
    """Where the light of an image is centred: row and column from its middle."""
    position = [np.arange(length) - (length - 1) / 2 for length in image.shape]
    return np.array([image.sum(1) @ position[0], image.sum(0) @ position[1]]) / image.sum()


def spot(spread: float = 1.5, size: int = 41) -> Any:
    position = np.arange(size) - (size - 1) / 2
    light = np.exp(-0.5 * (position / spread) ** 2)
    return np.broadcast_to(np.outer(light, light), (400, 1, size, size)).copy()


def test_moves_go_as_far_as_they_may_and_no_farther() -> None:
    after = data.RandomAffine(0, translate=(0.2, 0.1))(spot(), Generator(0))
    down, across = np.array([middle(image[0]) for image in after]).T
    for moves, most in ((down, 0.1 * 41), (across, 0.2 * 41)):
        assert most * 0.97 < moves.max() <= most * 1.001
        assert -most * 1.001 <= moves.min() < -most * 0.97
        assert abs(moves.mean()) < 4 * most / np.sqrt(3 * 400)


def test_zoom_changes_the_area() -> None:
    before = spot(3.0)
    after = data.RandomAffine(0, scale=(0.5, 1.5))(before, Generator(0))
    factors = np.sqrt(after.sum((1, 2, 3)) / before.sum((1, 2, 3)))
    assert 0.49 < factors.min() < 0.52
    assert 1.48 < factors.max() < 1.51


def test_shear_slides_rows_and_keeps_the_area() -> None:
    before = spot(3.0)
    after = data.RandomAffine(0, shear=30)(before, Generator(0))
    np.testing.assert_allclose(after.sum((1, 2, 3)), before.sum((1, 2, 3)), rtol=1e-3)
    np.testing.assert_allclose(after.sum(3), before.sum(3), rtol=0, atol=2e-2)


def test_shifts_are_whole_pixels_and_all_of_them_come() -> None:
    before = np.zeros((500, 1, 9, 9))
    before[:, :, 4, 4] = 1.0
    after = data.RandomShift(2)(before, Generator(0))
    assert (after.sum((1, 2, 3)) == 1.0).all()
    places = np.argwhere(after[:, 0])[:, 1:] - 4
    assert {tuple(place) for place in places.tolist()} == {
        (row, column) for row in range(-2, 3) for column in range(-2, 3)
    }


def test_what_is_shifted_out_is_gone() -> None:
    for before, after in zip(
        images(50), data.RandomShift(3)(images(50), Generator(0)), strict=True
    ):
        padded = np.pad(before, ((0, 0), (3, 3), (3, 3)))
        windows = [padded[:, r : r + 9, c : c + 7] for r in range(7) for c in range(7)]
        assert any(np.array_equal(after, window) for window in windows)


def test_flips_are_flips_half_of_the_time() -> None:
    before = images(1000)
    after = data.RandomHorizontalFlip()(before, Generator(0))
    flipped = (after == before[..., ::-1]).all((1, 2, 3))
    assert (flipped | (after == before).all((1, 2, 3))).all()
    assert abs(flipped.mean() - 0.5) < 4 * 0.5 / np.sqrt(1000)


def test_noise_has_its_spread() -> None:
    grey = np.full((10, 1, 50, 50), 0.5)
    noise = data.GaussianNoise(0.1, clip=False)(grey, Generator(0)) - grey
    assert abs(noise.mean()) < 4 * 0.1 / np.sqrt(noise.size)
    assert abs(noise.std() - 0.1) < 4 * 0.1 / np.sqrt(2 * noise.size)
    cut = data.GaussianNoise(1.0)(grey, Generator(0))
    assert (cut.min(), cut.max()) == (0.0, 1.0)


def test_what_is_erased_is_a_rectangle_of_the_size_asked_for() -> None:
    before = np.ones((2000, 2, 40, 40))
    after = data.RandomErasing(0.7, scale=(0.1, 0.3), ratio=(0.5, 2.0), value=0.25)(
        before, Generator(0)
    )
    erased = after[:, 0] == 0.25
    assert ((after == 0.25) | (after == 1.0)).all()
    assert abs(erased.any((1, 2)).mean() - 0.7) < 4 * np.sqrt(0.7 * 0.3 / 2000)
    erased = erased[erased.any((1, 2))]
    heights, widths = erased.any(2).sum(1), erased.any(1).sum(1)
    np.testing.assert_array_equal(erased.sum((1, 2)), heights * widths)
    shares, ratios = heights * widths / 1600, heights / widths
    assert 0.09 < shares.min() < 0.11
    assert 0.28 < shares.max() < 0.32
    assert abs(shares.mean() - 0.2) < 0.01
    assert 0.45 < ratios.min() < 0.55
    assert 1.8 < ratios.max() < 2.2
    for seen in (erased.any(2), erased.any(1)):
        assert seen[:, 0].any()
        assert seen[:, -1].any()


@pytest.mark.peer
def test_elastic_moves_are_scipys_smoothing() -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    noise = np.random.default_rng(0).normal(size=(28, 23))
    found = smoothing(28, 4.0, noise.dtype) @ noise @ smoothing(23, 4.0, noise.dtype).T
    expected = ndimage.gaussian_filter(noise, 4.0, mode="constant")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


def test_elastic_moves_are_as_far_as_they_should_be() -> None:
    """Of a ramp, the move of each pixel can be read; far from the border its spread is known.

    A sum of uniform numbers of variance ⅓ with the weights of a Gaussian has the variance ⅓ Σw².
    """
    position = np.arange(61, dtype=np.float64)
    ramp = np.broadcast_to(100.0 + position, (400, 1, 61, 61)).copy()
    moves = (data.ElasticTransform(30.0, 3.0)(ramp, Generator(0)) - ramp)[:, 0, 20:41, 20:41]
    weights = np.outer(*[smoothing(61, 3.0, ramp.dtype)[30]] * 2)
    assert moves.std() == pytest.approx(15.0 * np.sqrt((weights**2).sum() / 3), rel=0.06)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: data.RandomShift(-1), "pixels >= 0, got -1"),
        (lambda: data.RandomRotation(-1), "degrees >= 0, got -1"),
        (lambda: data.RandomRotation(float("nan")), "finite degrees"),
        (lambda: data.RandomAffine(0, translate=(0, -0.1)), "translate >= 0"),
        (lambda: data.RandomAffine(0, scale=(0.0, 1.0)), "scale .* above 0"),
        (lambda: data.RandomAffine(0, scale=(1.2, 1.0)), "scale"),
        (lambda: data.RandomAffine(0, shear=90), "shear below 90"),
        (lambda: data.ElasticTransform(1.0, 0.0), "sigma above 0"),
        (lambda: data.RandomHorizontalFlip(1.5), r"p in \[0, 1\], got 1.5"),
        (lambda: data.GaussianNoise(float("inf")), "finite sigma"),
        (lambda: data.RandomErasing(-0.1), r"p in \[0, 1\]"),
        (lambda: data.RandomErasing(scale=(0.1, 1.1)), "scale .* at most 1"),
        (lambda: data.RandomErasing(ratio=(2.0, 1.0)), "ratio"),
    ],
)
def test_impossible_settings_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_transform_shows_its_settings() -> None:
    text = repr(data.RandomAffine(10, scale=(0.9, 1.1)))
    assert text == "RandomAffine(degrees=10.0, translate=(0.0, 0.0), scale=(0.9, 1.1), shear=0.0)"


DIGITS = data.digits("validation")


def test_an_augmented_data_set_changes_inputs_only() -> None:
    augmented = data.Augmented(DIGITS, data.RandomShift(1), data.GaussianNoise(0.1), rng=0)
    assert len(augmented) == len(DIGITS)
    inputs, targets = augmented.gather(np.arange(20))
    np.testing.assert_array_equal(targets, DIGITS.targets[:20])
    assert (inputs != DIGITS.inputs[:20]).any((1, 2, 3)).all()
    image, target = augmented[5]
    assert image.shape == (1, 8, 8)
    assert target == DIGITS.targets[5]
    assert "GaussianNoise" in repr(augmented)


def test_transforms_are_applied_in_order_from_one_generator() -> None:
    augmented = data.Augmented(DIGITS, data.RandomShift(1), data.GaussianNoise(0.1), rng=0)
    rng = Generator(0).spawn()
    expected = data.GaussianNoise(0.1)(data.RandomShift(1)(DIGITS.inputs[:9], rng), rng)
    np.testing.assert_array_equal(augmented.gather(slice(0, 9))[0], expected)


def test_what_is_no_transform_is_refused() -> None:
    with pytest.raises(TypeError, match=r"expects transforms such as RandomShift\(2\), got 2"):
        data.Augmented(DIGITS, 2)  # type: ignore[arg-type]


class Halt(Exception):
    pass


class HaltAt:
    def on_step(self, run: training.Run) -> None:
        if run.step == 7:
            raise Halt


@pytest.mark.parametrize("own", [True, False], ids=["own generator", "that of the training"])
def test_a_resumed_training_sees_the_images_it_would_have_seen(tmp_path: Path, own: bool) -> None:
    def train(path: Path, *callbacks: Any, resume: bool = False) -> None:
        net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10, rng=0))
        moved = data.Augmented(
            DIGITS, data.RandomAffine(20, (0.1, 0.1)), data.RandomErasing(), rng=3 if own else None
        )
        training.fit(
            net, moved, loss=nn.CrossEntropyLoss(), optimizer=optim.SGD(net.parameters(), lr=0.1),
            epochs=3, batch_size=64, rng=1, progress=False, callbacks=callbacks,
            checkpoint=path, checkpoint_every=2, resume=resume,
        )  # fmt: skip

    train(tmp_path / "whole")
    with pytest.raises(Halt):
        train(tmp_path / "halted", HaltAt())
    train(tmp_path / "halted", resume=True)
    whole, halted = (load_tensors(tmp_path / name)[0] for name in ("whole", "halted"))
    assert whole.keys() == halted.keys()
    assert ("generators.data.rng.counter" in whole) == own
    for name, array in whole.items():
        assert array.tobytes() == halted[name].tobytes(), name
