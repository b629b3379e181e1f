"""Print the example notebook, executed: every cell's code and what it shows.

``make docs`` writes it to docs/notebook.ipynb.
"""  # noqa: INP001 - a script, no package

import ast
import json
import sys
from typing import Any

from lossmodel.views import Viewed

_CELLS = (
    "# 168 tankers\n\nWhat can lie behind *more than 2 million USD*?",
    """import lossmodel as lm

scenario = lm.load("palmyra-tankers")
result = lm.run(scenario)
result""",
    "Does the figure hold, and under which reading of its words?",
    "checks = lm.check_claims(scenario)\nchecks",
    "One output, and a number with its Monte Carlo error:",
    'loss = result["cargo_plus_trucks"]\nloss',
    "loss.exceedance(2e6)",
    "Which fact would be worth finding?",
    'lm.sensitivity(scenario, outputs=["cargo_plus_trucks"])',
    "And what if the trucks were fuller, or emptier?",
    """lm.sweep(
    scenario,
    {"load_factor": ["0.4:1.0:0.2"], "capacity": ["150 bbl/truck", "200 bbl/truck"]},
    outputs=["cargo_wellhead"],
)""",
)


def _ran(code: str, names: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the cell shows
    """Run a cell and return its last expression; None where it ends with none."""
    *steps, last = ast.parse(code).body
    exec(compile(ast.Module(steps, []), "cell", "exec"), names)  # noqa: S102 - the cells above
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module([last], []), "cell", "exec"), names)  # noqa: S102
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307


def _shown(value: object, count: int) -> list[dict[str, Any]]:
    """Return what a notebook keeps of a value."""
    if value is None:
        return []
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    if isinstance(value, Viewed):
        data["text/html"] = value._repr_html_().splitlines(keepends=True)
    kept = {"output_type": "execute_result", "execution_count": count, "metadata": {}}
    return [{**kept, "data": data}]


def notebook() -> dict[str, Any]:
    """Return the notebook in version 4 of its format."""
    names: dict[str, Any] = {}
    cells: list[dict[str, Any]] = []
    count = 0
    for place, text in enumerate(_CELLS):
        cell: dict[str, Any] = {"id": f"cell-{place}", "metadata": {}}
        cell["source"] = text.splitlines(keepends=True)
        if text.startswith(("import", "checks", "loss", "lm.")):
            count += 1
            told = _shown(_ran(text, names), count)
            cell |= {"cell_type": "code", "execution_count": count, "outputs": told}
        else:
            cell["cell_type"] = "markdown"
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(notebook(), ensure_ascii=False, indent=1) + "\n")
