"""The question for the passphrase of stored secrets (S-02)."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from enate_desktop.views.passphrase import PassphraseAsker


def answered(asker: PassphraseAsker, new: bool, *texts: str) -> tuple[str | None, list[str]]:
    """What :meth:`ask` returns when ``texts`` are typed in turn, and the questions."""
    questions: list[str] = []
    typed = iter(texts)

    def type_next() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            QTimer.singleShot(5, type_next)
            return
        questions.append(dialog.labelText())
        dialog.setTextValue(next(typed))
        if len(questions) < len(texts):
            QTimer.singleShot(5, type_next)
        dialog.accept()

    QTimer.singleShot(0, type_next)
    return asker.ask(new), questions


@pytest.mark.parametrize(
    ("shared", "words"),
    [(False, "no system keyring"), (True, "at least 12 characters")],
)
def test_a_new_one_is_typed_twice(qtbot: QtBot, shared: bool, words: str) -> None:
    """S-02: on a shared server everybody who can read it can try passphrases."""
    asker = PassphraseAsker(shared=shared)
    answer, questions = answered(asker, True, "five long words", "other", "five long words")
    assert answer == "five long words"
    assert words in questions[0]
    assert questions[1:] == ["The same passphrase once more:"] * 2


@pytest.mark.parametrize(
    ("shared", "words"), [(False, "of the stored secrets"), (True, "first secret was stored")]
)
def test_a_later_workstation_is_told_which_one(qtbot: QtBot, shared: bool, words: str) -> None:
    """S-02: the one that was chosen on the first computer."""
    answer, (question,) = answered(PassphraseAsker(shared=shared), False, "five long words")
    assert answer == "five long words"
    assert words in question
