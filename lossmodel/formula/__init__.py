"""Formulas: their text, their tree, their algebra, their units and their evaluation."""
