"""Sentences about what could not be used: the first hundred, short, and how many more there were."""

MOST = 100  # sentences kept: a broken file may have millions of lines
LONGEST = 300  # characters of one: names in a stranger's file may be endless


class Complaints:
    """Collects sentences, `most` of them in full, and hands them out as a list."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: list[str] = []
        self._count = 0

    def add(self, sentence: str) -> None:
        """Keep a sentence, or count it where there are many already."""
        self._count += 1
        if len(self._kept) < self._most:
            self._kept.append(sentence if len(sentence) <= LONGEST else f"{sentence[: LONGEST - 1]}…")

    def __len__(self) -> int:
        return self._count

    @property
    def sentences(self) -> list[str]:
        """What was kept, and, where that is not all, a last sentence that says so."""
        more = self._count - len(self._kept)
        return [*self._kept, f"And {more:,} more like that."] if more else [*self._kept]
