"""The exceptions of neuropil.

Every message says what was expected, what came and what to do. Each class also derives from the
built-in exception that a user of NumPy or PyTorch would catch.
"""

from __future__ import annotations


class NeuropilError(Exception):
    """Base of everything neuropil raises on purpose.

    A network adds the path of the layer an error passed through on its way out, so that the
    message names it: ``layer encoder.0: Linear expects (..., 784), got (64, 28, 28): …``.

    Example:
        >>> error = ShapeError("Linear expects (..., 784), got (64, 28, 28): flatten the images")
        >>> error.enter("0"); error.enter("encoder"); print(error)
        layer encoder.0: Linear expects (..., 784), got (64, 28, 28): flatten the images
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.layer_path: tuple[str, ...] = ()
        self.passed: object = None  # the module it came through last

    def enter(self, name: str) -> None:
        """Record that the error came out of the child called ``name`` (outer names come later)."""
        self.layer_path = (name, *self.layer_path)

    def __str__(self) -> str:
        if not self.layer_path:
            return self.message
        return f"layer {'.'.join(self.layer_path)}: {self.message}"


class ShapeError(NeuropilError, ValueError):
    """An array has a shape that the operation cannot take."""


class DTypeError(NeuropilError, TypeError):
    """An array has a data type that the operation cannot take."""


class GraphError(NeuropilError, RuntimeError):
    """The expression graph was used in a way that would lose or falsify a derivative."""


class DataError(NeuropilError, ValueError):
    """A data set is empty, ragged, or holds values that cannot be right (labels out of range)."""


class InterfaceError(NeuropilError, TypeError):
    """An object from outside, such as an environment, lacks a method or gives something else."""


class FileFormatError(NeuropilError, ValueError):
    """A file is missing, truncated, foreign or damaged."""


class RecipeError(NeuropilError, ValueError):
    """A recipe has an unknown key or a value that cannot be used."""


class UnknownExperimentError(NeuropilError, LookupError):
    """There is no experiment of this name."""


class DivergenceError(NeuropilError, ArithmeticError):
    """Training produced a loss, or a simulation a state, that is not a finite number."""


class EngineError(NeuropilError, RuntimeError):
    """An engine is not installed, has no such device, or ran out of memory."""


class WriteError(NeuropilError, OSError):
    """A file could not be written (a full disk, no permission); what stood there still stands."""


class DownloadError(NeuropilError, OSError):
    """A file could not be downloaded: no mirror could be reached, or none sent the right bytes."""
