"""Speed and accuracy of lossmodel beside what one would write by hand: ``python -m benchmarks``."""
