"""Scenarios side by side: what differs, and by how much, on the numbers that they share."""
