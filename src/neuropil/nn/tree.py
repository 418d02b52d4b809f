"""A module printed as the tree of its parts."""

from __future__ import annotations

from neuropil.nn.members import Owner, members
from neuropil.nn.settings import settings_of


def as_tree(module: Owner) -> str:
    """Type and settings (those that differ from their defaults), and below it the children.

    Example:
        >>> from neuropil import nn
        >>> nn.Sequential(nn.Linear(8, 3, bias=False), nn.Sigmoid())
        Sequential(
          (0): Linear(in_features=8, out_features=3, bias=False)
          (1): Sigmoid()
        )
    """
    kind = type(module).__name__
    children = [f"({name}): {as_tree(child)}" for name, child in members(module, Owner)]
    if children:
        inner = "\n".join(children).replace("\n", "\n  ")
        return f"{kind}(\n  {inner}\n)"
    shown = (f"{s.name}={s.value!r}" for s in settings_of(module) if not s.is_default)
    return f"{kind}({', '.join(shown)})"
