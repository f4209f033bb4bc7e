"""Who may import whom: `.importlinter` holds for the project, and every border in it has been seen red."""

import configparser
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / ".importlinter"
LINT = "import sys; from importlinter.cli import lint_imports_command as run; run(['--no-cache', '--no-logo'])"

# What a simulator may use of the service it plays the other side of: the words, types and texts on the wire.
WIRE_FORMAT = {"duo_namen", "halt_namen", "leveringen.kaart", "lo3", "model", "parser", "persoonslijsten", "stuf"}

# What a pure module has no use for: servers, files, threads, logs, the clock of the machine.
EFFECTS = {
    "asyncio", "asyncpg", "faststream", "httpx", "nats", "os", "pathlib", "random", "socket", "sqlalchemy", "sqlmodel",
    "structlog", "subprocess", "threading", "time",
}  # fmt: skip
PURE = ("decisions", "model")


def _lint(folder: Path) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, timeout=50, check=False
    )
    return run.returncode, run.stdout + run.stderr


def _roots() -> list[str]:
    config = configparser.ConfigParser()
    config.read(CONFIG)
    return config["importlinter"]["root_packages"].split()


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """All imports of the project, of outside packages too."""
    return grimp.build_graph(*_roots(), include_external_packages=True, cache_dir=None)


def test_all_borders_hold() -> None:
    """`lint-imports` is green for the project."""
    code, output = _lint(ROOT)
    assert code == 0, output


def _miniature(folder: Path) -> None:
    """A project with the same borders and nothing in it."""
    modules = [
        *(f"contracts/{name}.py" for name in ("codes", "envelope", "events/zaken", "fields", "subjects", "verstrek")),
        "hub/service.py",
        "simulators/duo.py",
    ]
    layers = (
        "app",
        "handlers",
        "polling",
        "leveringen",
        "store",
        "duo",
        "partner",
        "render",
        "stuf",
        "parser",
        "decisions",
        "model",
    )
    modules += [f"services/{service}/{name}.py" for service in ("cases", "letters") for name in (*layers, "settings")]
    for module in modules:
        (folder / module).parent.mkdir(parents=True, exist_ok=True)
        (folder / module).touch()
        for package in (folder / module).relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
    (folder / CONFIG.name).write_text(CONFIG.read_text(encoding="utf-8"), encoding="utf-8")


def test_an_empty_project_keeps_all_borders(tmp_path: Path) -> None:
    """What goes red below goes red because of the one line that is added there."""
    _miniature(tmp_path)
    code, output = _lint(tmp_path)
    assert code == 0, output


@pytest.mark.parametrize(
    ("module", "line", "border"),
    [
        ("contracts/codes.py", "import hub.service", "contracts imports nothing of ours"),
        ("contracts/events/zaken.py", "from contracts import verstrek", "events know nothing of the personal data"),
        ("hub/service.py", "from services.cases import model", "hub knows no service"),
        ("hub/service.py", "import schakel.cli", "hub knows no service"),
        ("services/cases/handlers.py", "from services.letters import model", "services never import each other"),
        ("services/cases/app.py", "from simulators import duo", "services never import simulators"),
        ("services/cases/app.py", "from bench.hot_path import measure", "services never import simulators"),
        ("services/cases/model.py", "from services.cases import decisions", "inside a service"),
        ("services/cases/decisions.py", "from services.cases import store", "inside a service"),
        ("services/cases/store.py", "from services.cases import partner", "inside a service"),
        ("services/cases/store.py", "from services.cases import handlers", "inside a service"),
        ("services/cases/store.py", "from services.cases import leveringen", "inside a service"),
        ("services/cases/handlers.py", "from services.cases import app", "inside a service"),
        ("simulators/duo.py", "from services.cases import store", "simulators speak the wire format"),
        ("simulators/duo.py", "from schakel import cli", "simulators speak the wire format"),
    ],
)
def test_one_forbidden_import_breaks_the_border(tmp_path: Path, module: str, line: str, border: str) -> None:
    """Every border can go red, and says which one it is."""
    _miniature(tmp_path)
    (tmp_path / module).write_text(f"{line}\n", encoding="utf-8")
    code, output = _lint(tmp_path)
    broken = [found for found in output.splitlines() if found.endswith("BROKEN")]
    assert code == 1, output
    assert [found for found in broken if found.startswith(border)] == broken != []


def test_the_graph_holds_every_python_file(graph: grimp.ImportGraph) -> None:
    """A folder without `__init__.py` inside a package would escape all borders unseen; migrations are data."""
    missing = []
    for root in _roots():
        for file in (ROOT / root).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if "migrations" not in parts and name not in graph.modules:
                missing.append(name)
    assert missing == []


def test_simulators_use_the_wire_format_of_a_service_only(graph: grimp.ImportGraph) -> None:
    """Anything else of a service in a simulator would make the test repeat the code instead of checking it."""
    used = {
        (importer, imported)
        for importer in graph.find_descendants("simulators") | {"simulators"}
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported.startswith("services.")
        and not WIRE_FORMAT & {imported.split(".")[2], ".".join(imported.split(".")[2:])}
    }
    assert used == set()


def test_pure_modules_have_no_effects(graph: grimp.ImportGraph) -> None:
    """Decisions and model of a service: no servers, no files, no clock; what they need is an argument."""
    pure = sorted(m for m in graph.modules if m.startswith("services.") and m.split(".")[2:] in [[p] for p in PURE])
    assert pure != []
    assert {(m, i) for m in pure for i in graph.find_modules_directly_imported_by(m) if i in EFFECTS} == set()


def test_a_root_is_every_package_that_others_build_on() -> None:
    """A new folder with code is put under the borders, or it is one of those that stand above them."""
    above = {"bench", "schakel"}
    ours = {p.parent.relative_to(ROOT).parts[0] for p in ROOT.glob("*/**/*.py") if not p.parts[-2].startswith(".")}
    code = {name for name in ours if not name.startswith(".") and name not in {"tests", "deploy", "protocols", "docs"}}
    assert code - above == set(_roots())
