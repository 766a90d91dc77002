"""From nothing to a usable window, beside an empty QMainWindow, in turn in the same run.

``python -m bench.start_up [ROUNDS]`` prints medians in milliseconds, the ratio, and idle memory.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from enate_desktop.wiring import build_services
from tests.company import connector, document

EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([]); window = QMainWindow(); window.show(); app.processEvents()
"""
OURS = """
import argparse, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import enate_desktop.app as app
real = app.Program.begin
def started(program):
    real(program)
    QApplication.processEvents()
    if len(sys.argv) > 2:
        status = Path("/proc/self/status").read_text()
        print(next(line for line in status.splitlines() if line.startswith("VmRSS")))
    QTimer.singleShot(0, program.window.close)
app.Program.begin = started
app.open_window(argparse.Namespace(command="window", data=Path(sys.argv[1]), pictures=None))
"""


def seconds(script: str, *arguments: str) -> float:
    """The whole process, from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script, *arguments], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "ENATE_PASSPHRASE": "bench", "HR_PASSWORD": "x"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HOME"] = name
        services = build_services(folder, trusted_keyrings=())
        services.exchange.import_(
            document(
                *(connector(f"C{n}", primary_address=f"hr{n}@acme.example") for n in range(5))
            ),
            folder,
        )
        services.close()
        seconds(EMPTY), seconds(OURS, name)
        pairs = [(seconds(EMPTY), seconds(OURS, name)) for _ in range(rounds)]
        empty, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"import PySide6.QtWidgets, empty window shown {empty * 1000:8.0f} ms")
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"Enate Desktop, window usable, 5 connectors   {ours * 1000:8.0f} ms   {ratio:.2f} ×")
        subprocess.run([sys.executable, "-c", OURS, name, "memory"], check=True)


if __name__ == "__main__":
    main()
