"""Results as pages for a browser and for notebooks; nothing is computed here."""
