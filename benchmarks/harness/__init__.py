"""What the benchmarks share: environments, contestants, statistics, reports."""
