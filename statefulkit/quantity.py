"""Kubernetes quantities as numbers: `1Gi` is 1073741824, `500m` is 1/2."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

_FORM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([KMGTPE]i|[numkMGTPE])?")
_SUFFIX = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "k": Fraction(1000),
    **{letter: Fraction(1000) ** (i + 2) for i, letter in enumerate("MGTPE")},
    **{letter + "i": Fraction(1024) ** (i + 1) for i, letter in enumerate("KMGTPE")},
}


@lru_cache(maxsize=1024)
def number(quantity: str | int | float) -> Fraction:
    """The value of a quantity.

    Raises:
        ValueError: where the text is none.
    """
    found = _FORM.fullmatch(str(quantity))
    if found is None:
        raise ValueError(f"{quantity!r} is not a quantity such as 1Gi or 500m")
    return Fraction(found[1]) * _SUFFIX[found[2] or ""]
