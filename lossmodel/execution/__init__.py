"""Where the blocks of a run are computed, and how a run is cut into blocks."""
