"""Where people's names stand in letters: greetings, signatures, titles, surnames. Pure."""

import re


def listed(words: str) -> frozenset[str]:
    """Return words that are written one after the other."""
    return frozenset(words.split())


# Surnames that are hardly ever anything else at the beginning of a word.
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗郑梁谢宋唐许韩冯邓曹彭吕苏蒋蔡贾魏薛叶阎潘袁杜"
    "戴夏锺钟汪谭邹熊秦邱侯孟龙邵雷钱汤尹黎赖龚庞樊殷颜倪严牛俞季毛廖鲁葛伍韦申尤毕聂焦"
    "柳邢骆岳齐梅庄辛窦兰翟凌祁耿牟欧甄晏柯阮桂闵欧阳卜蒙娄卓蔺房裘缪应宗宣贺倪滕"
)
# Surnames that begin many other words too; they count only where a name is announced.
_ALSO_WORDS = "高林马方石姚江白任康史顾万段漆向文常武乔温易管安沈金成于余章陆丁田姜范卢丛"
ANY_SURNAME = SURNAMES | set(_ALSO_WORDS)
_ANY = f"[{''.join(sorted(ANY_SURNAME))}]"

# English names that are words as well; a library that uses the word does not vouch for the name.
ALSO_NAMES = listed(
    """
    mark will may grace rose hope faith joy bill jack frank rich grant chase drew pat sue ray dean
    art miles dawn april june august summer amber ruby ivy lily daisy violet heather holly iris
    olive penny ginger robin jay carol gene herb josh nick rob skip victor wade ward guy carter
    mason hunter taylor parker cooper baker cook king young long white black brown green gray price
    page park banks wells field woods stone reed moss jean max sky star melody harmony angel
    christian norman earl duke major miller smith potter porter walker turner shepherd case bond
    crystal pearl jade eve noel dot belle bob bud buddy don ed gay hank jimmy kit lance marina
    mercy micky ned nelly norm pierce randy reggie rusty sally stew tad ted trinity val vera wally
    """
)

