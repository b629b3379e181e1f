"""Reported figures checked: are they inside, what would have to be true, which reading is best."""
