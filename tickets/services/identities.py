"""Who wrote this? Finds or makes the customer behind an incoming message."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from common.errors import Invalid
from tickets.identity import normal_email, normal_phone
from tickets.models import Customer, Identity, IdentityKind
from tickets.records import IncomingMessage


@dataclass(frozen=True, slots=True)
class Key:
    """One exact key, in its compared form."""

    kind: str
    namespace: str
    value: str


def keys_of(incoming: IncomingMessage) -> list[Key]:
    """Return the writer's keys, the surest first."""
    found = [Key(IdentityKind.EXTERNAL, incoming.source, v) for v in incoming.external_ids if v]
    found += [Key(IdentityKind.EMAIL, "", normal_email(v)) for v in incoming.emails]
    found += [Key(IdentityKind.PHONE, "", normal_phone(v)) for v in incoming.phones]
    return list(dict.fromkeys(key for key in found if key.value))


def lock_names(names: Iterable[str]) -> None:
    """Hold these names until the transaction ends, so that two workers decide one by one.

    Sorted, because two transactions that take the same locks in different order would deadlock.
    """
    numbers = sorted({_number(name) for name in names})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(n) FROM (SELECT unnest(%s::bigint[]) n ORDER BY 1) t",
            [numbers],
        )


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def mailbox_of(incoming: IncomingMessage) -> str:
    """Return within what the message's id is unique: its source; for mails all mailboxes.

    A mail to two of our addresses is one mail.
    """
    return "any mailbox" if incoming.channel == "email" else incoming.source


def lock_names_of(incoming: IncomingMessage) -> list[str]:
    """Return what must be held while this message is filed: its id and its writer's keys."""
    names = [f"message:{mailbox_of(incoming)}:{incoming.external_id}"]
    if incoming.thread:
        names.append(f"thread:{incoming.source}:{incoming.thread}")
    if incoming.order:
        names.append(f"order:{incoming.order.number[:64]}")
    return names + [f"identity:{k.kind}:{k.namespace}:{k.value}" for k in keys_of(incoming)]


def find_or_create_customer(
    incoming: IncomingMessage, now: datetime, *, answers_id: int | None = None
) -> Customer | None:
    """Return the person behind the message, None when it names nobody.

    A message that a platform vouches for is matched by vouched-for keys alone: what somebody
    typed into a form must never pull another person's messages over to them. ``answers_id`` is
    the customer whose mail from us this answers, known by its unguessable key: who has it has the
    address that was typed. The caller holds the locks of ``lock_names_of``.
    """
    keys = keys_of(incoming)
    known = _known(keys)
    customer = _match(keys, known, verified=incoming.identity_verified, answers_id=answers_id)
    if customer is None and not keys and not incoming.from_name:
        return None
    if customer is None:
        customer = Customer.objects.create(
            name=incoming.from_name[:200],
            vip=bool(incoming.vip),
            language=incoming.language[:8],
            created_at=now,
        )
    _update(customer, incoming)
    _add_keys(customer, keys, known, incoming.identity_verified, now)
    return customer


@transaction.atomic
def know_customer(*, incoming: IncomingMessage, now: datetime) -> tuple[Customer, bool]:
    """Return the customer whom these keys name, made new where nobody is; and whether it is new."""
    lock_names(lock_names_of(incoming))
    customer = find_or_create_customer(incoming, now)
    if customer is None:
        raise Invalid(why=_("a name, e-mail, phone number or id is needed"))
    return customer, customer.created_at == now


def _known(keys: list[Key]) -> dict[Key, Identity]:
    values = [key.value for key in keys]
    if not values:
        return {}
    rows = Identity.objects.select_related("customer").filter(value__in=values)
    return {Key(row.kind, row.namespace, row.value): row for row in rows}


def _match(
    keys: list[Key], known: dict[Key, Identity], *, verified: bool, answers_id: int | None
) -> Customer | None:
    for key in keys:
        identity = known.get(key)
        if identity is None:
            continue
        if verified and not identity.verified and identity.customer_id != answers_id:
            continue
        if not verified and key.kind == IdentityKind.PHONE:
            # A phone number typed by anybody proposes; it does not decide.
            continue
        return identity.customer
    return None


def _update(customer: Customer, incoming: IncomingMessage) -> None:
    changed = []
    if incoming.from_name and not customer.name:
        customer.name = incoming.from_name[:200]
        changed.append("name")
    if incoming.vip is not None and incoming.identity_verified and customer.vip != incoming.vip:
        customer.vip = incoming.vip
        changed.append("vip")
    if changed:
        customer.save(update_fields=changed)


def _add_keys(
    customer: Customer,
    keys: list[Key],
    known: dict[Key, Identity],
    verified: bool,
    now: datetime,
) -> None:
    fresh = [key for key in keys if key not in known]
    Identity.objects.bulk_create(
        [
            Identity(
                customer=customer,
                kind=key.kind,
                namespace=key.namespace,
                value=key.value,
                verified=verified,
                created_at=now,
            )
            for key in fresh
        ],
        ignore_conflicts=True,
    )
    if verified:
        for key in keys:
            identity = known.get(key)
            if identity and not identity.verified:
                Identity.objects.filter(pk=identity.pk).update(customer=customer, verified=True)
