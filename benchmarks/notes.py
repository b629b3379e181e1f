"""What the table of the benchmarks compares, in words."""

from benchmarks import accuracy, equal_time, rare, rates, reaching
from benchmarks.peers.found import FALSE_ALARM

NOTES = f"""
A ratio below 1 is in lossmodel's favour; **missed** is said where a target is.

**Times.** Both sides are timed in turns in one run, each first in every other pair; shown are the
median and, in brackets, the quartiles. The ratio is the median of the pairs' own ratios, so what
slows the machine slows both. The start is of new processes that find all packages compiled to
bytecode, as installing leaves them; the rest is in one process, but for *growth*.

**Models.** The golden model is `168 trucks x capacity x price x load`, capacity and price
lognormal, load a PERT. Of the bundled scenarios one output each is asked for, without the claims:
`cargo_wellhead`, `delay_cost` and `ad_revenue_net`. All are products of independent inputs. Their
exact statistics are by quadrature: Gauss-Jacobi over all inputs but one, of which the law is exact.

**Drawing.** Each side returns all losses of the golden model in one array; no statistic is counted.
"NumPy, straightforward" is a loop over blocks of 16,384 draws with `lognormal` and `beta` of
`numpy.random.Generator`, "NumPy, tuned" the same with `standard_normal` and `exp` into memory
that is reused. lossmodel draws scrambled Sobol' points through quantile functions. *Prepared*
leaves out what is done once: scrambling the points, and a table of the beta distribution's
quantiles, which is kept for every later run of the process. *Preparation included* is a first run
with a load never seen before. At the default plan the ratio moves more from one process to the
next than its quartiles tell: they are of one process, and whether freed memory goes back to the
system between two calls depends on what the process did before.

**Small run.** A scenario file that differs from all others in one input is loaded and run; beside
it the same run of a model that is ready, the input to integrate out named. A new load needs a new
table of quantiles, a new price does not.

**Statistics.** At the default plan of 16 x 1,024 points, each with its Monte Carlo error, beside
NumPy's bare value of the same draws, which has none. *Sorted* leaves out the sorting, done once
for all statistics that need it. The whole JSON is beside drawing the golden model by hand.

**Accuracy.** Root mean square relative error over {accuracy.SEEDS} seeds at equal draws, in parts
per million; in brackets the 95% confidence (chi-square, and F for the ratio). Plain Monte Carlo
needs 1 / ratio² times the draws for the same error.

**Far tails.** Root mean square relative error of a probability over {rare.SEEDS} seeds; beside it
the standard error of as many random draws, of which hardly one would be in the tail. An error of
1,000,000 ppm is that of the answer 0. Coverage is the share of seeds whose 95% confidence holds
the exact probability, with its Clopper-Pearson confidence in brackets.

**Questions.** `lossmodel claim` checks two claims under six readings in all, beside `lossmodel run`
of the same scenario, both as whole commands. Claims of the golden model, "more than 1.38 million"
and "more than 5.77 million", are checked in one process. Sensitivity is all that the command tells,
on one core: first-order and total indices, each known to within 0.01, the width of the interval
once each input is known, and the swings; beside it the bare indices by hand, from as many draws.

**Peers.** squigglepy, chaospy, OpenTURNS, monaco and probabilit run the golden model as their own
documentation would write it (`benchmarks/peers`), with the same distributions: where PERT is
missing, the beta that it is. The mean of every way of drawing is first tested against the exact
one; a right model fails that with probability {FALSE_ALARM:g}. Where a peer offers quasi-random
points or Latin hypercubes beside plain Monte Carlo, the better of its ways counts; for *equal
draws* it is plain Monte Carlo. None of the others' numbers comes with an error; lossmodel's time
includes it. A peer that could not be installed or run is in the table with the reason.

**Equal draws.** The whole answer, in a running process: the run, the mean, P5, P50, P95 and P99.9.
lossmodel's are smoothed and have an error each; the others' are bare.

**Equal time.** Every tool makes as many draws as fit into the time of lossmodel's default run with
these statistics, and 256 at least; errors are over {equal_time.SEEDS} seeds. For quasi-random
points and Latin hypercubes the draws are rounded up to a power of two, so that such a tool gets up
to twice the time. chaospy's Sobol' points know no randomization: each seed is the next stretch of
the sequence.

**Time to precision.** The time until the root mean square relative error of all of P5, P50 and P95
is below 1e-3, 1e-4 and 1e-5. For lossmodel it is the time of `run` and the three quantiles with
the fewest points, a power of two, whose error over {reaching.SEEDS} seeds is below, or two or
four times as many where that is quicker; nothing is
extrapolated. The others' draws are extrapolated: by the square-root law for random draws, by their
own power law for better spread ones, both fitted to the errors of {rates.SEEDS} seeds at sizes from
256 draws, each four times the last, to where all seeds take about two seconds. Their time is that
of so many draws, or, where they would take longer than about {reaching.LONGEST:g} s, of the fewer
said in the table, taken in proportion: in their favour, as memory would run out.

**Things that are counted.** 131,072 draws of 168 trucks, each with its own capacity and load,
beside what NumPy alone takes for as many numbers of the same families; the same sum drawn as one
number, beside drawing its units; and the peaks of two processes.

**Report.** Whole commands: all figures and charts of a page beside the claims alone. What matters
is found from four times the points, for all sets of inputs that move together. These rows were
measured while the machine did other work, so that only their ratios tell something.

**Growth.** One run and three quantiles in a fresh process, all that is made once included but for
imports; the peak is of the process, packages included. "Drawn from a function" is the golden model
with a Python function for its formula, where nothing can be integrated out.
"""
