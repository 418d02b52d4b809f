"""LeNet on the 10,000 digits of MNIST's test files, with augmentation and without."""
