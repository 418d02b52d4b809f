"""How much the associative memories hold."""
