"""Whether the conductances of a squid axon are found again from a noisy trace."""
