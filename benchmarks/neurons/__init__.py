"""Spiking networks and cells by the native engine, and by the simulators of the field."""
