"""Companies and contacts from a file: every kind of table, previewed, all or nothing, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enate_desktop.domain.directory import Company, Contact
from enate_desktop.domain.errors import EnateError, InputError, RefusedError, StaleError
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import NOTHING
from enate_desktop.services.context import noting
from tests.views.page_samples import company

TABLE = "company;domain;email;name\nMüller;mueller.example;jo@mueller.example;Jo\n"

_KINDS = {
    ",": ("company;domain;email;name", "\n"),
    ";": ("Firma;Domäne;E-Mail;Kontakt", "\r\n"),
    "\t": ("Société;Domaines;Courriel;Nom", "\r\n"),
}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path / "data") as made:
        yield made


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def facts(services: Services) -> tuple[tuple[Company, ...], tuple[Contact, ...]]:
    return services.directory.companies(), services.directory.contacts()


def imported(services: Services, path: Path) -> list[int]:
    with noting() as ids:
        services.company_import.run(path, services.company_import.preview(path))
    return ids


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_spreadsheet_program_is_understood(
    services: Services, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """D-02: encoding, separator, line ends and the language of the header do not matter."""
    header, end = _KINDS[delimiter]
    text = TABLE.replace("company;domain;email;name", header)
    table = text.replace(";", delimiter).replace("\n", end)
    imported(services, written(tmp_path, table, encoding))
    companies, contacts = facts(services)
    (found,) = (each for each in companies if each.name == "Müller")
    (person,) = (each for each in contacts if each.address == "jo@mueller.example")
    assert found.domains == ("mueller.example",)
    assert (person.name, person.company_id) == ("Jo", found.id)


def test_columns_stand_in_any_order_and_others_are_passed_over(
    services: Services, tmp_path: Path
) -> None:
    table = 'sep=;\nName;Phone;Email;Company\n"Quoted; name";1;jo@new.example;New\n'
    imported(services, written(tmp_path, table))
    (person,) = (c for c in services.directory.contacts() if c.address == "jo@new.example")
    assert person.name == "Quoted; name"


def test_the_preview_tells_added_changed_unchanged_and_unusable(
    services: Services, tmp_path: Path
) -> None:
    imported(services, written(tmp_path, TABLE))
    lines = (
        "Müller;mueller.example;jo@mueller.example;Jo",
        "MÜLLER;more.example;;",
        "New;new.example;an@new.example;An",
        ";;not an address;X",
        ";loose.example;;",
        ";;;Only a name",
        "Bad;no domain!;;",
        "New;;an@new.example;Twice",
    )
    table = "company;domain;email;name\n" + "\n".join(lines)
    before = facts(services)
    plan = services.company_import.preview(written(tmp_path, table))
    assert (plan.added, plan.changed, plan.unchanged) == (2, 1, 1)
    assert [(each.number, each.reason) for each in plan.unusable] == [
        (5, '"not an address" is not a mail address.'),
        (6, "It has a domain but no company."),
        (7, "It names neither a company nor a mail address."),
        (8, '"domain!" is not a domain.'),
        (9, "an@new.example stands in line 4 already."),
    ]
    assert facts(services) == before, "a preview changes nothing"


def test_the_line_number_is_that_of_an_editor(services: Services, tmp_path: Path) -> None:
    """A quoted cell goes over two lines, a blank one counts."""
    table = 'sep=,\nemail,name\na@x.example,"two\nlines"\n\nbad,B\n'
    plan = services.company_import.preview(written(tmp_path, table))
    assert [each.number for each in plan.unusable] == [6]


def test_an_import_is_one_step_that_goes_back_and_forth(services: Services, tmp_path: Path) -> None:
    """X-08: companies and contacts, new and changed ones, with one undo and one redo."""
    imported(services, written(tmp_path, TABLE))
    before = facts(services)
    table = "company;domain;email;name\nMüller;b.example;jo@mueller.example;Joanna\nN;;a@n.example;"
    (change,) = imported(services, written(tmp_path, table))
    after = facts(services)
    assert after != before
    with noting() as ids:
        services.restoring.restore(change)
    assert facts(services) == before
    services.restoring.restore(ids[0])
    assert facts(services) == after


def test_what_was_changed_since_stays_when_an_import_is_taken_back(
    services: Services, tmp_path: Path
) -> None:
    """X-08: only what that change made differ."""
    (change,) = imported(services, written(tmp_path, TABLE))
    services.directory.save_contact(Contact(0, "later@else.example", "Later"))
    services.restoring.restore(change)
    addresses = [contact.address for contact in services.directory.contacts()]
    assert "later@else.example" in addresses
    assert "jo@mueller.example" not in addresses


def test_a_company_in_use_keeps_the_import_from_being_taken_back(
    services: Services, tmp_path: Path
) -> None:
    (change,) = imported(services, written(tmp_path, TABLE))
    (made,) = (each for each in services.directory.companies() if each.name == "Müller")
    services.directory.save_contact(Contact(0, "own@mueller.example", company_id=made.id))
    before = facts(services)
    with pytest.raises(RefusedError, match="Müller"):
        services.restoring.restore(change)
    assert facts(services) == before


def test_nothing_is_imported_when_the_directory_changed_since_the_preview(
    services: Services, tmp_path: Path
) -> None:
    """All or nothing: what was shown is what is done."""
    path = written(tmp_path, TABLE)
    plan = services.company_import.preview(path)
    services.directory.save_company(Company(0, "Müller"))
    before = facts(services)
    with pytest.raises(StaleError):
        services.company_import.run(path, plan)
    assert facts(services) == before


def test_a_second_import_of_the_same_file_changes_nothing(
    services: Services, tmp_path: Path
) -> None:
    path = written(tmp_path, TABLE)
    imported(services, path)
    plan = services.company_import.preview(path)
    assert (plan.added, plan.changed, plan.unchanged) == (0, 0, 1)
    assert services.company_import.run(path, plan) is NOTHING


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-1", "@SUM(A1)"])
def test_a_formula_is_text_and_an_exported_one_comes_back_as_it_was(
    services: Services, tmp_path: Path, name: str
) -> None:
    imported(services, written(tmp_path, f'email;name\na@x.example;"{name}"\n'))
    imported(services, written(tmp_path, f'email;name\nb@x.example;"\'{name}"\n'))
    found = {c.name for c in services.directory.contacts() if c.address.endswith("@x.example")}
    assert found == {name}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "does not name the columns"),
        ("a;b\n1;2\n", "does not name the columns"),
        ("email;e-mail\na@x.example;\n", "a column twice"),
        ("email\n" + "a@x.example\n" * 100_001, "more than 100,000 lines"),
        ("email\n\0\n", "not a text file"),
        ("email\n" + "x" * (10 * 1024 * 1024), "larger than 10 MB"),
        ('email\n"' + "x" * 200_000, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(
    services: Services, tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        services.company_import.preview(written(tmp_path, text))


def test_a_missing_file_is_told(services: Services, tmp_path: Path) -> None:
    with pytest.raises(EnateError, match="cannot be read"):
        services.company_import.preview(tmp_path / "none.csv")
