"""The values of rules as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enate_desktop.domain.directory import Company, CompanyBook, Contact, Kind, category_path
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.rules import extension, folded, keyword, patterns, split_values
from enate_desktop.domain.work_items import reference, reference_id


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("urgent; support; reset", ("urgent", "support", "reset")),
        ("a,b\nc\r\nd", ("a", "b", "c", "d")),
        (" ; ;; a ;a; A ", ("a", "A")),
        ('"pay; now"; b', ('"pay; now"', "b")),
        ('un"closed; b', ('un"closed', "b")),
        ("", ()),
    ],
)
def test_a_typed_list_splits_trims_and_merges(text: str, values: tuple[str, ...]) -> None:
    """R-11: text is never silently dropped."""
    assert split_values(text) == values


@given(st.lists(st.text(alphabet="abcd e", min_size=1).filter(str.strip), max_size=8))
def test_splitting_a_joined_list_gives_it_back(values: list[str]) -> None:
    """R-11: nothing is lost on the way through the text form."""
    wanted = tuple(dict.fromkeys(value.strip() for value in values))
    assert split_values("; ".join(values)) == wanted


@pytest.mark.parametrize(
    ("text", "stored"), [("pdf", ".pdf"), (".PDF", ".pdf"), (" *.docx ", ".docx"), ("tar.gz", None)]
)
def test_an_extension_has_one_form(text: str, stored: str | None) -> None:
    """Q-2: dot optional, case-insensitive."""
    if stored is None:
        with pytest.raises(InputError):
            extension(text)
    else:
        assert extension(text) == stored


@pytest.mark.parametrize("text", ["", ".", "p/df", "a b", "*.*", "x" * 40])
def test_an_unusable_extension_is_refused(text: str) -> None:
    """R-11: with its reason."""
    with pytest.raises(InputError, match="attachment type"):
        extension(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("URGENT", "urgent"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "FINANCE"),
        ("a \t\n b", "a b"),
        ("İstanbul", "i̇stanbul"),
        ("\uff11\uff12\uff13", "123"),
    ],
)
def test_key_words_compare_folded(one: str, other: str) -> None:
    """Q-3: NFKC, case folding, white space collapsed."""
    assert folded(one) == folded(other)


def test_an_empty_key_word_is_refused() -> None:
    """R-11: it would be in every subject."""
    for text in ("", "  ", '""', '" "'):
        with pytest.raises(InputError):
            keyword(text)


def test_listed_addresses_are_merged_in_their_one_form() -> None:
    """R-11, Q-7."""
    assert [str(p) for p in patterns(["A@x.example", "a@X.example", "*x.example"])] == [
        "a@x.example",
        "*@x.example",
    ]


def test_a_contact_beats_a_domain_and_one_without_a_company_says_nothing() -> None:
    """Q-6, M-07: the contact made after the first mail must not re-route the second."""
    companies = (Company(1, "Acme", ("acme.fr",)), Company(2, "Beta", ("beta.example",)))
    contacts = (Contact(1, "marie@acme.fr", "", 2), Contact(2, "paul@acme.fr", "", None))
    book = CompanyBook.of(companies, contacts)
    assert book.companies_of("marie@acme.fr") == {2}
    assert book.companies_of("paul@acme.fr") == {1}
    assert book.companies_of("x@eu.acme.fr") == frozenset()
    assert book.companies_of("") == frozenset()


@pytest.mark.parametrize("text", ["", "a > > b", "a > b > c > d", " > a"])
def test_a_category_has_one_to_three_levels(text: str) -> None:
    """D-01."""
    with pytest.raises(InputError):
        category_path(text)
    assert category_path("Payroll>Error") == "Payroll > Error"


@given(st.sampled_from(list(Kind)), st.integers(1, 10**9))
def test_a_reference_names_one_work_item(kind: Kind, number: int) -> None:
    """SPEC 1: 101203-T, 12345-C."""
    assert reference_id(reference(kind, number)) == (kind, number)


@pytest.mark.parametrize(
    "text", ["", "T", "-T", "x-T", "99999-T", "10000-C", "12345-X", "١٢٣٤٥٦-T"]
)
def test_what_is_no_reference_is_none(text: str) -> None:
    """M-03: nothing is linked by accident."""
    assert reference_id(text) is None
