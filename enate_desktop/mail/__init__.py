"""Everything that speaks to mail servers or reads mail; knows neither storage nor toolkit."""
