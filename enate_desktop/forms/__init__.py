"""Forms compiled from ui/*.ui by ``python -m enate_desktop.forms``; never edited by hand."""
