"""The file that ``lossmodel new`` writes."""

STARTER = """\
# A lossmodel scenario. It runs as it is:  lossmodel run THIS_FILE
# Change one thing after another, and let  lossmodel check THIS_FILE  tell you what is wrong.

title = "A warehouse fire: what did it cost?"
about = "The owner speaks of 3 million euros. What range of values can lie behind that?"
as_of = "2024"

# What you count. Each noun becomes a unit of its own, so that pallets are never added to euros.
units = ["pallet"]

# What the answer leaves out, and which way that biases it.
excludes = ["the building itself: the true loss is higher"]

# Inputs: a number and its unit, a range, or a distribution.
#   "LOW to HIGH UNIT"              you are 90% sure it lies between (both ends above 0)
#   "pert(low, mode, high) UNIT"    hard ends and a most likely value
#   "uniform(low, high) UNIT"       hard ends and no idea between them
# Say where each number comes from. What has no source is shown as assumed.
[inputs]
share_lost = "pert(0.5, 0.8, 1.0)"

[inputs.pallets]
value = "1_200 pallet"
about = "Pallets in the hall on the day."
source = "Stock list, shown to our reporter"
as_of = 2024-03-01
basis = "seen"                     # or "derived" from numbers seen, or "assumed"

[inputs.value_per_pallet]
value = "1_500 to 4_000 EUR/pallet"
about = "Wholesale value of a pallet of mixed household goods."
basis = "assumed"

# Formulas over inputs and other formulas. Units are checked: this must come out in a currency.
[model]
loss = "pallets * share_lost * value_per_pallet"

# The figure that was reported, in its own words. Its digits say how exactly it is meant.
[[claim]]
says = "about 3 million EUR"
quote = "We have lost some three million euros"
publisher = "The owner, on local radio"
date = 2024-03-02
"""
