"""Random bits named by seed, input and replicate, without a generator object.

A 64-bit key is hashed from the seed, the input's name and a purpose; bit number ``i`` of replicate
``r`` is a mixing function of that key and the two counters.  Any value can therefore be computed
alone, in any order and on any machine, and a name that is added moves no other name's numbers.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # odd, close to 2**64 / golden ratio: SplitMix64's step
_ONE = np.uint64(1)
_STEP = np.uint64(0xD1342543DE82EF95)  # another odd multiplier, for replicates


def stream_key(seed: int, name: str, purpose: str) -> np.uint64:
    """Return the 64-bit key of one input's bits.

    Parameters
    ----------
    seed : int
        The run's seed, 0 or more.
    name : str
        The input's name.
    purpose : str
        What the bits are for, so that two uses of one input never share them.
    """
    text = f"{seed}\0{name}\0{purpose}".encode()
    return np.uint64(int.from_bytes(blake2b(text, digest_size=8).digest(), "little"))


def replicate_keys(key: np.uint64, replicates: int) -> Bits:
    """Return one key per replicate, shape (replicates,); a prefix of any longer list."""
    return _mixed(key + np.arange(1, replicates + 1, dtype=np.uint64) * _STEP)


def random_bits(keys: Bits, start: int, size: int) -> Bits:
    """Return 64 random bits per counter ``start`` to ``start + size - 1``, for each key.

    Parameters
    ----------
    keys : array of uint64, shape (replicates,)
    start, size : int
        The counters wanted.

    Returns
    -------
    array of uint64, shape (replicates, size)

    Notes
    -----
    SplitMix64 in counter mode: G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014, with the finalizer that D. Stafford calls Mix13.
    """
    counters = np.arange(start + 1, start + size + 1, dtype=np.uint64) * _GOLDEN
    return _mixed(keys[:, np.newaxis] + counters)


def bits_at(keys: Bits, counters: Bits) -> Bits:
    """Return 64 random bits for each pair of a key and a counter, of shapes that broadcast."""
    return _mixed(keys + (counters + _ONE) * _GOLDEN)


def _mixed(x: Bits) -> Bits:
    """Return ``x`` with every bit depending on every other; one to one."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
