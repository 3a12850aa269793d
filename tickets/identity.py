"""Exact keys of people: how an address or a number is written so that it compares. No Django."""

import phonenumbers

DEFAULT_REGION = "CN"


def normal_email(value: str) -> str:
    """Return the address in the form that is compared; "" when it is none.

    Spaces and control characters are none: such an address could not be written to.
    """
    value = value.strip().casefold()
    is_one = "@" in value.strip("@") and len(value) <= 320 and value.isprintable()
    return value if is_one and " " not in value else ""


def normal_phone(value: str, region: str = DEFAULT_REGION) -> str:
    """Return the number as E.164, or "" when it cannot be one."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
