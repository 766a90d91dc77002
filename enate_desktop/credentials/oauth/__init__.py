"""Signing in with OAuth 2.0: getting a token, and renewing it before it ends (C-03)."""
