"""Probability distributions: drawn by their quantiles, exact in both tails, written as calls.

Nothing is imported here: :mod:`~lossmodel.distributions.calls` is all that reading a file needs,
and the rest brings NumPy and ``scipy.special`` with it.
"""
