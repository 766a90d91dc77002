"""A believable company with its own mail server on this computer, to look around without risk."""
