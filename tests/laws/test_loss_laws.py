import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossmodel as lm

COUNTS = st.one_of(
    st.floats(0.05, 20.0).map(lambda mean: f"poisson(mean={mean!r}) event/year"),
    st.integers(1, 12).map(lambda n: f"binomial(n={n}, p=0.3) event/year"),
    st.floats(0.5, 8.0).map(
        lambda m: f"negative_binomial(mean={m!r}, sd={2 * m**0.5 + m!r}) event/year"
    ),
    st.integers(0, 9).map(lambda n: f"integers(0, {n + 1}) event/year"),
    st.integers(0, 9).map(lambda n: f"{n} event/year"),
)
SEVERITIES = st.one_of(
    st.floats(0.2, 3.0).map(lambda s: f"lognormal(mu=1, sigma={s!r}) USD/event"),
    st.floats(1.1, 6.0).map(lambda a: f"pareto(shape={a!r}, scale=2) USD/event"),
    st.floats(0.1, 9.0).map(lambda m: f"exponential(mean={m!r}) USD/event"),
    st.integers(1, 6).map(lambda n: f"integers(0, {n}) USD/event"),
    st.just("choice([100, 500, 1000], weights=[0.8, 0.16, 0.04]) USD/event"),
)
PRICES = st.one_of(st.just("1"), st.just("0.5 to 2"), st.just("uniform(0, 3)"))
SHARES = (0.05, 0.5, 0.8, 0.9, 0.99)
PERIODS = (2.0, 5.0, 10.0, 25.0)


@st.composite
def results(draw):
    made = lm.Scenario(
        title="t",
        units=["event"],
        inputs={
            "events": draw(COUNTS),
            "severity": {"value": draw(SEVERITIES), "varies": "per events"},
            "price": draw(PRICES),
        },
        model={"loss": "price * sum(severity)"},
    )
    smoothing = draw(st.sampled_from(["auto", "off"]))
    return lm.run(made, seed=draw(st.integers(0, 99)), points=32, smoothing=smoothing, tvar=SHARES)


def slack(*estimates):
    return 1e-9 * max(abs(each.value) for each in estimates)


@settings(max_examples=30, deadline=None)
@given(results())
def test_all_events_cost_at_least_as_much_as_the_largest(result):
    told = result.metrics["loss"]
    same = result.model.summed_by("loss") == "drawn"
    for period in told.oep:
        aggregate, occurrence = told.aep[period], told.oep[period]
        if aggregate.exists and occurrence.exists and period in PERIODS:
            # A sum that is found without its events is drawn without the largest of them.
            apart = 0.0 if same else 5.2 * np.hypot(aggregate.se, occurrence.se)
            assert aggregate.value >= occurrence.value - apart - slack(aggregate, occurrence)


@settings(max_examples=30, deadline=None)
@given(results())
def test_the_mean_beyond_a_quantile_is_beyond_it_and_rises(result):
    told, before = result.metrics["loss"], None
    for p, beyond in told.tvar.items():
        if not beyond.exists:
            continue
        assert beyond.value >= told.var[p].value - slack(beyond)
        assert beyond.low <= beyond.value <= beyond.high
        if before is not None:
            # Far tails of what is integrated out may be seen from points of their own.
            assert beyond.value >= before.value - 5.2 * np.hypot(beyond.se, before.se) - slack(
                beyond
            )
        before = beyond


@settings(max_examples=20, deadline=None)
@given(results())
def test_what_never_occurs_costs_nothing(result):
    told = result.metrics["loss"]
    assert 0.0 <= told.no_loss.low <= told.no_loss.value <= told.no_loss.high <= 1.0
    if told.no_loss.low > 0.9 and told.aep[10.0].exists:
        assert told.aep[10.0].value == 0.0


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["auto", "off"]), st.floats(0.01, 100.0), st.integers(0, 99))
def test_metrics_scale_with_the_money(smoothing, rate, seed):
    inputs = {
        "events": "poisson(mean=2) event/year",
        "severity": {"value": "exponential(mean=3) USD/event", "varies": "per events"},
        "rate": f"{rate!r} GBP/USD",
        "price": "0.5 to 2",
    }
    model = {"usd": "price * sum(severity)", "gbp": "rate * price * sum(severity)"}
    made = lm.Scenario(title="t", units=["event"], inputs=inputs, model=model)
    told = lm.run(made, seed=seed, points=64, smoothing=smoothing).metrics
    here, there = (told[name].statistics() for name in model)
    for name, each in here.items():
        by = 1.0 if name == "no loss" else rate
        assert there[name].value == pytest.approx(by * each.value, rel=1e-6)
