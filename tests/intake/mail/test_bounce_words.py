"""Bounces that only their words give away, and people whose words resemble them."""

from __future__ import annotations

import pytest

from intake.mail import read_mail

ORIGINAL = "\n--x\nContent-Type: message/rfc822\n\nFrom: us@shop.example\nSubject: Hi\n\nHi\n--x--"

BOUNCES = {
    "gateway": "From: E500_Mail@gate.example\nSubject: Returned Mail - Error During Delivery\n\n"
    "------ Failed Recipients ------\n\n<a@b.example>: mailbox unavailable.",
    "virus wall": "From: gw1@big.example\nSubject: Mail could not be delivered\n"
    "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
    f"*** Message from InterScan Wall ***\n\nThe mail could not be delivered.{ORIGINAL}",
    "verdict behind": "From: relay@bank.example\nSubject: RE: Your order 77 at our shop : non remis"
    " (delivery failed)\n\nYour message could not be delivered to\na@b.example",
    "filter": "From: Filter_for_Gateways@b.example\nSubject: Delivery failure notification\n\n"
    "Your message\ncould not be delivered to the following recipients:\n\na@b.example",
    "escaped": "From: <Postmaster\\@a.example@b.example>\nSubject: Mail Delivery Warning\n\n"
    "Delivery of email to this address\na@b.example\nhas been postponed due to a full mailbox.",
    "quoted": 'From: <"System Administrator"@b.example>\nSubject: Delivery Failure\n\n'
    "Could not deliver message to the following recipient(s):\n\nFailed Recipient: a@b.example",
    "full box": "From: Mail Delivery Subsystem <admin@b.example>\nSubject: Automatically rejected\n"
    "Auto-Submitted: auto-replied (rejected)\nContent-Type: multipart/report; boundary=x;\n"
    " report-type=disposition-notification\n\n--x\nContent-Type: text/plain\n\n"
    "Your message to <a@b.example> was automatically rejected:\nQuota exceeded\n--x--",
    "named list": "From: POSTMASTER-x@b.example\nSubject: Undeliverable message\nList-Id: <l.b>\n\n"
    "------- Failure Reasons --------\n\nMessage has exceeded maximum hop count",
    "daemon path": "Return-Path: <MAILER-DAEMON@b.example>\nFrom: imss@b.example\n"
    "Subject: Mail could not be delivered\n\nUnable to deliver message to <a@b.example>",
}

PEOPLE = {
    "passed on": "From: Anna <anna@b.example>\nSubject: Fwd: Undelivered Mail Returned to Sender\n"
    "\nI got this, why?\n\nYour message could not be delivered to\na@b.example",
    "passed on, bare": "From: Anna <anna@b.example>\nSubject: Fw: Undeliverable\n\nWhat is this?",
    "parcel": "From: Anna <anna@b.example>\nSubject: Parcel could not be delivered\n\n"
    "The parcel could not be delivered to\nmy address and nobody rang.",
    "asks": "From: Anna <anna@b.example>\nSubject: Order 77 (not delivered yet)\n\nWhere is it?",
    "read receipt": "From: Anna <anna@b.example>\nSubject: Read: order\nContent-Type:"
    " multipart/report; boundary=x; report-type=disposition-notification\n\n"
    "--x\nContent-Type: text/plain\n\nYour message was displayed.\n--x--",
}


@pytest.mark.parametrize("raw", BOUNCES.values(), ids=BOUNCES.keys())
def test_a_bounce_is_known_by_its_words(raw: str) -> None:
    mail = read_mail(raw.encode())
    assert (mail.is_bounce, mail.is_auto_reply, mail.may_acknowledge) == (True, False, False)


@pytest.mark.parametrize("raw", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_not_taken_for_a_bounce(raw: str) -> None:
    assert not read_mail(raw.encode()).is_bounce


def test_a_complaint_of_a_provider_about_our_mail_is_no_person() -> None:
    raw = b"From: staff@b.example\nSubject: complaint about message from 192.0.2.2\n\nSee below"
    assert read_mail(raw).is_auto_reply
