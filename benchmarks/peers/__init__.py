"""The golden model in other packages, each written as its own documentation would write it."""
