"""The last word on a complaint: what it must say (domain guide, section 8). No Django."""

import re

# Third time round a supervisor answers, names who outside may be asked, and that is the end.
ROUND = 3
# Nothing was decided there that the customer could take elsewhere.
WITHOUT_DECISION = frozenset({"withdrawn", "no-customer-response", "duplicate"})

_OUTSIDE = re.compile(
    r"12315|12345|12305|消费者协会|消协|消保委|市场监管|监管部门|邮政管理|调解|仲裁|法院|起诉|诉讼"
    r"|平台(?:介入|争议|客服)"
    r"|\b(?:ombudsman|trading standards|small claims|courts?|arbitrat\w*|mediat\w*"
    r"|consumer (?:\w+ )?(?:cent(?:re|er)|authority|association|protection|hotline|agency)"
    r"|dispute (?:service|resolution|body)|chargeback|regulator|attorney general|ftc|bbb)\b",
    re.IGNORECASE,
)


def names_outside_route(text: str) -> bool:
    """Tell whether a reply names somebody outside whom the customer may turn to."""
    return _OUTSIDE.search(text) is not None
