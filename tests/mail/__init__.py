"""Tests of the mail layer."""
