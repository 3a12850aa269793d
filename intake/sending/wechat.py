"""WeChat Official Accounts: customer service messages. No Django.

Needs the secret ``app_secret`` and the setting ``app_id``. The stable token stays the same until it
runs out; it is kept and shared by all workers, and a forced one is asked for only when it was
refused. The limit of 2,048 bytes and the codes follow general knowledge; the setting
``longest_text`` replaces the limit, ``reply_window_hours`` the 48 hours. There are no receipts for
these messages, and nothing keeps a message from arriving twice when a worker dies on the way.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.sending.weixin_api import WeixinPlatform
from intake.sending.wire import Reply, Wire


class WeChat(WeixinPlatform):
    """Plain text, within 48 hours of the customer's last message."""

    name = "WeChat"
    base_url = "https://api.weixin.qq.com"
    window = timedelta(hours=48)
    needs_secrets = ("app_secret",)
    needs_settings = ("app_id",)

    def ask_token(self, reply: Reply, *, forced: bool) -> Wire:
        """Return the question for a token."""
        body = {
            "grant_type": "client_credential",
            "appid": reply.setting("app_id"),
            "secret": reply.secret_named("app_secret"),
        }
        return Wire(
            "/cgi-bin/stable_token", json=body | ({"force_refresh": True} if forced else {})
        )

    def message(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        """Return the message."""
        body = {"touser": reply.to, "msgtype": "text", "text": {"content": reply.text}}
        return "/cgi-bin/message/custom/send", body
