"""Scrambled Sobol' points, in natural order, any aligned block of them at a time.

The direction numbers are those of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better
two-dimensional projections", SIAM J. Sci. Comput. 30 (2008) 2635-2654, published as
``new-joe-kuo-6.21201``, its first 10,000 dimensions (a scenario file cannot have more inputs).
They are scrambled by a random linear matrix and a digital shift (J. Matousek, "On the
L2-discrepancy for anchored boxes", J. Complexity 14 (1998) 527-556), which keeps the net and makes
every point uniform.
"""

from functools import cache
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt

from lossmodel.errors import UsageError
from lossmodel.sampling.streams import Bits, random_bits

BITS = 52
"""Binary digits of a point: with half a unit added, the number is inside (0, 1) and exact."""

MAX_LOG2_POINTS = 32
_ONE = np.uint64(1)


@cache
def _table() -> npt.NDArray[np.uint32]:
    """Return primitive polynomials (column 0) and initial direction numbers, a row per place."""
    with as_file(files("lossmodel.sampling").joinpath("joe_kuo.npy")) as path:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False), dtype=np.uint32)


def direction_numbers(place: int, count: int) -> Bits:
    """Return the first ``count`` direction numbers of one dimension, as 52-bit integers.

    Parameters
    ----------
    place : int
        The dimension, from 0.
    count : int
        How many, at most 32: 2**count points can be made of them.

    Returns
    -------
    array of uint64, shape (count,)

    Raises
    ------
    UsageError
        If there is no such dimension in the table.
    """
    table = _table()
    if place >= len(table):
        raise UsageError(
            f"{place + 1} inputs",
            f"at most {len(table)} inputs with the sobol design",
            'design="lhs"',
        )
    polynomial = int(table[place, 0])
    degree = polynomial.bit_length() - 1
    m = [1] * count if degree == 0 else [int(x) for x in table[place, 1 : 1 + min(degree, count)]]
    for k in range(len(m), count):
        # Bratley and Fox (1988), eq. (2): m_k from the polynomial's inner coefficients.
        new = m[k - degree] ^ (m[k - degree] << degree)
        for i in range(1, degree):
            if (polynomial >> (degree - i)) & 1:
                new ^= m[k - i] << i
        m.append(new)
    return np.array([m[k] << (BITS - 1 - k) for k in range(count)], dtype=np.uint64)


def scrambled(directions: Bits, keys: Bits) -> tuple[Bits, Bits]:
    """Return the direction numbers after a random matrix per key, and a random shift per key.

    Parameters
    ----------
    directions : array of uint64, shape (m,)
    keys : array of uint64, shape (replicates,)

    Returns
    -------
    directions : array of uint64, shape (replicates, m)
    shift : array of uint64, shape (replicates,)
    """
    m = len(directions)
    bits = random_bits(keys, 0, m + 1) >> np.uint64(64 - BITS)
    digits = np.arange(m, dtype=np.uint64)
    diagonal = _ONE << (np.uint64(BITS - 1) - digits)
    # Column j of a lower triangular matrix: a one on the diagonal, random digits below it.
    columns = (bits[:, 1:] & (diagonal - _ONE)) | diagonal
    holds = (directions[:, np.newaxis] & diagonal) != 0
    images = np.where(holds, columns[:, np.newaxis, :], np.uint64(0))
    return np.bitwise_xor.reduce(images, axis=2), bits[:, 0]


def leading_block(directions: Bits, log2_size: int) -> Bits:
    """Return the first points of each replicate without their shift, shape (replicates, 2**k).

    Parameters
    ----------
    directions : array of uint64, shape (replicates, m)
    log2_size : int
        k, at most m.
    """
    x = np.zeros((len(directions), 1 << log2_size), dtype=np.uint64)
    _double(x, directions, 0, log2_size)
    return x


def fill_block(out: Bits, leading: Bits, directions: Bits, shift: Bits, start: int) -> None:
    """Fill an array with points ``start`` and those after it, as integers.

    Parameters
    ----------
    out : array of uint64, shape (replicates, size)
        ``size`` a power of two, at least that of ``leading``, and ``start`` a multiple of it.
    leading : array of uint64, shape (replicates, 2**k)
        From :func:`leading_block`: what doubling would make slowly, one small step after another.
    directions : array of uint64, shape (replicates, m)
    shift : array of uint64, shape (replicates,)
    start : int
    """
    head = shift.copy()
    for k in range(directions.shape[1]):
        if start >> k & 1:
            head ^= directions[:, k]
    done = leading.shape[1]
    np.bitwise_xor(leading, head[:, np.newaxis], out=out[:, :done])
    _double(out, directions, done.bit_length() - 1, out.shape[1].bit_length() - 1)


def _double(x: Bits, directions: Bits, first: int, last: int) -> None:
    """Make the points from 2**first to 2**last from those before them, in natural order."""
    for k in range(first, last):
        half = 1 << k
        np.bitwise_xor(x[:, :half], directions[:, k : k + 1], out=x[:, half : 2 * half])
