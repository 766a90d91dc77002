"""Renewing access tokens: in time, once, kept first, and no storm when it does not work."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from enate_desktop.credentials.oauth.refusals import not_answering
from enate_desktop.credentials.oauth.source import MARGIN, MemoryShelf, TokenSource, TokenSources
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.errors import SignInNeededError, StorageError, UnavailableError
from tests.credentials.oauth_support import TurnedClock, answer, token


class Provider:
    """Renews, or does what it is told to."""

    def __init__(self, clock: TurnedClock) -> None:
        self.clock = clock
        self.seen: list[Token | None] = []
        self.trouble: Exception | None = None
        self.lifetime = 3600

    def __call__(self, before: Token | None) -> Token:
        self.seen.append(before)
        if self.trouble is not None:
            raise self.trouble
        number = len(self.seen)
        fresh = answer(
            access_token=f"at-{number}", refresh_token=f"rt-{number}", expires_in=self.lifetime
        )
        return (before or token()).renewed(fresh, self.clock.now())


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def renew(clock: TurnedClock) -> Provider:
    return Provider(clock)


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf(token())


@pytest.fixture
def source(shelf: MemoryShelf, clock: TurnedClock) -> TokenSource:
    return TokenSource(shelf, clock)


def test_a_token_is_used_until_five_minutes_before_its_end(
    source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: refresh at 5 min before expiry."""
    clock.pass_(3600 - MARGIN - 1)
    assert source.access_token(renew) == "at-0"
    clock.pass_(1)
    assert source.access_token(renew) == "at-1"
    assert source.access_token(renew) == "at-1"
    assert len(renew.seen) == 1


