"""By which words a search finds an order."""

from zengyi.core import personal, search


def search_words(title: str, text: str, spot: str, place: str) -> dict[str, str | None]:
    """The columns by which a search finds an order. ``search`` holds nothing personal, and everybody's search looks there.

    ``inner_search`` holds all the words of an order with something personal in it, and nothing for the others: only the community's
    own search looks there as well.
    """
    written = (title, text, spot, place)
    public = tuple(personal.masked(words) for words in written)
    return {
        "search": search.tokens(" ".join(public)),
        "inner_search": None if public == written else search.tokens(" ".join(written)),
    }
