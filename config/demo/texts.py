"""Complaints of the demo that are hard to read, so that the triage queue has something in it."""

from triage.seed import SeedRow

_HARD = (
    ("zh", "昨天到的咖啡机少了个滤杯,外箱也是压扁的,我是补发就行还是要整个寄回去?运费谁出?"),
    ("zh", "怎么回事啊你们,我都不想说了,自己看看订单吧"),
    ("zh", "上次说的那个事情有结果了吗"),
    ("zh", "东西收到了,跟我想的不太一样,也说不上哪里不好,能不能有个说法"),
    ("zh", "你们的人说可以,另一个人又说不行,到底听谁的,钱也没见着"),
    ("zh", "小孩用着用着就哭了,不知道是不是跟这个有关系"),
    ("en", "It came, but not the way it should have. What do you do in such cases?"),
    ("en", "Third time I explain this. You have my number."),
    (
        "en",
        "Box was open, the lid is gone and I was billed for two. Which of these do I report where?",
    ),
    ("en", "Is this how it is meant to be? See picture."),
    ("en", "My neighbour got hers in a day, mine says something about an office. Please advise."),
    ("", "Bonjour, mon colis n'est toujours pas arrivé et personne ne répond au téléphone."),
    ("", "注文した商品がまだ届きません。いつ届きますか。"),
)


def hard_rows() -> list[SeedRow]:
    """Return the hard ones as rows like those of the seed."""
    return [
        SeedRow(
            text=text,
            subject="",
            language=language,
            category="",
            also=(),
            emotion=0,
            distressed=False,
            flags=(),
            channel="chat",
            origin="handwritten",
        )
        for language, text in _HARD
    ]
