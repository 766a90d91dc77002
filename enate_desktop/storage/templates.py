"""Repository of the acknowledgement templates that somebody wrote or edited (O-01)."""

from sqlalchemy import Connection, delete, insert, select

from enate_desktop.domain.outbox import Template
from enate_desktop.storage.worker_tables import TemplateRow

_ALL = select(TemplateRow.language, TemplateRow.subject, TemplateRow.body).order_by(
    TemplateRow.language
)


class TemplateRepository:
    """Templates by language."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def all(self) -> tuple[Template, ...]:
        """Every stored template, by language."""
        return tuple(Template(**row) for row in self._connection.execute(_ALL).mappings())

    def put(self, template: Template) -> None:
        """Keep a template in place of the one in its language."""
        self.remove(template.language)
        self._connection.execute(
            insert(TemplateRow).values(
                language=template.language, subject=template.subject, body=template.body
            )
        )

    def remove(self, language: str) -> None:
        """Forget what is stored in a language."""
        self._connection.execute(delete(TemplateRow).where(TemplateRow.language == language))
