"""Statistics of replicated columns, each with its own Monte Carlo error."""
