"""The verbs: init, add, sync, draft, check, status, publish. Files are read and written in this room, nowhere else.

`base` has what all of them work on; each other module is a verb or two, and knows `base` but no other verb
(but for `draft`, which asks `models` what is at hand).
"""

from workflow.project.adding import add, init
from workflow.project.base import NoPublicationError, Project, find, load, read_article, save
from workflow.project.checking import check, status, write_baseline
from workflow.project.drafting import draft, draft_plan
from workflow.project.editions import preview, publish
from workflow.project.models import install_file, install_from_index, named_package, packages
from workflow.project.syncing import sync

__all__ = [
    "NoPublicationError",
    "Project",
    "add",
    "check",
    "draft",
    "draft_plan",
    "find",
    "init",
    "install_file",
    "install_from_index",
    "load",
    "named_package",
    "packages",
    "preview",
    "publish",
    "read_article",
    "save",
    "status",
    "sync",
    "write_baseline",
]
