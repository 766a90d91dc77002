"""Enate Desktop: shared mailboxes become Tickets and Cases, and the program can say why."""

__version__ = "0.1.0"
