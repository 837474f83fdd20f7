"""Drafts: the list of what wants one, the stream that makes them, and the catalog entries with them in.

    jobs = draft.plan(entries, catalog=path, article=name, locale="zh_CN", syntax="markdown", memory=…, terms=…)
    for drafts in draft.stream(jobs, translate, locale="zh_CN", engine="argos translate-en_zh-1_9"):
        …                     # a tuple of drafts: what one round gave; group them by draft.job.catalog and write
        changed = draft.apply(entries, drafts)          # {key: Entry}, for catalog.with_entries

`plan` of many catalogs may be chained into one stream. `plan` and `apply` are pure; nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import html
import math
import re
import urllib.parse
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from workflow import languages, markup, segments
from workflow.engine import Hypothesis, Span, Translate, faults, masking, placing
from workflow.engine.masking import HOLD, STAND_INS, Masked, masked, wordy
from workflow.engine.placing import Target
from workflow.engine.typography import typeset
from workflow.glossary import Occurrence, Term, found
from workflow.memory import Match, Memory
from workflow.model import Entry, State, Syntax

COPY = "copy"
"""The origin of a draft that is the segment itself: it has no words, or they are of another language already."""
FOREIGN = 0.2
"""How sure it is that a segment in another script is to stand as it is: it is a person's to say."""
LONG = 400
"""Characters from which on a text is cut into its sentences in any case."""
SURE = 0.1
"""Attention from which on the words of a translation are taken for those of a term."""
SETTLED, UNTOLD = 0.2, 1.5
"""What it costs a hypothesis to have a term put in by us, and to lack it."""
NEAR = 80
"""Percent of likeness from which on a translation from memory is a better draft than the engine's."""
WINDOW = 128
"""Segments in a round: what an interruption may lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A segment that wants a draft. `catalog` is whatever the caller knows its catalog by."""

    catalog: str
    key: tuple[str | None, str]
    syntax: Syntax
    locale: str
    match: Match | None = None
    terms: tuple[Occurrence, ...] = ()

    @property
    def source(self) -> str:
        """The text to translate."""
        return self.key[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A translation to be reviewed. `origin` says where from: `argos translate-en_zh-1_9`, `memory 92% article`.

    `confidence` is 0 to 1, None where nobody can say. `lost` names what the source has and the draft has not,
    `faults` what is wrong with it besides.
    """

    job: Job
    text: str
    origin: str
    confidence: float | None = None
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def plan(
    entries: Iterable[Entry],
    *,
    catalog: str,
    article: str,
    locale: str,
    syntax: Syntax | Callable[[Entry], Syntax] = "plain",
    memory: Memory | None = None,
    terms: Iterable[Term] = (),
    redo: bool = False,
) -> tuple[Job, ...]:
    """The entries that want a draft, in order: new ones, with `redo` also machine drafts that no person has touched."""
    memory = memory or Memory()
    terms = tuple(terms)
    alive = [entry for entry in entries if not entry.obsolete and entry.msgid_plural is None]
    jobs = []
    for place, entry in enumerate(alive):
        if not wanted(entry, redo=redo):
            continue
        kind = syntax if isinstance(syntax, str) else syntax(entry)
        match = memory.exact(
            entry.msgid,
            article=article,
            context=entry.msgctxt,
            before=alive[place - 1].msgid if place else "",
            after=alive[place + 1].msgid if place + 1 < len(alive) else "",
        ) or _near(memory, entry.msgid, article, kind)
        jobs.append(
            Job(
                catalog=catalog,
                key=entry.key,
                syntax=kind,
                locale=locale,
                match=match,
                terms=found(terms, entry.msgid),
            )
        )
    return tuple(jobs)


def _near(memory: Memory, source: str, article: str, syntax: Syntax) -> Match | None:
    """The closest match, if it is near enough and has the marks that the source has."""
    match = memory.closest(source, at_least=NEAR, article=article)
    if match is None or _kinds(source, syntax) != _kinds(match.target, syntax):
        return None
    return match


def wanted(entry: Entry, *, redo: bool = False) -> bool:
    """Whether an entry wants a draft: it is new, or with `redo` a machine's draft that no person has touched."""
    if entry.obsolete or entry.msgid_plural is not None:
        return False
    return entry.state is State.NEW or (redo and entry.state is State.DRAFT and not touched_by_person(entry))


def stream(
    jobs: Iterable[Job],
    translate: Translate,
    *,
    locale: str,
    engine: str,
    source: str = "en",
    spaced: bool = False,
    window: int = WINDOW,
    progress: Callable[[int, int], None] = lambda _segments, _words: None,
) -> Iterator[tuple[Draft, ...]]:
    """Drafts of all jobs, in their order, a round of at most `window` at a time; only one round is in memory.

    `engine` is the origin of what `translate` says, `source` the locale of the segments.
    `spaced` keeps a blank between Chinese and Latin letters.
    `progress` hears after each round how many segments and source words it was.
    """
    manner = manner_of(locale, engine=engine, source=source, spaced=spaced)
    queue = iter(jobs)
    while batch := tuple(islice(queue, window)):
        yield _round(batch, translate, manner)
        progress(len(batch), sum(len(job.source.split()) for job in batch))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What is the same for all drafts of a locale. `source` is the locale that the segments are in."""

    locale: str
    language: str
    script: str
    quotes: tuple[str, str, str, str]
    engine: str
    source: str = "en"
    spaced: bool = False


def manner_of(locale: str, *, engine: str, source: str = "en", spaced: bool = False) -> Manner:
    """The manner of a locale, from CLDR."""
    return Manner(
        locale=locale,
        language=languages.language(locale),
        script=languages.script(locale),
        quotes=languages.quotes(locale),
        engine=engine,
        source=source,
        spaced=spaced,
    )


Asking = Generator[list[str], list[Sequence[Hypothesis]], Draft]
"""The making of one draft: it asks for translations of texts, as often as it must, and ends with the draft."""


def _round(batch: Sequence[Job], translate: Translate, manner: Manner) -> tuple[Draft, ...]:
    """The drafts of a batch. What all of them ask for at one time goes to the engine at one time."""
    drafts: list[Draft | None] = [None] * len(batch)
    waiting: dict[int, tuple[Asking, list[str]]] = {}

    def go_on(place: int, asking: Asking, answer: list[Sequence[Hypothesis]] | None) -> None:
        try:
            waiting[place] = (asking, next(asking) if answer is None else asking.send(answer))
        except StopIteration as end:
            drafts[place] = end.value

    for place, job in enumerate(batch):
        go_on(place, _drafting(job, manner), None)
    while waiting:
        now, waiting = waiting, {}
        answers = iter(translate([text for _, texts in now.values() for text in texts]))
        for place, (asking, texts) in now.items():
            go_on(place, asking, list(islice(answers, len(texts))))
    assert all(draft is not None for draft in drafts)
    return tuple(draft for draft in drafts if draft is not None)


def _drafting(job: Job, manner: Manner) -> Asking:
    """The draft of one job: from memory, else from the engine, by other means where the first go wrong."""
    if job.match is not None:
        return _remembered(job)
    core = job.source.strip()
    if core and core != job.source:  # white space around it, such as a last newline, is not the engine's business
        lead, _, tail = job.source.partition(core)
        inner = yield from _drafting(replace(job, key=(job.key[0], core)), manner)
        return replace(inner, job=job, text=f"{lead}{inner.text}{tail}")
    whole = masked(job.source, job.syntax)
    if not wordy(whole):
        text = yield from _with_alternatives(job, job.source, manner)
        return Draft(job=job, text=text, origin=COPY if text == job.source else manner.engine, confidence=1.0)
    if faults.strange(whole.text, script=languages.script(manner.source)):
        return Draft(job=job, text=job.source, origin=COPY, confidence=FOREIGN, faults=("foreign",))
    tried = yield from _tried(job, manner, [(whole, _parts(whole.text, manner))])
    best = min(tried, key=_cost, default=None)
    if best is None or best.wrong or best.untold >= UNTOLD:
        tried += yield from _tried(job, manner, _other_means(job, manner, whole, best))
        best = min(tried, key=_cost, default=None)
    if best is None or best.lost or best.extra:
        tried += yield from _in_pieces(job, manner, whole)
        best = min(tried, key=_cost, default=None)
    assert best is not None  # pieces always give a draft
    if "loop" in best.faults:
        best = _with_text(job, best, faults.without_loops(job.source, best.text))
    best = _with_text(job, best, faults.without_stutter(job.source, best.text, language=manner.language))
    text = yield from _with_alternatives(job, best.text, manner)
    return Draft(
        job=job,
        text=text,
        origin=manner.engine,
        confidence=confidence(best),
        lost=best.lost,
        faults=best.faults,
    )


def _with_text(job: Job, attempt: Attempt, text: str) -> Attempt:
    """The attempt with another text, where that loses no mark; faults stay, since a person must look at them."""
    if text == attempt.text:
        return attempt
    lost, extra = _compared(job, text)
    sound = text and len(lost) <= len(attempt.lost) and extra <= attempt.extra
    return replace(attempt, text=text, lost=lost, extra=extra) if sound else attempt


def _with_alternatives(job: Job, text: str, manner: Manner) -> Generator[list[str], list[Sequence[Hypothesis]], str]:
    """The text with the alternative texts of its images drafted, too; one that would make another image stays."""
    if job.syntax != "markdown" or "![" not in text:
        return text
    places = [place for place in markup.alternatives(text) if wordy(masked(place[2], "plain"))]
    said: dict[str, str] = {}
    for _, _, words in places:
        if words not in said:
            alone = yield from _drafting(replace(job, key=(job.key[0], words), syntax="plain", terms=()), manner)
            said[words] = words if alone.lost or alone.faults else alone.text
    kinds = _kinds(text, job.syntax)
    for start, end, words in reversed(places):
        changed = text[:start] + _MARKING.sub(r"\\\g<0>", " ".join(said[words].split())) + text[end:]
        text = changed if _kinds(changed, job.syntax) == kinds else text
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way to draft a segment, and what speaks against it."""

    text: str
    score: float
    coverage: float
    ratio: float
    words: int
    repetition: float
    untranslated: float
    figures: float = 0.0
    latin: bool = False
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    untold: float = 0.0
    extra: int = 0

    @property
    def wrong(self) -> bool:
        """Whether it is worth while to try by other means."""
        return bool(self.lost or self.faults or self.extra)


def _cost(attempt: Attempt) -> float:
    worst = 3.0 * attempt.extra + 2.0 * len(attempt.lost) + attempt.untold
    return worst + sum(_WEIGHT.get(fault, 1.0) for fault in attempt.faults) - attempt.score - 0.5 * attempt.coverage


_WEIGHT = {"empty": 9.0, "loop": 1.5, "copied": 1.5, "script": 1.5}


def _parts(text: str, manner: Manner) -> list[str]:
    """The sentences of a text; models are trained on one at a time."""
    if len(text) < LONG and not re.search(r"[.!?][\"”’)]*\s+\S.{20}", text):
        return [text]
    return [piece for piece in segments.split(text, manner.source) if piece] or [text]


def _other_means(job: Job, manner: Manner, whole: Masked, best: Attempt | None) -> list[tuple[Masked, list[str]]]:
    """Other ways to ask, after what went wrong: other stand-ins, numbers held, calmer punctuation, in parts."""
    means: list[tuple[Masked, list[str]]] = []
    wanting = best is None or best.lost or best.extra
    if wanting and whole.holds:
        means += [
            (way, _parts(way.text, manner))
            for form in STAND_INS[1:]
            for way in [masked(job.source, job.syntax, stand_in=form)]
        ]
    if best is not None and best.untold >= UNTOLD:
        hits = [(hit.start, hit.end, hit.targets[0]) for hit in found(_terms(job), whole.text)]
        way = masking.with_words(whole, hits)
        means.append((way, _parts(way.text, manner)))
    if best is not None and best.lost:
        way = masked(job.source, job.syntax, numbers=True)
        means.append((way, _parts(way.text, manner)))
    if best is not None and best.faults:
        parts = list(faults.sentences(whole.text))
        if len(parts) > 1:
            means.append((whole, parts))
        calmed = faults.calm(whole.text)
        if "empty" in best.faults:  # a lone word of which the model knows no lower case
            calmed = calmed[:1].upper() + calmed[1:]
        if calmed != whole.text and not (whole.marks or whole.points or whole.holds):
            means.append((replace(whole, text=calmed), [calmed]))
    return means


def _tried(
    job: Job, manner: Manner, means: Sequence[tuple[Masked, list[str]]]
) -> Generator[list[str], list[Sequence[Hypothesis]], list[Attempt]]:
    """The attempts that all hypotheses of these ways to ask lead to."""
    asked = [part.strip() for _, parts in means for part in parts if part.strip()]
    if not asked:
        return []
    answers = iter((yield asked))
    attempts = []
    for way, parts in means:
        ways = [(part, next(answers) if part.strip() else (Hypothesis(""),)) for part in parts]
        for hypothesis in _joined(ways, manner):
            attempt = _attempt(job, manner, way, hypothesis)
            if attempt is not None:
                attempts.append(attempt)
                if not attempt.wrong and not attempt.untold:
                    break  # hypotheses come best first
    return attempts


def _joined(parts: Sequence[tuple[str, Sequence[Hypothesis]]], manner: Manner) -> Sequence[Hypothesis]:
    """The hypotheses of parts as hypotheses of the whole, aligned with it."""
    if len(parts) == 1 and parts[0][0] == parts[0][0].strip():
        return parts[0][1]
    made = []
    for rank in range(max(len(ways) for _, ways in parts)):
        text, scores, offset = "", [], 0
        source: list[Span] = []
        target: list[Span] = []
        blocks: list[tuple[int, Hypothesis]] = []
        for part, ways in parts:
            one = ways[min(rank, len(ways) - 1)]
            lead = len(part) - len(part.lstrip())
            if text and one.text and manner.language not in {"zh", "ja", "yue", "th", "lo", "km", "my"}:
                text += " "
            start = len(text)
            text += one.text
            blocks.append((len(source), one))
            source += [(left + offset + lead, right + offset + lead) for left, right in one.source]
            target += [(left + start, right + start) for left, right in one.target]
            scores += [one.score] * max(len(one.target), 1)
            offset += len(part)
        rows = []
        for first, one in blocks:
            after = len(source) - first - len(one.source)
            rows += [(0.0,) * first + tuple(row) + (0.0,) * after for row in one.attention]
        made.append(Hypothesis(text, sum(scores) / max(len(scores), 1), tuple(source), tuple(target), tuple(rows)))
    return tuple(made)


def _attempt(job: Job, manner: Manner, way: Masked, hypothesis: Hypothesis) -> Attempt | None:
    """The draft that a hypothesis leads to; None where a mark finds no place in it."""
    if not (way.marks or way.holds or way.points or job.terms):  # nothing to find a place for
        wrong = faults.faults(way.text, hypothesis.text, hypothesis, script=manner.script)
        return _finished(job, manner, way, hypothesis.text, hypothesis, wrong=wrong, untold=0.0, plain=hypothesis.text)
    aligned = placing.target(way, hypothesis)
    aligned = placing.mended(way, aligned)
    if any(place is None for place in aligned.holds):
        return None
    plain = aligned.text
    if placing.surplus(way, aligned):
        return None
    wrong = faults.faults(way.text, plain, hypothesis, script=manner.script)
    told, settled, untold = _with_terms(job, way, aligned)
    shape = placing.template(told, settled)
    if shape is None:
        return None
    return _finished(job, manner, told, shape, hypothesis, wrong=wrong, untold=untold, plain=plain)


def _finished(
    job: Job,
    manner: Manner,
    way: Masked,
    shape: str,
    hypothesis: Hypothesis,
    *,
    wrong: Sequence[str],
    untold: float,
    plain: str,
) -> Attempt:
    """The attempt of a template: typeset, with everything put back, and looked at once more."""
    words = {chr(HOLD + number): hold.raw for number, hold in enumerate(way.holds) if hold.term}
    if not any(hold.start == 0 for hold in way.holds):  # a stand-in is a capital letter, what it stands for may be none
        shape = _begun(shape, way.text)
    shape = typeset(shape, language=manner.language, quotes=manner.quotes, holds=words, spaced=manner.spaced)
    shape = placing.apart(shape, way)
    text = _shown(job, placing.expanded(shape if job.syntax != "html" else _as_html(shape), way).strip())
    lost, extra = _compared(job, text)
    if extra and job.syntax == "markdown":  # a letter of the translation was taken for a mark
        text = _shown(job, placing.expanded(_MARKING.sub(r"\\\g<0>", shape), way).strip())
        lost, extra = _compared(job, text)
    return Attempt(
        text=text,
        score=hypothesis.score,
        coverage=faults.coverage(way.text, hypothesis),
        ratio=len(plain) / max(len(way.text), 1),
        words=len(words_of := way.text.split()),
        figures=sum(any(map(str.isdigit, word)) for word in words_of) / max(len(words_of), 1),
        repetition=faults.repetition(plain),
        latin=manner.script == "Latn",
        untranslated=faults.untranslated(way.text, plain, script=manner.script),
        lost=lost,
        faults=tuple(wrong),
        untold=untold,
        extra=extra,
    )


_MARKING = re.compile(r"[*_~`\[\]<$\\]")


def _begun(said: str, source: str) -> str:
    """`said` with a capital where it begins, if the source has one and the word is not the source's own (iPhone)."""
    word = re.match(r"[^\W\d_]+", said)
    if word is None or not source[:1].isupper() or not said[0].islower() or word.group() in source.split():
        return said
    return said[0].upper() + said[1:]


def _as_html(text: str) -> str:
    return html.escape(text, quote=False)


def _shown(job: Job, text: str) -> str:
    """The text with marks that show as marks, and none that the source does not have."""
    if job.syntax == "plain":
        return text
    if _kinds(text, job.syntax) - _kinds(job.source, job.syntax):
        text = markup.contain(job.source, text, job.syntax)
    if job.syntax == "markdown" and _kinds(job.source, job.syntax) != _kinds(text, job.syntax):
        text = markup.show_emphasis(text)
    return text


def _compared(job: Job, text: str) -> tuple[tuple[str, ...], int]:
    """What the source has and the draft lacks (marks, protected text, numbers), and how many marks are too many."""
    ours, theirs = _kinds(job.source, job.syntax), _kinds(text, job.syntax)
    lost = [name for name, times in (ours - theirs).items() for _ in range(times)]
    kept = Counter(masking.protected(text))
    for raw, times in Counter(masking.protected(job.source)).items():
        if kept[raw] < times and text.count(raw) < times:
            lost.append(raw)
    if job.match is None:
        lost += faults.lost_numbers(markup.plain(job.source, job.syntax), markup.plain(text, job.syntax))
    return tuple(dict.fromkeys(lost)), sum((theirs - ours).values())


def _kinds(text: str, syntax: Syntax) -> Counter[str]:
    """The marks of a text: paired ones by their kind, links by where they lead, others as they stand."""
    found: Counter[str] = Counter()
    for token in markup.tokens(text, syntax):
        kind = token.kind
        if kind.endswith("tag") and (name := _EMPHASIS.fullmatch(token.raw)):
            kind = f"{'close' if name[1] else 'open'} {_TAGS[name[2]]}"
        if kind == "break":
            found["break"] += 1
        elif kind.endswith(("emphasis", "strong", "strike")) or kind == "close link":
            found[kind] += 1
        elif kind == "open link":
            found[f"link {token.target}"] += 1
        elif kind == "image" and token.raw.startswith("!["):
            found[f"image {token.target}"] += 1
        else:
            found[token.raw] += 1
    return found


_TAGS = {"em": "emphasis", "strong": "strong", "del": "strike"}
_EMPHASIS = re.compile(r"<(/?)(em|strong|del)>")


def _with_terms(job: Job, way: Masked, aligned: Target) -> tuple[Masked, Target, float]:
    """The same with settled translations where a term is said otherwise, and what that costs."""
    if not job.terms:
        return way, aligned, 0.0
    untold = 0.0
    used: Counter[str] = Counter()
    for hit in found(_terms(job), way.text):
        if any(hold.start < hit.end and hit.start < hold.end for hold in way.holds):
            continue
        said = next((words for words in hit.targets if _count(aligned.text, words) > used[words]), None)
        if said is not None:
            used[said] += 1
            aligned = replace(aligned, text=_with_capitals(aligned.text, said))
            continue
        place = placing.located(aligned, (hit.start, hit.end)) if aligned.certain else None
        if place is None or place[1] < SURE:
            untold += UNTOLD
            continue
        untold += SETTLED
        words = _cased(hit, way.text, place[0], aligned.text)
        way, aligned = placing.settled(way, aligned, (hit.start, hit.end), place[0], words)
    return way, aligned, untold


def _terms(job: Job) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term for hit in job.terms for term in (hit.term, *hit.others)))


