"""Results as pictures, drawn by matplotlib, which is imported when the first is drawn."""
