"""Images in folders, one folder a class."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError, FileFormatError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    from jaxtyping import Float

    from neuropil.data.dataset import Numpy

_SHOWN = 5
_IGNORED = frozenset({"thumbs.db", "desktop.ini"})  # what file managers leave behind
_FORMATS = ("BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TGA", "TIFF", "WEBP")


def image_folder(
    path: str | os.PathLike[str],
    *,
    size: tuple[int, int] | None = None,
    grey: bool = False,
    classes: Sequence[str] | None = None,
    allow_empty: bool = False,
) -> ArrayDataset:
    """The images under ``path/class/…``: inputs float32 (n, C, height, width) in [0, 1].

    All are read into memory, in the order of their paths, hidden ones apart. BMP, GIF, JPEG,
    JPEG 2000, PNG, PPM, TGA, TIFF and WebP are images, whatever the file is called; one that
    carries an orientation, as cameras write it, is turned upright; what is transparent is laid on
    white. A link to an image is one, a link to a folder an error.

    Args:
        path: A folder of folders.
        size: Height and width to which images are resized; None takes them as they are and
            expects all to have one size.
        grey: Whether to make them grey (C = 1) instead of red, green, blue (C = 3).
        classes: The folders to take, in the order of their targets; None takes all, sorted. For a
            second folder, such as one to test on, pass ``classes`` of the first.
        allow_empty: Whether a class may be without images, as in a small folder to test on.

    Returns:
        The data set; its ``classes`` are the names of the folders.

    Raises:
        ValueError: ``size`` is not two whole numbers above 0.
        DataError: A class has no images; a file beside them is none, or damaged; images have
            several sizes. The files are named.
        FileFormatError: There is no such folder, or no folder of such a class in it.

    Example:
        >>> from PIL import Image
        >>> root = getfixture("tmp_path")
        >>> for name, colour in {"apple": "red", "leaf": "lime"}.items():
        ...     (root / name).mkdir()
        ...     Image.new("RGB", (4, 2), colour).save(root / name / "1.png")
        >>> dataset = image_folder(root)
        >>> dataset, dataset.classes, dataset.inputs[1, :, 0, 0].tolist()
        (ArrayDataset(inputs float32 (2, 3, 2, 4), targets int64 (2,)),
         ('apple', 'leaf'), [0.0, 1.0, 0.0])
    """
    if size is not None:
        _check_size(size)
    files = _files(Path(path), classes, allow_empty=allow_empty)
    pictures: list[Numpy] = []
    places: list[Path] = []
    wrong: list[str] = []
    for place in (place for found in files.values() for place in found):
        try:
            pictures.append(_pixels(place, size, grey=grey))
            places.append(place)
        except FileFormatError as error:
            wrong.append(str(error))
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise DataError(f"{'; '.join(wrong[:_SHOWN])}{more}: mend or remove them")
    _check_sizes(places, pictures)
    counts = [len(found) for found in files.values()]
    inputs = np.stack(pictures).transpose(0, 3, 1, 2)
    targets = np.repeat(np.arange(len(counts)), counts)
    return ArrayDataset(np.ascontiguousarray(inputs), targets, classes=tuple(files))


def _files(
    root: Path, classes: Sequence[str] | None, *, allow_empty: bool
) -> Mapping[str, list[Path]]:
    """The files of each class, in order."""
    if not root.is_dir():
        raise FileFormatError(f"there is no folder {root}: check the path")
    entries = sorted(entry for entry in root.iterdir() if _is_wanted(entry))
    strays = [entry.name for entry in entries if not entry.is_dir()]
    if strays:
        raise DataError(
            f"{root} expects one folder a class, got also the file {strays[0]}: put it into the "
            "folder of its class, or elsewhere"
        )
    there = [entry.name for entry in entries]
    names = there if classes is None else list(classes)
    if missing := [name for name in names if name not in there]:
        raise FileFormatError(
            f"{root} has no folder {missing[0]!r}: it has {', '.join(there) or 'none'}"
        )
    if not names:
        raise DataError(f"{root} is empty: expected one folder a class, with images in it")
    found = {name: sorted(_below(root / name)) for name in names}
    empty = [name for name, files in found.items() if not files]
    if empty and (not allow_empty or len(empty) == len(found)):
        raise DataError(
            f"class {empty[0]!r} has no images: put some into {root / empty[0]}, remove it, or "
            "say allow_empty=True"
        )
    return found


def _below(folder: Path) -> Iterator[Path]:
    """All that is no folder, at any depth: what cannot be read is to be told, not passed over."""
    for entry in filter(_is_wanted, folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry)
        else:
            yield entry


def _is_wanted(entry: Path) -> bool:
    return not entry.name.startswith(".") and entry.name.lower() not in _IGNORED


def _pixels(
    path: Path, size: tuple[int, int] | None, *, grey: bool
) -> Float[Numpy, "height width channels"]:
    """An image as numbers from 0 to 1.

    Raises:
        FileFormatError: The file holds none that can be read.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not path.is_file():  # to open a pipe would be to wait for it
        raise FileFormatError(f"{path} is no file, or a link that leads to none")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as file:
                image = _in_colours(ImageOps.exif_transpose(file), grey=grey)
    except UnidentifiedImageError as error:
        raise FileFormatError(f"{path} is no image") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileFormatError(f"{path} is too large an image ({error})") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileFormatError(f"{path} is damaged, or not of colours ({error})") from error
    if size is not None:
        height, width = size
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(image, dtype=np.float32) / 255
    return pixels[..., np.newaxis] if grey else pixels


def _in_colours(image: Any, *, grey: bool) -> Any:
    from PIL import Image

    if image.mode == "F":
        raise ValueError("floating-point numbers, of which none is known to be white")
    if image.mode.startswith("I;16") or image.mode == "I":  # grey, 16 bits a pixel
        values = np.asarray(image).clip(0, 0xFFFF) // 257
        image = Image.fromarray(values.astype(np.uint8))
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return image.convert("L" if grey else "RGB")


def _check_size(size: tuple[int, int]) -> None:
    match size:
        case [int(height), int(width)] if min(height, width) > 0:
            return
    raise ValueError(f"image_folder expects size=(height, width) in pixels, got {size!r}")


def _check_sizes(places: Sequence[Path], pictures: Sequence[Numpy]) -> None:
    for place, picture in zip(places, pictures, strict=True):
        if picture.shape != pictures[0].shape:
            (height, width, _), (other_height, other_width, _) = pictures[0].shape, picture.shape
            raise DataError(
                f"images must have one size: {places[0]} has {width} × {height} pixels, {place} "
                f"{other_width} × {other_height}: say size=(height, width) to resize all"
            )