def _with_capitals(text: str, words: str) -> str:
    """The text, as long as it was, with the capitals of a settled term where it has the term in small letters."""
    if words == words.lower() or words in text:
        return text
    changed = re.sub(re.escape(words), lambda _: words, text, count=1, flags=re.IGNORECASE)
    return changed if len(changed) == len(text) else text


def _count(text: str, words: str) -> int:
    return text.casefold().count(words.casefold())


def _cased(hit: Occurrence, source: str, place: Span, target: str) -> str:
    """The settled translation with a capital where it begins a sentence that began with the term."""
    words = hit.targets[0]
    begins = not target[: place[0]].strip(" \"'“«¿¡(")
    return words[:1].upper() + words[1:] if begins and source[hit.start].isupper() else words


def _in_pieces(
    job: Job, manner: Manner, whole: Masked
) -> Generator[list[str], list[Sequence[Hypothesis]], list[Attempt]]:
    """The draft made of the stretches between marks and protected text, each by itself: nothing can be lost."""
    whole = masked(job.source, job.syntax, numbers=True)
    pieces = masking.skeleton(whole)
    asked = [core for words, piece in pieces if words and (core := _core(piece)[1])]
    answers = iter((yield asked)) if asked else iter(())
    shape, scores = "", [0.0]
    for words, piece in pieces:
        before, core, after = _core(piece) if words else (piece, "", "")
        shape += before
        if core:
            best = next(answers)[0]
            said = best.text
            if not core.rstrip().endswith((".", "。", "!", "?", ":")):
                said = said.rstrip(" .。")
            shape += said
            scores.append(best.score)
        shape += after
    plain = placing.words_of(shape)
    wrong = faults.faults(whole.text, plain, None, script=manner.script)
    score = sum(scores) / len(scores) - 0.5
    attempt = _finished(job, manner, whole, shape, Hypothesis(plain, score), wrong=wrong, untold=0.0, plain=plain)
    return [attempt]


