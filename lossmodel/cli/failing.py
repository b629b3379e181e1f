"""What a user reads when something goes wrong, and the exit status that goes with it."""

import logging

from lossmodel.errors import Fault, LossmodelError, ScenarioError, visible

_LOG = logging.getLogger("lossmodel.cli")


def explained(error: Exception) -> tuple[str, int]:
    """Return the message and the exit status of an error."""
    match error:
        case ScenarioError():
            return visible(str(error)), error.status
        case Fault():
            rows = [
                "lossmodel: this command cannot be carried out",
                f"  found:    {error.found}",
                f"  expected: {error.expected}",
            ]
            rows += [f"  fix:      {error.fix}"] * bool(error.fix)
            return visible("\n".join(rows)), error.status
        case LossmodelError():
            return visible(f"lossmodel: {error}"), error.status
        case MemoryError():
            return "lossmodel: out of memory; try fewer --points", 3
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return visible(f"lossmodel: {where}{(error.strerror or str(error)).lower()}"), 1
        case _:
            _LOG.debug("unexpected", exc_info=error)
            kind = type(error).__name__
            return visible(f"lossmodel: an unexpected error, please report it: {kind}: {error}"), 1
