"""How sure a measured share is."""

from math import sqrt

Z_95 = 1.96


def wilson(hits: int, of: int, z: float = Z_95) -> tuple[float, float]:
    """Interval of a share that was measured on `of` draws (Wilson 1927); 0 to 1 without any."""
    if of <= 0:
        return 0.0, 1.0
    share = hits / of
    middle = share + z * z / (2 * of)
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
