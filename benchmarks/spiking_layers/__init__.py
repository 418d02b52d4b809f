"""Training steps of spiking networks: see ``python -m benchmarks.spiking_layers``."""
