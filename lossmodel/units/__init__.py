"""Units of measurement: their text, their arithmetic, and what one scenario knows of them.

Importing this package is cheap; pint is loaded when the first name is looked up.
"""

from lossmodel.units.system import Units
from lossmodel.units.unit import DIMENSIONLESS, Unit

__all__ = ["DIMENSIONLESS", "Unit", "Units"]
