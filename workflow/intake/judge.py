"""Why a unit does not belong in its article: every reason in words, none where it belongs.

A sign is general: script, language, length, place, digits, symbols, what pages say around their articles. Signs
speak for and against; a unit goes where one is plain or several meet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from workflow.intake import letters
from workflow.intake.units import Unit
from workflow.intake.vocabulary import found, tokens, vocabulary

Reasons = tuple[str, ...]

_OPENING = tuple("\"'“‘«„‚‹「『《〈")
_CLOSING = re.compile(r"[\"'”’»“‘›」』》〉][.,;:!?。！？]?\s*(?:\(.*\)|[—–-]\s?.*)?$")
_ATTRIBUTION = re.compile(r"^\s*(?:[—–―]|--|-\s)\s?\S|^\s*\(.*\)\s*$")
_CREDITED = re.compile(r"\s(?:[—–―]|--)\s?([^\W\d_][\w.'’ -]{2,60}(?:,[^,]{2,60})?)$")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|「[^」]*」")
_SPLIT = re.compile(r"\s*[|•·›»>→/★✔]\s*|\s{2,}|\t")
_CRUMBS = re.compile(r"\s*[›>→/]\s*|\s+»\s+")
_YEAR = re.compile(r"(?:1\d|20)\d\d[.:]?$")
_ROMAN = re.compile(r"[ivxlcdm]+\.?$", re.IGNORECASE)
_TIME_ONLY = re.compile(r"\W*\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|[A-Z]{2,4})?\W*$", re.IGNORECASE)
_SAID = {
    "share": "buttons to share or save the page",
    "network": "names of social networks",
    "follow": "an invitation to follow",
    "subscribe": "an invitation to subscribe or sign up",
    "cookies": "a cookie notice",
    "more": "a link to read more",
    "related": "the heading or link of a list of other articles",
    "comments": "the page's comment area",
    "counter": "a view counter",
    "advert": "a mark of advertising",
    "account": "log-in buttons",
    "copyright": "the page's copyright or legal line",
    "reading": "a reading time or age of the page",
    "navigation": "a menu",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a unit is judged against: its article."""

    units: Sequence[Unit]
    script: str
    language: str
    first: int
    last: int
    subjects: Counter[str] = field(default_factory=Counter)
    buttons: frozenset[int] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)
    nexts: Sequence[int] = ()

    def edge(self, at: int) -> bool:
        """Whether it stands before the first paragraph or after the last one."""
        return self.first >= 0 and (at < self.first or at > self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A unit at its place: `kept` is the unit taken before it, `after` the next one that has words."""

    unit: Unit
    at: int
    around: Around
    kept: Unit | None
    after: Unit | None


def survey(units: Sequence[Unit]) -> Around:
    """What the article is, as far as its units say: its script and language are those of most of its letters."""
    inside = [unit for unit in units if not unit.place and unit.kind not in ("code", "break")]
    weigh = [unit.words for unit in inside if len(unit.words) > 80] or [unit.words for unit in inside]
    counted = letters.scripts("\n".join(weigh))
    script = counted.most_common(1)[0][0] if counted else "LATIN"
    language = letters.language("\n".join(weigh))[0]
    nexts = [0] * len(units)
    for at in range(len(units) - 2, -1, -1):
        nexts[at] = at + 1 if units[at + 1].words.strip() else nexts[at + 1]
    prose = [at for at, unit in enumerate(units) if not unit.place and _is_prose(unit, script)]
    subjects: Counter[str] = Counter()
    for unit in inside:
        subjects.update(letters.content(tokens(unit.words)))
    return Around(
        units=units,
        script=script,
        language=language,
        first=prose[0] if prose else -1,
        last=prose[-1] if prose else -1,
        subjects=subjects,
        buttons=frozenset(_button_lists(units)),
        numbers=Counter(unit.words.strip(" .()") for unit in units if len(unit.words) <= 8),
        nexts=nexts,
    )


def _button_lists(units: Sequence[Unit]) -> Iterator[int]:
    """The places of the items of lists that are page furniture for the most part."""
    for _, group in groupby(enumerate(units), key=lambda pair: pair[1].kind == "item"):
        places = [at for at, unit in group if unit.kind == "item"]
        if sum(bool(furniture(units[at].words, edge=True)) for at in places) * 2 > len(places):
            yield from places


def _is_prose(unit: Unit, script: str) -> bool:
    said = tokens(unit.words)
    enough = 30 if script in ("HAN", "KANA") else 15
    if unit.kind not in ("paragraph", "quote") or len(said) < enough or unit.links > 0.6:
        return False
    if letters.scripts(unit.words)[script] * 2 < sum(word.isalpha() for word in said):
        return False
    return not furniture(unit.words, edge=True) and sum(1 for _ in found(vocabulary().phrases["cue"], said)) < 2


def reasons(at: int, around: Around, kept: Unit | None) -> Reasons:
    """Why the unit at `at` does not belong; `kept` is the unit taken before it."""
    unit = around.units[at]
    if unit.place:
        return (unit.place,)
    if unit.kind == "break" or not unit.words.strip():
        return ()
    if unit.kind in ("code", "table"):
        return ()
    if unit.kind != "item" or at in around.buttons:
        said = furniture(unit.words, edge=around.edge(at) and unit.kind != "heading")
        if said:
            return said
    after = around.units[around.nexts[at]] if around.nexts[at] else None
    signs = _symbols(unit, around) or _crumbs(unit, at, around)
    case = _Case(unit=unit, at=at, around=around, kept=kept, after=after)
    return signs + _foreign(case) or _advertising(case)


# --- furniture -------------------------------------------------------------------------------------------------------


def furniture(words: str, *, edge: bool) -> Reasons:
    """What of a page's furniture a text is, if it is nothing else."""
    said = tokens(words)
    count = len(said)
    if not said:
        return ()
    matches = list(found(vocabulary().furniture, said))
    kinds = Counter(kind for match in matches for kind in [min(match.kinds)])
    covered = sum(match.end - match.start for match in matches) + sum(
        word in "#©%" and not any(m.start <= at < m.end for m in matches) for at, word in enumerate(said)
    )
    shown = _shown(words)
    if matches and covered >= count * 0.8 and count <= 24:
        weak = set(kinds) <= {"navigation", "network"} or (kinds.total() == 1 and _could_be_a_heading(words, said))
        edge = edge and not words.rstrip().endswith((":", ".", "?"))
        several = kinds.total() >= 2 and set(kinds) - {"navigation"}
        if not weak or edge or several:
            return (f"{shown} is {_SAID[kinds.most_common(1)[0][0]]}",)
    lead = matches[0] if matches and matches[0].start == 0 else None
    if lead is not None and count <= 40 and lead.kinds & {"related", "more", "advert", "share", "follow", "subscribe"}:
        rest = re.match(r"[^:：→»|]{2,50}[:：→»|]+\s*\S", words.strip())
        if rest and len(tokens(re.split(r"[:：→»|]", words.strip(), maxsplit=1)[0])) <= lead.end - lead.start + 1 > 1:
            return (f"begins with {_first(words)}: {_SAID[min(lead.kinds)]}",)
    return _notice(words, said, edge=edge)


def _notice(words: str, said: Sequence[str], *, edge: bool) -> Reasons:
    """Sentences a page addresses to its visitor: cookies, newsletters, copyright."""
    if len(said) > 90 or len(words) > 2000:
        return ()
    quoteless = tokens(_QUOTED.sub(" ", words))
    cues = list(found(vocabulary().phrases["cue"], quoteless))
    phrases = tuple(dict.fromkeys(" ".join(quoteless[cue.start : cue.end]) for cue in cues))
    if not phrases:
        return ()
    listed = ", ".join(f"“{phrase}”" for phrase in phrases[:4])
    if len(phrases) >= 2 and len(said) <= 30 * len(phrases):
        return (f"speaks to the visitor of a page: {listed}",)
    strong = {"©", "all rights reserved"} & set(phrases)
    if len(said) <= 12 and (edge or strong) and not _sentence(words):
        return (f"a short line that says {listed}, as pages do around an article",)
    if len(said) <= 25 and edge and {"your", "you", "our", "us"} & set(quoteless):
        return (f"a notice outside the text that says {listed}",)
    return ()


def _could_be_a_heading(words: str, said: Sequence[str]) -> bool:
    """Whether a single furniture word could as well be a section's own heading: "Comment", "Shares", "Terms"."""
    return len(said) == 1 and said[0].isascii() and words.strip().isalpha() and said[0] != "advertisement"


def _shown(words: str) -> str:
    short = " ".join(words.split())
    return f"“{short}”" if len(short) <= 50 else f"“{short[:48].rstrip()}…”"


def _first(words: str) -> str:
    return f"“{re.split(r'[:：→»|]', words.strip(), maxsplit=1)[0].strip()}”"


# --- symbols, numbers, breadcrumbs -----------------------------------------------------------------------------------


def _symbols(unit: Unit, around: Around) -> Reasons:
    words = unit.words.strip()
    visible = [char for char in words if not char.isspace()]
    alphabetic = sum(char.isalpha() for char in visible)
    digits = sum(char.isdigit() for char in visible)
    pictures = letters.emoji(words)
    if _TIME_ONLY.match(words) and unit.kind in ("paragraph", "verse"):
        return ("a time of day and nothing else, as pages print it beside an article",)
    if alphabetic == 0:
        if pictures and len(visible) <= 40:
            return ("emoji and numbers only, no words: buttons or counters of a page",)
        if digits and not _numbering(unit, around):
            return ("a number standing alone between paragraphs, as counters and page numbers do",)
        return ()
    if pictures and alphabetic < len(visible) * 0.5 and (digits or pictures > 1) and len(visible) <= 60:
        share = 100 * alphabetic // len(visible)
        return (f"only {share} % of its characters are letters; the rest are emoji, digits and symbols",)
    return ()


def _numbering(unit: Unit, around: Around) -> bool:
    """Whether a lone number is a year or one of a row of numbered sections."""
    words = unit.words.strip()
    if _YEAR.match(words) or unit.kind == "heading" or not re.fullmatch(r"[\W\d]{1,4}", words):
        return bool(_YEAR.match(words)) or unit.kind == "heading" or bool(re.search(r"[=+×÷<>$€£¥%]", words))
    value = int("".join(char for char in words if char.isdigit()) or 0)
    return str(value + 1) in around.numbers or str(value - 1) in around.numbers


def _crumbs(unit: Unit, at: int, around: Around) -> Reasons:
    """A path through a site's menu, or the site's choice of languages."""
    if not around.edge(at) and around.first >= 0:
        return ()
    parts = [part for part in _CRUMBS.split(unit.words.strip()) if part]
    if 2 <= len(parts) <= 8 and all(len(tokens(part)) <= 6 for part in parts) and unit.kind == "paragraph":
        first = list(found(vocabulary().furniture, tokens(parts[0])))
        whole = bool(first) and first[0].end - first[0].start == len(tokens(parts[0]))
        if whole and "navigation" in first[0].kinds and (len(parts) > 2 or "/" not in unit.words):
            return ("the path through a site's menu",)
    names = [part for part in re.split(r"[|•·/,\s]+", unit.words.strip()) if part]
    kinds = {letters.scripts(name).most_common(1)[0][0] for name in names if letters.scripts(name)}
    if len(names) >= 4 and len(kinds) >= 3 and len(tokens(unit.words)) <= 40 and not _sentence(unit.words):
        return ("single words in three scripts or more: a choice of languages",)
    return ()


# --- foreign lines ---------------------------------------------------------------------------------------------------


def _foreign(case: _Case) -> Reasons:
    unit, around = case.unit, case.around
    counted = letters.scripts(unit.words)
    total = counted.total()
    if not total:
        return ()
    mine = counted[around.script] + (counted["KANA"] if around.script == "HAN" else 0)
    if around.script == "KANA":
        mine += counted["HAN"]
    other, strange = "", ""
    if mine < total * 0.25:
        script = counted.most_common(1)[0][0]
        other = f"written in {letters.named(script)}, the article in {letters.named(around.script)}"
        strange = script
    elif around.language and (guess := _language(unit.words, around.language)):
        other = f"written in {_called(guess)}, the article in {_called(around.language)}"
        strange = guess
    if not other:
        return ()
    signs = _signs(unit.words)
    if not signs and _honest(case, strange):
        return ()
    return (other, *_position(unit, case.at, around), *signs)


def _called(code: str) -> str:
    return letters.LANGUAGES.get(code, code)


def _language(words: str, main: str) -> str:
    """The language of a line if it is plainly not the article's."""
    said = [word for word in tokens(words) if word != "#"]
    if len(said) < 4:
        return ""
    guess, different, share = letters.language(words)
    own = letters.share_of(main, words)
    if not guess or guess == main or share < 0.2 or own * 2 > share:
        return ""
    return guess if different >= 3 or (own == 0 and share >= 0.25 and len(said) <= 12) else ""


def _signs(words: str) -> Reasons:
    """What no quotation has: contacts, emoji, a number glued into foreign letters."""
    signs: list[str] = []
    if asked := letters.contacts(words):
        signs.append(f"gives {' and '.join(asked)}")
    if letters.emoji(words):
        signs.append("decorated with emoji")
    said = tokens(words)
    if sum(1 for _ in found(vocabulary().phrases["action"], said)):
        signs.append("calls on the reader to do something, as advertising does")
    digits = sum(char.isdigit() for char in words)
    if digits and len(said) <= 16 and not words.rstrip().endswith(letters.ENDS) and digits * 8 >= len(words.strip()):
        signs.append(f"{100 * digits // len(words.strip())} % of it are digits")
    return tuple(signs)


def _honest(case: _Case, strange: str) -> bool:
    """Whether an author may well have put it there: quoted, introduced, attributed, translated, or part of a list."""
    unit, at, around, kept, after = case.unit, case.at, case.around, case.kept, case.after
    words = unit.words.strip()
    if words.startswith(_OPENING):
        return True
    if unit.marked or unit.kind == "quote" or _ATTRIBUTION.match(words) or _credited(words):
        return True
    if after is not None and _ATTRIBUTION.match(after.words) and len(tokens(after.words)) <= 24:
        return True
    if kept is not None and around.units[at - 1] is kept:
        before = kept.words.rstrip()
        if before.endswith((":", "：", "—", "–")):
            return True
        if unit.kind in ("verse", "paragraph") and _strangeness(kept, around) == strange:
            return True
    if unit.kind == "item":
        return _among_its_like(at, around, strange)
    return unit.kind == "heading" and len(tokens(words)) <= 12


def _credited(words: str) -> bool:
    """Whether it ends in a dash and a name."""
    named = _CREDITED.search(words)
    return named is not None and all(name[:1].isupper() or len(name) < 4 for name in re.split(r"[ ,]+", named[1])[:4])


def _strangeness(unit: Unit, around: Around) -> str:
    counted = letters.scripts(unit.words)
    if counted and counted[around.script] < counted.total() * 0.25:
        return counted.most_common(1)[0][0]
    return _language(unit.words, around.language) if around.language else ""


def _among_its_like(at: int, around: Around, strange: str) -> bool:
    """Whether at least half of its list is in the same foreign script or language."""
    start, end = at, at + 1
    while start > max(0, at - 6) and around.units[start - 1].kind == "item":
        start -= 1
    while end < min(len(around.units), at + 7) and around.units[end].kind == "item":
        end += 1
    items = around.units[start:end]
    return len(items) > 1 and sum(_strangeness(item, around) == strange for item in items) * 2 >= len(items)


def _position(unit: Unit, at: int, around: Around) -> Reasons:
    count = len(tokens(unit.words))
    said = []
    if count <= 24 and not unit.words.rstrip().endswith(letters.ENDS):
        said.append(f"short ({len(unit.words.strip())} characters) and no sentence")
    if around.first >= 0 and around.first < at < around.last:
        said.append("stands alone between paragraphs, neither quoted nor introduced")
    elif around.edge(at):
        said.append("stands outside the paragraphs of the article, neither quoted nor introduced")
    return tuple(said)


# --- advertising in the article's own language -----------------------------------------------------------------------


def _advertising(case: _Case) -> Reasons:
    unit, around = case.unit, case.around
    words = unit.words.strip()
    said = tokens(words)
    if len(said) < 2 or len(said) > 60:
        return ()
    bare = tokens(_QUOTED.sub(" ", words))
    weights: list[tuple[int, str]] = []
    actions = [" ".join(bare[m.start : m.end]) for m in found(vocabulary().phrases["action"], bare)]
    promised = [" ".join(bare[m.start : m.end]) for m in found(vocabulary().phrases["promotion"], bare)]
    asked = letters.contacts(words)
    parts = [part for part in _SPLIT.split(words) if part]
    if actions:
        weights.append((2, f"calls on the reader: “{actions[0]}”"))
    if promised:
        several = len(set(promised)) > 1
        listed = ", ".join(f"“{word}”" for word in dict.fromkeys(promised[:4]))
        weights.append((2 if several else 1, f"words of advertising: {listed}"))
    if asked:
        weights.append((2 if len(said) <= 14 else 1, f"gives {' and '.join(asked)}"))
    if len(parts) >= 3 and max(len(tokens(part)) for part in parts) <= 6:
        weights.append((1, f"{len(parts)} key words in a row instead of a sentence"))
    if not weights:
        return ()
    if letters.shouts(words):
        weights.append((1, "decorated with emoji, arrows or exclamation marks"))
    if not _sentence(words) and unit.kind != "item":
        weights.append((1, "no sentence"))
    if _off_topic(said, around):
        weights.append((1, "no word of its subject comes up anywhere else in the article"))
    repeated = [word for word, times in Counter(letters.content(()) or said).items() if times >= 3 and len(word) > 3]
    if repeated and len(said) <= 20:
        weights.append((1, f"repeats “{repeated[0]}”"))
    for_it = sum(weight for weight, _ in weights) - _credit(case, said, asked=bool(asked))
    return tuple(reason for _, reason in weights) if for_it >= 3 else ()


def _credit(case: _Case, said: Sequence[str], *, asked: bool) -> int:
    """What speaks for a line: a sentence of the article's language, a quotation, something that introduces it."""
    unit, around, kept, after = case.unit, case.around, case.kept, case.after
    words, credit = unit.words.strip(), 0
    if len(said) > 30:
        credit += 1
    fluent = letters.share_of(around.language, words) >= 0.3 if around.language else False
    if fluent and _sentence(words) and not asked and not letters.shouts(words):
        credit += 1
    if (words.startswith(_OPENING) and _CLOSING.search(words)) or unit.kind == "quote":
        credit += 3
    if kept is not None and kept.words.rstrip().endswith((":", "：")):
        credit += 2
    if after is not None and _ATTRIBUTION.match(after.words):
        credit += 2
    if unit.kind in ("item", "heading"):
        credit += 1
    shared = letters.content(said)
    if shared and sum(around.subjects[word] > 1 for word in shared) * 2 >= len(shared):
        credit += 1
    return credit


def _off_topic(said: Sequence[str], around: Around) -> bool:
    about = letters.content(said)
    return len(about) >= 2 and len(around.subjects) >= 40 and all(around.subjects[word] <= 1 for word in about)


def _sentence(words: str) -> bool:
    """Whether it ends as a sentence does, and is none that shouts."""
    said = words.rstrip()
    return (
        said.endswith((".", "?", "!", "…", "。", "！", "？", ".”", '."', "”", '"', ".)", ":", "؟", "।"))
        and "!!" not in said
    )


def stamped(words: str) -> bool:
    """Whether a line says of itself that it dates the page: "Published …", "Last updated …"."""
    said = tokens(words)
    phrases = vocabulary().phrases
    return any(match.start == 0 for kind in ("published", "updated") for match in found(phrases[kind], said))


# --- regions ---------------------------------------------------------------------------------------------------------


def regions(units: Sequence[Unit], around: Around, reasons: Sequence[Reasons]) -> list[Reasons]:
    """The reasons with those that follow from a heading: what stands under "Related articles" or "12 comments"."""
    told = list(reasons)
    for order in (range(1, len(units)), range(len(units) - 2, -1, -1)):
        for at in order:
            beside = at - 1 if order.step > 0 else at + 1
            if not told[at] and _buttons(units, told, at, beside):
                told[at] = (*furniture(units[at].words, edge=True), "stands beside other buttons of the page")
    for at, (unit, why) in enumerate(zip(units, tuple(told), strict=True)):
        if not why or unit.place or not unit.words.strip():
            continue
        kinds = _kinds(unit.words)
        if "related" in kinds:
            for place in _listed(units, around, told, at):
                told[place] = told[place] or (f"in the list under {_shown(unit.words)}",)
        elif "comments" in kinds and _comments_follow(units, at):
            for place in range(at + 1, len(units)):
                if units[place].words.strip():
                    told[place] = told[place] or (f"in the page's comments, below {_shown(unit.words)}",)
            break
    return told


def _buttons(units: Sequence[Unit], told: Sequence[Reasons], at: int, beside: int) -> bool:
    """Whether a unit that may be furniture stands directly beside one that is."""
    one, other = units[at], units[beside]
    if not told[beside] or other.place or abs(one.line - other.line) > 2 or one.kind in ("code", "table", "break"):
        return False
    return bool(furniture(one.words, edge=True) and furniture(other.words, edge=True))


def _kinds(words: str) -> set[str]:
    said = tokens(words)
    return {kind for match in found(vocabulary().furniture, said) for kind in match.kinds} if len(said) <= 12 else set()


def _listed(units: Sequence[Unit], around: Around, told: Sequence[Reasons], at: int) -> list[int]:
    """The places of the titles listed under a heading such as "Related articles"."""
    listed: list[int] = []
    for place in range(at + 1, min(len(units), at + 60)):
        unit = units[place]
        said = tokens(unit.words)
        title = (
            bool(said)
            and len(said) <= 24
            and not unit.words.rstrip().endswith((".", "。", ":"))
            and unit.kind != "code"
        )
        if not (title or told[place]) or (unit.kind == "heading" and place <= around.last):
            break
        listed.append(place)
    ends = not listed or listed[-1] > around.last
    rows = [
        place
        for place in listed
        if ends or units[place].kind == "item" or units[place].links > 0.6 or _contiguous(units, at, place)
    ]
    return rows[: next((number for number, place in enumerate(rows) if place != at + 1 + number), len(rows))]


def _contiguous(units: Sequence[Unit], at: int, place: int) -> bool:
    return units[place].line - units[at].line == place - at


def _comments_follow(units: Sequence[Unit], at: int) -> bool:
    """Whether what follows are readers' comments: most text is behind, and it looks like comments."""
    behind = sum(len(unit.words) for unit in units[:at])
    ahead = units[at + 1 :]
    if behind < sum(len(unit.words) for unit in ahead) * 1.5 or behind < 400:
        return False
    counted = any(char.isdigit() for char in units[at].words)
    return counted or any(_kinds(unit.words) & {"comments", "reading", "share"} for unit in ahead)
