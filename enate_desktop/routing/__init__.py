"""The decision where a mail goes, its explanation, and what can be proved about the routes."""
