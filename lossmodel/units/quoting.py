"""A user's text inside a message: in double quotes, cut short, and harmless to a terminal."""


def quoted(text: str, limit: int = 60) -> str:
    """Return ``text`` in double quotes, cut to ``limit`` characters, with escapes spelled out.

    Control characters and invisible ones (direction marks, terminal escapes) appear as Python
    would write them, so that a message cannot repaint a screen.
    """
    shown = text if len(text) <= limit else text[: limit - 3] + "..."
    return '"' + "".join(map(_visible, shown)) + '"'


def _visible(character: str) -> str:
    """Return the character itself where it can be seen, else its escape."""
    return character if character.isprintable() else ascii(character)[1:-1]
