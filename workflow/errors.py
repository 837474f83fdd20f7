"""What can go wrong that the user can mend.

    WorkflowError
    ├── UsageError      what was asked for cannot be done as asked (exit code 1)
    ├── FormatError     a file that we cannot read or write as asked
    ├── ConflictError   a file changed while we worked on it, and the changes touch
    └── PackageError    an Argos package that is missing or broken

A message is the whole story: what, where (`file:line: …` where there is a line) and what to do.
"""


class WorkflowError(Exception):
    """Anything the user can mend. Its message is the whole story."""


class UsageError(WorkflowError):
    """What was asked for cannot be done as asked."""


class FormatError(WorkflowError):
    """A file that we cannot read or write as asked."""


class ConflictError(WorkflowError):
    """A file changed while we worked on it, and the changes touch."""


class PackageError(WorkflowError):
    """An Argos package that is missing or broken."""
