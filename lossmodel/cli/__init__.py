"""The command line: parses, calls the library, prints; one module per command."""
