"""Kubernetes quantities as numbers, `1Gi` is 1073741824, and as the API writes them, `1024Mi` as `1Gi`."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import ceil

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


_BINARY, _DECIMAL = (
    ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"),
    ("n", "u", "m", "", "k", "M", "G", "T", "P", "E"),
)


@lru_cache(maxsize=1024)
def canonical(quantity: str | int | float) -> str:
    """The quantity as the API server writes it: a whole number with the largest unit that fits.

    Raises:
        ValueError: where the text is none.
    """
    value, text = number(quantity), str(quantity)
    binary = text.endswith("i") and abs(value) >= 1024 and value.denominator == 1
    base, units = (1024, _BINARY) if binary else (1000, _DECIMAL)
    whole = int(value) if binary else ceil(abs(value) * 10**9) * (1 if value > 0 else -1)
    unit = 0
    while whole and whole % base == 0 and unit < len(units) - 1:
        whole, unit = whole // base, unit + 1
    if whole == 0:
        return "0"
    if re.search("[eE][+-]?[0-9]", text):
        exponent = 3 * (unit - 3)
        return f"{whole}e{exponent}" if exponent else str(whole)
    return f"{whole}{units[unit]}"
