"""``python -m tests.crash.worker``: forks a process for every job, with everything imported.

Reads a job per line from standard input and answers with a line for each. A fork costs some
milliseconds, a start of the program a second.
"""

import gc
import os
import select
import signal
import sys
import traceback

import keyring

# Imported here so that no child has to.
import enate_desktop.mail.imap
import enate_desktop.mail.pop3
import enate_desktop.mail.probe
import enate_desktop.mail.smtp
import enate_desktop.services.sign_in
import enate_desktop.storage.engines.postgres  # noqa: F401
from tests.crash import program
from tests.crash.events import Events
from tests.crash.job import Answer, Job
from tests.crash.keys import FixedKeyring


def main() -> None:
    """Serve until standard input ends."""
    keyring.set_keyring(FixedKeyring())
    program.rehearse()
    gc.freeze()
    say("ready")
    for line in sys.stdin:
        say(in_a_child(Job.of(line)).text())


def say(line: str) -> None:
    """Answer whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def in_a_child(job: Job) -> Answer:
    """Do ``job`` in a process of its own; a killed one only tells where it died."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _be_the_child(job, writer)
    os.close(writer)
    told = b""
    with os.fdopen(reader, "rb") as pipe:
        if job.kill_after is not None and not select.select([pipe], [], [], job.kill_after)[0]:
            os.kill(child, signal.SIGKILL)
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Answer(killed=True, died_at=told.decode())
    if status:
        return Answer(errors=(f"The worker ended with {status}: {told.decode()}",))
    return Answer.of(told.decode())


def _be_the_child(job: Job, writer: int) -> None:
    code = 1
    try:
        name = "" if job.kill_at is None else job.kill_at[0]
        events = Events(job.kill_at, lambda: os.write(writer, name.encode()))
        answer = program.prepare(job) if job.prepare is not None else program.run(job, events)
        _write(writer, answer.text())
        code = 0
    except BaseException:
        _write(writer, traceback.format_exc())
    finally:
        # Not the way Python ends: the parent's standard streams are not this process's to flush.
        os._exit(code)


def _write(writer: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(writer, data) :]


if __name__ == "__main__":
    main()
