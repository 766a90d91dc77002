"""Use cases: one method is one transaction, checks the permission and leaves history."""
