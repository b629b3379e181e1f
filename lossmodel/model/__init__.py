"""A scenario resolved: distributions built, units checked, formulas ready to evaluate."""
