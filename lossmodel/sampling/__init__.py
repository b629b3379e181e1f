"""Points of a design: uniform numbers in (0, 1), reproducible by seed, replicate and input name."""
