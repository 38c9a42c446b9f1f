"""Points as decimals: no noise of binary fractions, halves rounded up."""

from decimal import ROUND_HALF_UP, Decimal

# binary noise is far below, and no score has so many digits
NOISE = Decimal("1e-9")


def exact(value: float) -> Decimal:
    """Return the decimal number that a float stands for: 0.1 + 0.2 is 0.3."""
    return Decimal(repr(value)).quantize(NOISE)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return the value with so many decimals, halves up: 2.345 is 2.35 with two."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def points(value: Decimal | float) -> str:
    """Return points for people: `8.5`, `10`."""
    plain = f"{Decimal(str(value)).normalize():f}"
    return "0" if plain == "-0" else plain
