"""Errors of what a recipe makes, said of the place in the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from neuropil.errors import NeuropilError, RecipeError


@contextmanager
def blaming(place: object) -> Iterator[None]:
    """Say which part of which recipe a constructor refused.

    Raises:
        RecipeError: It did.
    """
    try:
        yield
    except RecipeError:
        raise
    except MemoryError as error:
        raise RecipeError(
            f"{place}: there is not enough memory ({error}): make it smaller"
        ) from error
    except KeyError as error:
        raise RecipeError(f"{place}: {error.args[0]}") from error
    except (NeuropilError, TypeError, ValueError, OverflowError) as error:
        raise RecipeError(f"{place}: {error}") from error
