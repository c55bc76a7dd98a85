"""Words that hang on a number."""


def counted(count: int, one: str, several: str = "") -> str:
    """1 -> "1 picture", 2000 -> "2,000 pictures"; `several` where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
