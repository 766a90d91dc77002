"""Acknowledgement templates: languages, placeholders, history and the configuration file (O-01)."""

from pathlib import Path

import pytest

from enate_desktop.domain.errors import InputError, NotFoundError, NotPermittedError
from enate_desktop.domain.outbox import Template
from enate_desktop.domain.people import ROLES, Person
from enate_desktop.services.placeholders import BUILT_IN, PLACEHOLDERS, SAMPLE, filled, in_language
from enate_desktop.services.templates import TemplateService
from enate_desktop.wiring import Services
from tests.services.answers import answering, mail, take_in


def test_english_german_and_french_are_there_from_the_start(services: Services) -> None:
    """O-01."""
    assert [one.language for one in services.templates.all()] == ["de", "en", "fr"]


@pytest.mark.parametrize("template", BUILT_IN, ids=lambda one: one.language)
def test_a_built_in_text_has_no_problem(services: Services, template: Template) -> None:
    """O-01: and tells the reference."""
    preview = services.templates.preview(template)

    assert preview.problems == ()
    assert SAMPLE["reference"] in preview.subject
    assert "{" not in preview.subject + preview.body


def test_every_placeholder_is_filled_in_a_preview(services: Services) -> None:
    """O-01."""
    text = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    preview = services.templates.preview(Template("en", text, text))

    assert preview.body == " ".join(SAMPLE[name] for name in PLACEHOLDERS)


def test_an_unknown_placeholder_is_named_and_stays(services: Services) -> None:
    """O-01."""
    preview = services.templates.preview(Template("en", "Hello {nobody}", "{ {} }{reference}"))

    assert preview.subject == "Hello {nobody}"
    assert "{nobody}" in preview.problems[0]
    assert preview.body.endswith(SAMPLE["reference"])


def test_a_preview_shows_a_real_work_item(services: Services, tmp_path: Path) -> None:
    """O-01."""
    key = answering(services, tmp_path)
    take_in(services, mail(subject="My {sender} payslip"), connector_id=key)
    item = services.work_items.page().items[0]
    template = Template("en", "{reference} {subject}", "{sender} {connector} {category}")
    preview = services.templates.preview(template, item.id)

    assert preview.subject == f"{item.reference} My {{sender}} payslip"
    assert preview.body == "marie@acme.fr HR EMEA General"


def test_saving_keeps_history_and_can_be_taken_back(services: Services) -> None:
    """A-01, X-08."""
    before = services.templates.all()
    services.templates.save(Template("EN", "New", "Text"))
    assert Template("en", "New", "Text") in services.templates.all()

    change = next(c for c in services.history.all() if c.head.kind == "template")
    assert {e.field for e in change.fields} == {"subject", "body"}
    services.restoring.restore(change.head.id)
    assert services.templates.all() == before


def test_an_added_language_is_taken_away_again(services: Services) -> None:
    """X-08."""
    services.templates.save(Template("pt-br", "Ola", "Texto"))
    change = next(c for c in services.history.all() if c.head.kind == "template")
    services.restoring.restore(change.head.id)

    assert "pt-br" not in {one.language for one in services.templates.all()}


def test_removing_gives_the_built_in_text_back(services: Services) -> None:
    """O-01."""
    before = services.templates.all()
    services.templates.save(Template("fr", "Bonjour", "Texte"))
    services.templates.remove("fr")

    assert services.templates.all() == before
    with pytest.raises(NotFoundError):
        services.templates.remove("fr")


@pytest.mark.parametrize(
    ("template", "field"),
    [
        (Template("", "a", "b"), "language"),
        (Template("english!", "a", "b"), "language"),
        (Template("en", " ", "b"), "subject"),
        (Template("en", "a", "\n"), "body"),
        (Template("en", "a" * 201, "b"), "subject"),
        (Template("en", "a", "b" * 20_001), "body"),
    ],
)
def test_an_unusable_template_names_its_field(
    services: Services, template: Template, field: str
) -> None:
    """O-01."""
    with pytest.raises(InputError) as caught:
        services.templates.save(template)
    assert caught.value.field == field


def test_saving_needs_the_permission(services: Services) -> None:
    """P-01: change settings."""
    agent = Person("ben", "Agent", ROLES["Agent"])
    with pytest.raises(NotPermittedError):
        TemplateService(services.context.acting_as(agent)).save(Template("en", "a", "b"))


@pytest.mark.parametrize(
    ("wish", "usual", "language"),
    [
        ("fr", "en", "fr"),
        ("fr-ch", "en", "fr"),
        ("FR-CH", "en", "fr"),
        ("ja", "de", "de"),
        ("", "de", "de"),
        ("ja", "xx", "en"),
    ],
)
def test_the_nearest_language_is_chosen(wish: str, usual: str, language: str) -> None:
    """O-01."""
    assert in_language(BUILT_IN, wish, usual).language == language


def test_the_configuration_file_carries_what_was_written(
    services: Services, tmp_path: Path
) -> None:
    """SPEC 11: import of an export changes nothing."""
    assert "acknowledgements" not in services.exchange.export()
    services.templates.save(Template("pt", "Ola", "Texto"))
    document = services.exchange.export()

    assert document["acknowledgements"] == [{"language": "pt", "subject": "Ola", "body": "Texto"}]
    assert services.exchange.import_(document, tmp_path).changes == ()
    services.templates.remove("pt")
    services.exchange.import_(document, tmp_path)
    assert Template("pt", "Ola", "Texto") in services.templates.all()


def test_what_a_stranger_wrote_is_answered_in_short() -> None:
    """MAIL 4 D 79: an answer to a forged sender carries little of a stranger's text."""
    values = {**SAMPLE, "subject": "x" * 5_000, "sender_name": "gpj\u202eexe"}
    assert len(filled("{subject}", values)) == 200
    assert filled("{sender_name}", values) == "gpjexe"
