"""Qt item models: what a view shows, without any widget."""
