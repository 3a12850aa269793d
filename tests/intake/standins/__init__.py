"""Platforms on loopback, one file each: they call our door and take our replies."""

from tests.intake.standins.base import StandIn
from tests.intake.standins.callcentre import CallCentre
from tests.intake.standins.douyin import Douyin
from tests.intake.standins.line import Line
from tests.intake.standins.mailgun import Mailgun
from tests.intake.standins.mandrill import Mandrill
from tests.intake.standins.meta import Instagram, Messenger, WhatsApp
from tests.intake.standins.postmark import Postmark
from tests.intake.standins.sendgrid import SendGrid
from tests.intake.standins.shop import Shop
from tests.intake.standins.shopify import Shopify
from tests.intake.standins.slack import Slack
from tests.intake.standins.telegram import Telegram
from tests.intake.standins.twilio import TwilioSms, TwilioVoice
from tests.intake.standins.visitor import Visitor
from tests.intake.standins.weixin import WeChat, WeChatSafe, WeCom

STAND_INS: tuple[type[StandIn], ...] = (
    WhatsApp,
    Messenger,
    Instagram,
    Telegram,
    Line,
    TwilioSms,
    TwilioVoice,
    Slack,
    WeChat,
    WeChatSafe,
    WeCom,
    Douyin,
    Shopify,
    Mailgun,
    Postmark,
    SendGrid,
    Mandrill,
    Shop,
    CallCentre,
    Visitor,
)