def test_a_short_lived_token_is_used_for_half_of_its_life(
    source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: a provider whose tokens live for a minute is not asked for each connection."""
    renew.lifetime = 60
    clock.pass_(3600)
    assert [source.access_token(renew) for _ in range(3)] == ["at-1"] * 3
    clock.pass_(31)
    assert source.access_token(renew) == "at-2"


def test_ten_threads_renew_once(
    shelf: MemoryShelf, source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: single flight."""
    clock.pass_(4000)
    together = threading.Barrier(10)

    def slowly(before: Token | None) -> Token:
        time.sleep(0.02)
        return renew(before)

    def ask(_number: int) -> str:
        together.wait()
        return source.access_token(slowly)

    with ThreadPoolExecutor(10) as threads:
        given = list(threads.map(ask, range(10)))
    assert given == ["at-1"] * 10
    assert len(renew.seen) == 1
    assert shelf.token is not None
    assert shelf.token.refresh_token == "rt-1"


def test_ten_threads_whose_token_was_refused_renew_once(
    source: TokenSource, renew: Provider
) -> None:
    """MAIL 4 F 130: refresh once; whoever comes second takes what the first one got."""
    together = threading.Barrier(10)

    def ask(_number: int) -> str:
        together.wait()
        return source.access_token(renew, refused="at-0")

    with ThreadPoolExecutor(10) as threads:
        assert set(threads.map(ask, range(10))) == {"at-1"}
    assert len(renew.seen) == 1


def test_a_refused_token_is_not_given_again(source: TokenSource, renew: Provider) -> None:
    """MAIL 4 F 130: even if the clock says that it is still good."""
    assert source.access_token(renew) == "at-0"
    assert source.access_token(renew, refused="at-0") == "at-1"


class FullDisk(MemoryShelf):
    """Keeps nothing for the first ``times`` times."""

    def __init__(self, times: int) -> None:
        super().__init__(token())
        self.times = times

    def store(self, token: Token) -> None:
        self.times -= 1
        if self.times >= 0:
            raise StorageError("The disk is full.")
        super().store(token)


def test_a_renewed_token_that_cannot_be_kept_is_not_used(
    renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: persist the new refresh token before using the new access token."""
    shelf = FullDisk(times=2)
    source = TokenSource(shelf, clock)
    clock.pass_(4000)
    for _ in range(2):
        with pytest.raises(StorageError):
            source.access_token(renew)
    # The provider no longer honours rt-0: what it gave is kept as soon as there is room.
    assert source.access_token(renew) == "at-1"
    assert len(renew.seen) == 1
    assert shelf.token is not None
    assert shelf.token.refresh_token == "rt-1"


def test_who_dies_between_renewing_and_keeping_has_used_nothing(
    renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: a kill in between is found by the next start as it was before."""

    class Killed(BaseException):
        pass

    class Dying(MemoryShelf):
        def store(self, token: Token) -> None:
            raise Killed

    shelf = Dying(token())
    clock.pass_(4000)
    with pytest.raises(Killed):
        TokenSource(shelf, clock).access_token(renew)
    again = TokenSource(MemoryShelf(shelf.load()), clock)
    again.access_token(renew)
    assert [one.refresh_token for one in renew.seen if one] == ["rt-0", "rt-0"]


def test_a_refusal_is_asked_for_once_only(
    shelf: MemoryShelf, source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: invalid_grant is no retry storm; a new sign-in ends it."""
    clock.pass_(4000)
    renew.trouble = SignInNeededError("Sign-in to hr@acme.example is no longer accepted.")
    for _ in range(5):
        with pytest.raises(SignInNeededError, match="no longer accepted"):
            source.access_token(renew)
        clock.pass_(3600)
    assert len(renew.seen) == 1
    renew.trouble = None
    shelf.token = Token.signed_in(answer(access_token="new"), (), clock.now())
    assert source.access_token(renew) == "new"


def test_a_person_may_ask_anew(source: TokenSource, renew: Provider, clock: TurnedClock) -> None:
    """C-06: a test after something was mended at the provider asks the provider."""
    clock.pass_(4000)
    renew.trouble = SignInNeededError("no")
    with pytest.raises(SignInNeededError):
        source.access_token(renew)
    renew.trouble = None
    source.ask_anew()
    assert source.access_token(renew) == "at-2"


def test_what_another_program_renewed_is_taken(
    shelf: MemoryShelf, source: TokenSource, clock: TurnedClock
) -> None:
    """S-01: window and command line on one data file; the second one is refused and looks again."""
    clock.pass_(4000)

    def overtaken(before: Token | None) -> Token:
        assert before is not None
        shelf.token = before.renewed(answer(access_token="theirs"), clock.now())
        raise SignInNeededError("no")

    assert source.access_token(overtaken) == "theirs"


class LateShelf(MemoryShelf):
    """Where the other program's renewal can be read ``seconds`` after the refusal."""

    def __init__(self, clock: TurnedClock, seconds: float) -> None:
        super().__init__(token())
        self.clock = clock
        self.seconds = seconds
        self.coming: tuple[float, Token] | None = None

    def refuse(self, before: Token | None) -> Token:
        assert before is not None
        theirs = before.renewed(answer(access_token="theirs"), self.clock.now())
        self.coming = (self.clock.steady + self.seconds, theirs)
        raise SignInNeededError("no longer accepted")

    def load(self) -> Token | None:
        if self.coming is not None and self.clock.steady >= self.coming[0]:
            return self.coming[1]
        return super().load()


@pytest.mark.parametrize("seconds", [0, 0.05, 1, 2.9])
def test_what_another_program_keeps_a_moment_later_is_taken(
    clock: TurnedClock, seconds: float
) -> None:
    """MAIL 1.4, S-01: it was faster at the provider, and its token is still being written."""
    shelf = LateShelf(clock, seconds)
    clock.pass_(4000)
    assert TokenSource(shelf, clock).access_token(shelf.refuse) == "theirs"


def test_who_waits_for_another_program_waits_three_seconds_at_most(clock: TurnedClock) -> None:
    """MAIL 1.4: a sign-in that nobody renewed is told as refused."""
    shelf = LateShelf(clock, 60)
    clock.pass_(4000)
    before = clock.steady
    with pytest.raises(SignInNeededError, match="no longer accepted"):
        TokenSource(shelf, clock).access_token(shelf.refuse)
    assert clock.steady - before == 3


def test_an_application_has_no_other_program_to_wait_for(clock: TurnedClock) -> None:
    """C-03: its token is not shared, so the refusal is told at once."""
    before = clock.steady

    def refuse(_token: Token | None) -> Token:
        raise SignInNeededError("the secret is wrong")

    with pytest.raises(SignInNeededError, match="secret"):
        TokenSource(MemoryShelf(), clock).access_token(refuse)
    assert clock.steady == before


def test_programs_on_one_data_file_renew_one_after_the_other(
    renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: who comes first renews; the other one finds it on the shelf."""
    shelf = MemoryShelf(token())
    first, second = TokenSource(shelf, clock, early=40), TokenSource(shelf, clock, early=5)
    clock.pass_(3600 - MARGIN - 20)
    assert second.access_token(renew) == "at-0"
    assert first.access_token(renew) == "at-1"
    clock.pass_(20)
    assert second.access_token(renew) == "at-1"
    assert len(renew.seen) == 1


def test_a_token_that_lives_is_used_while_the_provider_is_down(
    source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: 429, 5xx and timeouts keep the old token."""
    renew.trouble = not_answering()
    clock.pass_(3600 - MARGIN + 1)
    assert source.access_token(renew) == "at-0"
    clock.pass_(MARGIN)
    with pytest.raises(UnavailableError, match="does not answer"):
        source.access_token(renew)


def test_a_refused_token_is_not_used_while_the_provider_is_down(
    source: TokenSource, renew: Provider
) -> None:
    """MAIL 4 F 130."""
    renew.trouble = not_answering()
    with pytest.raises(UnavailableError):
        source.access_token(renew, refused="at-0")


def test_the_waits_grow_while_the_provider_is_down(
    source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 1.4: back off; who asks too soon is told without a question to the provider."""
    clock.pass_(4000)
    renew.trouble = not_answering()
    asked_at = []
    for _ in range(2_000):
        before = len(renew.seen)
        with pytest.raises(UnavailableError):
            source.access_token(renew)
        if len(renew.seen) > before:
            asked_at.append(clock.steady)
        clock.pass_(1)
    waits = [later - sooner for sooner, later in itertools.pairwise(asked_at)]
    assert waits[:7] == [5, 10, 20, 40, 80, 160, 300]
    assert set(waits[7:]) <= {300}
    renew.trouble = None
    clock.pass_(300)
    assert source.access_token(renew).startswith("at-")


def test_the_provider_says_how_long_to_wait(
    source: TokenSource, renew: Provider, clock: TurnedClock
) -> None:
    """RFC 9110, 10.2.3: Retry-After."""
    clock.pass_(4000)
    renew.trouble = not_answering(wait=120)
    for seconds in (0, 119):
        clock.pass_(seconds)
        with pytest.raises(UnavailableError):
            source.access_token(renew)
    assert len(renew.seen) == 1
    clock.pass_(1)
    renew.trouble = None
    assert source.access_token(renew) == "at-2"


@pytest.mark.parametrize(
    ("happens", "given"),
    [
        (lambda clock: clock.sleep(8 * 3600), "at-2"),
        (lambda clock: clock.sleep(10 * 365 * 86400), "at-2"),
        (lambda clock: clock.sleep(-10 * 365 * 86400), "at-1"),
        (lambda clock: clock.sleep(-3), "at-1"),
        (lambda clock: clock.sleep(60), "at-1"),
        (lambda clock: clock.pass_(3301), "at-2"),
    ],
    ids=["computer slept", "clock forward", "clock back", "skew", "small skew", "time passed"],
)
def test_a_turned_clock_does_no_harm(
    source: TokenSource,
    renew: Provider,
    clock: TurnedClock,
    happens: Callable[[TurnedClock], None],
    given: str,
) -> None:
    """MAIL 4 G 141, 142: a token too many at most, never one that is long dead."""
    clock.pass_(4000)
    assert source.access_token(renew) == "at-1"
    happens(clock)
    assert source.access_token(renew) == given


def test_a_token_from_the_future_is_renewed_after_a_restart(
    renew: Provider, clock: TurnedClock
) -> None:
    """MAIL 4 G 141: kept while the clock was wrong, so nobody knows how old it is."""
    clock.sleep(-86_400)
    assert TokenSource(MemoryShelf(token()), clock).access_token(renew) == "at-1"


def test_a_stored_token_is_used_after_a_restart(renew: Provider, clock: TurnedClock) -> None:
    """MAIL 1.4: what is still good is not renewed."""
    clock.pass_(60)
    assert TokenSource(MemoryShelf(token()), clock).access_token(renew) == "at-0"


def test_an_imported_sign_in_is_renewed_before_its_first_use(
    renew: Provider, clock: TurnedClock
) -> None:
    """SPEC 11: a refresh token from a file."""
    source = TokenSource(MemoryShelf(Token.imported("rt-x")), clock)
    assert source.access_token(renew) == "at-1"


def test_nobody_signed_in_is_told_by_the_one_who_renews(clock: TurnedClock) -> None:
    """C-03: there is nothing to renew."""

    def nobody(before: Token | None) -> Token:
        assert before is None
        raise SignInNeededError("Nobody has signed in to hr@acme.example yet.")

    with pytest.raises(SignInNeededError, match="Nobody"):
        TokenSource(MemoryShelf(), clock).access_token(nobody)


def test_one_sign_in_has_one_source_until_its_registration_changes() -> None:
    """MAIL 1.4: single flight holds for the whole process."""
    sources = TokenSources()
    first = sources.of(1, MemoryShelf, "a")
    assert sources.of(1, MemoryShelf, "a") is first
    assert sources.of(2, MemoryShelf, "a") is not first
    assert sources.of(1, MemoryShelf, "b") is not first


def test_an_error_of_the_program_leaves_the_lock_open(
    source: TokenSource, clock: TurnedClock, renew: Provider
) -> None:
    """A bug must not block every later mail session."""
    clock.pass_(4000)

    def broken(_before: Token | None) -> Token:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        source.access_token(broken)
    assert source.access_token(renew) == "at-1"
