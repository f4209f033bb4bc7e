"""What belongs in the repository and what does not; files and functions one can read; logs one can look up.

Everything that is or would be committed is looked at: `git ls-files` with untracked files that are not ignored.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE = 400
MAX_FUNCTION = 60

# Longer than we like, and known: splitting is welcome, growing the list is not.
LONG_FILES = {
    "tests/hub/test_calendar.py",
    "tests/hub/test_embedded.py",
    "tests/service/test_duo_simulator.py",
    "tests/unit/brp_sync/test_stuf.py",
    "tests/unit/cases/test_decisions.py",
    "tests/unit/ingest_duo/test_parser.py",
}

# Places where text is meant for a terminal.
CLI = ("schakel/",)

# Written so that this file does not match itself.
UNWANTED = {
    "a path of one machine": r"(?<![\w.:/-])/(?:hom[e]|User[s]|roo[t]|wor[k])/[\w.]",
    "a path of one Windows machine": r"\b[A-Z]:\\\\?User[s]\\",
    "a temporary folder": r"(?<![\w.:/-])/tm[p]/",
    "a folder outside the repository": r"\.\./share[d]\b",
    "the host of a package registry": r"\b(?:pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|anacond[a]\.org)\b",
    "an index of packages": r"--(?:extra-)?inde[x]-url|--find-link[s]|--trusted-hos[t]|https?://\S+/simpl[e]\b",
}


def _listed() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout: nothing says which files belong to the project")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file of the repository, by path."""
    found = {}
    for name in _listed():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:8000]:
            found[name] = content.decode("utf-8")
    return found


@pytest.fixture(scope="module")
def trees(texts: dict[str, str]) -> dict[str, ast.Module]:
    """Every Python file, parsed."""
    return {name: ast.parse(text) for name, text in texts.items() if name.endswith(".py")}


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_tells_about_the_place_where_it_was_made(texts: dict[str, str], what: str) -> None:
    """The project is the same on every machine and behind every proxy."""
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{name}:{number}" for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)
    ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", "open('/" + "home/jan/file')"),
        ("a path of one machine", "see /" + "work/main"),
        ("a path of one Windows machine", "C:" + r"\Users\jan"),
        ("a temporary folder", "'/" + "tmp/x'"),
        ("a folder outside the repository", "../" + "shared/design.md"),
        ("the host of a package registry", "https://files.python" + "hosted.org/packages"),
        ("an index of packages", "--extra-" + "index-url x"),
        ("an index of packages", "http://mirror:8080/" + "simple/"),
    ],
)
def test_each_unwanted_text_is_recognised(what: str, line: str) -> None:
    """The scan above can fail."""
    assert re.search(UNWANTED[what], line)


