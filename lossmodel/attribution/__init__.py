"""Which input matters: shares of the variance, and intervals once an input is known."""
