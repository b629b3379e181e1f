"""The readings of a claim as a table."""

from collections.abc import Iterator

from lossmodel.claims.results import ClaimCheck, ClaimChecks, ReadingCheck
from lossmodel.report.columns import Column, Rows, amount_columns, interval_scale, told_amounts
from lossmodel.report.figures import figure, probability
from lossmodel.report.histograms import histogram_column, spanned
from lossmodel.report.verdicts import where


def readings_table(check: ClaimCheck, checks: ClaimChecks) -> Rows:
    """Return the readings of a claim as a table.

    Parameters
    ----------
    check : ClaimCheck
    checks : ClaimChecks
        That it is one of.
    """
    summaries = {each.name: each for each in checks.result.summaries}
    told = [summaries[name] for name in check.readings]
    units = [each.unit for each in told]
    # Readings are held against each other, and in one unit they can be.
    common = [interval_scale(*told)] * len(told)
    scales = common if len(set(units)) == 1 else [interval_scale(each) for each in told]
    drawn = list(checks.histograms(check).values())
    return Rows(
        [Column("reading", [each.name for each in told])],
        amount_columns(
            checks.result.questions.level,
            [told_amounts(each, scale) for each, scale in zip(told, scales, strict=True)],
        ),
        [scale.unit(unit) for scale, unit in zip(scales, units, strict=True)],
        histograms=histogram_column(drawn),
        further=list(_columns(check)),
        caption=spanned(zip(drawn, units, strict=True), is_claimed=True),
    )


def _columns(check: ClaimCheck) -> Iterator[Column]:
    """Yield what is told of the readings beside their amounts."""
    readings = list(check.readings.values())
    if check.claim.wording.amount is None:
        low, high = ([told.ends[place] for told in readings] for place in (0, 1))
        yield Column("P(below)", [probability(each.beyond) for each in low])
        yield Column("P(inside)", [probability(told.true) for told in readings])
        yield Column("P(above)", [probability(each.beyond) for each in high])
    else:
        head = "likelihood" if check.claim.claim.error else "true with\nprobability"
        yield Column(head, [probability(told.true) for told in readings])
    if check.claim.wording.one_sided:
        inside = [probability(told.inside) for told in readings]
        yield Column("probability\nas read", inside, is_extra=True)
    if check.claim.claim.weights:
        given = check.claim.claim.weights
        yield Column("weight\nbefore", [f"{given.get(told.output, 0):g}" for told in readings])
    if len(readings) > 1:
        yield Column("weight", [probability(told.weight) for told in readings])
    yield Column("times\nmedian", [times_the_median(told) for told in readings])
    yield Column("the figure is", [where(told, check) for told in readings], is_text=True)


def times_the_median(told: ReadingCheck) -> str:
    """Return the figure, or both ends of LOW to HIGH, as a multiple of the median.

    Parameters
    ----------
    told : ReadingCheck
    """
    if told.ends:
        return " to ".join(figure(each.ratio_to_median) for each in told.ends)
    return figure(told.ratio_to_median)
