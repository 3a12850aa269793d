"""What triage must know of a category by its slug alone: its default priority.

The words, teams and remedies of the taxonomy live with tickets; this room only needs the base of
the points, so that it works without the rest of the house. A test keeps both equal.
"""

NON_COMPLAINT = "non-complaint"
THANKS = "non-complaint.thanks"

_P1 = """quality.expired-spoiled quality.safety-hazard quality.injury payment.unauthorised-charge
account.privacy-leak account.minor-purchase authenticity.counterfeit"""
_P2 = """logistics.stuck-parcel logistics.lost-parcel logistics.not-received
logistics.transit-damage logistics.missing-item logistics.wrong-item quality.defective
quality.not-as-described after-sales.refund-delay after-sales.refund-refused
after-sales.refund-only after-sales.promise-broken price.order-voided payment.double-charge
service.rude-agent service.passed-around service.wrong-info authenticity.false-advertising
authenticity.livestream-claim"""

_BASE = dict.fromkeys(_P1.split(), 1) | dict.fromkeys(_P2.split(), 2)


def base_priority(category: str) -> int:
    """Default priority 1, 2 or 3 of a `top.sub`; 3 for what is not known."""
    return _BASE.get(category, 3)


def top_of(category: str) -> str:
    """The first level of a `top.sub`."""
    return category.partition(".")[0]


def is_complaint(category: str) -> bool:
    """False for the classes of `non-complaint`."""
    return top_of(category) != NON_COMPLAINT
