"""WeCom (企业微信) applications: always encrypted. No Django.

Secrets: ``token`` and ``aes_key``. Settings: ``corp_id``; what is encrypted for another one is not
read.
"""

from intake.channels import weixin
from intake.channels.base import Answer, Door, RawRequest
from intake.channels.wechat import WeChatAdapter
from intake.errors import Refused, Unreadable, WrongQuestion


class WeComAdapter(WeChatAdapter):
    """As WeChat in safe mode; the question at the door is encrypted too."""

    channel = "wecom"
    receiver_setting = "corp_id"

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Say what echostr holds, bare: no quotes, no mark, no line end."""
        if request.method != "GET":
            return None
        echo = request.query.get("echostr", "")
        try:
            weixin.verify_query(request, door, "msg_signature", echo)
            plain = weixin.decrypt(
                echo, door.secret_named("aes_key"), door.setting(self.receiver_setting)
            )
        except (Refused, Unreadable) as error:
            raise WrongQuestion(why="echostr is not signed and encrypted for us") from error
        return Answer(plain.decode("utf-8", "replace"))

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check msg_signature over the encrypted body; plain ones are never taken."""
        encrypted = weixin.xml_or_empty(request.body).get("Encrypt", "")
        if not encrypted:
            raise Refused(why="the body is not encrypted")
        weixin.verify_query(request, door, "msg_signature", encrypted)
        return "signature over the encrypted body"

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200: agents answer."""
        return Answer()
