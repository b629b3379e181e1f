import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossmodel as lm
from lossmodel.distributions import compound
from lossmodel.distributions.choices import Choice
from lossmodel.distributions.compound import lattice
from lossmodel.distributions.pearson import with_cumulants
from lossmodel.model import building, summing
from lossmodel.model.building import built
from lossmodel.model.inputs import distribution_of
from lossmodel.scenario.values import parsed_value

KPW = "choice([100, 500, 1000], weights=[0.8, 0.16, 0.04]) USD/event"


def scenario(count, severity, model="sum(severity)", **shared):
    inputs = {
        "events": f"{count} event/year",
        "severity": {"value": severity, "varies": "per events"},
    }
    formulas = model if isinstance(model, dict) else {"loss": model}
    return lm.Scenario(title="t", units=["event"], inputs=inputs | shared, model=formulas)


def law_of(count, severity, model="sum(severity)"):
    (alone, *_) = built(scenario(count, severity, model)).sums
    return alone.distribution


@pytest.fixture(name="drawn")
def every_event_is_drawn(monkeypatch):
    monkeypatch.setattr(compound, "MOST_COUNTS", -1)
    monkeypatch.setattr(summing, "FEWEST", math.inf)
    building._recent.cache_clear()
    yield
    building._recent.cache_clear()


def panjer(rate, masses, size):
    """Probabilities of a compound Poisson sum on whole numbers (Panjer 1981)."""
    found = np.zeros(size)
    found[0] = math.exp(-rate * (1.0 - masses[0]))
    for s in range(1, size):
        j = np.arange(1, min(s, len(masses) - 1) + 1)
        found[s] = rate / s * float((j * np.array(masses)[j]) @ found[s - j])
    return found


def test_a_compound_poisson_sum_on_a_lattice_is_that_of_panjer():
    # KPW_9_34_PANJER: Loss Models, exercise 9.34.
    law = law_of("poisson(mean=5)", KPW)
    masses = np.zeros(11)
    masses[[1, 5, 10]] = 0.8, 0.16, 0.04
    exact = panjer(5.0, masses, 60)
    assert law.mass(100.0 * np.arange(60)) == pytest.approx(exact, abs=1e-14)
    assert float(law.mass(np.array(600.0))) == pytest.approx(0.059892862214093054, rel=1e-12)
    assert law.mean == pytest.approx(1000.0, rel=1e-12)
    assert law.variance == pytest.approx(5 * (0.8 * 1e4 + 0.16 * 25e4 + 0.04 * 1e6), rel=1e-12)


def test_without_error_where_nothing_else_is_drawn():
    result = lm.run(scenario("poisson(mean=5)", KPW))
    loss, told = result["loss"], result.metrics["loss"]
    assert result.to_dict()["outputs"]["loss"]["summed_by"] == "fft"
    assert loss.smoothed_over == "sum(severity) over events"
    assert loss.cdf(1500).value == pytest.approx(0.8131918145303112, rel=1e-12)
    assert loss.cdf(3000).value == pytest.approx(0.9912247382853563, rel=1e-12)
    assert told.no_loss.value == pytest.approx(math.exp(-5.0), rel=1e-12)
    assert all(each.se == 0.0 for each in told.statistics().values())
    # The largest of a Poisson number of them is at most 500 where none is 1,000.
    assert result["loss"].occurrence.cdf(500.0).value == pytest.approx(math.exp(-0.2), rel=1e-12)
    assert told.oep[5.0].value == 500.0
    assert told.oep[10.0].value == 1000.0


COUNTS = [
    "poisson(mean=4)",
    "binomial(n=9, p=0.4)",
    "negative_binomial(mean=3, sd=3)",
    "integers(0, 6)",
    "7",
]


@pytest.mark.parametrize("count", COUNTS)
def test_moments_of_sums_of_random_numbers(count):
    law = law_of(count, "poisson(mean=2) USD/event")
    number = distribution_of(parsed_value(count))
    mean, variance = (float(count), 0.0) if number is None else (number.mean, number.variance)
    assert law.mean == pytest.approx(2.0 * mean, rel=1e-10)
    assert law.variance == pytest.approx(2.0 * mean + 4.0 * variance, rel=1e-9)


def agree(one, other):
    # Student's t beyond 5.2 with 15 degrees of freedom: once in 10,000.
    slack = 5.2 * math.hypot(one.se, other.se) + 1e-9 * abs(one.value)
    return abs(one.value - other.value) <= slack


STATISTICS = {
    "mean": lambda output: output.mean,
    "sd": lambda output: output.sd,
    "p5": lambda output: output.quantile(0.05),
    "p50": lambda output: output.quantile(0.5),
    "p99": lambda output: output.quantile(0.99),
    "tvar": lambda output: output.tvar(0.99),
}


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("count", COUNTS)
def test_drawing_agrees_with_the_transform(count, monkeypatch):
    made = scenario(count, KPW, "price * sum(severity)", price="1 to 2")
    drawn = lm.run(made, points=512)
    monkeypatch.undo()
    building._recent.cache_clear()
    exact = lm.run(made, points=512)
    assert drawn.model.summed_by("loss") == "drawn"
    assert exact.model.summed_by("loss") == "fft"
    for name, ask in STATISTICS.items():
        assert agree(ask(drawn["loss"]), ask(exact["loss"])), name
    for period, each in drawn.metrics["loss"].oep.items():
        assert agree(each, exact.metrics["loss"].oep[period]), period


