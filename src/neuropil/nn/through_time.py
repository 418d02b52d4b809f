"""A recurrent step applied along a sequence, with what belongs to sequences alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.graph import plain
from neuropil.ops.selection import masked

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Bool, Float

    from neuropil.arrays import Array
    from neuropil.nn.recurrent_step import State
    from neuropil.ops.scan import CheckpointEvery


def through_time(
    step: Callable[[Array, State], State],
    start: State,
    xs: Float[Array, "time batch inputs"],
    *,
    mask: Bool[Array, "time batch"] | None = None,
    reverse: bool = False,
    outputs: bool = True,
    truncate_every: int | None = None,
    checkpoint_every: CheckpointEvery = None,
) -> tuple[State, Float[Array, "time batch units"] | None]:
    """The states after the last step, and the first state after each.

    Args:
        step: Gives the new states from one x and the states before.
        start: The states before the first step.
        xs: The sequences.
        mask: Where it is false, the states stay as they are, and the output is 0.
        reverse: Begin with the last x.
        outputs: Whether to collect them; otherwise they are None and take no memory.
        truncate_every: Let no derivative pass back from one piece of so many steps to the one
            before it.
        checkpoint_every: As in `scan`.
    """
    at_times: dict[str, Any] = {"x": xs}
    if mask is not None:
        at_times["is_real"] = mask[..., None]
        at_times["x"] = masked(xs, at_times["is_real"])  # padding may be NaN, and 0 · NaN is NaN
    if truncate_every is not None and truncate_every < len(xs):
        turn = np.arange(len(xs))
        turn = turn[::-1] if reverse else turn
        at_times["is_cut"] = (turn % truncate_every == 0) & (turn > 0)

    def at_one_time(state: State, now: dict[str, Any]) -> tuple[State, Array | None]:
        if "is_cut" in now:
            state = tuple(ops.where(now["is_cut"], plain(part), part) for part in state)
        new = step(now["x"], state)
        if "is_real" not in now:
            return new, new[0] if outputs else None
        is_real = now["is_real"]
        new = tuple(ops.where(is_real, *parts) for parts in zip(new, state, strict=True))
        return new, masked(new[0], is_real) if outputs else None

    state, ys = ops.scan(
        at_one_time, start, at_times, reverse=reverse, checkpoint_every=checkpoint_every
    )
    return state, ys
