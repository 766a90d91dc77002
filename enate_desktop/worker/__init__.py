"""Work beside the window: pollers, background tasks and change signals; QtCore at most."""
