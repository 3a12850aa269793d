"""From bytes to text: what mail programs call their charsets, and what they really send."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import lru_cache

from charset_normalizer import from_bytes

from intake.mail import microsoft_jis

#: Names seen in mail that Python does not know, or knows too narrowly. The wider superset wins:
#: senders label GB18030 and GBK text as gb2312, and windows-1252 text as iso-8859-1.
ALIASES = {
    "gb2312": "gb18030", "gb231280": "gb18030", "csgb2312": "gb18030", "xgb2312": "gb18030",
    "euccn": "gb18030", "xeuccn": "gb18030", "gb23121980": "gb18030", "gbk": "gb18030",
    "xgbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows936": "gb18030",
    "936": "gb18030", "chinese": "gb18030", "gb180302000": "gb18030", "gb18030": "gb18030",
    "cngb": "gb18030", "gb": "gb18030", "hzgb2312": "hz", "big5": "big5hkscs",
    "xbig5": "big5hkscs", "cnbig5": "big5hkscs", "csbig5": "big5hkscs", "big5hkscs": "big5hkscs",
    "cp950": "cp950", "windows950": "cp950", "big5eten": "big5hkscs", "iso88591": "cp1252",
    "latin1": "cp1252", "l1": "cp1252", "usascii": "cp1252", "ascii": "cp1252",
    "ansix341968": "cp1252", "iso8859": "cp1252", "xansi": "cp1252", "8859": "cp1252",
    "iso646us": "cp1252", "646": "cp1252", "us": "cp1252", "cp819": "cp1252", "ibm819": "cp1252",
    "en": "cp1252", "7bit": "cp1252", "iso88591windows31latin1": "cp1252",
    "windows31latin1": "cp1252", "iso88598i": "iso8859_8", "iso88598e": "iso8859_8",
    "logical": "iso8859_8", "visual": "iso8859_8", "iso88596i": "iso8859_6",
    "iso88596e": "iso8859_6", "iso88599": "cp1254", "latin5": "cp1254", "iso885911": "cp874",
    "tis620": "cp874", "windows874": "cp874", "xwindows874": "cp874",
    "iso2022jp": "iso2022_jp_ext", "iso2022jpms": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext", "iso2022jp1": "iso2022_jp_ext", "iso2022jp2": "iso2022_jp_2",
    "iso2022jp3": "iso2022_jp_3", "jis": "iso2022_jp_ext", "shiftjis": "cp932", "sjis": "cp932",
    "xsjis": "cp932", "mskanji": "cp932", "csshiftjis": "cp932", "windows31j": "cp932",
    "cswindows31j": "cp932", "shiftjiscp932": "cp932", "ms932": "cp932", "eucjp": "euc_jp",
    "xeucjp": "euc_jp", "eucjpms": "euc_jp", "cp51932": "euc_jp", "ujis": "euc_jp",
    "ksc56011987": "cp949", "ksc5601": "cp949", "ksc56011989": "cp949", "euckr": "cp949",
    "xeuckr": "cp949", "korean": "cp949", "ks": "cp949", "windows949": "cp949", "uhc": "cp949",
    "xwindows949": "cp949", "ms949": "cp949", "cseuckr": "cp949", "isoir149": "cp949",
    "kscode": "cp949", "unicode11utf7": "utf_7", "utf7": "utf_7", "xunicode20utf7": "utf_7",
    "unicode20utf7": "utf_7", "utf8": "utf_8", "utf8mb4": "utf_8", "unicode": "utf_8",
    "xutf8": "utf_8", "unicode11utf8": "utf_8", "utf": "utf_8", "utf08": "utf_8",
    "xunicode20utf8": "utf_8", "cputf8": "utf_8", "utf8n": "utf_8", "cp65001": "utf_8",
    "65001": "utf_8", "ucs2": "utf_16", "iso10646ucs2": "utf_16", "utf16": "utf_16",
    "macintosh": "mac_roman", "mac": "mac_roman", "xmacroman": "mac_roman",
    "macroman": "mac_roman", "xmaccyrillic": "mac_cyrillic", "maccyrillic": "mac_cyrillic",
    "xmacce": "mac_latin2", "xmaccentraleurroman": "mac_latin2", "xmacgreek": "mac_greek",
    "xmacturkish": "mac_turkish", "xmacjapanese": "cp932", "xmacsimpchinese": "gb18030",
    "xmactradchinese": "big5hkscs", "xmackorean": "cp949", "koi8": "koi8_r", "koi8r": "koi8_r",
    "koi8u": "koi8_u", "koi8ru": "koi8_u", "cskoi8r": "koi8_r", "xcp1251": "cp1251",
    "win1251": "cp1251", "win1252": "cp1252", "win1250": "cp1250", "ansi1251": "cp1251",
    "iso88591i": "cp1252", "iso885915": "iso8859_15", "latin9": "iso8859_15",
    "latin0": "iso8859_15", "johab": "johab", "viscii": "cp1258", "armscii8": "latin_1",
    "georgianps": "latin_1",
}  # fmt: skip
_UNKNOWN = {
    "ansi", "", "unknown", "xunknown", "unknown8bit", "default", "defaultcharset", "none", "null",
    "binary", "8bit", "xuserdefined", "userdefined", "iso", "charset", "undefined",
}  # fmt: skip
_PAGE_NUMBER = re.compile(
    r"^(?:x|windows|win|cp|ibm|ms|microsoft|dos|oem|codepage|csibm|pc)*0*(\d{3,5})$"
)
_ISO_NUMBER = re.compile(r"^(?:x|cs)?iso8859(\d{1,2})")
_SAMPLE_BYTES = 8_192
_DETECT_BYTES = 700
_HIGH = re.compile(rb"[\x80-\xff]+")
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123)) + bytes(range(128, 256))
_ESCAPES_2022 = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I", b"\x1b$(D")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff]")


@lru_cache(maxsize=512)
def codec_for(label: str) -> str:
    """The Python codec for a charset name as written in a mail; '' when there is none."""
    name = re.sub(r"[^a-z0-9]", "", label.lower().split("*", 1)[0])
    if name in _UNKNOWN:
        return ""
    if name in ALIASES:
        return ALIASES[name]
    for pattern, prefix in ((_ISO_NUMBER, "iso8859_"), (_PAGE_NUMBER, "cp")):
        found = pattern.match(name)
        if found:
            name = prefix + found[1]
            return ALIASES.get(name.replace("_", ""), _known(name))
    return _known(label.strip().strip("\"' ").lower()) or _known(name)


def _known(name: str) -> str:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, TypeError):
        return ""
    # rot13, zip and their like are "codecs" too, but not charsets.
    return info.name if getattr(info, "_is_text_encoding", True) and "idna" not in info.name else ""


def decode(data: bytes, label: str = "", hint: str = "") -> tuple[str, str]:
    """Text of `data`, and a defect ('' when all was well). Never raises.

    `label` is what the mail says, `hint` what another part of the same mail says.
    """
    if data.isascii() and not _needs_codec(data, label):
        return clean(data.decode("ascii")), ""
    for mark, name in (
        (codecs.BOM_UTF8, "utf_8"),
        (b"\xff\xfe", "utf_16"),
        (b"\xfe\xff", "utf_16"),
    ):
        if data.startswith(mark):
            return clean(data.decode(name, "replace")), ""
    codec = codec_for(label)
    if codec != "utf_8" and _is_surely_utf8(data, codec):
        defect = f"text labelled {label[:40]!r} is UTF-8" if codec not in ("", "cp1252") else ""
        return clean(data.decode("utf_8")), defect
    if codec:
        text = _strictly(data, codec)
        if text is not None and not (codec == "cp1252" and _is_ascii_label(label)):
            return clean(text), ""
    text, used = _guess(data, codec, codec_for(hint))
    return (
        clean(text),
        f"charset {label[:40]!r} does not fit, read as {used}"
        if label
        else f"no charset, read as {used}",
    )


def clean(text: str) -> str:
    """The text without NUL, control characters, lone surrogates and byte order marks."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def _needs_codec(data: bytes, label: str) -> bool:
    """Whether bytes below 128 mean something else than ASCII."""
    if b"\x1b" in data or b"\x00" in data:
        return True
    return codec_for(label) in (
        "utf_7",
        "hz",
        "utf_16",
        "utf_16_le",
        "utf_16_be",
        "utf_32",
        "cp037",
        "cp500",
    )


