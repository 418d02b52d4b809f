"""The eager training step against PyTorch's, and the import."""
