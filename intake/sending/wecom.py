"""WeCom (企业微信): to members by an application, to customers by 微信客服. No Django.

Needs the secret ``corp_secret`` (of the application, or of 微信客服) and the settings ``corp_id``
and either ``agent_id`` (application messages) or ``open_kfid`` (微信客服). 微信客服 takes five
messages within 48 hours of the customer's last one; the settings ``reply_window_hours`` and
``longest_text`` replace the limits. What keeps a second try from arriving twice: for applications
the platform's own check for equal messages within ten minutes, for 微信客服 our id of the message;
both follow general knowledge. Neither has receipts that are pushed.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.channels.reading import text
from intake.sending.weixin_api import WeixinPlatform
from intake.sending.wire import Reply, Wire
from outbox.errors import PermanentFailure

_DOUBLE_CHECK_SECONDS = 600


class WeCom(WeixinPlatform):
    """Plain text; who is unknown or invisible to the application is said in the answer."""

    name = "WeCom"
    base_url = "https://qyapi.weixin.qq.com"
    window = timedelta(hours=48)
    needs_secrets = ("corp_secret",)
    needs_settings = ("corp_id",)

    def window_for(self, settings: Mapping[str, Any]) -> timedelta | None:
        """Return 48 hours for 微信客服, none for applications."""
        return super().window_for(settings) if text(settings, "open_kfid") else None

    def missing(self, secret: str, settings: Mapping[str, Any]) -> str:
        """One of the two ways must be there."""
        has_way = text(settings, "open_kfid") or text(settings, "agent_id")
        return super().missing(secret, settings) or ("" if has_way else "agent_id")

    def ask_token(self, reply: Reply, *, forced: bool) -> Wire:
        """Return the question for a token; it stays the same until it runs out."""
        secret = reply.secret_named("corp_secret")
        query = {"corpid": reply.setting("corp_id"), "corpsecret": secret}
        return Wire("/cgi-bin/gettoken", method="GET", query=query)

    def message(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        """Return the message."""
        body = {"touser": reply.to, "msgtype": "text", "text": {"content": reply.text}}
        kfid = text(reply.settings, "open_kfid")
        if kfid:
            own = hashlib.sha256(reply.key.encode()).hexdigest()[:32]
            return "/cgi-bin/kf/send_msg", body | {"open_kfid": kfid, "msgid": own}
        checked = {
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _DOUBLE_CHECK_SECONDS,
        }
        agent = reply.setting("agent_id")
        number = int(agent) if agent.isascii() and agent.isdigit() else agent
        return "/cgi-bin/message/send", body | {"agentid": number, **checked}

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the msgid; a message to nobody is a failure with status and code of a success."""
        if text(answer, "invaliduser") or text(answer, "unlicenseduser"):
            why = "WeCom does not know this member, or the application may not write to them."
            raise PermanentFailure(why, code="unknown_recipient")
        return text(answer, "msgid")
