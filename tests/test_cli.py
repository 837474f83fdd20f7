"""The command line: every command is documented with an example; docs/commands.md is what --help says.

`python tests/test_cli.py` (make docs) writes docs/commands.md anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workflow.cli import main

REFERENCE = Path(__file__).parents[1] / "docs" / "commands.md"


def commands(group: click.Group = main, name: str = "workflow") -> Iterator[tuple[str, click.Command]]:
    yield name, group
    for child in group.commands.values():
        if isinstance(child, click.Group):
            yield from commands(child, f"{name} {child.name}")
        else:
            yield f"{name} {child.name}", child


def reference() -> str:
    parts = [
        "# Commands\n",
        "What `workflow COMMAND --help` says; made by `make docs`.\n",
        "Exit codes: 0 done; 1 something for you to mend, told in one line; 2 wrong usage; 3 a gate is not met.\n",
    ]
    for name, _ in commands():
        shown = CliRunner().invoke(main, [*name.split()[1:], "--help"], prog_name="workflow", terminal_width=100)
        parts.append(f"## {name}\n\n```\n{shown.output.rstrip()}\n```\n")
    return "\n".join(parts)


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_every_command_is_described_with_an_example(name: str, command: click.Command) -> None:
    assert command.help
    assert f"{name} " in command.help, "no example"
    undescribed = [
        option.opts[-1]
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]
    assert undescribed == []


def test_the_reference_is_what_help_says() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "run: make docs"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell: str) -> None:
    result = CliRunner().invoke(main, [], prog_name="workflow", env={"_WORKFLOW_COMPLETE": f"{shell}_source"})
    assert "_WORKFLOW_COMPLETE" in result.output


if __name__ == "__main__":
    REFERENCE.write_text(reference(), "utf-8")
