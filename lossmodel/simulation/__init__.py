"""A model and a plan make a result."""
