# Chinese in this file is data: ranges of characters, and examples.
"""Chinese full-text search without extensions: pairs of neighbouring characters as words.

:func:`tokens` makes what is stored beside the text, :func:`matching` finds rows by it: with FTS5 on SQLite, with a GIN index
over ``tsvector`` on PostgreSQL. Both compare the same tokens made here; neither database cuts words itself, so both find
the same rows. :func:`index` is the migration that a package needs for it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from zengyi.core import personal, sql

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    _TextLookup = Lookup[str]
else:
    _TextLookup = Lookup

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd\u3041-\u30ff\uac00-\ud7a3"
_RUNS = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
WORD_LENGTH_MOST = 32
QUERY_TOKENS_MOST = 12


def tokens(text: str) -> str:
    """The search words of ``text``, each once, separated by spaces: pairs of Chinese characters, other words in lower case.

    >>> tokens("桥面破损，Bridge ２２６幢！")
    '桥面 面破 破损 bridge 226 幢'
    """
    return " ".join(dict.fromkeys(_tokens(text)))


def public_words(*written: str) -> str:
    """The search words by which everybody finds what was ``written``: without what is personal in it.

    >>> public_words("桥面破损", "请打13800138000")
    '桥面 面破 破损 请打'
    """
    return tokens(" ".join(personal.masked(words) for words in written))


def query_tokens(text: str) -> list[str]:
    """The words a row must hold to be found by ``text``; at most twelve, so that no query is endless."""
    return list(dict.fromkeys(_tokens(text)))[:QUERY_TOKENS_MOST]


def matching(queryset: QuerySet[M], field: str, query: str, *more: str) -> QuerySet[M]:
    """The rows of ``queryset`` whose ``field`` of :func:`tokens`, or one of ``more`` fields, holds every word of ``query``.

    A blank query finds everything, one of punctuation only finds nothing. A single Chinese character is found anywhere, other
    words by their beginning. Whatever ``query`` holds, it is never read as a search expression.
    """
    words = query_tokens(query)
    if not words:
        return queryset.none() if query.strip() else queryset
    held = [Q(**{f"{name}__holds_words": " ".join(words)}) for name in (field, *more)]
    if more and connection.vendor == "sqlite":  # with OR it would look at every row and ask whether an index has found it
        rows = queryset.model._default_manager
        first, *others = (rows.filter(one).order_by().values("pk") for one in held)
        return queryset.filter(pk__in=first.union(*others))
    return queryset.filter(reduce(or_, held))


def index(table: str, column: str) -> Operation:
    """The migration operation that builds the index for :func:`matching` on ``column`` of ``table``, in place of an older one.

    Django rebuilds a table on SQLite when it is altered and triggers get lost: repeat this operation after such a migration.
    """
    return sql.apply("zengyi.core", "search_all_characters", table=table, column=column, vector=vector(column), han=_HAN)


def index_of_words(table: str, column: str) -> Operation:
    """What :func:`index` did before it knew of single characters; only for the migrations of that time."""
    return sql.apply("zengyi.core", "search", table=table, column=column)


def _normal(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKC", "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Me")).casefold())


def _tokens(text: str) -> Iterator[str]:
    for run in _RUNS.finditer(_normal(text)):
        han, word = run.groups()
        if word:
            yield word[:WORD_LENGTH_MOST]
        elif len(han) == 1:
            yield han
        else:
            yield from (han[i : i + 2] for i in range(len(han) - 1))


def _is_han(word: str) -> bool:
    return re.fullmatch(f"[{_HAN}]+", word) is not None


@TextField.register_lookup
class HoldsWords(_TextLookup):
    """``field__holds_words="桥面 破损"``: every word stands in the tokens. Use :func:`matching`, which makes the words."""

    lookup_name = "holds_words"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """The condition, answered by the index alone."""
        column, params = self.process_lhs(compiler, connection)
        words = str(self.rhs).split()
        # Words consist of letters and digits; quoted, even AND or NOT is a word and not an operator. Both indexes hold single
        # characters beside the tokens: PostgreSQL's every one, SQLite's the second one of each pair; its first one begins the pair.
        if connection.vendor == "postgresql":
            wanted = " & ".join(f"'{w}'" if _is_han(w) else f"'{w}':*" for w in words)
            return f"{vector(column)} @@ %s::tsquery", (*params, wanted)
        target = self.lhs.target
        table, name = target.model._meta.db_table, target.column
        wanted = " AND ".join(f'"{w}"' if _is_han(w) and len(w) > 1 else f'"{w}"*' for w in words)
        rows = column.replace(f'"{name}"', f'"{target.model._meta.pk.column}"')
        index = f"{table}_{name}_fts"
        return f'{rows} IN (SELECT rowid FROM "{index}" WHERE "{index}" MATCH %s)', (wanted,)  # noqa: S608  names of our own tables


def vector(column: str) -> str:
    """The indexed expression on PostgreSQL: the tokens, and each Chinese character.

    Only split at spaces: ``to_tsvector`` would cut and reduce the tokens by its own rules.
    """
    words = f"array_remove(string_to_array({column}, ' '), '')"
    characters = f"string_to_array(regexp_replace({column}, '[^{_HAN}]', '', 'g'), NULL)"
    return f"array_to_tsvector({words} || {characters})"
