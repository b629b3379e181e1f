"""The shape of a scenario file, for validation and for editors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - a field is called date
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal, Self, final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue, SkipJsonSchema
from pydantic_core import CoreSchema

from lossmodel.scenario.lines import Path
from lossmodel.scenario.shape import ShapeError, faults_of
from lossmodel.scenario.source import Source


class Strict(BaseModel):
    """A table with no key beyond those it declares, and no conversion of types."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
    )


def _tabled(key: str) -> BeforeValidator:
    """Return a validator that reads a plain string as a table with that one key."""
    return BeforeValidator(lambda raw: {key: raw} if isinstance(raw, str) else raw)


@final
@dataclass(frozen=True, slots=True)
class _OrString:
    """Says in the JSON Schema what :func:`_tabled` accepts: a string in the place of the table."""

    key: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the table or of the string alone."""
        return {"anyOf": [{"type": "string", "description": f"The {self.key}."}, handler(schema)]}


@final
class Input(Strict):
    """An uncertain or known quantity, where it comes from and what it varies with."""

    value: str = Field(
        description='A number, "LOW to HIGH", or a family such as pert(75, 170, 230), then a unit.'
    )
    about: str = Field("", description="What the quantity is, in a sentence.")
    source: str = Field("", description="The document the number was taken from.")
    publisher: str = Field("", description="Who published it.")
    url: str = Field("", description="Its address.")
    quote: str = Field("", description="The words that carry the number.")
    as_of: Date | str = Field("", description="The date the number is for.")
    basis: Literal["seen", "derived", "assumed"] | None = Field(
        None,
        description="Seen in a document, derived from numbers seen, or assumed.",
    )
    varies: str = Field(
        "shared",
        description='"shared", or "per NAME" where NAME is an input or formula that counts.',
    )


@final
class Formula(Strict):
    """A formula, with what it means and the unit to report it in."""

    formula: str = Field(description="An expression over inputs and other formulas.")
    about: str = Field("", description="What the quantity is, in a sentence.")
    unit: str = Field("", description="The unit to report in.")


@final
class Claim(Strict):
    """A published figure, in its own words."""

    says: str = Field(description='"more than 2 million USD", or "LOW to HIGH UNIT".')
    range: str = Field("", description='"LOW to HIGH UNIT": overrides the reading of the words.')
    error: float | None = Field(
        None, gt=1, description="Reads the amount as known up to this factor (90%, lognormal)."
    )
    weights: dict[str, float] = Field(
        {}, description="Prior weights of the readings, by output name, summing to 1."
    )
    readings: list[str] = Field([], description="Output names; default: all of that dimension.")
    quote: str = Field("", description="The words as printed.")
    publisher: str = Field("", description="Who published them.")
    date: Date | str = Field("", description="When.")
    url: str = Field("", description="Where.")
    covers: str = Field("", description="What the figure covers.")


@final
class Dependence(Strict):
    """A rank correlation between inputs."""

    between: list[str] = Field(min_length=2, description="Names of inputs.")
    rank_correlation: float | None = Field(None, gt=-1, lt=1, description="Spearman's.")
    kendall: float | None = Field(None, gt=-1, lt=1, description="Kendall's.")
    copula: Literal["gaussian", "t"] = Field("gaussian", description="The dependence's form.")
    df: float | None = Field(None, gt=0, description="Degrees of freedom of the t copula.")


InputField = Annotated[Input, _tabled("value"), _OrString("value")]
FormulaField = Annotated[Formula, _tabled("formula"), _OrString("formula")]
ModelFunction = Callable[..., Any]
ModelField = Annotated[
    Annotated[dict[str, FormulaField], Tag("formulas")]
    | Annotated[SkipJsonSchema[ModelFunction], Tag("function")],
    Discriminator(lambda raw: "function" if callable(raw) else "formulas"),
]


@final
class Scenario(Strict):
    """A scenario: uncertain inputs, formulas and the figure that was reported.

    Parameters
    ----------
    title : str
    inputs : mapping
        Names to strings such as ``"20 to 55 USD/bbl"``, or to tables with ``value`` and its source.
    model : mapping or callable
        Names to formulas; or a Python function that is called with the inputs as keyword arrays,
        in the units as written, and returns a mapping of output name to array, or one array, which
        is then named ``loss``.  It must work row by row and may be called many times.
    **others
        The other keys of the file format, with the same names and strings.

    Raises
    ------
    ScenarioError
        If a key is unknown or missing or a value has the wrong type; all such problems at once.
        What the strings say is checked when the scenario is used.
    """

    title: str = Field(description="The question in a few words.")
    about: str = Field("", description="What is estimated and why.")
    units: list[str] = Field([], description="Counting nouns: each becomes a unit of its own.")
    as_of: Date | str = Field("", description='A date or a string such as "2014-2016".')
    excludes: list[str] = Field(
        [], description="What is left out, and which way that biases the answer."
    )
    outputs: list[str] = Field(
        [], description="Formulas to report; default: those that no other formula uses."
    )
    inputs: dict[str, InputField] = Field({}, description="The quantities.")
    model: ModelField = Field(description="The formulas.")
    claim: list[Claim] = Field([], description="Published figures.")
    dependence: list[Dependence] = Field([], description="Which inputs move together.")
    sweep: dict[str, list[str]] = Field({}, description="Values to try for an input.")

    _source: Source | None = PrivateAttr(None)

    @property
    def is_code(self) -> bool:
        """Whether the model is a Python function."""
        return not isinstance(self.model, dict)

    @property
    def formulas(self) -> Mapping[str, Formula]:
        """The formulas; none where the model is a Python function."""
        return self.model if isinstance(self.model, dict) else {}

    @property
    def source(self) -> Source:
        """The file the scenario was read from, or the fingerprint of one built in code."""
        if self._source is not None:
            return self._source
        if self.is_code:
            return Source("", "", None, {})
        data = self.model_dump_json().encode()
        return Source("", "", sha256(data).hexdigest(), {}, data)

    def with_source(self, source: Source) -> "Scenario":
        """Return the same scenario as read from ``source``."""
        copy = self.model_copy()
        copy._source = source  # noqa: SLF001 - of our own copy
        return copy

    @model_validator(mode="wrap")
    @classmethod
    def _shaped(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 - pydantic's
        """Turn pydantic's report into faults with keys and suggestions."""
        try:
            return handler(data)
        except ValidationError as error:
            raise ShapeError(faults_of(error, _keys_at)) from None


def _keys_at(path: Path) -> list[str]:
    """Return the keys that the table at ``path`` may have."""
    tables: dict[str, type[Strict]] = {
        "inputs": Input,
        "model": Formula,
        "claim": Claim,
        "dependence": Dependence,
    }
    table = tables.get(str(path[0])) if path else Scenario
    return list(table.model_fields) if table else []