# How instructions begin. Such a word may open a sentence though the library never wrote it small.
OPENING_VERBS = listed(
    """
    add adjust align allow apply ask attach avoid boil brush bring change charge check choose clean
    click close connect copy cut delete detach disconnect download drain dry empty enter ensure
    fasten fill find fit flip fold follow format give go hold hang heat insert install keep lay
    leave let lift line loosen lock log lower make measure mix mount move note open order pack pair
    peel place plug pour press print pull push put read rebook reboot reconnect refill register
    reinstall release remove repeat replace reset restart return rinse rotate rub run save scan
    screw select send set shake shut sign slide soak spread squeeze start stop store switch take
    tap tap tear test tick tie tighten tilt touch try turn type unfold uninstall unlock unplug
    unscrew update upload use vacuum wait warm wash watch wipe wrap write
    after all although always any are as at because before both but by can could did do does each
    either every everything for from have he here how however if in instead is it its just later
    many more most neither never next no none not nothing now of often on once one only or other
    otherwise our please she should since so some soon sometimes still such than thank thanks that
    the their then there these they this those though to together under unless until usually was we
    were what whatever when whenever where which while who why with within without yes yet you your
    """
)
_HAN = "㐀-鿿"
# Stands for a name that is known already while greeting and signature are looked at.
NAME = "\ue100"
_GREETING_ZH = re.compile(
    rf"^\s*(?:(?:尊敬的|亲爱的)\s*)?[{_HAN}{NAME}A-Za-z·.\- *]{{0,16}}?"
    rf"(?:先生|女士|小姐|顾客|客户|用户|同学|老师)?\s*[,，:：、]?\s*(?:您好|你好|早上好|下午好|晚上好)"
    rf"\s*[,，:：!！。~～]?\s*"
    rf"(?:(?:{NAME}|[{''.join(sorted(SURNAMES))}][{_HAN}]{{1,2}})\s*[,，:：!！。]\s*)?"
)
_NAMED_ZH = re.compile(
    rf"^\s*(?:尊敬的|亲爱的)?\s*(?:{NAME}|[{_HAN}]{{1,4}}(?:先生|女士|小姐))\s*[,，:：]\s*"
)
_GREETING_EN = re.compile(
    r"^\s*(?:Dear|Hi there|Hi|Hello|Hey|Good (?:morning|afternoon|evening|day))\b"
    r"[^\S\n]*[^,.:;!\n]{0,40}?[,.:;!\n–—-]\s*",
    re.IGNORECASE,
)
_NAMED_EN = re.compile(
    rf"^\s*(?:{NAME}|[A-Z][\w'’.-]+)(?:\s+(?:{NAME}|[A-Z][\w'’.-]+)){{0,3}}\s*[,:–—]\s+(?=\S)"
)
_CLOSE_EN = re.compile(
    r"(?:^|(?<=[.!?\n]))\s*(?:(?:with\s+)?(?:best|kind|warm|many)?\s*(?:regards|wishes)"
    r"|sincerely|yours (?:truly|sincerely|faithfully)|cheers|many thanks|thanks|thank you|best)"
    r"\s*(?:[,.!–—-]|\n|$)[^.!?]{0,120}$",
    re.IGNORECASE,
)
_CLOSE_ZH = re.compile(
    rf"(?:^|(?<=[。!！?？~\n；;]))\s*(?:此致\s*敬礼|祝好|顺祝商祺|祝您[{_HAN}]{{2,8}})?[。!！]?\s*"
    rf"(?:[—\-–/]{{1,3}}\s*)?(?:(?:您的)?(?:客服|专员|售后|专属客服|值班|店长|主管|经理)[:：]?\s*)?"
    rf"(?:{_ANY}[{_HAN}]{{0,2}}|小[{_HAN}]|阿[{_HAN}]|[A-Za-z]{{2,20}})?"
    r"(?:敬上|谨上|上|为您服务)?\s*[。.]?\s*$"
)
_DASHED_END = re.compile(r"\s*(?:[—–-]{1,3}|\^)\s*[^\s,.，。!?！？{}][^,.，。!?！？\n{}]{0,30}$")
_LAST_NAME_EN = re.compile(
    r"(?<=[.!?])\s+[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]+){0,2}"
    r"(?:,?\s+(?:from\s+)?(?:customer|the)?\s*(?:care|service|support|team))*\s*\.?\s*$",
)
_TITLED_EN = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\b\.?\s+[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?")
_TITLED_ZH = re.compile(rf"{_ANY}[{_HAN}]{{0,2}}?(?:先生|女士|小姐|太太)")
_STAFF_ZH = re.compile(
    rf"(?:{_ANY}[{_HAN}]{{0,2}}?|小{_ANY}|老{_ANY}|阿{_ANY})(?:师傅|经理|主管|店长|老师|阿姨|大姐|大哥"
    rf"|同学|总|哥|姐)(?![{_HAN}]{{0,1}}们)"
)
_ANNOUNCED_ZH = re.compile(
    rf"(?:我是|我叫|客服|专员|店长|经理|主管|师傅|联系人|收件人|收货人|收信人|姓名|名叫|叫做|同事|快递员"
    rf"|配送员|骑手)[:：\s]*(?P<name>{_ANY}[{_HAN}]{{1,2}})"
)


def strip_greeting(text: str, language: str) -> tuple[str, bool]:
    """Take the greeting off; return the rest and whether there was one."""
    patterns = (_GREETING_ZH, _NAMED_ZH) if language == "zh" else (_GREETING_EN, _NAMED_EN)
    for pattern in patterns:
        match = pattern.match(text)
        if match and match.end() and match.end() < len(text):
            return text[match.end() :], True
    return text, False


def strip_signature(text: str, language: str) -> tuple[str, bool]:
    """Take the signature off; return the rest and whether there was one."""
    whole = text.rstrip()
    patterns = [_DASHED_END]
    patterns += [_CLOSE_ZH] if language == "zh" else [_CLOSE_EN, _LAST_NAME_EN]
    rest = whole
    for pattern in patterns:
        match = pattern.search(rest)
        if match and match[0].strip() and match.start() > len(rest) // 3:
            rest = rest[: match.start()].rstrip()
    return rest, rest != whole


def titled(text: str, language: str, put: str) -> str:
    """Put ``put`` where a customer is named with a title."""
    return (_TITLED_ZH if language == "zh" else _TITLED_EN).sub(put, text)


def staff_names(text: str, language: str) -> list[tuple[int, int]]:
    """Return where Chinese names of other people are announced or carry a title."""
    if language != "zh":
        return []
    spans = [match.span() for match in _STAFF_ZH.finditer(text)]
    return spans + [match.span("name") for match in _ANNOUNCED_ZH.finditer(text)]


def name_parts(name: str) -> list[str]:
    """Return a name and the parts by which its bearer is called, longest first."""
    name = " ".join(name.split())
    parts = {name}
    if re.fullmatch(rf"[{_HAN}·]{{2,}}", name):
        parts |= {part for part in name.split("·") if len(part) > 1}
        if 2 < len(name) <= 4:
            parts |= {name[1:], name[2:] if len(name) == 4 else name[1:]}
    else:
        parts |= {part for part in re.split(r"[\s,.·]+", name) if len(part) > 1}
    return sorted((part for part in parts if len(part) > 1), key=len, reverse=True)
