"""One figure per connector: on the server, accounted for, unexplained (X-05)."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.cli.ledger import ledger
from enate_desktop.cli.parser import build_parser
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import InputError, NotPermittedError
from enate_desktop.domain.people import Permission, Person
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services.accounting import AccountingService
from enate_desktop.services.context import Context
from enate_desktop.storage.records import NewMail
from enate_desktop.wiring import Services
from tests.company import connector, document
from tests.services.lives import NOW, letters, life, stored, taken_in


class Listing:
    """A mailbox that can only be looked at."""

    def __init__(self, uids: Sequence[int], validity: int = 7) -> None:
        self.uids, self.validity = tuple(uids), validity
        self.examined: list[bool] = []
        self.closed = 0

    def of(self, _connector: Connector) -> "Listing":
        return self

    def open(self, *, examine: bool = False) -> FolderState:
        self.examined.append(examine)
        return FolderState(self.validity, 1, len(self.uids), 0, examine)

    def all_uids(self) -> tuple[int, ...]:
        return self.uids

    def close(self) -> None:
        self.closed += 1


def checking(services: Services, listing: Listing) -> AccountingService:
    return AccountingService(services.context, listing)


def test_every_mail_on_the_server_is_accounted_for_waiting_or_unexplained(
    services: Services,
) -> None:
    """X-05: 3 decided, 1 stored, 2 never taken in though older ones and newer ones were."""
    epoch = life(services, 7)
    taken_in(services, epoch, letters([1, 2, 3], first_uid=1))
    stored(services, epoch, letters([9], first_uid=9))
    services.intake.account(epoch, [1, 2, 3, 5, 6, 9])
    (figure,) = services.accounting.figures()
    assert (figure.on_server, figure.accounted, figure.waiting, figure.unexplained) == (6, 3, 1, 2)
    assert figure.ends == {End.CREATED: 3}
    assert "UID 5 to 6" in figure.details[0]
    assert not figure.held
    assert figure.at is not None


def test_mail_that_was_there_before_the_first_enable_is_skipped_by_choice(
    services: Services,
) -> None:
    """X-05, C-12: mails up to the baseline have no row of their own and are accounted for."""
    epoch = life(services, 7, uidnext=101)
    taken_in(services, epoch, letters([1], first_uid=101))
    services.intake.account(epoch, [*range(1, 101), 101])
    (figure,) = services.accounting.figures()
    assert (figure.on_server, figure.accounted, figure.unexplained) == (101, 101, 0)
    assert figure.before_first == 100
    assert figure.ends == {End.SKIPPED: 100, End.CREATED: 1}
    assert figure.on_server == sum(figure.ends.values())


def test_a_mail_the_server_does_not_deliver_waits(services: Services) -> None:
    """X-05: it has a row, but neither bytes nor an end."""
    epoch = life(services, 7)
    services.intake.store(services.connectors.get(1), epoch, [NewMail(3, NOW, 10, None)])
    services.intake.account(epoch, [3])
    (figure,) = services.accounting.figures()
    assert (figure.accounted, figure.waiting, figure.unexplained) == (0, 1, 0)


def test_a_uid_of_zero_is_never_taken_for_an_old_mail(services: Services) -> None:
    """MAIL 4 row 92: no server may number a mail 0, so such a one is unexplained."""
    epoch = life(services, 7, uidnext=10)
    services.intake.account(epoch, [0])
    (figure,) = services.accounting.figures()
    assert (figure.accounted, figure.unexplained) == (0, 1)


def test_many_unexplained_mails_are_named_in_part(services: Services) -> None:
    """X-05: the details name 20 runs of UIDs at most."""
    epoch = life(services, 7)
    taken_in(services, epoch, letters([1], first_uid=1000))
    services.intake.account(epoch, [*range(1, 200, 2), 1000])
    (figure,) = services.accounting.figures()
    assert figure.unexplained == 100
    assert figure.details[0].endswith("37, 39 and more.")


def test_a_check_asks_the_server_and_changes_nothing_there(services: Services) -> None:
    """X-05: EXAMINE; what came after the last look waits, what was passed over is unexplained."""
    epoch = life(services, 7)
    taken_in(services, epoch, letters([1, 3], first_uid=1) | letters([4], first_uid=4))
    listing = Listing([1, 2, 3, 4, 5])
    figure = checking(services, listing).check(1)
    assert listing.examined == [True]
    assert listing.closed == 1
    assert (figure.on_server, figure.accounted, figure.waiting, figure.unexplained) == (5, 3, 1, 1)
    assert services.accounting.figures() == (figure,)


@pytest.mark.parametrize(
    ("known", "words"), [(False, "never taken in"), (True, "rebuilt")], ids=["new", "rebuilt"]
)
def test_a_check_of_a_life_that_was_not_looked_into_says_so(
    services: Services, known: bool, words: str
) -> None:
    """X-05: everything waits; no life is begun by a check."""
    if known:
        life(services, 6)
    figure = checking(services, Listing([1, 2])).check(1)
    assert (figure.waiting, figure.unexplained) == (2, 0)
    assert words in figure.details[0]


def test_only_connectors_that_receive_are_counted(services: Services) -> None:
    """X-05: there is nothing to ask elsewhere."""
    with pytest.raises(InputError):
        services.accounting.check(99)


def test_the_figure_goes_with_the_newest_look(services: Services) -> None:
    """X-05: one row per connector."""
    epoch = life(services, 7)
    services.intake.account(epoch, [])
    taken_in(services, epoch, letters([1, 2]))
    services.intake.account(epoch, [1, 2])
    (figure,) = services.accounting.figures()
    assert (figure.on_server, figure.accounted) == (2, 2)


@pytest.mark.parametrize(("uids", "code"), [([1, 2, 4], 0), ([1, 2, 3, 4], 1)])
def test_the_ledger_command_says_no_when_a_mail_is_unexplained(
    services: Services, capsys: pytest.CaptureFixture[str], uids: list[int], code: int
) -> None:
    """X-05, SPEC 11: exit code and JSON of the ledger command."""
    epoch = life(services, 7)
    taken_in(services, epoch, letters([1, 2]) | letters([4], first_uid=4))
    services.intake.account(epoch, uids)
    assert ledger(services, build_parser().parse_args(["ledger", "--json"])) == code
    (line,) = json.loads(capsys.readouterr().out)
    assert line["connector"] == "HR EMEA"
    assert (line["on_server"], line["accounted"], line["waiting"]) == (len(uids), 3, 0)
    assert line["unexplained"] == code
    assert line["ends"]["created"] == 3
    assert line["held"] is False


def test_the_ledger_command_as_a_table_for_one_connector(
    services: Services, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """X-05: a row for each connector, or the one that was asked for."""
    services.exchange.import_(
        document(connector(), connector("Other", primary_address="o@acme.example")), tmp_path
    )
    assert ledger(services, build_parser().parse_args(["ledger", "--connector", "Other"])) == 0
    out = capsys.readouterr().out
    assert "Other" in out
    assert "never looked" in out
    assert "HR EMEA" not in out


def test_a_server_that_cannot_be_asked_makes_the_answer_no(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """X-05: --check without an answer proves nothing."""
    options = build_parser().parse_args(["ledger", "--check", "--json"])
    assert ledger(services, options) == 1
    assert json.loads(capsys.readouterr().out)[0]["on_server"] == 0


def viewing(services: Services) -> Context:
    viewer = Person("eve", "Viewer", frozenset((Permission.VIEW,)), listed=False)
    return services.context.acting_as(viewer)


def test_a_check_needs_a_permission(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    """P-01: it signs in with a stored secret and keeps a figure; the command says why not."""
    life(services, 7)
    listing = Listing([1, 2])
    with pytest.raises(NotPermittedError):
        AccountingService(viewing(services), listing).check(1)
    assert listing.examined == []
    assert services.accounting.figures()[0].at is None
    shown = replace(services, accounting=AccountingService(viewing(services), listing))
    assert ledger(shown, build_parser().parse_args(["ledger", "--check"])) == 1
    assert "Handle mail" in capsys.readouterr().err


def test_the_choice_about_a_rebuilt_mailbox_needs_a_permission(services: Services) -> None:
    """P-01: "Handle mail"."""
    accounting = AccountingService(viewing(services))
    with pytest.raises(NotPermittedError):
        accounting.take_held(1)
    with pytest.raises(NotPermittedError):
        accounting.skip_held(1)
