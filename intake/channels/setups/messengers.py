"""Messengers and Twilio."""

from django.utils.translation import gettext_lazy as _

from intake.channels.fields import Field, Setup

_DIGITS = r"\d{5,20}"
_ID_FAULT = _("This id has digits only. The number that customers see is another one.")
_META_APP_SECRET = Field(
    "app_secret",
    _("App secret"),
    _("Meta for Developers › your app › App settings › Basic › App secret."),
    secret=True,
    required=True,
    pattern=r"[0-9a-f]{32}",
    fault=_("The app secret has 32 characters, 0–9 and a–f."),
)
_VERIFY_TOKEN = Field(
    "verify_token",
    _("Verify token"),
    _("Made up by us. Meta asks for it once, when the webhook is set."),
    secret=True,
    ours=True,
)
_META_ACCESS = Field(
    "access_token",
    _("Access token"),
    _("A permanent token of a system user; needed to reply and to fetch files."),
    secret=True,
    for_replies=True,
    pattern=r"EA[A-Za-z0-9]{20,}",
    fault=_("Access tokens of Meta begin with EA."),
)
_META_STEPS = (
    _("Open the app at Meta for Developers and add the product of this channel."),
    _("Under Webhooks, paste the address and the verify token below and press Verify and save."),
    _("Subscribe to the field “messages”."),
    _("Create a system user with a permanent token, and paste it into this form."),
)
_PAGE_ID = Field(
    "page_id",
    _("Page or account id"),
    _("Needed to reply. What comes for other pages of the same app is left out."),
    for_replies=True,
    pattern=_DIGITS,
    fault=_ID_FAULT,
)
_TWILIO_TOKEN = Field(
    "auth_token",
    _("Auth token"),
    _("Twilio Console › Account › API keys & tokens."),
    secret=True,
    required=True,
    pattern=r"[0-9a-f]{32}",
    fault=_("The auth token has 32 characters, 0–9 and a–f."),
)
_TWILIO_SID = Field(
    "account_sid",
    _("Account SID"),
    _("Stands beside the auth token; needed to reply and to fetch files."),
    secret=True,
    for_replies=True,
    pattern=r"AC[0-9a-f]{32}",
    fault=_("The account SID begins with AC and has 34 characters."),
)

