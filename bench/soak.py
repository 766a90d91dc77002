"""Mails at a steady rate for an hour, with servers that restart; prints memory and its slope.

``python -m bench.soak [MINUTES]``. The worker runs as the window has it; every mail must have made
one work item in the end. Exit code 1 when something was lost or done twice.
"""

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.crash.arena import Arena, many_mails
from tests.crash.modes import MODES
from tests.crash.several import crew, problems_in_the_end
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki
from tests.servers.smtp_sink import SmtpSink

RATE = 5
"""Mails a second."""
RESTART_MINUTES = 3


def resident(process: int) -> float:
    """Megabytes of memory of a process."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("The worker has ended.")


def slope(samples: list[tuple[float, float]]) -> float:
    """Megabytes an hour: the line of least squares through (seconds, megabytes)."""
    middle = sum(at for at, _ in samples) / len(samples)
    mean = sum(size for _, size in samples) / len(samples)
    spread = sum((at - middle) ** 2 for at, _ in samples)
    if not spread:
        return 0.0
    return 3600 * sum((at - middle) * (size - mean) for at, size in samples) / spread


def main(minutes: float) -> int:
    """Run for that long."""
    mode = MODES["move"]
    with ExitStack() as stack:
        pki = Pki(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        provider = stack.enter_context(IdentityProvider(pki))
        sink = stack.enter_context(SmtpSink(pki, provider))
        arena = stack.enter_context(Arena(pki, sink))
        place = arena.place(mode, arena.zygote())
        given: list[bytes] = []
        samples: list[tuple[float, float]] = []
        with crew(place, place.server.password(place.user)) as running:
            worker = running.join()
            start = time.monotonic()
            tick = 0
            while (now := time.monotonic() - start) < minutes * 60:
                fresh = many_mails(place.user, RATE, len(given))
                place.server.fill(place.user, fresh)
                given += fresh
                tick += 1
                if tick % 60 == 0:
                    samples.append((now, resident(worker)))
                    print(f"  minute {tick // 60:3}: {len(given):6} mails,"
                          f" {samples[-1][1]:6.1f} MB", flush=True)  # fmt: skip
                if tick % (60 * RESTART_MINUTES) == 0:
                    place.server.stop()
                    place.server.start()
                time.sleep(max(0.0, start + tick - time.monotonic()))
            problems = list(problems_in_the_end(mode, place, given))
        # The first minutes fill caches.
        settled = samples[min(5, len(samples) // 2) :]
        if settled:
            print(f"  slope {slope(settled):+.1f} MB/h")
        print(f"  {len(given)} mails, {len(problems)} wrong")
        for problem in problems:
            print(f"    {problem[:500]}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