def _core(piece: str) -> tuple[str, str, str]:
    """What is before the words of a piece, the words, what is after."""
    match = re.search(r"\w(?:.*\w)?[.!?]*", piece, re.DOTALL)
    if match is None or not any(map(str.isalpha, match.group())) or len(match.group()) < 2:
        return piece, "", ""  # a letter alone is a name: A=1, J=11
    return piece[: match.start()], match.group(), piece[match.end() :]


def _remembered(job: Job) -> Draft:
    assert job.match is not None
    origin = f"memory {job.match.percent}% {job.match.unit.article}".rstrip()
    lost, _ = _compared(job, job.match.target)
    return Draft(job=job, text=job.match.target, origin=origin, lost=lost)


def features(attempt: Attempt) -> tuple[float, ...]:
    """What confidence is made of: 1, then what the model and the checks say of an attempt."""
    return (
        1.0,
        attempt.score,
        attempt.coverage,
        math.log(min(max(attempt.ratio, 0.05), 5.0)),
        attempt.repetition,
        attempt.untranslated,
        math.log(1 + attempt.words),
        min(attempt.figures, 0.3),
        float(len(attempt.faults)),
        float(len(attempt.lost)),
    )


WEIGHTS = (1.39, 4.18, 2.59, 1.18, 0.0, -1.56, 1.14, 5.52, -3.0, -1.5)
LATIN_WEIGHTS = (-0.78, 4.81, 1.86, 5.13, 0.0, -1.58, 1.15, -2.9, -3.0, -1.5)
"""Fitted by benchmarks/draft_confidence.py on half of its text, but for faults and losses, which are set: to drafts in
Chinese, and, for languages in Latin letters, where other signs tell, in Spanish."""


