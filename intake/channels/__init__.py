"""One file for each kind of channel; ``adapter_for`` finds it."""

from intake.channels import (
    anymail,
    chat,
    douyin,
    email,
    form,
    generic,
    line,
    mailgun,
    marketplace,
    messenger,
    phone,
    postmark,
    sendgrid,
    shopify,
    slack,
    telegram,
    twilio_sms,
    twilio_voice,
    wechat,
    wecom,
    whatsapp,
)
from intake.channels.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    "generic": generic.GenericAdapter(),
    "email": email.EmailAdapter(),
    "form": form.FormAdapter(),
    "chat": chat.ChatAdapter(),
    "phone": phone.PhoneAdapter(),
    "marketplace": marketplace.MarketplaceAdapter(),
    "telegram": telegram.TelegramAdapter(),
    "line": line.LineAdapter(),
    "slack": slack.SlackAdapter(),
    "whatsapp": whatsapp.WhatsAppAdapter(),
    "messenger": messenger.MessengerAdapter(),
    "instagram": messenger.MessengerAdapter(),
    "twilio_sms": twilio_sms.TwilioSmsAdapter(),
    "twilio_voice": twilio_voice.TwilioVoiceAdapter(),
    "wechat": wechat.WeChatAdapter(),
    "wecom": wecom.WeComAdapter(),
    "douyin": douyin.DouyinAdapter(),
    "shopify": shopify.ShopifyAdapter(),
    "mailgun": mailgun.MailgunAdapter(),
    "postmark": postmark.PostmarkAdapter(),
    "anymail": anymail.AnymailAdapter(),
    "sendgrid": sendgrid.SendGridAdapter(),
}


def adapter_for(kind: str) -> Adapter:
    """Return the adapter of a kind of channel; KeyError for an unknown one."""
    return ADAPTERS[kind]
