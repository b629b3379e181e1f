"""Many runs of one scenario, each with other values for some inputs, on the same numbers."""
