"""What the outlets say of a piece, and the files made of it."""
