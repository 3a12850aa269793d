"""What WeChat and WeCom share: signed addresses, XML without entities, encrypted bodies. No Django.

The signature is the SHA-1 of the sorted parts; an encrypted body is AES-256-CBC with the key from
EncodingAESKey, filled to 32 bytes (PKCS#7), and holds 16 random bytes, the length of the text in
four bytes, the text, and the id of whom it is for.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from common.text import storable
from intake.channels import reading
from intake.channels.base import Door, RawRequest
from intake.errors import Refused, Unreadable

# Messages have some kilobytes; whoever sends more is read before it is known who they are.
LONGEST_XML = 256 * 1024
_BLOCK, _RANDOM, _KEY_BYTES = 32, 16, 32


def signature(*parts: str) -> str:
    """Return the hex SHA-1 of the sorted parts."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def verify_query(request: RawRequest, door: Door, name: str, *more: str) -> None:
    """Check the signature in the address over token, timestamp, nonce and ``more``."""
    token = door.secret_named("token", alone=True)
    timestamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
    expected = signature(token, timestamp, nonce, *more)
    if not token or not reading.same(expected, request.query.get(name, "")):
        raise Refused(why=f"“{name}” is not that of token, timestamp and nonce")
    reading.refuse_old(timestamp, request, door)


def read_xml(body: bytes) -> dict[str, str]:
    """Return the texts right below the root. Raises Unreadable; entities are never expanded."""
    if len(body) > LONGEST_XML:
        raise Unreadable("the XML is too long")
    found = body.decode("utf-8-sig", "replace").replace("\x00", "")
    if re.search(r"<!(?:DOCTYPE|ENTITY)", found, re.IGNORECASE):
        raise Unreadable("XML with a document type is not read")
    try:
        # No document type, so no entity can be defined that grows or reads files.
        root = ET.fromstring(found)  # noqa: S314
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise Unreadable(f"it is not XML: {error}") from error
    return {child.tag: storable(child.text or "").strip() for child in root}


def xml_or_empty(body: bytes) -> Mapping[str, str]:
    """Return the texts, none where the body is no XML."""
    try:
        return read_xml(body)
    except Unreadable:
        return {}


def decrypt(encrypted: str, aes_key: str, receiver: str) -> bytes:
    """Return the text of an encrypted body. Raises Unreadable; ``receiver`` must be named in it."""
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
        data = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("the key or the encrypted text is not base64") from error
    if len(key) != _KEY_BYTES or not data or len(data) % _RANDOM:
        raise Unreadable("the key or the encrypted text has a wrong length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:_RANDOM])).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    fill = plain[-1]
    if not 1 <= fill <= _BLOCK or len(plain) < fill + _RANDOM + 4:
        raise Unreadable("it was not encrypted with this key")
    plain = plain[_RANDOM:-fill]
    size = int.from_bytes(plain[:4], "big")
    text, named = plain[4 : 4 + size], plain[4 + size :]
    if len(text) != size:
        raise Unreadable("it was not encrypted with this key")
    if not receiver or not reading.same(receiver, named.decode("utf-8", "replace")):
        raise Unreadable("it is encrypted for somebody else")
    return text
