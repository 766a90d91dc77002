"""What the product is about, as frozen dataclasses and rules; no toolkit, database or network."""
