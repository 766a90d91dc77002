"""Tests of the decision, its explanation and the analyses built on it."""