def _is_ascii_label(label: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", label.lower()) in (
        "usascii",
        "ascii",
        "7bit",
        "ansix341968",
        "646",
        "us",
    )


_WIDER = {
    "iso2022_jp_ext": "iso2022_jp_2", "iso2022_jp_2": "iso2022_jp_3", "euc_jp": "euc_jis_2004",
    "big5hkscs": "cp950", "iso8859_8": "cp1255", "iso8859_7": "cp1253", "iso8859_6": "cp1256",
    "cp949": "johab", "cp932": "shift_jis_2004",
}  # fmt: skip


def _strictly(data: bytes, codec: str) -> str | None:
    """The decoded text, or None when the codec does not fit."""
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        pass
    if codec == "cp1252" and not _HIGH.search(
        data.translate(None, b"\x81\x8d\x8f\x90\x9d" + bytes(range(0xA0, 256)))
    ):
        return data.decode("latin_1")
    wider = _WIDER.get(codec)
    if wider:
        try:
            return data.decode(wider)
        except UnicodeError:
            return None
    return None


def _is_surely_utf8(data: bytes, codec: str) -> bool:
    """Whether 8-bit data is UTF-8 whatever the label says (two GBK bytes can look like UTF-8)."""
    try:
        text = data.decode("utf_8")
    except UnicodeError:
        return False
    start = text[:4000]
    high = len(start) - len(start.encode("ascii", "ignore"))
    if not high or codec.startswith(("iso2022", "utf_16", "utf_7", "hz")):
        return False
    if codec in ("gb18030", "big5hkscs", "cp950", "cp949", "cp932", "euc_jp", "johab"):
        return high >= 4 and (
            high >= 8 or _strictly(data, codec) is None or any(c > "\u07ff" for c in text[:4000])
        )
    return True


