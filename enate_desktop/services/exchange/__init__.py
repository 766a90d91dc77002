"""The configuration as a document: reading, previewing, importing and exporting it."""
