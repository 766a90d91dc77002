"""What the services promise holds on a server too: tests of each kind run once more there (S-01).

They are those of the other modules, on a database of their own; chosen where SQL is asked for
batches, pages, orders, numbers that go on, and text in other letters.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enate_desktop.domain.routes import Route
from enate_desktop.services.backup import BackupService
from enate_desktop.services.trial import MailForm
from enate_desktop.storage.work_item_lists import WorkItemFilter
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import document, open_services
from tests.servers.postgres import Postgres
from tests.services.received import receive
from tests.services.test_accounting import (
    test_a_mail_the_server_does_not_deliver_waits,
    test_every_mail_on_the_server_is_accounted_for_waiting_or_unexplained,
)
from tests.services.test_acknowledgements import (
    company,
    test_a_report_fails_the_delivery_and_joins_its_item,
    test_sender_and_cc_contacts_get_one_mail_with_the_reference,
    test_the_limit_of_an_hour_is_kept_and_named,
)
from tests.services.test_exchange import (
    test_an_export_can_be_imported_elsewhere,
    test_import_of_an_export_changes_nothing,
    test_the_order_of_the_list_becomes_the_priority_order,
)
from tests.services.test_history import edited, test_people_and_kinds
from tests.services.test_intake_batches import (
    answering,
    test_a_batch_is_decided_like_one_mail_after_the_other,
    test_a_reply_in_a_batch_opens_a_resolved_item_again,
    test_automated_emails_are_planned_once_for_a_batch,
    test_hits_contacts_and_explanations_of_a_batch,
    test_one_that_raises_harms_no_other_of_its_batch,
)
from tests.services.test_reconciling import (
    test_known_mails_become_duplicates_and_the_history_says_how_many,
)
from tests.services.test_restoring import TestOrder
from tests.services.test_routes import (
    test_deleting_closes_the_gap_and_can_be_undone,
)

__all__ = [
    "TestOrder",
    "answering",
    "company",
    "edited",
    "test_a_batch_is_decided_like_one_mail_after_the_other",
    "test_a_mail_the_server_does_not_deliver_waits",
    "test_a_reply_in_a_batch_opens_a_resolved_item_again",
    "test_a_report_fails_the_delivery_and_joins_its_item",
    "test_an_export_can_be_imported_elsewhere",
    "test_automated_emails_are_planned_once_for_a_batch",
    "test_deleting_closes_the_gap_and_can_be_undone",
    "test_every_mail_on_the_server_is_accounted_for_waiting_or_unexplained",
    "test_hits_contacts_and_explanations_of_a_batch",
    "test_import_of_an_export_changes_nothing",
    "test_known_mails_become_duplicates_and_the_history_says_how_many",
    "test_one_that_raises_harms_no_other_of_its_batch",
    "test_people_and_kinds",
    "test_sender_and_cc_contacts_get_one_mail_with_the_reference",
    "test_the_limit_of_an_hour_is_kept_and_named",
    "test_the_order_of_the_list_becomes_the_priority_order",
]


@pytest.fixture
def services(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """As those of the other modules, on a server."""
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("five words are enough"))
    opened = open_services(tmp_path / "data", url=postgres.new_database())
    opened.exchange.import_(document(), tmp_path)
    yield opened
    opened.close()


def test_pages_of_work_items_follow_one_another(services: Services) -> None:
    """W-01: newest first, and what is looked for in other letters is found."""
    receive(services, *(MailForm(subject=f"Invoice {n}") for n in range(12)))
    found = services.work_items.page(WorkItemFilter("INVOICE"), limit=5).items
    assert [item.subject for item in found] == [f"Invoice {n}" for n in range(11, 6, -1)]


def test_a_backup_goes_from_a_server_to_a_file_and_back(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-03: both kinds of database take the backups of either; no number comes again."""
    receive(services, MailForm(subject="Before"))
    (group,) = services.routes.groups()
    gone = group.routes[-2]
    services.routes.delete([gone.id])
    made = BackupService(services.context).write(tmp_path / "monday.backup")
    file = open_services(tmp_path / "other")
    try:
        BackupService(file.context).restore(made.path, tmp_path / "other")
        assert file.exchange.export() == services.exchange.export()
        assert [item.subject for item in file.work_items.page().items] == ["Before"]
        with file.context.database.write() as work:
            back = work.routes.add(Route(0, gone.connector_id, "New", "hr@acme.example", 1))
        assert back > gone.id
        again = BackupService(file.context).write(tmp_path / "tuesday.backup")
    finally:
        file.close()
    BackupService(services.context).restore(again.path, tmp_path / "data")
    with services.context.database.write() as work:
        newest = work.routes.add(Route(0, gone.connector_id, "Newer", "hr@acme.example", 1))
    assert newest > back
