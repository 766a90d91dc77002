"""The strict address scanner (MAIL.md 4 B 37-44; Q-8)."""

import pytest

from enate_desktop.mail.mime.address_scan import ADDRESSES_LIMIT, scan

ADDRESSES: list[tuple[str, list[str], list[str]]] = [
    ("anna@acme.test", ["anna@acme.test"], []),
    ("Anna <Anna@ACME.Test.>", ["anna@acme.test"], []),
    ('"Müller, Anna" <anna@acme.test>', ["anna@acme.test"], []),
    ("=?utf-8?q?M=C3=BCller?= <anna@acme.test>", ["anna@acme.test"], []),
    ("a@x.test, B <b@x.test>;c@x.test,,", ["a@x.test", "b@x.test", "c@x.test"], []),
    ("a@x.test, A@X.TEST", ["a@x.test"], []),
    ("<a@x.test>", ["a@x.test"], []),
    ("<@hop.test,@hop2.test:a@x.test>", ["a@x.test"], []),
    ("a@x.test (Anna (at home))", ["a@x.test"], []),
    ("(comment) a@x.test", ["a@x.test"], []),
    ("Anna (the boss) <a@x.test> (work)", ["a@x.test"], []),
    ("a.b+tag@x.test", ["a.b+tag@x.test"], []),
    ("a@x.test <a@x.test>", ["a@x.test"], []),
    ('"b@y.test" <a@x.test>', ["a@x.test"], []),
    ('"john"@x.test', ["john@x.test"], []),
    ("jösé@x.test", ["jösé@x.test"], []),
    ("anna@ä.example", ["anna@xn--4ca.example"], []),
    ("anna@XN--4CA.example", ["anna@xn--4ca.example"], []),
    # 39: groups
    ("undisclosed-recipients:;", [], []),
    ("grp: a@x.test, B <b@x.test>;", ["a@x.test", "b@x.test"], []),
    ("grp: a@x.test; c@x.test", ["a@x.test", "c@x.test"], []),
    ("", [], []),
    (" , ;", [], []),
    # 38: whose mail is it?
    ("alice@good.test)bob@evil.test", [], ["alice@good.test)bob@evil.test"]),
    ("a@b.test <c@d.test>", [], ["a@b.test <c@d.test>"]),
    ("<a@b.test> <c@d.test>", [], ["<a@b.test> <c@d.test>"]),
    ("<a@b.test>c@d.test", [], ["<a@b.test>c@d.test"]),
    ("Bob a@b.test", [], ["Bob a@b.test"]),
    ("<a@b.test", [], ["<a@b.test"]),
    ("a@b.test>", [], ["a@b.test>"]),
    ("a@b.test (", [], ["a@b.test ("]),
    ('"a@b.test', [], ['"a@b.test']),
    ("a@b@c.test", [], ["a@b@c.test"]),
    ("a\\@b.test", [], ["a\\@b.test"]),
    # 9 (M-09): the usable ones count, the others are listed
    (
        "a@x.test, Bob Smith, @y.test, c@, d@x.test",
        ["a@x.test", "d@x.test"],
        ["Bob Smith", "@y.test", "c@"],
    ),
    ("<>, a@x.test", ["a@x.test"], ["<>"]),
    ('"john doe"@x.test', [], ['"john doe"@x.test']),
    ("a@[127.0.0.1]", [], ["a@[127.0.0.1]"]),
    ("a..b@x.test", [], ["a..b@x.test"]),
    ("a@-x.test", [], ["a@-x.test"]),
    # 37: the address itself is never decoded
    ("=?utf-8?q?a=40x.test?=", [], ["a@x.test"]),
    ("=?utf-8?q?Bob_=3Cb=40x.test=3E?=", [], ["Bob <b@x.test>"]),
]


@pytest.mark.parametrize(("value", "usable", "unusable"), ADDRESSES)
def test_addresses_are_read_strictly(value: str, usable: list[str], unusable: list[str]) -> None:
    """M-09, Q-8: what can be read in two ways is listed, never guessed."""
    scanned = scan(value)
    assert list(scanned.addresses) == usable
    assert list(scanned.unusable) == unusable
    assert not scanned.cut


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Anna <a@x.test>", "Anna"),
        ('"Müller, Anna" <a@x.test>', "Müller, Anna"),
        ("=?iso-8859-1?q?M=FCller?= Anna <a@x.test>", "Müller Anna"),
        ("a@x.test", ""),
        ("Bad Guy, Anna <a@x.test>", "Anna"),
        ("=?utf-8?q?M=C3=BCller,_Anna?= <a@x.test>", "Müller, Anna"),
        ("=?utf-8?q?a=0D=0ABcc:_x?= <a@x.test>", "a  Bcc: x"),
    ],
)
def test_the_display_name_is_decoded_and_harmless(value: str, name: str) -> None:
    """MAIL 4 B 36."""
    assert scan(value).name == name


@pytest.mark.parametrize("depth", [1_000, 30_000])
@pytest.mark.parametrize("character", ["(", "<", '"', "\\", ":", ",", '"\\', "(<", "=?"])
def test_no_depth_of_nesting_breaks_the_scanner(character: str, depth: int) -> None:
    """MAIL 4 B 41: 1,000 opening brackets made other parsers recurse."""
    scanned = scan(f"a@x.test, {character * depth}, b@x.test")
    assert scanned.addresses[0] == "a@x.test"
    assert scan(f"c@x.test{character * depth}").addresses in ((), ("c@x.test",))
    assert all(len(text) <= 200 for text in scanned.unusable)


def test_fifty_thousand_addresses_are_cut_at_the_limit() -> None:
    """MAIL 4 B 40."""
    scanned = scan(", ".join(f"u{number}@x.test" for number in range(50_000)))
    assert len(scanned.addresses) == ADDRESSES_LIMIT
    assert scanned.cut
    exactly = scan(", ".join(f"u{number}@x.test" for number in range(ADDRESSES_LIMIT)))
    assert len(exactly.addresses) == ADDRESSES_LIMIT
    assert not exactly.cut
