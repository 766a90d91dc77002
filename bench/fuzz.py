"""Damaged mails, as many as you like, through the parser: python -m bench.fuzz [MAILS] [SEED]."""

import random
import sys
import time

from tests.mail.test_parsing_fuzz import check, damaged


def main() -> None:
    """Print how many were read, how fast, and the slowest; stops at the first that is not."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    rng = random.Random(seed)
    slowest = 0.0
    began = time.perf_counter()
    for _ in range(count):
        raw = damaged(rng)
        start = time.perf_counter()
        check(raw)
        slowest = max(slowest, time.perf_counter() - start)
    took = time.perf_counter() - began
    print(f"{count} damaged mails (seed {seed}): 0 uncaught, {count / took:,.0f} mails/s,")
    print(f"the slowest took {slowest * 1000:.1f} ms")


if __name__ == "__main__":
    main()
