"""The parts of a training in words, to see whether a checkpoint is of the same."""

from __future__ import annotations

from dataclasses import is_dataclass
from inspect import signature

from neuropil.nn import Module


def in_words(part: object) -> str | None:
    """A layer, a schedule or an optimizer with its settings, a function by its name.

    Of an object of another kind the settings are those arguments of its constructor that it keeps
    under their own names, where they are numbers or words.

    Example:
        >>> from neuropil import Variable, nn, optim
        >>> in_words(nn.CrossEntropyLoss(label_smoothing=0.1)), in_words(optim.L2(0.5))
        ('CrossEntropyLoss(label_smoothing=0.1)', 'L2(strength=0.5, biases=True)')
        >>> in_words(optim.SGD([Variable(1.0)], lr=0.1))  # the rate is part of its state
        'SGD(momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)'
    """
    if part is None:
        return None
    if is_dataclass(part) or isinstance(part, Module):
        return repr(part)
    if hasattr(part, "__name__"):
        return str(part.__name__)
    kept = getattr(part, "__dict__", {})
    settings = [
        f"{name}={kept[name]!r}"
        for name in _arguments(type(part))
        if name in kept and _says_itself(kept[name])
    ]
    return f"{type(part).__name__}({', '.join(settings)})"


def _says_itself(value: object) -> bool:
    """Whether it is numbers or words: of other objects, `repr` may say where they lie in memory."""
    if isinstance(value, tuple):
        return all(map(_says_itself, value))
    return value is None or isinstance(value, bool | int | float | str)


def _arguments(kind: type) -> list[str]:
    try:
        return list(signature(kind).parameters)
    except ValueError:  # some that are written in C do not tell
        return []
