"""The scenario file: its format, its loader with line numbers, and the bundled library.

Nothing here needs NumPy or pint: syntax and limits are checked before either is loaded.
"""
