"""Words that are written so that filters miss them: f@ke, f.u.c.k, 骗*子, 薇信, 1-2-3-1-5.

Only the search for cues reads the plain form; the model and the reader see what was written.
"""

import re

# Homophones and look-alikes of the same length, so that places stay as they are.
_HOMOPHONES = {
    "薇信": "微信", "徽信": "微信", "威信号": "微信号", "v信": "微信", "骗纸": "骗子",
    "骗孑": "骗子", "想4": "想死", "去4": "去死", "自鲨": "自杀", "自s": "自杀",
    "淘包": "淘宝", "掏宝": "淘宝", "桃宝": "淘宝", "京冬": "京东", "拼夕夕": "拼多多",
    "并夕夕": "拼多多", "小红叔": "小红书", "小红树": "小红书", "小紅薯": "小红书",
    "小红薯": "小红书", "抖荫": "抖音", "抖隐": "抖音", "斗音": "抖音",
    "微搏": "微博", "围脖上": "微博上", "爆光": "曝光", "暴光": "曝光", "曝咣": "曝光",
    "举抱": "举报", "投拆": "投诉", "投素": "投诉", "头诉": "投诉", "头素": "投诉",
    "投塑": "投诉", "维全": "维权", "假祸": "假货", "贾货": "假货", "甲货": "假货",
    "过闵": "过敏", "过皿": "过敏", "漏店": "漏电", "帽烟": "冒烟", "冒咽": "冒烟",
    "著火": "着火", "爆诈": "爆炸", "曝炸": "爆炸", "暴炸": "爆炸", "工伤局": "工商局",
    "消斜": "消协", "绿师": "律师", "吕师": "律师", "率师": "律师", "法圆": "法院",
    "退歀": "退款", "🔟": "十",
}  # fmt: skip
_HOMOPHONE = re.compile("|".join(sorted(map(re.escape, _HOMOPHONES), key=len, reverse=True)))
_LOOKS = str.maketrans({"@": "a", "$": "s", "0": "o", "1": "i", "3": "e", "!": "i", "4": "a"})
# Both expressions begin with what is rare, so that the rest is tried at few places.
_LOOK_ALIKE = re.compile(r"[@$013!4](?<=[a-z].)(?:[@$013!4]*(?=[a-z])|(?<=\$)\$*(?![\w$]))")
_HAN = r"\u4e00-\u9fff"
_SPLIT = re.compile(
    # f.u.c.k, s c a m
    r"(?<![a-z0-9'])[a-z](?:[.\-_*~ ][a-z]){2,}(?![a-z0-9'])"
    # 1-2-3-1-5
    r"|(?<!\d)\d(?:[.\-·_ ]\d){3,}(?!\d)"
    # 骗*子, 垃.圾, and 骗 子 公 司 with at least two spaces
    rf"|[{_HAN}](?:[*·_|丨~^][{_HAN}])+"
    rf"|(?<![{_HAN}])[{_HAN}](?:[ .][{_HAN}](?![{_HAN}])){{2,}}"
)
_SPLIT_SIGN = re.compile(
    rf"[.\-_*~ ·|丨^](?:[{_HAN}]|(?:[a-z]|\d)[.\-_*~ ·](?:[a-z](?![a-z0-9'])|\d))"
)
"""Stands in everything that is split."""
_MARKS = frozenset(".-_*~ ·|丨^")


def plain(text: str) -> tuple[str, list[int] | None]:
    """The text without disguise, and the place of each character in `text` where some went away.

    Without a removed character the places are None: they are the same.
    """
    text = _LOOK_ALIKE.sub(lambda match: match[0].translate(_LOOKS), text)
    text = _HOMOPHONE.sub(_heard_as, text)
    matches = list(_SPLIT.finditer(text)) if _SPLIT_SIGN.search(text) else ()
    if not matches:
        return text, None
    kept: list[int] = []
    position = 0
    for match in matches:
        kept.extend(range(position, match.start()))
        kept.extend(place for place in range(*match.span()) if text[place] not in _MARKS)
        position = match.end()
    kept.extend(range(position, len(text)))
    return "".join(text[place] for place in kept), kept


def _heard_as(match: re.Match[str]) -> str:
    return _HOMOPHONES[match[0]]
