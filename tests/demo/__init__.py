"""The demo company and its mail server."""
