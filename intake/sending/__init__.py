"""Replies on the platforms that messages came from: one file builds the requests of each."""

from intake.sending import (
    douyin,
    line,
    messenger,
    slack,
    telegram,
    twilio_sms,
    twilio_voice,
    wechat,
    wecom,
    whatsapp,
)
from intake.sending.wire import Platform

PLATFORMS: dict[str, Platform] = {
    "telegram": telegram.Telegram(),
    "line": line.Line(),
    "slack": slack.Slack(),
    "whatsapp": whatsapp.WhatsApp(),
    "messenger": messenger.Messenger(),
    "instagram": messenger.Instagram(),
    "twilio_sms": twilio_sms.TwilioSms(),
    "twilio_voice": twilio_voice.TwilioVoice(),
    "wechat": wechat.WeChat(),
    "wecom": wecom.WeCom(),
    "douyin": douyin.Douyin(),
}
