"""A sweep of some seconds, run in a process of its own so that it can be killed."""

import sys

from golden_model import SCENARIO

import lossmodel as lm

VARY = {"price": ["20:49:1 USD/bbl"], "load": ["0.60:0.89:0.01"]}
CHOICES = {"points": 64, "replicates": 8}
QUICK = {"price": ["20:179:1 USD/bbl"], "load": ["0.60:0.89:0.01"]}
"""Points that take less time than it takes to keep each by itself."""


def swept(**where):
    return lm.sweep(SCENARIO, VARY, **CHOICES, **where)


def quickly_swept(**where):
    return lm.sweep(SCENARIO, QUICK, **CHOICES, tell=(), **where)


if __name__ == "__main__":
    {"all": swept, "quick": quickly_swept}[sys.argv[3]](store=sys.argv[1], batch=int(sys.argv[2]))
