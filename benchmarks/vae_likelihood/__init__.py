"""The likelihood a variational autoencoder finds for images it has not seen, beside PyTorch's."""
