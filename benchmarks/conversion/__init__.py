"""Converted spiking networks: see ``python -m benchmarks.conversion``."""