def confidence(attempt: Attempt) -> float:
    """How likely the draft is not among the worst, 0 to 1."""
    weights = LATIN_WEIGHTS if attempt.latin else WEIGHTS
    total = sum(weight * value for weight, value in zip(weights, features(attempt), strict=True))
    return round(1 / (1 + math.exp(-min(max(total, -30), 30))), 2)


def apply(
    entries: Iterable[Entry], drafts: Iterable[Draft], *, trusting: bool = False
) -> dict[tuple[str | None, str], Entry]:
    """The entries that drafts change, with draft, fuzzy flag and provenance, by key.

    With `trusting` a translation from memory that stands between the same neighbours in the same context as there is
    taken as reviewed, as it was there. A draft whose entry is gone, reviewed, stale or touched by a person meanwhile
    changes nothing, and an empty draft neither.
    """
    by_key = {entry.key: entry for entry in entries}
    changed = {}
    for draft in drafts:
        entry = by_key.get(draft.job.key)
        if entry is not None and draft.text and wanted(entry, redo=True):
            bare = without_provenance(entry)
            if trusting and draft.job.match is not None and draft.job.match.neighbourhood:
                flags = tuple(flag for flag in bare.flags if flag != "fuzzy")
                changed[entry.key] = replace(bare, msgstr=draft.text, flags=flags)
                continue
            comment = _provenance_comment(draft)
            flags = bare.flags if bare.fuzzy else (*bare.flags, "fuzzy")
            changed[entry.key] = replace(bare, msgstr=draft.text, comments=(*bare.comments, comment), flags=flags)
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a machine's draft is from, as its comment says."""

    origin: str
    sha: str
    confidence: float | None = None
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


