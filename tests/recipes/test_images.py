from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from neuropil.errors import FileFormatError
from neuropil.recipes import read_inputs

DIGIT = (1, 8, 8)
RAMP = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4


def test_a_grey_image_of_the_right_size_is_scaled_to_one(tmp_path: Path) -> None:
    Image.fromarray(RAMP).save(tmp_path / "a.png")
    inputs = read_inputs(tmp_path / "a.png", DIGIT)
    assert inputs.dtype == np.float32
    assert np.allclose(inputs, RAMP.reshape(1, 1, 8, 8) / 255)


def test_a_larger_image_becomes_the_mean_of_its_pixels(tmp_path: Path) -> None:
    large = np.random.default_rng(0).integers(0, 256, (32, 32)).astype(np.uint8)
    Image.fromarray(large).save(tmp_path / "a.png")
    means = large.reshape(8, 4, 8, 4).mean(axis=(1, 3)) / 255
    assert np.allclose(read_inputs(tmp_path / "a.png", DIGIT)[0, 0], means, atol=1e-6)


def test_a_smaller_image_keeps_its_range(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 255], [255, 0]], np.uint8)).save(tmp_path / "a.png")
    inputs = read_inputs(tmp_path / "a.png", DIGIT)
    assert inputs.shape == (1, *DIGIT)
    assert (inputs.min(), inputs.max()) == (0, 1)


def test_dark_ink_on_white_is_inverted(tmp_path: Path) -> None:
    Image.fromarray(RAMP).save(tmp_path / "a.png")
    Image.fromarray(255 - RAMP).save(tmp_path / "b.png")
    ink = read_inputs(tmp_path / "a.png", DIGIT)
    assert np.allclose(read_inputs(tmp_path / "b.png", DIGIT, invert=True), ink, atol=1e-6)


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    ink = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    ink.putpixel((3, 3), (0, 0, 0, 255))
    ink.save(tmp_path / "a.png")
    inputs = read_inputs(tmp_path / "a.png", DIGIT, invert=True)
    assert inputs.sum() == inputs[0, 0, 3, 3] == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_white_is_one_in_every_mode(mode: str, tmp_path: Path) -> None:
    Image.new("L", (8, 8), 255).convert(mode).save(tmp_path / "a.png")
    assert np.array_equal(read_inputs(tmp_path / "a.png", DIGIT), np.ones((1, *DIGIT)))


def test_sixteen_bits_are_not_cut(tmp_path: Path) -> None:
    deep = np.full((8, 8), 32768, np.uint16)
    Image.fromarray(deep).save(tmp_path / "a.png")
    assert np.allclose(read_inputs(tmp_path / "a.png", DIGIT), 32768 / 65535)


@pytest.mark.parametrize(
    ("shape", "count"),
    [((8, 8), 1), ((1, 8, 8), 1), ((5, 8, 8), 5), ((5, 1, 8, 8), 5), ((28, 20), 1)],
)
def test_arrays_of_one_or_more_images(shape: tuple[int, ...], count: int, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full(shape, 0.5))
    inputs = read_inputs(tmp_path / "a.npy", DIGIT)
    assert inputs.shape == (count, *DIGIT)
    assert np.allclose(inputs, 0.5)


def test_arrays_of_points(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", [[0, 1], [1, 1]])
    assert read_inputs(tmp_path / "a.npy", (2,)).tolist() == [[0, 1], [1, 1]]
    np.save(tmp_path / "a.npy", [1.0, 0.0])
    assert read_inputs(tmp_path / "a.npy", (2,)).tolist() == [[1, 0]]


@pytest.mark.parametrize("dtype", [">u2", "<u2", "u1"])
def test_grey_values_of_any_byte_order_are_scaled(dtype: str, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((8, 8), np.iinfo(dtype).max, dtype))
    assert np.array_equal(read_inputs(tmp_path / "a.npy", DIGIT), np.ones((1, *DIGIT)))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((8, 8), 16.0), r"expected values from 0 to 1, got 16 to 16: scale them first"),
        (np.full((8, 8), np.nan), r"expected values from 0 to 1"),
        (np.zeros((3, 4, 5)), r"expected an array of shape \(1, 8, 8\)"),
        (np.zeros((0, 8, 8)), r"expected an array of shape"),
        (np.array(["a"]), r"expected numbers, got dtype <U1"),
        (np.array([{}], dtype=object), r"or Python objects"),
    ],
)
def test_unfit_arrays_are_refused(array: np.ndarray, message: str, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(FileFormatError, match=message):
        read_inputs(tmp_path / "a.npy", DIGIT)


def truncated_png() -> bytes:
    buffer = BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
    Image.fromarray(noise).save(buffer, format="PNG")
    return buffer.getvalue()[:2000]


HUGE = b"{'descr': '<f4', 'fortran_order': False, 'shape': (10000000000000,)}"


def npy(header: bytes) -> bytes:
    """A file of NumPy that has nothing but a header."""
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.png", b"", "expected an image such as PNG, got something else"),
        ("a.png", b"hello", "expected an image such as PNG, got something else"),
        ("a.png", truncated_png(), "truncated"),
        ("a.npy", b"", "expected one array saved by numpy.save"),
        ("a.npy", b"\x93NUMPY\x01\x00", "expected one array saved by numpy.save"),
        ("a.npy", b"PK\x03\x04", "an archive"),
        ("a.npy", npy(HUGE), "damaged"),
        ("a.npy", npy(b"(" * 50), "damaged"),
    ],
)
def test_damaged_files_are_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        read_inputs(tmp_path / name, DIGIT)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for name in ("nothing.png", "nothing.npy"):
        with pytest.raises(FileFormatError, match="there is no such file"):
            read_inputs(tmp_path / name, DIGIT)
    with pytest.raises(FileFormatError, match="can be read"):
        read_inputs(tmp_path, DIGIT)


def test_an_image_for_a_network_of_points_is_refused(tmp_path: Path) -> None:
    Image.fromarray(RAMP).save(tmp_path / "a.png")
    with pytest.raises(FileFormatError, match=r"takes arrays of shape \(2,\), not images"):
        read_inputs(tmp_path / "a.png", (2,))
