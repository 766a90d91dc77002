"""Processes are found by any part of their name or path (UI 3.6)."""

import pytest

from enate_desktop.item_models.process_list import ID_ROLE, PATH_ROLE, ProcessListModel
from tests.item_models.samples import PROCESSES


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("starter", ["New starter (Case)"]),
        ("STARTER acme", ["New starter (Case)"]),
        ("starter globex", []),
        ("onboarding", ["New starter (Case)"]),
        ("case", ["New starter (Case)", "Payslip (Case)", "Supplier invoice (Case)"]),
        ("payment", ["Payment question (Ticket)"]),
        ("pays", ["Payslip (Case)"]),
        (
            "pay",
            [
                "Payslip (Case)",
                "Payment question (Ticket)",
                "Urgent query (Ticket)",
                "Supplier invoice (Case)",
            ],
        ),
    ],
)
def test_any_part_finds_a_process(typed: str, labels: list[str]) -> None:
    """What starts with the text comes first; a retired process is not offered (R-09)."""
    model = ProcessListModel()
    model.set_processes(PROCESSES)
    model.narrow(typed)
    found = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert found == labels


def test_a_line_names_the_process_first_and_its_path_behind() -> None:
    model = ProcessListModel()
    model.set_processes(PROCESSES)
    model.narrow("starter")
    index = model.index(0, 0)
    assert index.data() == "New starter (Case)"
    assert index.data(PATH_ROLE) == "Acme \u203a HR services 2026 \u203a Onboarding"
    assert index.data(ID_ROLE) == 3


def test_the_last_used_stand_first_until_something_is_typed() -> None:
    """UI 3.6."""
    model = ProcessListModel()
    model.set_processes(PROCESSES)
    last = model.shown[-1]
    model.recent = (last.id,)
    model.narrow("")
    assert model.shown[0] == last
    model.narrow("starter")
    assert model.index(0, 0).data() == "New starter (Case)"
