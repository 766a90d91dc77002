"""Secrets: one key in the operating system's keyring, AES-GCM everywhere else (S-02)."""
