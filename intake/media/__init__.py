"""Files that a platform keeps until they are fetched: from where, how, and what they are.

No Django here.
"""

from intake.media.problems import MediaError, MediaLater, MediaRefused, Problem
from intake.media.recipes import RECIPES, Recipe, recipe_for
from intake.media.references import MediaRef, read_references
from intake.media.wire import Fetched, Limits, Net

__all__ = [
    "RECIPES",
    "Fetched",
    "Limits",
    "MediaError",
    "MediaLater",
    "MediaRef",
    "MediaRefused",
    "Net",
    "Problem",
    "Recipe",
    "read_references",
    "recipe_for",
]
