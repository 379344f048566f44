"""Looks at the seeded store before measuring: that it is what it claims, and which ids and words to ask for."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote

from client import Client
from stop import Stop

API = "/api/v1"
SPREAD = 200
WORDS_PER_KIND = 5
TEXT_FIELDS = (
    "title", "summary", "context", "what_we_did", "difference_made", "what_did_not_work", "what_it_took", "reached",
)


@dataclass(frozen=True)
class Query:
    """Words to search for and how many things they find; `exact` is false when only a lower bound is known."""

    words: str
    hits: int
    exact: bool

    def __str__(self) -> str:
        return f"“{self.words}” ({'' if self.exact else 'at least '}{self.hits:,})"


@dataclass(frozen=True)
class Author:
    """A person of the store and what they have written."""

    person: dict
    ids: list[str]

    @property
    def headers(self) -> dict[str, str]:
        """What signs a request as this person's."""
        return {"Authorization": f"Bearer {self.person['token']}"}


@dataclass(frozen=True)
class Survey:
    """Everything the operations need to know of the store."""

    writer: Author
    searcher: Author
    accounts: list[dict]
    example_count: int
    example_ids: list[str]
    own: list[Query]
    rare: list[Query]
    common: list[Query]
    two: list[Query]


def survey(url: str, people: list[dict], examples: int, reflections: int) -> Survey:
    """Counts what is there and picks the ids and words."""
    chance = random.Random(2)
    writer, searcher = _authors(url, people, reflections)
    public = Client(url)
    example_ids = [item["id"] for item in public.pages(f"{API}/practice-examples", examples // 100 + 10)]
    if len(example_ids) != examples:
        raise Stop(f"the store has {len(example_ids)} published examples instead of {examples}; run with --fresh")
    picked = chance.sample(example_ids, min(300, len(example_ids)))
    texts = [_words(_text(public.get(f"{API}/practice-examples/{id}"))) for id in picked]
    common = _common(public, texts)
    return Survey(
        writer, searcher,
        [person for person in people if person.get("password")],
        len(example_ids), picked[:SPREAD],
        _own(url, searcher, chance), _rare(public, texts, len(example_ids)), common, _two(public, texts, chance),
    )


def hits_of(client: Client, path: str, words: str) -> Query:
    """How much a search finds: counted on one page of 100, else by the facets, else a lower bound."""
    answer = client.get(f"{API}{path}?q={quote(words)}&limit=100")
    found = len(answer["items"])
    if not answer.get("next"):
        return Query(words, found, True)
    return Query(words, max(found, _facet_total(answer.get("facets"))), False)


def _authors(url: str, people: list[dict], reflections: int) -> tuple[Author, Author]:
    authors = [Author(person, _reflections(url, person)) for person in people if person.get("token")]
    writers = [author for author in authors if len(author.ids) == reflections]
    if not writers:
        counts = ", ".join(str(len(author.ids)) for author in authors)
        raise Stop(f"nobody has {reflections} reflections (found: {counts}); run with --fresh")
    others = [author for author in authors if author is not writers[0]]
    if not others or not max(len(author.ids) for author in others):
        raise Stop("there is no second author with reflections to search")
    return writers[0], max(others, key=lambda author: len(author.ids))


def _reflections(url: str, person: dict) -> list[str]:
    client = Client(url, {"Authorization": f"Bearer {person['token']}"})
    return [item["id"] for item in client.pages(f"{API}/reflections")]


def _own(url: str, author: Author, chance: random.Random) -> list[Query]:
    # A word with fewer hits than a page makes the search read every reflection; a common one lets it stop early.
    client = Client(url, author.headers)
    sample = chance.sample(author.ids, min(60, len(author.ids)))
    texts = [_words(_text(client.get(f"{API}/reflections/{id}"), ("title", "body"))) for id in sample]
    found = _few_hits(client, "/reflections", texts, most=19)
    return found or [hits_of(client, "/reflections", "zyzzyva")]


def _rare(public: Client, texts: list[set[str]], examples: int) -> list[Query]:
    # In a store of 100,000 a word in one of 200 examples is rare.
    most = max(99, examples // 200)
    found = _few_hits(public, "/practice-examples", texts, most)
    if not found:
        raise Stop(f"no word of the examples is rare (at most {most} hits); give some with --rare")
    return found


def _few_hits(client: Client, path: str, texts: list[set[str]], most: int) -> list[Query]:
    frequency = Counter(word for text in texts for word in text)
    candidates = sorted(frequency, key=lambda word: (frequency[word], word))[:60]
    queries = (hits_of(client, path, word) for word in candidates)
    good = [query for query in queries if 0 < query.hits <= most and (query.exact or most > 99)]
    return sorted(good, key=lambda query: query.hits)[:WORDS_PER_KIND]


def _common(public: Client, texts: list[set[str]]) -> list[Query]:
    frequency = Counter(word for text in texts for word in text)
    queries = (hits_of(public, "/practice-examples", word) for word, _ in frequency.most_common(20))
    good = sorted((query for query in queries if query.hits), key=lambda query: -query.hits)
    if not good:
        raise Stop("no common word of the examples is found by the search; give some with --common")
    return good[:WORDS_PER_KIND]


def _two(public: Client, texts: list[set[str]], chance: random.Random) -> list[Query]:
    # Two words that neither everything nor nothing contains, met in one text: what a reader types.
    frequency = Counter(word for text in texts for word in text)
    low, high = 0.05 * len(texts), 0.6 * len(texts)
    middling = [[word for word in sorted(text) if low <= frequency[word] <= high] or sorted(text) for text in texts]
    pairs = [" ".join(chance.sample(words, 2)) for words in middling if len(words) >= 2][:30]
    good = [query for query in (hits_of(public, "/practice-examples", pair) for pair in pairs) if query.hits]
    if not good:
        raise Stop("no pair of words is found by the search; give some with --two")
    # The pairs that find most are the most work.
    return sorted(good, key=lambda query: -query.hits)[:WORDS_PER_KIND]


def _facet_total(facets) -> int:
    # Every example has exactly one organisation, so the counts of that facet add up to the hits it lists.
    if not isinstance(facets, dict):
        return 0
    return max((_counts(value) for key, value in facets.items() if not key.startswith("theme")), default=0)


def _counts(facet) -> int:
    entries = facet.items() if isinstance(facet, dict) else enumerate(facet)
    values = (entry.get("count", 0) if isinstance(entry, dict) else entry for _, entry in entries)
    return sum(value for value in values if isinstance(value, int))


def _text(thing: dict, fields=TEXT_FIELDS) -> str:
    return " ".join(str(thing.get(field) or "") for field in fields)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{5,}[0-9]*", text.lower()))
