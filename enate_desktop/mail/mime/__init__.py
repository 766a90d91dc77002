"""Reading mail as bytes: headers, character sets, addresses, parts; no network, nothing raises."""