def _guess(data: bytes, codec: str, hint: str) -> tuple[str, str]:  # noqa: C901, PLR0911 - a ladder
    """Text of bytes whose label is missing or wrong, and the codec that was used."""
    if any(mark in data for mark in _ESCAPES_2022):
        for name in ("iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3"):
            text = _strictly(data, name)
            if text is not None:
                return text, name
        return microsoft_jis.decode(data), "iso2022_jp_ms"
    if b"\x1b$)C" in data:
        return data.decode("iso2022_kr", "replace"), "iso2022_kr"
    if data.count(b"\x00") * 3 > len(data):
        name = "utf_16_le" if data[1::2].count(b"\x00") > data[::2].count(b"\x00") else "utf_16_be"
        return data.decode(name, "replace"), name
    if data.isascii():
        return data.decode("ascii"), "ascii"
    if _is_mostly(data, "utf_8"):
        return data.decode("utf_8", "replace"), "utf_8"
    if hint and hint not in ("utf_8", "cp1252"):
        text = _strictly(data, hint)
        if text is not None:
            return text, hint
    if codec and codec not in ("utf_8", "cp1252") and _is_mostly(data, codec):
        return data.decode(codec, "replace"), codec
    found = detect(data)
    return data.decode(found, "replace"), found


def _is_mostly(data: bytes, codec: str) -> bool:
    """Whether the codec fits but for a few broken characters (a cut, a stray byte)."""
    try:
        text = data[:_SAMPLE_BYTES].decode(codec, "replace")
    except (LookupError, ValueError):
        return False
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return good >= 3 and bad * 10 <= good


def detect(data: bytes) -> str:
    """The likeliest codec of 8-bit bytes that are not UTF-8."""
    first = _HIGH.search(data)
    start = max(first.start() - 100, 0) if first else 0
    sample = data[start : start + _DETECT_BYTES]
    runs = _HIGH.findall(sample)
    high = sum(map(len, runs))
    if not high:
        return "cp1252"
    letters = len(sample) - len(sample.translate(None, _LETTERS))
    # Single high bytes among Latin letters are a Western or Central European language.
    if high * 3 < letters and high <= (1.4 if high * 4 > letters else 2.2) * len(runs):
        return _latin(sample)
    best, codec = _best(sample, _WIDE)
    if best < 0.8:
        best, codec = max((best, codec), _best(sample, _NARROW))
    if best > 0.55:
        return codec
    matches = from_bytes(
        sample[:8192], cp_isolation=[*_CANDIDATES, "cp1252", "cp1250"], threshold=0.6
    )
    match = matches.best()
    return match.encoding if match else "cp1252"


def _best(sample: bytes, codecs: tuple[str, ...]) -> tuple[float, str]:
    """The best score and its codec, the first one of equals."""
    scores = [(score(sample, codec), -order, codec) for order, codec in enumerate(codecs)]
    best = max(scores)
    return best[0], best[2]


