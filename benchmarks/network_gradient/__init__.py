"""The gradient of a network's rate through its spikes, backwards and forwards."""
