"""The database: tables, migrations, one transaction at a time; frozen dataclasses go in and out."""
