"""Images for layers that slide windows over them: settings, checks, and the order of the axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn.refusals import is_integer, shape_of

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array

Pair = int | tuple[int, int]
"""A setting for both axes of an image, or for each: height, width."""

Padding = Pair | Literal["same", "valid"]

Margins = tuple[tuple[int, int], tuple[int, int]]
"""Pixels before and after an image, along its height and its width."""

NO_MARGINS = (0, 0), (0, 0)


def pair(name: str, value: Any, *, least: int = 1) -> tuple[int, int]:
    """``3`` for ``(3, 3)``.

    Raises:
        ValueError: Not one or two integers, or one is below ``least``.

    Example:
        >>> pair("stride", 2), pair("stride", (1, 2))
        ((2, 2), (1, 2))
    """
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(is_integer(n) and n >= least for n in both):
        raise ValueError(
            f"{name} is an integer of at least {least}, or two of them (height, width), "
            f"got {value!r}"
        )
    return int(both[0]), int(both[1])


def margins_of(padding: Any, size: Any, stride: Any, dilation: Any) -> Margins:
    """How many zeros stand before and after each axis.

    Raises:
        ValueError: An unknown padding, or ``"same"`` with a stride.

    Example:
        >>> margins_of("same", (3, 2), (1, 1), (1, 1)), margins_of(1, (3, 3), (1, 1), (1, 1))
        (((1, 1), (0, 1)), ((1, 1), (1, 1)))
    """
    if padding == "valid":
        return NO_MARGINS
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f"padding='same' needs stride 1, got {stride}: give padding in pixels")
        height, width = (d * (k - 1) for k, d in zip(size, dilation, strict=True))
        return (height // 2, height - height // 2), (width // 2, width - width // 2)
    if isinstance(padding, str):
        raise ValueError(f"padding is 'same', 'valid', or zeros around the image, got {padding!r}")
    rows, columns = pair("padding", padding, least=0)
    return (rows, rows), (columns, columns)


def check_images(layer: str, x: Any, channels: int | None = None) -> None:
    """Raise unless ``x`` holds images (N, C, H, W) of so many channels.

    Raises:
        ShapeError: It does not.
        DTypeError: It is no array.
    """
    shape = shape_of(layer, x)
    if len(shape) == 4 and (channels is None or shape[1] == channels):
        return
    expected = f"images (N, {'C' if channels is None else channels}, H, W)"
    if len(shape) == 3 and shape[0] == channels:
        advice = "add the batch axis (x[None])"
    elif len(shape) == 3 and channels in (1, None):
        advice = "add the channel axis (x[:, None])"
    elif len(shape) == 4 and shape[3] == channels:
        advice = "put the channels first (npl.permute_dims(x, (0, 3, 1, 2)))"
    elif len(shape) == 4:
        advice = f"these have {shape[1]} channels; build the layer for as many"
    else:
        advice = "reshape the rows to images (x.reshape(N, C, H, W))"
    raise ShapeError(f"{layer} expects {expected}, got {shape}: {advice}")


def check_fit(
    layer: str, x: Any, size: tuple[int, ...], margins: Margins, dilation: tuple[int, int] = (1, 1)
) -> None:
    """Raise unless at least one window fits into the images with their margins.

    Raises:
        ShapeError: None fits.
    """
    padded = tuple(n + sum(margin) for n, margin in zip(x.shape[2:], margins, strict=True))
    span = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    if any(k > n for k, n in zip(span, padded, strict=True)):
        raise ShapeError(
            f"{layer} expects images of at least {span} pixels with their padding, got {padded}: "
            "take larger images, smaller windows, or fewer layers that shrink them"
        )


def channels_last(
    x: Shaped[Array, "batch channels height width"], margins: Margins
) -> Shaped[Array, "batch padded_height padded_width channels"]:
    """The images with margins of zeros, in the order in which windows are cut out of them."""
    x = ops.permute_dims(x, (0, 2, 3, 1))
    return x if margins == NO_MARGINS else ops.pad(x, ((0, 0), *margins, (0, 0)))


def channels_first(
    x: Shaped[Array, "batch height width channels"],
) -> Shaped[Array, "batch channels height width"]:
    """The images in the order in which layers take and give them."""
    return ops.permute_dims(x, (0, 3, 1, 2))
