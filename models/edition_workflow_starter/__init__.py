"""The starter packages, as data; `workflow` finds them through the entry point `edition_workflow.packages`."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """The folder that has the packages (`*.argosmodel`): this one in a wheel, the one above in a checkout."""
    here = Path(__file__).parent
    return here if any(here.glob("*.argosmodel")) else here.parent