_WIDE = ("gb18030", "big5hkscs", "cp932", "euc_jp", "euc_kr")
_NARROW = ("cp1251", "koi8_r", "cp866", "iso8859_5", "cp1253", "cp1255", "cp1256", "cp874")
_CANDIDATES = (*_WIDE, *_NARROW)
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从"
    "您请订单退款快递收货客服联系问题产品邮件谢回复附件测试新闻图片文件网名订购买卖货款元号电话"
    "這為來個們說國時會後對發過經無學進種將還與麼當請訂單問題產品郵件謝回復覆附測試聞圖號電話"
    "日本語件名会社様お願本文送信添付見積書資料確認連絡"
)
_SIGN_IN_WORD = re.compile("[A-Za-z][³¹¿¶¼¾¢£¥¨ªº¡¬¯±»]")
_WEST_1250 = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽőűŐŰ")
_WEST_1252 = frozenset("äöüßÄÖÜéèêëàâçîïôûùñáíóúãõåæøÅÆØÉÈÀÇÑÁÍÓÚ¿¡’“”–—…€´°§")


def _latin(sample: bytes) -> str:
    """cp1252, or cp1250 when its letters are those of a Slavic or Hungarian text."""
    central = sample.decode("cp1250", "replace")
    western = sample.decode("cp1252", "replace")
    shared = "áéíóúýäöüßÁÉÍÓÚÝÄÖÜ"
    gain = sum(1 for char in central if char in _WEST_1250 or char in shared)
    # Signs in the middle of words are letters of another code page.
    loss = 2 * len(_SIGN_IN_WORD.findall(western))
    return (
        "cp1250" if gain > 1 + sum(1 for char in western if char in _WEST_1252) - loss else "cp1252"
    )


def score(sample: bytes, codec: str) -> float:
    """How much the bytes look like language in this codec, at most 1; below 0 they do not fit."""
    text = sample.decode(codec, "replace")
    total = len(text) - len(text.encode("ascii", "ignore"))
    bad = text.count("\ufffd") - text[-2:].count("\ufffd")
    if not total or bad * 20 > total:
        return -1.0
    counts = Counter(text)
    worth = sum(_worth(char, codec) * count for char, count in counts.items() if char > "\x7f")
    return worth / total + _shape(text, counts, codec)


@lru_cache(maxsize=50_000)
def _worth(char: str, codec: str) -> float:  # noqa: PLR0911 - a table of scripts
    code = ord(char)
    if 0x3040 <= code <= 0x30FF:
        return 1.0 if codec in ("cp932", "euc_jp") else 0.3
    if 0xAC00 <= code <= 0xD7A3:
        return (1.0 if char in _COMMON_HANGUL else 0.5) if codec == "euc_kr" else 0.0
    if 0x4E00 <= code <= 0x9FFF:
        return 1.0 if char in _COMMON_HAN else 0.45
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 0.9
    if 0x0410 <= code <= 0x044F or code in (0x401, 0x451):
        return (0.9 if char.islower() else 0.55) if codec in _CYRILLIC else 0.0
    low, high = _SCRIPT.get(codec, (0, -1))
    if low <= code <= high:
        if codec == "cp1253":
            return -0.5 if char in "ΰΐ" else 0.75 if char.islower() else 0.4
        return 0.2 if 0x05B0 <= code <= 0x05C4 else 0.72
    return 0.4 if char in "’“”–—…«»№€°§ \xa0" else -0.3


_COMMON_HANGUL = frozenset(
    "이다니는을가에하고의한지기로도아사어시자요습서안그해정대인라수과게만리일부보나전상주것있되여원제문녕세님은를못않품착환불배송와"
)
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5")
_SCRIPT = {
    "cp1253": (0x386, 0x3CE),
    "cp1255": (0x5B0, 0x5EA),
    "cp1256": (0x60C, 0x652),
    "cp874": (0xE01, 0xE5B),
}


def _shape(text: str, counts: Counter[str], codec: str) -> float:
    """How natural the frequency and case of letters are, about -1 to 0.3."""
    common = _COMMON_LETTERS.get(codec)
    if common is None:
        return 0.0
    letters = {char: count for char, count in counts.items() if "\u0370" <= char <= "\u04ff"}
    total = sum(letters.values())
    if not total:
        return 0.0
    mixed = len(_CASE_TURNS.findall(text))
    share = sum(count for char, count in letters.items() if char.lower() in common) / total
    return 0.3 * (share - 0.5) - 1.5 * mixed / total


_UPPER = "".join(char for char in map(chr, range(0x80, 0x500)) if char.isupper())
_LOWER = "".join(char for char in map(chr, range(0x61, 0x500)) if char.islower())
#: A capital right behind a small letter.
_CASE_TURNS = re.compile(f"[{_LOWER}](?=[{_UPPER}])")
_COMMON_LETTERS = dict.fromkeys(_CYRILLIC, frozenset("оеаинтсрвл"))
_COMMON_LETTERS["cp1253"] = frozenset("αοιετσνηυρπάέήίόύώ")