@pytest.mark.usefixtures("drawn")
def test_transform_and_drawing_agree_where_the_number_is_known(monkeypatch):
    made = scenario("60", "poisson(mean=20) USD/event", "price * sum(severity)", price="1 to 2")
    drawn = lm.run(made, points=2048)
    monkeypatch.undo()
    building._recent.cache_clear()
    exact = lm.run(made, points=2048)
    assert [each.model.summed_by("loss") for each in (drawn, exact)] == ["drawn", "fft"]
    for name, ask in STATISTICS.items():
        assert agree(ask(drawn["loss"]), ask(exact["loss"])), name


def test_cumulants_and_transform_agree_between_the_steps():
    exact = law_of("60", "poisson(mean=20) USD/event")
    law = with_cumulants(1200.0, 1200.0, 1200.0, 1200.0)
    halves = np.arange(1100.5, 1301.0, 10.0)
    missed = np.abs(law.cdf(halves) - exact.cdf(halves))
    # A step that is spread evenly is off by a 24th of the slope of the density, here 5e-6.
    assert (missed <= law.off(halves) + 1e-5).all()


@pytest.mark.parametrize(
    ("count", "severity", "model"),
    [
        ("poisson(mean=5)", "1 to 2 USD/event", "sum(severity)"),
        ("poisson(mean=900)", KPW, "sum(severity)"),
        ("poisson(mean=100)", "integers(0, 1000) USD/event", "sum(severity)"),
        ("poisson(mean=5)", KPW, "sum(severity) + max(severity) * events"),
        ("poisson(mean=5)", KPW, "sum(severity) / (events + one)"),
        ("poisson(mean=5)", "choice([-1, 2]) USD/event", "sum(severity)"),
        ("poisson(mean=5)", "choice([0.3, 3.14159265358979]) USD/event", "sum(severity)"),
        ("poisson(mean=5)", KPW, {"loss": "sum(severity)", "largest": "max(severity)"}),
        ("poisson(mean=5)", KPW, "sum(severity * where(events > one * 2, 1, 0))"),
    ],
)
def test_what_has_no_small_lattice_of_its_own_is_drawn(count, severity, model):
    made = built(scenario(count, severity, model, one="1 event/year"))
    assert not made.sums
    assert made.gone_over


def test_terms_on_a_lattice_may_be_functions_of_the_value():
    made = scenario(
        "poisson(mean=5)",
        KPW,
        "sum(clip(severity - deductible, 0, limit))",
        deductible="200 USD/event",
        limit="500 USD/event",
    )
    result = lm.run(made)
    # 0, 300 and 500 with probabilities 0.8, 0.16 and 0.04.
    assert result["loss"].mean.value == pytest.approx(5.0 * (0.16 * 300 + 0.04 * 500), rel=1e-12)
    assert result.metrics["loss"].no_loss.value == pytest.approx(math.exp(-1.0), rel=1e-12)


def test_two_kinds_of_events_are_two_sums():
    made = lm.Scenario(
        title="t",
        units=["a", "b"],
        inputs={
            "first": "poisson(mean=2) a/year",
            "second": "poisson(mean=1) b/year",
            "x": {"value": "choice([1, 2]) USD/a", "varies": "per first"},
            "y": {"value": "choice([3, 5]) USD/b", "varies": "per second"},
        },
        model={"loss": "sum(x) + sum(y)"},
    )
    result = lm.run(made, points=4096)
    assert result.model.summed_by("loss") == "fft"
    assert len(result.model.sums) == 4
    found = result["loss"].occurrence.cdf(2.0)
    # No second event, whatever the first are.
    assert abs(found.value - math.exp(-1.0)) <= 5.2 * found.se


VALUES = st.lists(st.integers(0, 40).map(lambda k: k * 0.25), min_size=1, max_size=5, unique=True)
MASSES = st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5)


@settings(max_examples=100, deadline=None)
@given(VALUES, MASSES, st.integers(0, 6))
def test_a_sum_of_a_known_number_is_the_convolution(values, weights, number):
    one = Choice.of(values, weights[: len(values)])
    atoms = one.atoms()
    of_one = lattice(atoms, one.mass(atoms))
    counts = np.zeros(number + 1)
    counts[number] = 1.0
    found = compound.summed(counts, of_one)
    exact = {0.0: 1.0}
    for _ in range(number):
        sums = {}
        for total, share in exact.items():
            for value, mass in zip(one.values, one.weights, strict=True):
                sums[total + value] = sums.get(total + value, 0.0) + share * mass
        exact = sums
    reached = np.array(sorted(exact))
    assert found.mass(reached) == pytest.approx([exact[x] for x in reached.tolist()], abs=1e-13)
    most = compound.largest(counts, of_one)
    cdf = one.cdf(atoms) ** number
    assert most.cdf(atoms) == pytest.approx(cdf, abs=1e-13)
