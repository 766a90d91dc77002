"""The rules of the house that ruff and mypy cannot see: layers, ceilings, deferred imports."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "enate_desktop"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if not path.match("forms/ui_*.py"))
HAND_WRITTEN = [path for path in MODULES if "versions" not in path.parts]

MODULE_LINES = 300
CLASS_LINES = 250
PUBLIC_METHODS = 15
FUNCTION_LINES = 40
QT_ROOMS = ("views", "item_models", "worker")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """The path inside the program, for the name of a test."""
    return path.relative_to(PACKAGE).as_posix()


def parse(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Dotted names a statement imports, those of ``from a import b`` as ``a.b``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names]


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def lines_of(node: Function | ast.ClassDef) -> int:
    """Lines from the ``def`` or ``class`` to the end, the docstring not counted."""
    assert node.end_lineno is not None
    length = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def unexplained_deferred_imports(source: str) -> list[int]:
    """Lines of imports inside functions that no comment beside or above explains."""
    lines = ["", *source.splitlines()]
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, Function)]
    return [
        node.lineno
        for function in functions
        for node in imports(function)
        if "#" not in lines[node.lineno] and not lines[node.lineno - 1].lstrip().startswith("#")
        if not _explained_with_its_neighbour(lines, node.lineno)
    ]


def _explained_with_its_neighbour(lines: list[str], number: int) -> bool:
    """Whether the import ends a block of imports whose first line is explained."""
    while re.match(r"\s+(from|import)\s", lines[number - 1]):
        number -= 1
        if "#" in lines[number] or lines[number - 1].lstrip().startswith("#"):
            return True
    return False


def over_the_ceilings(source: str) -> Iterator[str]:
    """What is longer or has more methods than the house allows."""
    if (length := len(source.splitlines())) > MODULE_LINES:
        yield f"{length} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and lines_of(node) > FUNCTION_LINES:
            yield f"{node.name}: {lines_of(node)} lines"
        if isinstance(node, ast.ClassDef):
            if lines_of(node) > CLASS_LINES:
                yield f"{node.name}: {lines_of(node)} lines"
            if (count := len(public_methods(node))) > PUBLIC_METHODS:
                yield f"{node.name}: {count} public methods"


def public_methods(node: ast.ClassDef) -> list[str]:
    """Methods a class adds for others to call; overrides are its base's."""
    methods = [member for member in node.body if isinstance(member, Function)]
    return [
        method.name
        for method in methods
        if not method.name.startswith("_") and not is_override(method)
    ]


def is_override(node: Function) -> bool:
    """Whether a method is marked as overriding one of its base class."""
    return any(isinstance(mark, ast.Name) and mark.id == "override" for mark in node.decorator_list)


def test_the_import_contracts_hold() -> None:
    # A process of its own: the linter's logging set-up would silence the loggers of other tests.
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import *; sys.exit("
            "lint_imports(config_filename='pyproject.toml', no_cache=True, no_logo=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("library", "room"),
    [("sqlite3", "storage"), ("imaplib", "mail"), ("poplib", "mail"), ("smtplib", "mail")],
)
def test_a_library_of_pythons_own_is_used_in_one_room_only(library: str, room: str) -> None:
    """ARCHITECTURE 2: what the contracts say of other libraries, for those they cannot name."""
    elsewhere = {
        name_of(path)
        for path in MODULES
        for node in imports(parse(path))
        for name in imported(node)
        if name.split(".")[0] == library and not name_of(path).startswith(f"{room}/")
    }
    assert not elsewhere, "\n".join(sorted(elsewhere))


def test_the_domain_needs_nothing_but_the_standard_library_and_idna() -> None:
    """ARCHITECTURE 2: the domain is dataclasses and rules."""
    allowed = sys.stdlib_module_names | {"idna", "enate_desktop"}
    foreign = {
        f"{name_of(path)}: {name}"
        for path in (PACKAGE / "domain").rglob("*.py")
        for node in imports(parse(path))
        for name in imported(node)
        if name.split(".")[0] not in allowed
    }
    assert not foreign, "\n".join(sorted(foreign))


def test_the_worker_uses_only_the_core_of_qt() -> None:
    """ARCHITECTURE 2: the worker runs without a window."""
    beyond = {
        f"{name_of(path)}: {name}"
        for path in (PACKAGE / "worker").rglob("*.py")
        for node in imports(parse(path))
        for name in imported(node)
        if name.startswith("PySide6") and not name.startswith("PySide6.QtCore")
    }
    assert not beyond, "\n".join(sorted(beyond))


def test_an_import_inside_a_function_says_why() -> None:
    """ARCHITECTURE 2: only to defer a heavy start-up cost."""
    found = {
        f"{name_of(path)}:{line}"
        for path in MODULES
        for line in unexplained_deferred_imports(path.read_text(encoding="utf-8"))
    }
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a\n", []),
        ("def f():\n    import a\n", [2]),
        ("def f():\n    import a  # 240 ms, needed by one command\n", []),
        ("def f():\n    # 240 ms, needed by one command\n    import a\n    from b import c\n", []),
        ("def f():\n    # of something else\n    g()\n    import a\n", [4]),
    ],
)
def test_a_deferred_import_without_a_reason_is_found(source: str, found: list[int]) -> None:
    assert unexplained_deferred_imports(source) == found


def test_every_module_stays_below_the_ceilings() -> None:
    """ARCHITECTURE 3: a module that needs more is two modules."""
    found = {
        f"{name_of(path)}: {excess}"
        for path in HAND_WRITTEN
        for excess in over_the_ceilings(path.read_text(encoding="utf-8"))
    }
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a = 1\n" * MODULE_LINES, []),
        ("a = 1\n" * (MODULE_LINES + 1), ["301 lines"]),
        ("def f():\n" + "    a()\n" * 40, ["f: 41 lines"]),
        ('def f():\n    """Says why.\n\n    At length.\n    """\n' + "    a()\n" * 39, []),
        ("class A:\n" + "    a = 1\n" * 250, ["A: 251 lines"]),
        ("class A:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(15)), []),
        (
            "class A:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(16)),
            ["A: 16 public methods"],
        ),
        (
            "class A:\n" + "".join(f"    @override\n    def m{i}(self): ...\n" for i in range(16)),
            [],
        ),
    ],
)
def test_what_is_over_a_ceiling_is_found(source: str, found: list[str]) -> None:
    assert list(over_the_ceilings(source)) == found


def test_a_method_in_camel_case_overrides_one_of_qts() -> None:
    """ARCHITECTURE 6: @override on Qt methods; names of our own are in snake case."""
    own = {
        f"{name_of(path)}: {node.name}"
        for path in MODULES
        if name_of(path).split("/")[0] in QT_ROOMS
        for node in ast.walk(parse(path))
        if isinstance(node, Function)
        if re.search(r"[a-z][A-Z]", node.name) and not is_override(node)
    }
    assert not own, "\n".join(sorted(own))


def test_no_promise_is_left_in_the_code() -> None:
    """A thing is there or it is not: no stub, no note to come back."""
    promise = re.compile(
        r"\b(TODO|FIXME|XXX|NotImplementedError|coming soon|not implemented)\b", re.I
    )
    found = {
        f"{name_of(path)}: {text}"
        for path in MODULES
        for text in promise.findall(path.read_text(encoding="utf-8"))
    }
    assert not found, "\n".join(sorted(found))
