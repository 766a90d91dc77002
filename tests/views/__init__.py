"""Tests of the window, its pages and widgets."""
