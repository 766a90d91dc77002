"""The command that accounts for every mail: on the server, accounted for, unexplained (X-05)."""

import argparse

from enate_desktop.cli.output import complain, moment, say, show_json, table
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import End
from enate_desktop.services.accounting import MailboxFigure
from enate_desktop.services.bundle import Services


def ledger(services: Services, options: argparse.Namespace) -> int:
    """One figure per receiving connector; 1 when a mail is unexplained or cannot be counted."""
    figures = services.accounting.figures()
    if options.connector is not None:
        wanted = services.connectors.find(options.connector).id
        figures = tuple(figure for figure in figures if figure.connector_id == wanted)
    asked = True
    if options.check:
        figures, asked = _checked(services, figures)
    if options.json:
        show_json([_json(figure) for figure in figures])
    else:
        _show(figures)
    for figure in figures:
        for detail in figure.details:
            say(f"{figure.connector}: {detail}")
    return 0 if asked and not any(figure.unexplained for figure in figures) else 1


def _checked(
    services: Services, figures: tuple[MailboxFigure, ...]
) -> tuple[tuple[MailboxFigure, ...], bool]:
    """The figures as the servers tell now, the former one where one cannot be asked."""
    found, asked = [], True
    for figure in figures:
        try:
            found.append(services.accounting.check(figure.connector_id))
        except EnateError as error:
            complain(error)
            asked = False
            found.append(figure)
    return tuple(found), asked


def _show(figures: tuple[MailboxFigure, ...]) -> None:
    ends = [end for end in End if end is not End.PENDING]
    table(
        ("connector", "at", "on the server", "accounted for", "waiting", "unexplained", *ends),
        [
            (
                figure.connector,
                moment(figure.at) or "never looked",
                str(figure.on_server),
                str(figure.accounted),
                str(figure.waiting),
                str(figure.unexplained),
                *(str(figure.ends.get(end, 0)) for end in ends),
            )
            for figure in figures
        ],
    )


def _json(figure: MailboxFigure) -> dict[str, object]:
    return {
        "connector": figure.connector,
        "at": moment(figure.at),
        "on_server": figure.on_server,
        "accounted": figure.accounted,
        "waiting": figure.waiting,
        "unexplained": figure.unexplained,
        "ends": {end.value: figure.ends.get(end, 0) for end in End if end is not End.PENDING},
        "held": figure.held,
    }
