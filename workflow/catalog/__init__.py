"""Catalogs: PO files that keep every byte, and merge as msgmerge does, only safer.

catalog = loads(text, "locales/es/LC_MESSAGES/a.po")     dumps(catalog) == text
catalog = merge(catalog, entries, now=…)                 the article's segments, in order
catalog = with_entries(catalog, {key: entry}, now=…)     translations
catalog = combine(base, ours, theirs)                    two writers' changes
"""

from workflow.catalog.headers import header, new, template, with_header
from workflow.catalog.merging import combine, merge, with_entries
from workflow.catalog.reading import loads
from workflow.catalog.writing import dumps
from workflow.model import Catalog

__all__ = ["Catalog", "combine", "dumps", "header", "loads", "merge", "new", "template", "with_entries", "with_header"]
