"""Whether a text says a thing or says that it is not so: how far a "not" reaches, in two languages.

Acts (suing, reporting, posting) and events (smoke, a rash) are denied by different words: "nobody
answered, so a lawyer will" denies no lawyer, "nobody was burned" denies the burn. Doubled and
rhetorical denials affirm.
"""

import re

_LOOK_BACK = 64
_MARKS = ".!?;。!?;\n,,"
_SENTENCE_MARKS = ".!?;。!?;\n"

_EVENT_NOT = {
    "zh": re.compile(
        r"(?:没有?|未|无|不是|不会|并未|并没有?|没人|无人|从未|未曾|没什么|避免|防止|以防|不存在"
        r"|别说|谈不上|以免|不曾|毫无|免得|不至于|尚未|未见|没见|不见)"
        r"(?:人|谁|再|真的|出现|发生|造成|任何|被|有|因此|什么|发现)*[^,。;!?\s]{0,3}$"
        r"|不(?:太|怎么|再)?$"
        r"|(?:没有?|无|未见|毫无|既没|也没)[^,。;!?\s]{1,16}[、和或及与也]$"
    ),
    "en": re.compile(
        r"\b(?:no|not|never|nobody|no one|noone|none|nothing|neither|without|isn't|wasn't|aren't"
        r"|weren't|didn't|don't|doesn't|won't|haven't|hasn't|hadn't|couldn't|wouldn't|ain't|nor"
        r"|no longer|avoid|prevent|instead of|rather than|free (?:of|from)|zero)\b"
        r"(?:\s+(?!(?:i|my|we|our|you)\b)[a-z'-]+){0,4}\s*$"
        r"|\b(?:no|without|not|nobody was|nothing was)\b [a-z' -]{1,24}(?:, [a-z' -]{1,16}){0,4},?"
        r" (?:or|and|nor)(?: [a-z]+)? $"
    ),
}
_ACT_NOT = {
    "zh": re.compile(
        r"(?:不会|不想|不用|不必|不打算|没打算|没想|没有?(?:要|说|想|打算|准备)|没(?:有)?必要|懒得"
        r"|不是(?:要|想|来|说)?|并非|无意|无需|不准备|用不着|犯不着|犯不上|不至于|不愿意?|不忍心?"
        r"|从没|从未|没说|先不|暂(?:时)?不|就不|不再|别|不要|不去|不找|不打|不发|不走|没有?|没去"
        r"|谈不上|说不上)"
        r"(?:真的|再|去|要|找|走|打|上|发|跟|给|你们|的|闹到?|到|请|叫|用|靠|诉诸|惊动|任何|什么"
        r"|把|这事|向|想|过|说|是|会|做)*[^,。;!?\s]{0,2}$"
    ),
    "en": re.compile(
        r"\b(?:not|never|without|isn't|wasn't|aren't|weren't|didn't|don't|doesn't|won't|haven't"
        r"|hasn't|hadn't|couldn't|wouldn't|ain't|nor|no longer|avoid|instead of|rather than|hardly"
        r"|no (?:need|plans?|intention|wish|desire|point|reason)|no)\b"
        r"(?:\s+(?!(?:i|my|we|our|you)\b)[a-z'-]+){0,5}\s*$"
        r"|\b(?:never|didn't|don't|not) (?:said|say|saying|mean|meant|want|wanted|threaten\w*"
        r"|plan\w*|intend\w*) (?:that |to )?(?:i(?:'d|'ll| would| will)? )?(?:\w+ )?$"
    ),
}
_AFFIRMS = {
    # "do not make me call a lawyer", "why has nobody been told about the fire" keep the cue alive.
    "zh": re.compile(
        r"(?:别|不要|别想)(?:再)?逼|(?:不要|别)(?:让我|等我)|非要|难道|是不是|要不是|不得不"
        r"|不(?:只|仅|光|但|止)|如果不|再不|要是不|不然|否则|不是(?:没|不|说?没有)|并非[没不]"
        r"|不可能[没不]|不能不|没有不|谁说[没不]|怎么(?:会|可能|就)?[没不]|哪能[没不]|何尝[没不]"
        r"|没有?(?:想到|料到|发现|注意|提醒|告知|说明|来得及|及时|回|收到|处理|解决|人管|人理|人处理"
        r"|人回|人告诉|人提醒|办法|有人(?:管|理|回|处理|提醒|告诉|说))|没(?:人|谁)(?:管|理|处理|回|告诉|提醒|通知|说)"
        r"|差(?:一)?点|险些|不会是|别是|会不会|不小心|不料|不知道|不到|没(?:多久|几|过|用|两|三|半)"
        r"|不(?:给|退|赔|处理|解决|回|理|管|发货|肯|愿意?(?:退|赔|处理)|认)"
    ),
    "en": re.compile(
        r"don't make me|do not make me|unless|if (?:you|i|this|it|we|my)\b|or else|not only"
        r"|no choice|no option|why (?:not|isn't|didn't|has|was)|not (?:the first|just|that|even"
        r"|sure|to mention|fine|ok)|do nothing|hesitate|no way|as if|no idea|no warning|no mention"
        r"|(?:haven't|hasn't|not|never|no) (?:\w+ ){0,3}(?:refund|repl|reply|replied|heard|answer"
        r"|response|help|fix)|without (?:an? |any )?(?:answer|reply|response|refund|solution)"
        r"|(?:can't|couldn't|won't|cannot|doesn't) (?:stop|believe|help)"
        r"|don't know (?:if|whether|why)"
    ),
}
# "Nobody told us of the fire": there was one. "I never said I would sue" denies the suit.
_UNTOLD = re.compile(
    r"(?:nobody|no one|never|not|didn't|did not) (?:\w+ ){0,2}(?:told|tell|warn\w*|said|mention\w*"
    r"|notic\w*|expect\w*|realis\w*|realiz\w*|know|knew|stop\w*|care\w*)"
)
_LIST_BEGAN = re.compile(
    r"\b(?:no|without|not|nobody was|nothing was)\b [a-z' -]{1,24}(?:, [a-z' -]{1,16}){0,3}, ?$"
)
_LIST_GOES_ON = re.compile(r",? ?(?:[a-z]+ )?(?:or|and|nor) |[、和或]")
_AFTER_NOT = {
    "zh": re.compile(
        r"^[^,。;!?\s]{0,3}(?:倒是没|倒没|并没有|都没有发生|没发生|没有发生|没出现|不存在|倒不至于"
        r"|是(?:假的|谣言|误会))"
    ),
    "en": re.compile(
        r"^\s+(?:free|proof|resistant|was not|is not|wasn't|isn't|not needed|not necessary"
        r"|never happened|was a false alarm|turned out to be nothing)\b"
    ),
}
_ELSEWHERE = {
    "zh": re.compile(
        r"(?:别家|另一家|别的(?:店|牌子|品牌|平台)|其他(?:店|品牌|牌子|平台|商家)|上一家|别人家的?店"
        r"|另一个牌子|隔壁店)[^。!?\n]{0,16}$"
    ),
    "en": re.compile(
        r"\b(?:another|other|different|previous|a competing) (?:brand|shop|store|company|seller"
        r"|retailer|make)s?\b[^.!?\n]{0,40}$"
    ),
}
_NEGATIONS = re.compile(r"\b(?:not|never|nobody|no one|nothing|without|no)\b|n't\b")
# Looked for before an expression is tried, since most cues are not denied.
_NOT_SIGNS = {
    "zh": re.compile(r"[没未无不别防避免懒毫谈说]"),
    "en": re.compile(r"n(?:o|n|e|')|without|hardly|avoid|prevent|instead|rather|free|zero"),
}
_ELSEWHERE_SIGNS = {
    "zh": re.compile(r"[别另其隔上]"),
    "en": re.compile(r"other|differ|previous|compet"),
}


