"""A connector editor in a window, and what a person does in it."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Connector, Security, Side, UseFor
from enate_desktop.mail.report import Stage
from enate_desktop.services.bundle import Services
from enate_desktop.views.confirm import ConfirmDialog
from enate_desktop.views.connector_editor import ConnectorEditor
from enate_desktop.views.sign_in_run import tools_of
from tests.servers.scripted import imap_script
from tests.views.page_samples import process_id

INCOMING = (Stage.DNS, Stage.TCP, Stage.TLS, Stage.SIGN_IN, Stage.CAPABILITIES, Stage.FOLDER)
EMPTY_BOX = b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 1] x\r\n"
NO_MAIL = imap_script({"EXAMINE": EMPTY_BOX})


def open_editor(qtbot: QtBot, services: Services) -> ConnectorEditor:
    """The editor as the page shows it, in front of everything."""
    made = ConnectorEditor(services, tools_of(services))
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def fill(editor: ConnectorEditor, services: Services, port: int = 1143) -> None:
    """Everything a receiving connector needs."""
    editor.load(Connector(0, "", UseFor.INCOMING, ""))
    form = editor.form
    form.ui.name.setText("HR EMEA")
    form.ui.primary_address.setText("hr@acme.example")
    choose_security(editor, Security.NONE)
    server = form.sides.servers[Side.INCOMING].ui
    server.host.setText("127.0.0.1")
    server.port.setText(str(port))
    form.sides.sign_ins[Side.INCOMING].ui.username.setText("hr")
    type_password(editor, "correct")
    form.fallback.process.set_process_id(process_id(services, "New starter"))


def type_password(editor: ConnectorEditor, password: str) -> None:
    """The password of incoming mail; a stored one is replaced."""
    secret = editor.form.sides.sign_ins[Side.INCOMING].password
    if not secret.replacing:
        secret.focus()
    secret.password.set_text(password)


def choose_service(editor: ConnectorEditor, side: Side, key: str) -> None:
    """The email service of one side."""
    combo = editor.form.sides.servers[side].ui.service
    combo.setCurrentIndex(combo.findData(key))


def choose_security(
    editor: ConnectorEditor, security: Security, side: Side = Side.INCOMING
) -> None:
    """How a connection is protected."""
    combo = editor.form.sides.servers[side].ui.security
    combo.setCurrentIndex(combo.findData(security.value))


def run_test(qtbot: QtBot, editor: ConnectorEditor) -> None:
    """Press Test connection and wait for its end."""
    editor.test_view.start_button.click()
    qtbot.waitUntil(editor.test_view.start_button.isVisible)


def errors(editor: ConnectorEditor) -> dict[str, str]:
    """The sentences under fields, by field."""
    found = editor.form.fields.items()
    return {name: field.error for name, field in found if field.error}


def messages(editor: ConnectorEditor) -> list[str]:
    """What the bars of the editor say."""
    return [bar.text for bar in editor.messages.bars]


def question(qtbot: QtBot) -> ConfirmDialog:
    """The question that is asked now."""

    def found() -> list[ConfirmDialog]:
        shown = QApplication.topLevelWidgets()
        return [w for w in shown if isinstance(w, ConfirmDialog) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def answers(asked: ConfirmDialog) -> list[str]:
    """What can be answered, the safe answer first."""
    return [made.text() for made in (asked.cancel_button, *asked.buttons)]