SETUPS: dict[str, Setup] = {
    "telegram": Setup(
        "telegram",
        _("A bot that customers write to."),
        (
            Field(
                "webhook_secret",
                _("Secret token"),
                _("Made up by us; it is given to setWebhook as secret_token."),
                secret=True,
                ours=True,
                pattern=r"[A-Za-z0-9_-]{1,256}",
                fault=_("Telegram takes letters, digits, _ and - only, 256 at most."),
            ),
            Field(
                "bot_token",
                _("Bot token"),
                _("BotFather gives it when the bot is made; needed to reply and to fetch files."),
                secret=True,
                for_replies=True,
                pattern=r"\d{5,15}:[A-Za-z0-9_-]{30,50}",
                fault=_("A bot token looks like 123456789:AA… and comes from BotFather."),
            ),
        ),
        (
            _("Write /newbot to @BotFather and paste the token that it answers with."),
            _(
                "Call setWebhook of the bot API with “url” = the address and "
                "“secret_token” = the secret token below."
            ),
        ),
        try_it=_("Write to the bot from your own phone."),
    ),
    "line": Setup(
        "line",
        _("An official account of LINE."),
        (
            Field(
                "channel_secret",
                _("Channel secret"),
                _("LINE Developers › your channel › Basic settings."),
                secret=True,
                required=True,
                pattern=r"[0-9a-f]{32}",
                fault=_("The channel secret has 32 characters, 0–9 and a–f."),
            ),
            Field(
                "access_token",
                _("Channel access token"),
                _("LINE Developers › Messaging API › Issue; needed to reply and to fetch files."),
                secret=True,
                for_replies=True,
            ),
        ),
        (
            _(
                "LINE Developers › your channel › Messaging API: paste the "
                "address as webhook URL and press Verify."
            ),
            _("Switch on “Use webhook” and “Webhook redelivery”."),
            _("Switch off greeting and automatic answers in the Official Account Manager."),
        ),
        try_it=_("Write to the account from your own phone."),
    ),
    "slack": Setup(
        "slack",
        _("An app in a Slack workspace, for business customers."),
        (
            Field(
                "signing_secret",
                _("Signing secret"),
                _("api.slack.com › your app › Basic Information › App Credentials."),
                secret=True,
                required=True,
                pattern=r"[0-9a-f]{32}",
                fault=_("The signing secret has 32 characters, 0–9 and a–f."),
            ),
            Field(
                "bot_token",
                _("Bot token"),
                _(
                    "OAuth & Permissions › Bot User OAuth Token; needed to reply and "
                    "to fetch files."
                ),
                secret=True,
                for_replies=True,
                pattern=r"xoxb-[A-Za-z0-9-]{10,}",
                fault=_("A bot token begins with xoxb-."),
            ),
            Field(
                "bot_user_id",
                _("Our bot's user id"),
                _("So that its own words are not taken for a customer's."),
                pattern=r"[UW][A-Z0-9]{6,}",
                fault=_("A user id begins with U or W."),
            ),
        ),
        (
            _("Event Subscriptions: switch on, paste the address; Slack checks it at once."),
            _("Subscribe to message.im, message.channels and app_mention, and install the app."),
            _("OAuth & Permissions: add chat:write, files:read and the history scopes."),
        ),
        try_it=_("Write to the app in Slack."),
    ),
    "whatsapp": Setup(
        "whatsapp",
        _("WhatsApp Business, by Meta's Cloud API."),
        (
            _META_APP_SECRET,
            _VERIFY_TOKEN,
            Field(
                "phone_number_id",
                _("Phone number id"),
                _(
                    "WhatsApp › API Setup. Needed to reply; what comes for other "
                    "numbers is left out."
                ),
                for_replies=True,
                pattern=_DIGITS,
                fault=_ID_FAULT,
            ),
            _META_ACCESS,
            Field(
                "templates",
                _("Message templates"),
                _(
                    "JSON list of approved templates, for customers who wrote more "
                    "than 24 hours ago."
                ),
                for_replies=True,
                shape="json",
            ),
        ),
        _META_STEPS,
        try_it=_("Write to the number from your own phone."),
    ),
    "messenger": Setup(
        "messenger",
        _("Messages to a Facebook page."),
        (_META_APP_SECRET, _VERIFY_TOKEN, _PAGE_ID, _META_ACCESS),
        _META_STEPS,
        try_it=_("Write to the page from your own account."),
    ),
    "instagram": Setup(
        "instagram",
        _("Direct messages to an Instagram account."),
        (_META_APP_SECRET, _VERIFY_TOKEN, _PAGE_ID, _META_ACCESS),
        _META_STEPS,
        try_it=_("Write to the account from your own phone."),
    ),
    "twilio_sms": Setup(
        "twilio_sms",
        _("Text and picture messages to a Twilio number."),
        (
            _TWILIO_TOKEN,
            _TWILIO_SID,
            Field(
                "from_number",
                _("Number"),
                _("The number that replies come from, with + and country code."),
                for_replies=True,
                pattern=r"(?:whatsapp:)?\+\d{6,15}",
                example="+15555550100",
                fault=_("Write the number with + and country code, without spaces."),
            ),
        ),
        (
            _(
                "Twilio Console › Phone Numbers › your number › Messaging: “A "
                "message comes in”, Webhook, POST, the address."
            ),
            _("Give the same address as fallback: Twilio does not try again by itself."),
        ),
        try_it=_("Send a text message to the number."),
    ),
    "twilio_voice": Setup(
        "twilio_voice",
        _("Callers speak after the tone; the recording is the complaint."),
        (
            _TWILIO_TOKEN,
            _TWILIO_SID,
            Field("greeting", _("What callers hear"), shape="lines"),
            Field(
                "voice_language",
                _("Language of the voice"),
                pattern=r"[a-z]{2,3}-[A-Z]{2}",
                example="zh-CN",
                fault=_("Write language and country, such as zh-CN."),
            ),
            Field(
                "longest_seconds",
                _("Longest recording in seconds"),
                shape="number",
                example="180",
            ),
        ),
        (
            _(
                "Twilio Console › Phone Numbers › your number › Voice: “A call "
                "comes in”, Webhook, POST, the address."
            ),
        ),
        try_it=_("Call the number and speak after the tone."),
    ),
}
