"""The committed forms are what the form compiler makes of ui/."""

from pathlib import Path

import pytest

from enate_desktop.forms.__main__ import ROOT, generate, main, stale

FORM = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0">
 <class>Greeting</class>
 <widget class="QWidget" name="Greeting">
  <layout class="QVBoxLayout" name="layout">
   <item><widget class="QLabel"><property name="text"><string>%s</string></property></widget></item>
  </layout>
 </widget>
</ui>
"""


@pytest.fixture
def rooms(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with one form and the folder of its compiled module."""
    sources, target = tmp_path / "ui", tmp_path / "forms"
    sources.mkdir()
    (sources / "greeting.ui").write_text(FORM % "Grüezi", encoding="utf-8")
    generate(sources, target)
    return sources, target


def test_the_committed_forms_are_fresh() -> None:
    assert stale(ROOT / "ui", ROOT / "enate_desktop" / "forms") == ()


def test_the_check_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_compiled_form_names_no_release_of_qt(rooms: tuple[Path, Path]) -> None:
    header = (rooms[1] / "ui_greeting.py").read_text(encoding="utf-8").split("import", 1)[0]
    assert "User Interface Compiler\n" in header
    assert "version" not in header


def test_a_compiled_form_keeps_its_text(rooms: tuple[Path, Path]) -> None:
    text = (rooms[1] / "ui_greeting.py").read_bytes().decode("utf-8")
    assert "class Ui_Greeting" in text
    assert "\r" not in text
    assert "Gr\\u00fcezi" in text or "Grüezi" in text


def test_an_edited_form_is_noticed(rooms: tuple[Path, Path]) -> None:
    sources, target = rooms
    (sources / "greeting.ui").write_text(FORM % "Salut", encoding="utf-8")
    assert stale(sources, target) == ("ui_greeting.py",)


def test_an_edited_module_is_noticed(rooms: tuple[Path, Path]) -> None:
    sources, target = rooms
    module = target / "ui_greeting.py"
    module.write_bytes(module.read_bytes() + b"\n")
    assert stale(sources, target) == ("ui_greeting.py",)


def test_a_form_that_was_never_compiled_is_noticed(rooms: tuple[Path, Path]) -> None:
    sources, target = rooms
    (sources / "farewell.ui").write_text(FORM % "Adieu", encoding="utf-8")
    assert stale(sources, target) == ("ui_farewell.py",)


def test_a_module_whose_form_is_gone_is_noticed_and_removed(rooms: tuple[Path, Path]) -> None:
    sources, target = rooms
    (sources / "greeting.ui").unlink()
    assert stale(sources, target) == ("ui_greeting.py",)
    assert generate(sources, target) == ()
    assert list(target.iterdir()) == []


def test_no_form_at_all_is_fresh(tmp_path: Path) -> None:
    assert stale(tmp_path, tmp_path) == ()
