"""What each role may give on its own (domain guide, section 7), per order, in CNY. No Django."""

from decimal import Decimal

GOODWILL = frozenset({"CM", "CP", "PR"})
MONEY_BACK = frozenset({"R"})

# role -> (refund, goodwill)
_LIMITS: dict[str, tuple[Decimal, Decimal]] = {
    "agent": (Decimal(500), Decimal(50)),
    "senior": (Decimal(2000), Decimal(200)),
    "lead": (Decimal(10000), Decimal(1000)),
    "supervisor": (Decimal(50000), Decimal(5000)),
}
_NOTHING = (Decimal(0), Decimal(0))


# Several orders of one customer within 90 days together.
CUSTOMER_TIMES = 3
_HIGHEST = "supervisor"


def kind_of(remedy: str) -> frozenset[str]:
    """Return the remedies that share a limit with this one."""
    return MONEY_BACK if remedy in MONEY_BACK else GOODWILL


def is_highest(role: str) -> bool:
    """Tell whether nobody may give more alone: two of them decide on what is above."""
    return role == _HIGHEST


def limit_for(role: str, remedy: str) -> Decimal | None:
    """Return the most that the role may give by this remedy; None for remedies without money."""
    refund, goodwill = _LIMITS.get(role, _NOTHING)
    if remedy in MONEY_BACK:
        return refund
    return goodwill if remedy in GOODWILL else None
