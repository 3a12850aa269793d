"""The platforms of Tencent and ByteDance in China."""

from django.utils.translation import gettext_lazy as _

from intake.channels.fields import TOKEN, Field, Setup

_ID_FAULT = _("This id has digits only. The number that customers see is another one.")
_WEIXIN_TOKEN = Field(
    "token",
    "Token",
    _("3 to 32 letters and digits, the same as at the platform. Left empty, we make one up."),
    secret=True,
    ours=True,
    pattern=TOKEN,
    fault=_("The token has 3 to 32 letters and digits."),
)
_AES_PATTERN = r"[A-Za-z0-9]{43}"
_AES_FAULT = _("The EncodingAESKey has 43 letters and digits.")

SETUPS: dict[str, Setup] = {
    "wechat": Setup(
        "wechat",
        _("An official account of WeChat (公众号)."),
        (
            _WEIXIN_TOKEN,
            Field(
                "aes_key",
                "EncodingAESKey",
                _(
                    "For safe mode, which we recommend: in plain mode WeChat does "
                    "not sign the body."
                ),
                secret=True,
                pattern=_AES_PATTERN,
                fault=_AES_FAULT,
            ),
            Field(
                "app_id",
                "AppID",
                _("微信公众平台 › 设置与开发 › 基本配置."),
                required=True,
                pattern=r"wx[0-9a-f]{16}",
                fault=_("The AppID begins with wx and has 18 characters."),
            ),
            Field("app_secret", "AppSecret", _("Needed to reply."), secret=True, for_replies=True),
        ),
        (
            _(
                "微信公众平台 › 设置与开发 › 基本配置 › 服务器配置: paste the address "
                "and the token, choose safe mode (安全模式)."
            ),
            _("Let it make an EncodingAESKey and paste it here. Save here first, then there."),
            _("Add this server's address to the IP list (IP白名单), else replies fail."),
        ),
        try_it=_("Write to the account from your own phone."),
    ),
    "wecom": Setup(
        "wecom",
        _("An application or 微信客服 of WeCom (企业微信)."),
        (
            _WEIXIN_TOKEN,
            Field(
                "aes_key",
                "EncodingAESKey",
                _("Stands beside the token at the platform."),
                required=True,
                secret=True,
                pattern=_AES_PATTERN,
                fault=_AES_FAULT,
            ),
            Field(
                "corp_id",
                _("Corp ID (企业ID)"),
                _("企业微信管理后台 › 我的企业 › 企业信息."),
                required=True,
                pattern=r"w[wx][0-9A-Za-z]{8,30}",
                fault=_("The corp ID begins with ww."),
            ),
            Field(
                "corp_secret",
                "Secret",
                _("Of the application; needed to reply."),
                secret=True,
                for_replies=True,
            ),
            Field(
                "agent_id",
                "AgentId",
                _("Of the application; needed to reply."),
                for_replies=True,
                pattern=r"\d{1,12}",
                fault=_ID_FAULT,
            ),
            Field(
                "open_kfid",
                "OpenKfId",
                _("Of the 微信客服 account, if replies go there."),
                for_replies=True,
            ),
        ),
        (
            _(
                "企业微信管理后台 › 应用管理 › your application › 接收消息 › 设置API接收: "
                "paste the address, the token and the key."
            ),
            _("Save here first, then there: WeCom asks at once whether the address is ours."),
        ),
        try_it=_("Write to the application from your own phone."),
    ),
    "douyin": Setup(
        "douyin",
        _("Private messages and comments of a Douyin account (抖音开放平台)."),
        (
            Field(
                "client_secret",
                "Client secret",
                _("抖音开放平台 › 控制台 › your application."),
                secret=True,
                required=True,
            ),
            Field("client_key", "Client key", _("Needed to reply."), for_replies=True),
            Field(
                "refresh_token",
                "Refresh token",
                _("Of the account that granted access; needed to reply."),
                secret=True,
                for_replies=True,
            ),
            Field("open_id", "OpenID", _("Of that account."), for_replies=True),
        ),
        (
            _(
                "抖音开放平台 › 控制台 › your application › Webhooks: paste the address; "
                "Douyin checks it at once."
            ),
            _("Subscribe to private messages and comments."),
        ),
        try_it=_("Write to the account from another one."),
    ),
}