def test_nothing_is_printed_outside_the_command_line(trees: dict[str, ast.Module]) -> None:
    """Output for people goes through one place; everything else is a log event."""
    found = [
        f"{name}:{node.lineno}" for name, tree in trees.items()
        if not name.startswith((*CLI, "tests/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]  # fmt: skip
    assert found == []


def test_every_service_says_what_it_is(trees: dict[str, ast.Module]) -> None:
    """`services/<name>/__init__.py` tells what comes in, what goes out and what is not kept."""
    services = {name.split("/")[1] for name in trees if re.fullmatch(r"services/\w+/app\.py", name)}
    packages = {name: tree for name, tree in trees.items() if re.fullmatch(r"services/(\w+/)+__init__\.py", name)}
    assert services <= {name.split("/")[1] for name in packages}
    assert [name for name, tree in packages.items() if not ast.get_docstring(tree)] == []


def test_no_file_is_too_long_to_read(texts: dict[str, str]) -> None:
    """At most 400 lines of Python; the known exceptions are listed, and leave the list when they are 50 below that."""
    lengths = {name: len(text.splitlines()) for name, text in texts.items() if name.endswith(".py")}
    assert {name for name, length in lengths.items() if length > MAX_FILE} - LONG_FILES == set()
    assert {name for name in LONG_FILES if lengths.get(name, 0) <= MAX_FILE - 50} == set()


def test_no_function_is_too_long_for_the_head(trees: dict[str, ast.Module]) -> None:
    """At most 60 lines from `def` to its end; migrations are data."""
    found = [
        f"{name}:{node.lineno} {node.name}" for name, tree in trees.items() for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "/migrations/" not in name
        and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION
    ]  # fmt: skip
    assert found == []


class LogCall(NamedTuple):
    """One place where something is logged."""

    place: str
    event: str
    level: str
    keys: frozenset[str]


LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def _loggers(tree: ast.Module) -> set[str]:
    """Names bound to `structlog.get_logger()`, or to something bound from such a name."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            called = node.value.func
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if isinstance(called, ast.Attribute) and (
                called.attr == "get_logger" or (called.attr == "bind" and _name(called.value) in names)
            ):
                names |= {_name(target) for target in targets}
    return names


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _log_calls(name: str, tree: ast.Module) -> Iterator[LogCall]:
    loggers = _loggers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            if _name(node.func.value) not in loggers:
                continue
            first = node.args[0] if len(node.args) == 1 else None
            event = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
            keys = frozenset(keyword.arg or "**" for keyword in node.keywords)
            yield LogCall(f"{name}:{node.lineno}", event, node.func.attr, keys)


@pytest.fixture(scope="module")
def log_calls(trees: dict[str, ast.Module]) -> list[LogCall]:
    """Everything the project logs."""
    code = {name: tree for name, tree in trees.items() if not name.startswith("tests/")}
    return [call for name, tree in code.items() for call in _log_calls(name, tree)]


def test_log_events_have_a_fixed_name_and_named_keys(log_calls: list[LogCall]) -> None:
    """An operator can search for a name; a sentence with values in it nobody can find."""
    assert log_calls != []
    wrong = [c.place for c in log_calls if not re.fullmatch(r"[a-z]+(_[a-z]+)+", c.event) or "**" in c.keys]
    assert wrong == []


def test_no_log_key_is_named_after_personal_data(log_calls: list[LogCall]) -> None:
    """Logs tell what happened to which id."""
    personal = re.compile(r"naam|adres|bsn|telefoon|mail|geboorte|toelichting|opmerking|tekst|body|payload|raw|ruw")
    assert [c.place for c in log_calls if any(personal.search(key) for key in c.keys)] == []


def _documented() -> dict[str, tuple[str, str, str]]:
    rows = [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "log-events.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert sorted(row[0] for row in rows) == [row[0] for row in rows]
    return {event: (level, keys, meaning) for event, level, keys, meaning in rows}


def test_log_events_are_documented_and_nothing_else_is(log_calls: list[LogCall]) -> None:
    """docs/log-events.md has one row per event name, with the level and keys that the code uses, and a meaning."""
    used = {
        event: (
            ", ".join(sorted({c.level for c in log_calls if c.event == event})),
            ", ".join(sorted({key for c in log_calls if c.event == event for key in c.keys})),
        )
        for event in {c.event for c in log_calls}
    }
    documented = _documented()
    assert used == {event: (level, keys) for event, (level, keys, _) in documented.items()}
    assert [event for event, (_, _, meaning) in documented.items() if len(meaning) < 10] == []


def test_the_scan_of_log_calls_finds_what_it_should() -> None:
    """Names bound from a logger count too; methods of other objects with the same names do not."""
    source = """
log = structlog.get_logger()
bound = log.bind(service="x")
log.info("zaak_opened", zaak_id=1)
bound.warning(f"{x} opened", **more)
parser.error("geen log")
"""
    expected = [
        LogCall("x.py:4", "zaak_opened", "info", frozenset({"zaak_id"})),
        LogCall("x.py:5", "", "warning", frozenset({"**"})),
    ]
    assert expected == list(_log_calls("x.py", ast.parse(source)))
