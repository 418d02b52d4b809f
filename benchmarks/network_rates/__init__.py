"""Rates of the benchmark networks against those that other simulators find."""
