"""Connection tests as the testing service would bind them, without a server."""

from collections.abc import Mapping

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.mail.report import Stage, StageResult, StageState, TestReport
from enate_desktop.services.fingerprints import fingerprint
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services

FOLDER = FolderState(uidvalidity=7, uidnext=101, count=3, unseen=1, read_only=True)


def passed(
    services: Services,
    connector: Connector,
    secrets: Mapping[SecretName, bytes | None] | None = None,
    folder: FolderState | None = FOLDER,
) -> ConnectionTest:
    """A passed test of ``connector`` with ``secrets`` on screen."""
    with services.context.database.read() as work:
        present = fingerprint(services.context, work, connector, secrets)
    stage = StageResult(Side.INCOMING, Stage.SIGN_IN, StageState.PASSED)
    return ConnectionTest(TestReport((stage,), 1, folder), present)
