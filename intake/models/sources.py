"""Where complaints come from."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.secrets_field import SecretField


class SourceKind(models.TextChoices):
    """The channel kinds that have an adapter."""

    GENERIC = "generic", _("Webhook (generic)")
    EMAIL = "email", _("E-mail")
    FORM = "form", _("Public form")
    CHAT = "chat", _("Live chat")
    PHONE = "phone", _("Phone calls")
    MARKETPLACE = "marketplace", _("Marketplace file")
    # Names of companies are the same in every language.
    TELEGRAM = "telegram", "Telegram"
    LINE = "line", "LINE"
    SLACK = "slack", "Slack"
    WHATSAPP = "whatsapp", "WhatsApp"
    MESSENGER = "messenger", "Messenger"
    INSTAGRAM = "instagram", "Instagram"
    TWILIO_SMS = "twilio_sms", "Twilio SMS"
    TWILIO_VOICE = "twilio_voice", "Twilio Voice"
    WECHAT = "wechat", "WeChat 微信"
    WECOM = "wecom", "WeCom 企业微信"
    DOUYIN = "douyin", "Douyin 抖音"
    SHOPIFY = "shopify", "Shopify"
    MAILGUN = "mailgun", "Mailgun"
    POSTMARK = "postmark", "Postmark"
    SENDGRID = "sendgrid", "SendGrid"
    ANYMAIL = "anymail", _("Mail provider (Amazon SES, Brevo, Mailjet …)")


# What comes from these is mail, and what they say of our messages is about mail.
MAIL_KINDS = frozenset(
    {
        SourceKind.EMAIL,
        SourceKind.MAILGUN,
        SourceKind.POSTMARK,
        SourceKind.SENDGRID,
        SourceKind.ANYMAIL,
    }
)


class Source(models.Model):
    """One place that complaints come from: a shop's webhook, a mailbox, a form.

    What comes to a source that is switched off is kept and read when it is switched on again. An
    alert stands from ``alert_since`` until something is accepted or a person confirms it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    name = models.CharField(max_length=120)
    secret = SecretField(blank=True, default="")
    settings = models.JSONField(default=dict, blank=True)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_refused_at = models.DateTimeField(null=True, blank=True)
    last_refusal = models.CharField(max_length=200, blank=True)
    alert_since = models.DateTimeField(null=True, blank=True)
    alert_count = models.PositiveIntegerField(default=0)
    alert_mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where the source delivers to."""
        return reverse("intake:deliver", args=[self.slug])
