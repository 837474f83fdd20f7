"""What pofilter's and Weblate's checks flag of the translations that `checks.py` measures, and find of its errors.

Run by `checks.py --peers PYTHON` in a Python that has translate-toolkit and Weblate; ours is not imported there.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

NTREX = {
    "ar": "arb", "de": "deu", "es": "spa", "fr": "fra", "hi": "hin",
    "ja": "jpn", "ko": "kor", "ru": "rus", "zh_CN": "zho-CN", "zh_TW": "zho-TW",
}  # fmt: skip
Flags = Callable[[str, str], set[str]]


def pairs(data: Path, locale: str) -> list[tuple[str, str]]:
    """The news segments with their professional translations."""
    folder = data / "data" / "ntrex"
    source = (folder / "newstest2019-src.eng.txt").read_text(encoding="utf-8").split("\n")
    target = (folder / f"newstest2019-ref.{NTREX[locale]}.txt").read_text(encoding="utf-8").split("\n")
    return [(one.strip(), other.strip()) for one, other in zip(source, target, strict=True) if one.strip()]


def pofilter(locale: str) -> Flags:
    """Its standard checks, told the language."""
    from translate.filters import checks
    from translate.storage import pypo

    checker = checks.StandardUnitChecker(checkerconfig=checks.CheckerConfig(targetlanguage=locale))
    standard = checks.StandardChecker(checkerconfig=checks.CheckerConfig(targetlanguage=locale))

    def flags(source: str, target: str) -> set[str]:
        unit = pypo.pounit(source)
        unit.target = target
        return {*checker.run_filters(unit), *standard.run_filters(unit)}

    return flags


def weblate(locale: str) -> Flags:
    """Its checks of a translated string that are on by default, each asked about a unit without flags."""
    import django
    from django.conf import settings

    for name in ("cairo", "gi", "gi.repository"):  # they draw pictures; no check here needs them
        sys.modules.setdefault(name, MagicMock())
    if not settings.configured:
        from weblate import settings_example

        names = {name: getattr(settings_example, name) for name in dir(settings_example) if name.isupper()}
        names["DATABASES"] = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        settings.configure(**names)
        django.setup()
    from weblate.checks.models import CHECKS
    from weblate.checks.tests.test_checks import MockUnit

    chosen = [(name, check) for name, check in CHECKS.items() if check.target and not check.default_disabled]
    probe = MockUnit("a", "", locale, "One word.")
    probe.target = "Ein Wort."
    usable = []
    for name, check in chosen:
        try:
            check.check_target(["One word."], ["Ein Wort."], probe)
        except AttributeError:
            continue  # it asks the database for other units
        usable.append((name, check))

    def flags(source: str, target: str) -> set[str]:
        unit = MockUnit("a", "", locale, source)
        unit.target = target
        return {name for name, check in usable if check.check_target([source], [target], unit)}

    return flags


def changed(target: str, draw: random.Random) -> str | None:
    """The translation with one ASCII digit changed."""
    places = [match.start() for match in re.finditer("[0-9]", target)]
    if not places:
        return None
    place = draw.choice(places)
    return target[:place] + draw.choice([one for one in "0123456789" if one != target[place]]) + target[place + 1 :]


def main() -> None:
    data = Path(sys.argv[1])
    heads = (
        "tool",
        "locale",
        "% of segments flagged",
        "its numbers, % of those with digits",
        "digits changed, found %",
    )
    print(f"| {' | '.join(heads)} |")
    print("|---|---|--:|--:|--:|")
    for tool, make, number in (("pofilter", pofilter, "numbers"), ("Weblate", weblate, "")):
        for locale in NTREX:
            try:
                flags = make(locale)
            except Exception as error:  # whatever a peer lacks here is said, not hidden
                print(f"| {tool} | {locale} | not measured: {type(error).__name__} {str(error)[:60]} | | |")
                break
            flagged = digits = wrong = put = got = 0
            rows = pairs(data, locale)
            for index, (source, target) in enumerate(rows):
                found = flags(source, target)
                flagged += bool(found)
                if re.search(r"\d", source + target):
                    digits += 1
                    wrong += number in found
                    mutated = changed(target, random.Random(index))
                    if number and mutated and number not in found:
                        put += 1
                        got += number in flags(source, mutated)
            shown = f"{100 * wrong / digits:.1f} | {100 * got / put:.1f}" if number else "has none | –"
            print(f"| {tool} | {locale} | {100 * flagged / len(rows):.1f} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
