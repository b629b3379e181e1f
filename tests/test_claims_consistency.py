import pytest

import lossmodel as lm
from lossmodel.claims.consistency import Allowed, contradictions
from lossmodel.model.building import built


def said_of(claims, inputs=None, model=None, outputs=()):
    scenario = lm.Scenario(
        title="t",
        inputs=inputs or {"x": "1 to 300 million USD"},
        model=model or {"y": "x * 1"},
        outputs=list(outputs),
        claim=[each if isinstance(each, dict) else {"says": each} for each in claims],
    )
    return list(contradictions(built(scenario)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("about 65 million USD", "under 100 million USD"),
        ("more than 65 million USD", "less than 100 million USD"),
        ("at least 65 million USD", "at most 65 million USD"),
        ("more than 20 million USD", "90 million USD"),
        ("50 to 65 million USD", "65 to 70 million USD"),
        ("about 60 million USD", "60 to 70 million USD"),
    ],
)
def test_claims_that_can_both_be_true_are_not_said_to_contradict_each_other(first, second):
    assert said_of([first, second]) == []
    assert said_of([second, first]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("about 65 million USD", "under 64 million USD"),
        ("about 65 million USD", "66 million USD"),
        ("more than 100 million USD", "less than 65 million USD"),
        ("more than 2 million USD", "1 million USD"),
        ("50 to 65 million USD", "66 to 70 million USD"),
    ],
)
def test_claims_that_cannot_both_be_true_are_said(first, second):
    assert said_of([first, second]) == [f'"{first}" and "{second}" cannot both be true of y']


def test_an_amount_known_up_to_a_factor_may_be_farther_off():
    loose = {"says": "20 million USD", "error": 2}
    assert said_of([loose, "60 million USD"]) == []
    assert len(said_of([{**loose, "error": 1.1}, "60 million USD"])) == 1


def test_a_range_counts_for_words_that_are_not_one_sided():
    wide = {"says": "65 million USD", "range": "50 to 80 million USD"}
    assert said_of([wide, "55 million USD"]) == []
    assert len(said_of([wide, "90 million USD"])) == 1


def test_a_low_end_may_be_an_end_that_is_not_allowed_itself():
    assert not Allowed(1.0, 2.0, closed=False).meets(Allowed(2.0, 3.0, closed=False))
    assert Allowed(1.0, 2.0, closed=True).meets(Allowed(2.0, 3.0, closed=False))
    assert Allowed(1.0, 2.0, closed=True).within(5.0, 6.0) == Allowed(1.0, 2.0, closed=True)


RATE = {"x": "1 to 3 million USD", "rate": "0.80 GBP/USD"}
BOTH = {"usd": "x * 1", "gbp": "usd * rate"}


@pytest.mark.parametrize("rate", ["0.80 GBP/USD", "uniform(0.79, 0.81) GBP/USD"])
def test_two_currencies_of_one_figure_are_checked_against_each_other(rate):
    inputs = {**RATE, "rate": rate}

    def said(*claims):
        return said_of(claims, inputs, BOTH, ["usd", "gbp"])

    assert said("2.0 million USD", "1.6 million GBP") == []
    assert said("more than 2 million USD", "about 1.8 million GBP") == []
    (one,) = said("2.0 million USD", "1.9 million GBP")
    assert one.startswith('"2.0 million USD" comes to 1,5')
    assert one.endswith(' GBP (gbp), not "1.9 million GBP": is an amount or the rate wrong?')
    (more,) = said("more than 2.0 million USD", "about 1.0 million GBP")
    assert "GBP or more" in more


def test_a_rate_may_divide_too():
    model = {"gbp": "x * 0.8 * one", "usd": "gbp / rate"}
    inputs = {"x": "1 to 3 million", "one": "1 GBP", "rate": "0.8 GBP/USD"}
    claims = ["2.0 million USD", "1.6 million GBP"]
    assert said_of(claims, inputs, model, ["gbp", "usd"]) == []
    wrong = ["3.0 million USD", "1.6 million GBP"]
    (said,) = said_of(wrong, inputs, model, ["gbp", "usd"])
    assert '"1.6 million GBP" comes to 1,938,000 to 2,062,000 USD (usd)' in said


def test_the_reading_of_two_currencies_is_the_same():
    model = {"oil": "x * 1", "all": "x * 2", "oil_gbp": "oil * rate", "all_gbp": "all * rate"}
    outputs = list(model)

    def said(*claims):
        return said_of(claims, RATE, model, outputs)

    assert said("2.0 million USD", "1.6 million GBP") == []
    assert len(said("2.0 million USD", "3.2 million GBP")) == 1


def test_without_a_rate_between_them_two_currencies_say_nothing_of_each_other():
    inputs = {"x": "1 to 3 million USD", "y": "1 to 3 million GBP"}
    model = {"usd": "x * 1", "gbp": "y * 1"}
    assert said_of(["2.0 million USD", "9.0 million GBP"], inputs, model) == []


def test_every_claim_of_a_total_is_checked_in_any_order():
    inputs = {"a": "1 to 3 million USD", "b": "1 to 3 million USD"}
    model = {"p": "a * 1", "q": "b * 1", "y": "p + q"}
    parts = [{"says": "2.0 million USD", "readings": [name]} for name in ("p", "q")]
    totals = [{"says": f"{each} million USD", "readings": ["y"]} for each in ("5.0", "4.0")]
    for order in (totals, totals[::-1]):
        said = said_of([*parts, *order], inputs, model, ("p", "q", "y"))
        assert any('"5.0 million USD" of y does not fit with' in each for each in said)
        assert not any('"4.0 million USD" of y' in each for each in said)
