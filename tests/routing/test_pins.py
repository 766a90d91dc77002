"""Pinned mails (X-06)."""

from enate_desktop.domain.routes import Covers
from enate_desktop.routing.analysis.pins import Expectation, Pin, pinned, run_pins
from tests.routing.builders import PRIMARY, mail, route, table

PAY = "pay@acme.example"


def test_a_pin_holds_what_happens_today() -> None:
    """X-06: until the routes change."""
    now = table(route(name="H"), route(PAY, "P"))
    pin = pinned("both", mail((PAY, PRIMARY)), now)
    assert pin.expected == (Expectation(PAY, "P", 1), Expectation(PRIMARY, "H", 1))
    (result,) = run_pins(now, [pin])
    assert result.passed
    assert result.decisions[0].reason


def test_a_red_pin_says_what_differs() -> None:
    """X-06: expected against what came."""
    pin = Pin("vip", mail(), (Expectation(PRIMARY, "Urgent"),))
    assert not pin.message.important
    (result,) = run_pins(table(route(name="H")), [pin])
    assert not result.passed
    assert result.text == ('Expected "Urgent" for hr@acme.example; came "H" for hr@acme.example.')


def test_another_process_is_a_difference() -> None:
    """X-06, M-06: unless the pin leaves it open."""
    made = table(route(name="H", process_id=2))
    strict = Pin("strict", mail(), (Expectation(PRIMARY, "H", 1),))
    loose = Pin("loose", mail(), (Expectation(PRIMARY, "H"),))
    results = run_pins(made, [strict, loose])
    assert [result.passed for result in results] == [False, True]
    assert results[0].text.endswith("the process differs.")


def test_too_few_and_too_many_ends_are_differences() -> None:
    """X-06, M-04."""
    made = table(route(name="H"), route(PAY, "P"))
    one = Pin("one", mail((PAY, PRIMARY)), (Expectation(PAY, "P"),))
    none = Pin("none", mail(PAY), (Expectation(PAY, "P"), Expectation(PRIMARY, "H")))
    assert [result.text for result in run_pins(made, [one, none])] == [
        'Came "H" for hr@acme.example.',
        'Expected "H" for hr@acme.example.',
    ]


def test_unhandled_can_be_expected() -> None:
    """X-06, M-05."""
    made = table(covers=Covers.PRIMARY)
    pin = Pin("bcc", mail(()), (Expectation(None, None),))
    assert run_pins(made, [pin])[0].passed
    (result,) = run_pins(table(), [pin])
    assert result.text == (
        'Expected unhandled for the mail as a whole; came "Fallback" for the mail as a whole.'
    )
