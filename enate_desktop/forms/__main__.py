"""Compiles ui/*.ui to enate_desktop/forms/ui_*.py, byte for byte the same on every machine."""

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_RELEASE = re.compile(rb"(User Interface Compiler) version [\d.]+")


def generate(sources: Path, target: Path) -> tuple[Path, ...]:
    """Writes one module per form in ``sources`` to ``target``; those without a form are removed."""
    target.mkdir(parents=True, exist_ok=True)
    forms = {target / f"ui_{form.stem}.py": form for form in sorted(sources.glob("*.ui"))}
    for left_over in set(target.glob("ui_*.py")) - forms.keys():
        left_over.unlink()
    for module, form in forms.items():
        module.write_bytes(_compiled(form))
    return tuple(forms)


def stale(sources: Path, target: Path) -> tuple[str, ...]:
    """Names of the modules in ``target`` that differ from their form, lack one, or are missing."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = {module.name: module.read_bytes() for module in generate(sources, Path(folder))}
    present = {module.name: module.read_bytes() for module in target.glob("ui_*.py")}
    names = fresh.keys() | present.keys()
    return tuple(sorted(name for name in names if fresh.get(name) != present.get(name)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compiles the forms, or with ``--check`` only says which ones are not fresh (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m enate_desktop.forms", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, name what is stale")
    options = parser.parse_args(arguments)
    sources, target = ROOT / "ui", ROOT / "enate_desktop" / "forms"
    if options.check:
        names = stale(sources, target)
        for name in names:
            print(f"{name} is not what its form in ui/ says: run make forms")
        return 1 if names else 0
    for module in generate(sources, target):
        print(module.relative_to(ROOT))
    return 0


def _compiled(form: Path) -> bytes:
    command = [str(_compiler()), "-g", "python", "--from-imports", form.name]
    made = subprocess.run(command, cwd=form.parent, check=True, capture_output=True).stdout
    return _RELEASE.sub(rb"\1", made.replace(b"\r\n", b"\n"))


def _compiler() -> Path:
    """The toolkit's own uic; its Python wrapper would take 36 times as long."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("PySide6 is not installed, so there is no form compiler.")
    package = Path(next(iter(spec.submodule_search_locations)))
    return package / "uic.exe" if os.name == "nt" else package / "Qt" / "libexec" / "uic"


if __name__ == "__main__":
    sys.exit(main())