def is_denied(text: str, start: int, end: int, language: str, *, act: bool) -> bool:
    """Whether what stands at `start:end` of a folded text is said not to be so."""
    sentence = _back_to(text, start, _SENTENCE_MARKS)
    after = text[end : end + 24]
    if _NOT_SIGNS[language].search(sentence) and _denied_before(sentence, after, language, act):
        return True
    if _ELSEWHERE_SIGNS[language].search(sentence) and _ELSEWHERE[language].search(sentence):
        return True
    return bool(_AFTER_NOT[language].search(after))


def _denied_before(sentence: str, after: str, language: str, act: bool) -> bool:
    clause = _back_to(sentence, len(sentence), _MARKS)
    nots = (_ACT_NOT if act else _EVENT_NOT)[language]
    if nots.search(clause):
        return not _affirmed(clause, language) and (act or not _UNTOLD.search(clause))
    if act or len(clause) == len(sentence):
        return False
    # "no smoke, sparks or flames": the list goes on behind a comma.
    if nots.search(sentence):
        return sentence.rstrip().endswith((" or", " and", " nor", "、", "或", "和"))
    return bool(_LIST_BEGAN.search(sentence) and _LIST_GOES_ON.match(after))


def _affirmed(clause: str, language: str) -> bool:
    if _AFFIRMS[language].search(clause):
        return True
    return language == "en" and len(_NEGATIONS.findall(clause)) % 2 == 0


def _back_to(text: str, start: int, marks: str) -> str:
    before = text[max(0, start - _LOOK_BACK) : start]
    cut = max(map(before.rfind, marks))
    return before[cut + 1 :]
