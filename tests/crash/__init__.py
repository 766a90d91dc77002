"""Proof that nothing is lost and nothing is done twice: killed at every step, then resumed."""
