"""Addresses of the static page's analysis: what can be asked of it, and links that hold behind many addresses."""

from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from demo.analysis.address import Address

CHANGED = "#~"  # begins a link that says what it changes; the page in the browser adds the rest of its address
KEPT = "~"  # the page's own value
NARROWED: dict[str, str | float | None] = {"truth": None, "answer": None, "slice": ""}
COMPARING = ("fixed", "broken")


@dataclass(frozen=True)
class Link(Address):
    """A link of a kept view; changes: what it changes, "" for a link that leads nowhere."""

    changes: str = ""

    @property
    def href(self) -> str:
        """The changes alone."""
        return self.changes and CHANGED + self.changes


@dataclass(frozen=True)
class KeptAddress(Address):
    """A view that is worked out before anybody asks: its links lead to others of that kind, or nowhere."""

    served: ClassVar[bool] = False

    def at(self, **parts: str | int | None) -> "KeptAddress":
        """Another view that is kept, all other parts as they are."""
        return replace(self, **parts)  # type: ignore[arg-type]

    def to(self, **changes: str | float | None) -> Link:
        """A link to a neighbouring view. A list is narrowed by digits or by a slice, not by both, and lists of what
        is read right are not kept: `right`, and `all` but for a pair of two digits.
        """
        only, pair = changes.get("only"), (changes.get("truth"), changes.get("answer"))
        if only == "right" or (only == "all" and (None in pair or pair[0] == pair[1])):
            return Link()
        if only == "suspect" or only in COMPARING:
            changes = NARROWED | changes
        if changes.get("slice"):
            changes = changes | {"truth": None, "answer": None}
        if changes.get("truth") is not None:
            changes = changes | {"slice": ""}
        if changes.get("page", -1) == self.page:
            changes = changes | {"page": KEPT}
        return Link(changes=urlencode({name: "" if value is None else value for name, value in changes.items()}))
