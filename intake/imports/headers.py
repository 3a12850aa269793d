"""What columns are called, on the marketplaces and elsewhere. No Django.

The names of JD's and Taobao's exports follow general knowledge: they differ between versions of
the shops' consoles, so each field knows several, and a mapping can be changed and is remembered.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# field -> names of columns, the surest first.
_NAMES: dict[str, tuple[str, ...]] = {
    "review_id": (
        "评价id", "评论id", "评价编号", "评论编号", "投诉编号", "投诉单号", "投诉id", "纠纷编号",
        "服务单号", "工单号", "工单编号", "退款编号", "review id", "reviewid", "complaint id",
        "complaint number", "feedback id", "case id", "id", "编号",
    ),
    "text": (
        "评价内容", "评论内容", "初评内容", "首次评价", "投诉内容", "投诉描述", "问题描述",
        "投诉详情", "买家评价", "内容", "review text", "review", "review body", "comment",
        "comments", "complaint", "message", "text", "content", "body", "description", "feedback",
    ),
    "follow_up": (
        "追评内容", "追加评价", "追加评论", "追评", "追加内容", "follow-up", "follow up",
        "follow-up review", "additional comment",
    ),
    "subject": ("标题", "评价标题", "投诉标题", "title", "subject", "headline", "review title"),
    "written_at": (
        "评价时间", "评论时间", "初评时间", "投诉时间", "投诉发起时间", "创建时间", "提交时间",
        "时间", "日期", "review date", "review time", "date", "time", "created at", "created",
        "submitted at", "timestamp",
    ),
    "order_number": (
        "订单编号", "订单号", "主订单编号", "子订单编号", "交易编号", "order number", "order id",
        "order no", "order", "ordernumber", "orderid", "purchase order",
    ),
    "buyer_id": (
        "买家id", "买家会员名", "会员名", "用户id", "用户账号", "客户账号", "用户pin", "pin",
        "buyer id", "customer id", "user id", "userid", "buyer account",
    ),
    "buyer_name": (
        "买家昵称", "用户昵称", "用户名", "评价人", "评论人", "昵称", "买家", "投诉人", "客户姓名",
        "客户", "buyer", "buyer name", "customer", "customer name", "user", "nickname", "author",
        "reviewer", "name",
    ),
    "rating": (
        "评分", "星级", "评价星级", "商品评分", "评价等级", "评价结果", "评价类型", "好中差评",
        "满意度", "rating", "stars", "score", "star rating",
    ),
    "product": (
        "商品名称", "宝贝标题", "宝贝名称", "商品标题", "商品", "产品", "产品名称", "product",
        "product name", "item", "item name", "product title",
    ),
    "sku": (
        "商品编号", "商品id", "宝贝id", "sku", "skuid", "sku编码", "sku id", "商家编码", "货号",
        "asin", "product id", "item id",
    ),
    "kind": ("投诉原因", "投诉类型", "问题类型", "原因", "类型", "reason", "type", "category"),
    "reply_wanted": (
        "是否需要回复", "需要回复", "待回复", "是否需回复", "reply wanted", "reply needed",
        "needs reply", "response requested",
    ),
    "phone": ("手机号", "手机", "联系电话", "电话", "买家电话", "phone", "mobile", "telephone"),
    "email": ("邮箱", "电子邮箱", "邮件", "email", "e-mail", "email address"),
    "url": ("评价链接", "链接", "网址", "url", "link", "review url"),
}  # fmt: skip
FIELDS = tuple(_NAMES)


@dataclass(frozen=True, slots=True)
class Preset:
    """A marketplace's own shape: what tells it, and what its columns are beyond the usual."""

    slug: str
    name: str
    marks: frozenset[str]
    columns: Mapping[str, str]


PRESETS = (
    Preset(
        "jd",
        "JD 京东",
        frozenset({"商品编号", "用户昵称", "评价等级", "评价星级", "用户pin", "服务单号", "晒单"}),
        {"商品编号": "sku", "用户昵称": "buyer_name", "用户pin": "buyer_id", "评价等级": "rating"},
    ),
    Preset(
        "taobao",
        "Taobao / Tmall 淘宝天猫",
        frozenset(
            {"宝贝标题", "宝贝id", "宝贝名称", "买家会员名", "买家昵称", "追加评价", "评价结果"}
        ),
        {"买家会员名": "buyer_id", "评价结果": "rating", "宝贝id": "sku", "追加评价": "follow_up"},
    ),
)


def normal(name: str) -> str:
    """Return a column's name as it compares: width, case, spaces and brackets do not count."""
    plain = unicodedata.normalize("NFKC", name).lower()
    plain = re.sub(r"[\s_]+", " ", re.sub(r"\(.*?\)|[*:：#\"']", "", plain)).strip()
    # Chinese names are written with and without spaces.
    return plain.replace(" ", "") if re.search(r"[\u4e00-\u9fff]", plain) else plain


_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}


def score(words: Sequence[str]) -> int:
    """Count the known names in a row."""
    return sum(1 for word in words if normal(word) in _FIELD_OF)


def recognise(columns: Sequence[str]) -> Preset | None:
    """Return the marketplace whose export this is: two of its own names tell it."""
    found = {normal(column) for column in columns}
    best = max(PRESETS, key=lambda preset: len(preset.marks & found))
    return best if len(best.marks & found) >= 2 else None


def suggest(columns: Sequence[str]) -> dict[str, int]:
    """Return for each field the column that it most likely is; fields without one are left out."""
    names = [normal(column) for column in columns]
    preset = recognise(columns)
    mapping: dict[str, int] = {}
    for name, field in (preset.columns if preset else {}).items():
        if name in names and field not in mapping:
            mapping[field] = names.index(name)
    for field, known in _NAMES.items():
        if field in mapping:
            continue
        taken = set(mapping.values())
        free = (names.index(name) for name in known if name in names)
        first = next((index for index in free if index not in taken), None)
        if first is not None:
            mapping[field] = first
    return mapping
