"""What can be said about routes and mail before it hurts: warnings, replay, wishes, pins."""
