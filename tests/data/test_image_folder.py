"""Images in folders: good ones, and the kinds of bad ones that real folders hold."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from neuropil.data import image_folder
from neuropil.errors import DataError, FileFormatError

RED, LIME = (255, 0, 0), (0, 255, 0)


def save(path: Path, colour: Any = RED, size: tuple[int, int] = (4, 3), mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place in ("apple/2.png", "apple/1.png", "leaf/deep/down.png"):
        save(tmp_path / place, RED if place.startswith("apple") else LIME)
    return tmp_path


def test_a_folder_is_a_class(root: Path) -> None:
    dataset = image_folder(root)
    assert dataset.inputs.shape == (3, 3, 3, 4)
    assert dataset.inputs.dtype == np.float32
    assert dataset.inputs.flags.c_contiguous
    assert dataset.targets.tolist() == [0, 0, 1]
    assert dataset.targets.dtype == np.int64
    assert dataset.classes == ("apple", "leaf")
    assert (dataset.inputs[:2] == np.array([1, 0, 0]).reshape(3, 1, 1)).all()
    assert (dataset.inputs[2] == np.array([0, 1, 0]).reshape(3, 1, 1)).all()


def test_the_order_is_that_of_paths(tmp_path: Path) -> None:
    for name, level in {"b.png": 20, "a.png": 10, "c.png": 30}.items():
        save(tmp_path / "x" / name, level, mode="L")
    dataset = image_folder(tmp_path, grey=True)
    assert np.rint(255 * dataset.inputs[:, 0, 0, 0]).tolist() == [10, 20, 30]


def test_classes_can_be_chosen(root: Path) -> None:
    assert image_folder(root, classes=["leaf", "apple"]).targets.tolist() == [0, 1, 1]
    assert image_folder(root, classes=["leaf"]).classes == ("leaf",)
    with pytest.raises(FileFormatError, match="has no folder 'pear': it has apple, leaf"):
        image_folder(root, classes=["leaf", "pear"])


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 51, 0.2),
        ("1", 1, 1.0),
        ("RGB", (51, 51, 51), 0.2),
        ("RGBA", (0, 0, 0, 0), 1.0),
        ("RGBA", (51, 51, 51, 255), 0.2),
        ("LA", (51, 255), 0.2),
        ("I;16", 51 * 257, 0.2),
        ("P", 0, 0.0),
    ],
)
@pytest.mark.parametrize("grey", [True, False])
def test_modes(tmp_path: Path, mode: str, colour: Any, expected: float, grey: bool) -> None:
    save(tmp_path / "x" / "1.png", colour, mode=mode)
    dataset = image_folder(tmp_path, grey=grey)
    assert dataset.inputs.shape == (1, 1 if grey else 3, 3, 4)
    np.testing.assert_allclose(dataset.inputs, expected, atol=1e-6)


def test_cameras_hold_themselves_sideways(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (4, 3)).save(tmp_path / "x" / "1.jpg", exif=exif)
    assert image_folder(tmp_path).inputs.shape == (1, 3, 4, 3)


def test_a_size_fits_all(root: Path) -> None:
    save(root / "leaf" / "large.png", LIME, (40, 30))
    dataset = image_folder(root, size=(6, 5))
    assert dataset.inputs.shape == (4, 3, 6, 5)
    assert (dataset.inputs[3] == np.array([0, 1, 0]).reshape(3, 1, 1)).all()


def test_several_sizes_are_told_by_their_files(root: Path) -> None:
    large = save(root / "leaf" / "large.png", LIME, (40, 30))
    with pytest.raises(DataError) as error:
        image_folder(root)
    first = root / "apple" / "1.png"
    assert f"{first} has 4 × 3 pixels, {large} 40 × 30" in str(error.value)
    assert "size=(height, width)" in str(error.value)


def test_a_class_without_images_is_named(root: Path) -> None:
    (root / "pear").mkdir()
    with pytest.raises(DataError, match="class 'pear' has no images"):
        image_folder(root)
    dataset = image_folder(root, allow_empty=True)
    assert dataset.classes == ("apple", "leaf", "pear")
    assert dataset.targets.tolist() == [0, 0, 1]
    with pytest.raises(DataError, match="class 'pear' has no images"):
        image_folder(root, classes=["pear"], allow_empty=True)


def test_files_that_are_no_images_are_named(root: Path) -> None:
    (root / "apple" / "fake.png").write_text("I am no image")
    (root / "leaf" / "empty.jpg").touch()
    whole = save(root / "leaf" / "cut.png", LIME, (400, 300))
    whole.write_bytes(whole.read_bytes()[:150])
    with pytest.raises(DataError) as error:
        image_folder(root)
    message = str(error.value)
    assert f"{root / 'apple' / 'fake.png'} is no image" in message
    assert f"{root / 'leaf' / 'empty.jpg'} is no image" in message
    assert f"{whole} is damaged" in message


def test_of_many_bad_files_some_are_named(root: Path) -> None:
    for number in range(9):
        (root / "apple" / f"{number}.txt").write_text("no image")
    with pytest.raises(DataError, match=r"apple/0.txt.*apple/4.txt is no image; and 4 more: mend"):
        image_folder(root)


def test_an_image_by_another_name_is_an_image(root: Path) -> None:
    (root / "apple" / "1.png").rename(root / "apple" / "photograph")
    assert len(image_folder(root)) == 3


def test_a_bomb_is_not_unpacked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = save(root / "leaf" / "bomb.png", LIME, (100, 100))
    for bound in (9_000, 4_000):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", bound)
        with pytest.raises(DataError, match=f"{bomb} is too large an image"):
            image_folder(root)


def test_a_file_beside_the_folders_is_named(root: Path) -> None:
    save(root / "stray.png")
    with pytest.raises(DataError, match=r"one folder a class, got also the file stray\.png"):
        image_folder(root)


def test_what_file_managers_leave_is_passed_over(root: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "apple/.hidden.png", "leaf/desktop.ini"):
        (root / name).write_text("not for you")
    (root / ".git").mkdir()
    assert len(image_folder(root)) == 3


def test_hidden_folders_are_passed_over_at_any_depth(root: Path) -> None:
    save(root / "leaf" / ".ipynb_checkpoints" / "down-checkpoint.png")
    assert len(image_folder(root)) == 3


def test_a_link_to_an_image_is_one_and_a_dead_link_is_named(root: Path) -> None:
    link = root / "leaf" / "link.png"
    link.symlink_to(save(root / ".elsewhere" / "1.png", LIME))
    assert image_folder(root).targets.tolist() == [0, 0, 1, 1]
    (root / ".elsewhere" / "1.png").unlink()
    with pytest.raises(DataError, match=f"{link} is no file"):
        image_folder(root)


def test_what_a_linked_folder_holds_is_not_lost_silently(root: Path) -> None:
    save(root / ".elsewhere" / "1.png", LIME)
    link = root / "leaf" / "more"
    link.symlink_to(root / ".elsewhere")
    with pytest.raises(DataError, match=f"{link} is no file"):
        image_folder(root)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "leaf" / "pipe.png")
    with pytest.raises(DataError, match=r"pipe.png is no file"):
        image_folder(root)


def test_drawings_that_are_programs_are_not_run(root: Path) -> None:
    """Pillow would have Ghostscript run it."""
    save(root / "leaf" / "drawing.eps")
    with pytest.raises(DataError, match=r"drawing.eps is no image"):
        image_folder(root)


def test_numbers_without_a_known_white_are_refused(root: Path) -> None:
    save(root / "leaf" / "elevation.tiff", 0.5, mode="F")
    with pytest.raises(DataError, match=r"elevation.tiff .*floating-point numbers"):
        image_folder(root)


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (5,), 5, (5.5, 5)])
def test_a_size_that_is_none_is_refused(root: Path, size: Any) -> None:
    with pytest.raises(ValueError, match=r"image_folder expects size=\(height, width\)"):
        image_folder(root, size=size)


def test_no_folder_and_an_empty_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no folder"):
        image_folder(tmp_path / "none")
    with pytest.raises(DataError, match="is empty: expected one folder a class"):
        image_folder(tmp_path)
