import pytest

from lossmodel.scenario.lines import Path, json_lines, json_repeats, toml_lines

TOML = '''# A remark with = and [brackets]
title = "A # and a = in a string"
inputs.price = "20 USD"

about = """
[not a header]
key = "no key"
"""

[inputs.load]
value = 'uniform(0, 1)' # behind a value
"quoted key" = 1
a . b = 2

[[claim]]
says = "1"
weights = { loss = 1,
  other = 2 }

[[claim]]
readings = [
  "loss",   # one
  [1, { deep = "x" }],
]
  [claim.more]
  key = true
'''

JSON = """{
  "title": "A { and a : in a string",
  "inputs": {"a \\"quoted\\" \\u00e9": "1",
             "b": {"value": 2}},
  "claim": [
    {"says": "1"},
    {"readings": ["x",
                  "y"]}
  ]
}"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("inputs",), 3),
        (("inputs", "price"), 3),
        (("about",), 5),
        (("inputs", "load"), 10),
        (("inputs", "load", "value"), 11),
        (("inputs", "load", "quoted key"), 12),
        (("inputs", "load", "a", "b"), 13),
        (("claim",), 15),
        (("claim", 0), 15),
        (("claim", 0, "says"), 16),
        (("claim", 0, "weights", "loss"), 17),
        (("claim", 0, "weights", "other"), 18),
        (("claim", 1), 20),
        (("claim", 1, "readings", 0), 22),
        (("claim", 1, "readings", 1), 23),
        (("claim", 1, "readings", 1, 1, "deep"), 23),
        (("claim", 1, "more"), 25),
        (("claim", 1, "more", "key"), 26),
    ],
)
def test_the_line_of_a_toml_key(path: Path, line: int) -> None:
    assert toml_lines(TOML)[path] == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("inputs", 'a "quoted" é'), 3),
        (("inputs", "b"), 4),
        (("inputs", "b", "value"), 4),
        (("claim", 0), 6),
        (("claim", 1, "readings"), 7),
        (("claim", 1, "readings", 1), 8),
    ],
)
def test_the_line_of_a_json_key(path: Path, line: int) -> None:
    assert json_lines(JSON)[path] == line


def test_keys_that_stand_twice() -> None:
    text = (
        '{"a": {"x": 1, "y": [1, 2]},\n"b": 1,\n"a": {"x": 1,\n"y": [{"z": 1,\n"z": 2}]},\n"b": 2}'
    )
    assert json_repeats(text) == {("a",): 3, ("b",): 6}
    assert json_repeats('{"a": [{"z": 1,\n"z": 2}]}') == {("a", 0, "z"): 2}
    assert json_repeats(JSON) == {}
