import os
import signal

import pytest
from hypothesis import HealthCheck, settings
from pages import written

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# A shell that starts the tests in the background has interrupts ignored, which children inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """What gives the text and the JSON of a page by name; tests that ask for it are one group."""
    return written(tmp_path_factory.mktemp("pages"))