_COMMENT = re.compile(
    r"mt: (?P<origin>\S.*?)(?: confidence=(?P<confidence>[01](?:\.\d+)?))?(?: faults=(?P<faults>[\w,-]+))?"
    r"(?: lost=(?P<lost>\S+))? sha=(?P<sha>[0-9a-f]{12})$"
)


# In a list of names these would end the name, the list or the line; they are written as in an address.
_LISTED = re.compile(r"[%,\s\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]")


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "surrogatepass"))


def _provenance_comment(draft: Draft) -> str:
    parts = [f"mt: {draft.origin}"]
    if draft.confidence is not None:
        parts.append(f"confidence={draft.confidence:.2f}")
    if draft.faults:
        parts.append(f"faults={','.join(draft.faults)}")
    if draft.lost:
        parts.append(f"lost={','.join(_LISTED.sub(_escaped, name) for name in draft.lost)}")
    return " ".join([*parts, f"sha={sha(draft.text)}"])


def sha(msgstr: str) -> str:
    """The first twelve hex digits of the SHA-256 of a msgstr: where it no longer fits, a person has edited."""
    return hashlib.sha256(msgstr.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def provenance(entry: Entry) -> Provenance | None:
    """Where the entry's draft is from, if a comment says so.

    >>> provenance(Entry(msgid="a", comments=("mt: memory 92% other sha=0123456789ab",))).origin
    'memory 92% other'
    """
    for comment in reversed(entry.comments):
        if match := _COMMENT.match(comment.strip()):
            return Provenance(
                origin=match["origin"],
                sha=match["sha"],
                confidence=float(match["confidence"]) if match["confidence"] else None,
                lost=tuple(urllib.parse.unquote(name) for name in match["lost"].split(",")) if match["lost"] else (),
                faults=tuple(match["faults"].split(",")) if match["faults"] else (),
            )
    return None


def touched_by_person(entry: Entry) -> bool:
    """Whether the entry has a translation that is not, letter for letter, what a machine put there."""
    if not entry.msgstr:
        return False
    known = provenance(entry)
    return known is None or known.sha != sha(entry.msgstr)


def without_provenance(entry: Entry) -> Entry:
    """The entry without comments on a machine's draft, for when it is reviewed."""
    kept = tuple(comment for comment in entry.comments if not comment.strip().startswith("mt: "))
    return entry if kept == entry.comments else replace(entry, comments=kept)
