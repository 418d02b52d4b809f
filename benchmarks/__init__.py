"""Speed side by side with the field: ``python -m benchmarks.eager`` and so on."""
