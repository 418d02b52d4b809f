"""How the memory of backpropagation through time grows with the length of the sequences."""
