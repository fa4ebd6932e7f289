"""Orders over HTTP: place, look up and move them. Every move answers with the order as it is afterwards."""
