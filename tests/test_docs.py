"""The README, SPEC and the commands' own help agree with the code."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

import trainer.cli
import viewer.cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[tuple[str, typer.models.CommandInfo]]:
    apps = {"trainer": trainer.cli.app, "viewer": viewer.cli.app}
    return [
        (f"{program} {command.name or command.callback.__name__}", command)
        for program, app in apps.items()
        for command in app.registered_commands
        if command.callback is not None
    ]


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_is_in_the_readme_and_helps_with_an_example(
    name: str, command: Any
) -> None:
    assert name in README
    assert "Example" in (command.callback.__doc__ or "")


def test_continuous_integration_finds_its_command_in_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    marked = re.search(r"<!-- tests -->\n```\n(.+)\n```", README)

    assert "readme tests" in script
    assert marked is not None
    assert "pytest" in marked[1]


def test_files_named_in_the_readme_exist() -> None:
    names = re.findall(r"\]\(([^)#]+)\)", README)

    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_dependencies_are_the_ones_that_were_agreed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {re.split(r"[<>=]", text)[0] for text in project["project"]["dependencies"]}

    assert names == {"numpy", "matplotlib", "pyzmq", "msgpack", "typer", "av"}


def test_no_file_has_grown_too_long() -> None:
    folders = ("protocol", "trainer", "viewer", "tests", "examples")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]

    long = [p.name for p in files if len(p.read_text("utf-8").splitlines()) > 300]

    assert len(files) > 50
    assert long == []
