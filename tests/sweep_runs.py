"""A sweep of some seconds, run in a process of its own so that it can be killed."""

import sys

from golden_model import SCENARIO

import lossmodel as lm

VARY = {"price": ["20:79:1 USD/bbl"], "load": ["0.60:0.89:0.01"]}
CHOICES = {"points": 64, "replicates": 8}


def swept(**where):
    return lm.sweep(SCENARIO, VARY, **CHOICES, **where)


if __name__ == "__main__":
    swept(store=sys.argv[1], batch=int(sys.argv[2]))
