"""Read what a network is to classify: image files, or arrays of NumPy."""

from __future__ import annotations

from math import prod
from tokenize import TokenError
from typing import TYPE_CHECKING

import numpy as np

from neuropil.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Float, Shaped


def read_inputs(
    path: Path, sample_shape: tuple[int, ...], *, invert: bool = False, series: bool = False
) -> Float[np.ndarray, "n *sample"]:
    """The inputs in a file, as the network was trained on them: light ink is 1, ground is 0.

    An image becomes grey, is resized to the network's images (each new pixel the mean of the old
    ones it covers, as the digits of the data set were made), and scaled to [0, 1]. A ``.npy`` file
    may hold one input, several along a first axis, or one image of another size.

    Args:
        path: A PNG or any other image that Pillow reads, or an NPY file.
        sample_shape: The shape of one input; ``(1, height, width)`` for images.
        invert: Swap light and dark, for dark ink on a white ground.
        series: Whether an input is no image, though it has as many axes, but steps of features.

    Raises:
        FileFormatError: The file is missing, damaged, or not what the network takes.
    """
    size = None if series else image_size(sample_shape)
    try:
        is_array = path.suffix.lower() == ".npy"
        values = _array(path) if is_array else _image(path, sample_shape, size)
    except FileNotFoundError:
        raise FileFormatError(f"{path}: there is no such file") from None
    except OSError as error:
        raise FileFormatError(
            f"{path}: expected an image or an NPY file that can be read: {error}"
        ) from error
    is_plain = series or len(sample_shape) == 1
    values = _finite(values, path) if is_plain else _in_unit_range(values, path)
    inputs = _fitted(1 - values if invert else values, sample_shape, size, path)
    return inputs.astype(np.float32)


def _array(path: Path) -> Shaped[np.ndarray, "..."]:
    with path.open("rb") as file:
        try:
            return np.lib.format.read_array(file, allow_pickle=False)
        except (ValueError, EOFError, SyntaxError, TokenError, MemoryError) as error:
            raise FileFormatError(
                f"{path}: expected one array saved by numpy.save, got a damaged file, an archive "
                f"or Python objects ({error})"
            ) from error


def _image(
    path: Path, sample_shape: tuple[int, ...], size: tuple[int, int] | None
) -> Shaped[np.ndarray, "height width"]:
    from PIL import Image, UnidentifiedImageError

    if size is None:
        raise FileFormatError(
            f"{path}: this network takes arrays of shape {sample_shape}, not images: save them "
            "with numpy.save as .npy"
        )
    try:
        with Image.open(path) as image:
            if image.mode.startswith("I"):  # 16 bits of grey
                return np.asarray(image, dtype=np.uint16)
            if image.has_transparency_data:
                paper = Image.new("RGBA", image.size, "white")
                return np.asarray(Image.alpha_composite(paper, image.convert("RGBA")).convert("L"))
            return np.asarray(image.convert("L"))
    except UnidentifiedImageError:
        raise FileFormatError(
            f"{path}: expected an image such as PNG, got something else"
        ) from None
    except (SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FileFormatError(f"{path}: the image is damaged or too large ({error})") from error


def _in_unit_range(values: Shaped[np.ndarray, "..."], path: Path) -> Float[np.ndarray, "..."]:
    if values.dtype == np.bool_:
        return values.astype(np.float64)
    if values.dtype.kind == "u" and values.dtype.itemsize <= 2:
        return values / float(np.iinfo(values.dtype).max)
    if values.dtype.kind not in "iuf":
        raise FileFormatError(f"{path}: expected numbers, got dtype {values.dtype}")
    if values.size and not (np.isfinite(values).all() and 0 <= values.min() <= values.max() <= 1):
        raise FileFormatError(
            f"{path}: expected values from 0 to 1, got {values.min():.4g} to {values.max():.4g}: "
            "scale them first"
        )
    return values.astype(np.float64)


def _finite(values: Shaped[np.ndarray, "..."], path: Path) -> Float[np.ndarray, "..."]:
    """Features, of a table or a series, have units of their own: any range will do."""
    if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
        raise FileFormatError(f"{path}: expected finite numbers, got {values.dtype}")
    return values.astype(np.float64)


def _fitted(
    values: Float[np.ndarray, "..."],
    sample_shape: tuple[int, ...],
    size: tuple[int, int] | None,
    path: Path,
) -> Float[np.ndarray, "n *sample"]:
    if values.shape[1:] == sample_shape and len(values):
        return values
    if values.shape == sample_shape or (values.ndim < 2 and values.size == prod(sample_shape)):
        return values.reshape(1, *sample_shape)
    if size is not None and values.ndim == 2 and values.size:
        return _resized(values, size).reshape(1, *sample_shape)
    if size is not None and values.ndim == 3 and values.shape[1:] == size and len(values):
        return values.reshape(-1, *sample_shape)
    raise FileFormatError(
        f"{path}: expected an array of shape {sample_shape}, or several along a first axis"
        f"{', or one image (height, width)' if size else ''}, got {values.shape}"
    )


def image_size(sample_shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Height and width of a grey image, or None where a sample is none.

    Example:
        >>> image_size((1, 28, 28)), image_size((2,)), image_size((3, 28, 28))
        ((28, 28), None, None)
    """
    match sample_shape:
        case (1, height, width) | (height, width):
            return height, width
        case _:
            return None


def _resized(image: Float[np.ndarray, "h w"], size: tuple[int, int]) -> Float[np.ndarray, "H W"]:
    from PIL import Image

    shrinks = image.shape[0] >= size[0] and image.shape[1] >= size[1]
    method = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    grey = Image.fromarray(image.astype(np.float32))
    return np.clip(np.asarray(grey.resize((size[1], size[0]), method), dtype=np.float64), 0, 1)
