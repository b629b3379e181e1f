"""Results as text and JSON; nothing is computed here."""
