"""Mail: posted, fetched from a mailbox, or by a provider."""

from django.utils.translation import gettext_lazy as _

from intake.channels.fields import Field, Setup

_PASSWORD = Field(
    "password",
    _("Password"),
    _("Made up by us; it is part of the address below."),
    secret=True,
    ours=True,
)
_USER = Field("user", _("User name"), _("For basic authentication; “redress” if left empty."))
_SIGNING = Field(
    "secret",
    _("Signing secret"),
    _("Made up by us; your system signs with it. Copy it when it is shown."),
    secret=True,
    ours=True,
)

SETUPS: dict[str, Setup] = {
    "email": Setup(
        "email",
        _("A mail server or pipe posts each mail as it came."),
        (_SIGNING,),
        (
            _(
                "Let the mail server post each raw mail to the address, with the "
                "secret as a bearer token."
            ),
            _("From a file or a pipe: manage.py receive_mail takes it without the network."),
        ),
        plain="secret",
        name=_("E-mail, posted or piped"),
        try_it=_("Write a mail to the address of your service."),
    ),
    "mailbox": Setup(
        "email",
        _("Redress looks into an IMAP mailbox and takes every mail that comes."),
        (
            Field(
                "imap_host",
                _("IMAP server"),
                required=True,
                pattern=r"[A-Za-z0-9.:-]{1,253}",
                example="imap.example.com",
                fault=_("Only the name of the server, without https:// and without spaces."),
            ),
            Field(
                "imap_user", _("User name"), _("Mostly the whole e-mail address."), required=True
            ),
            Field(
                "password",
                _("Password"),
                _(
                    "With two-step log-in: an app password made for Redress. QQ and "
                    "163 call it 授权码."
                ),
                secret=True,
            ),
            Field(
                "imap_port", _("Port"), _("Left empty: 993, or 143 without TLS."), shape="number"
            ),
            Field(
                "imap_tls",
                _("Encryption"),
                shape="choice",
                choices=(
                    ("tls", "TLS"),
                    ("starttls", "STARTTLS"),
                    ("none", _("None (this machine only)")),
                ),
            ),
            Field("imap_folder", _("Folder"), _("Left empty: INBOX.")),
            Field(
                "imap_after",
                _("A mail that was taken"),
                shape="choice",
                choices=(
                    ("seen", _("is marked as read")),
                    ("move", _("is moved to the folder “Redress”")),
                    ("delete", _("is deleted")),
                ),
            ),
            Field(
                "imap_start",
                _("Begin with"),
                shape="choice",
                choices=(
                    ("unseen", _("unread mails")),
                    ("new", _("mails from now on")),
                    ("all", _("all mails")),
                ),
            ),
            Field(
                "imap_login",
                _("Log-in"),
                shape="choice",
                choices=(
                    ("password", _("with the password")),
                    ("xoauth2", "OAuth 2 (Gmail, Outlook)"),
                ),
            ),
            Field("imap_token_url", _("Token address"), _("For OAuth 2 only."), shape="url"),
            Field("client_id", "Client ID", _("For OAuth 2 only."), secret=True),
            Field("client_secret", "Client secret", _("For OAuth 2 only."), secret=True),
            Field("refresh_token", "Refresh token", _("For OAuth 2 only."), secret=True),
        ),
        (
            _("Switch IMAP on in the mailbox's settings and make an app password."),
            _(
                "Fill in server, user and password, and save: the first look "
                "follows within seconds."
            ),
        ),
        name=_("E-mail, a mailbox (IMAP)"),
        address=False,
        try_it=_("Write a mail to the address of your service."),
    ),
    "mailgun": Setup(
        "mailgun",
        _("Mailgun receives the mail and posts it here."),
        (
            Field(
                "signing_key",
                _("HTTP webhook signing key"),
                _("Mailgun › Sending › Webhooks, at the right."),
                secret=True,
                required=True,
            ),
        ),
        (
            _(
                "Receiving › Create route: match your address, Forward to the "
                "address below; end it with “mime” to get the mail as it came."
            ),
        ),
        try_it=_("Write a mail to the address of your service."),
    ),
    "postmark": Setup(
        "postmark",
        _("Postmark receives the mail and posts it here."),
        (_PASSWORD, _USER),
        (
            _(
                "Server › inbound stream › Settings: paste the address as "
                "webhook and tick “Include raw email content”."
            ),
            _("Postmark signs nothing: whoever knows the address may deliver, so keep it secret."),
        ),
        key_in_address="password",
        try_it=_("Write a mail to the address of your service."),
    ),
    "sendgrid": Setup(
        "sendgrid",
        _("SendGrid receives the mail and posts it here."),
        (_PASSWORD, _USER),
        (
            _(
                "Settings › Inbound Parse › Add host & URL: paste the address "
                "and tick “POST the raw, full MIME message”."
            ),
            _("SendGrid drops what is refused for good: send a test after every change."),
        ),
        key_in_address="password",
        try_it=_("Write a mail to the address of your service."),
    ),
    "anymail": Setup(
        "anymail",
        _("A mail provider posts what it receives, and what became of our mails."),
        (
            Field(
                "provider",
                _("Provider"),
                required=True,
                shape="choice",
                choices=(
                    ("amazon_ses", "Amazon SES"),
                    ("brevo", "Brevo"),
                    ("mailersend", "MailerSend"),
                    ("mailjet", "Mailjet"),
                    ("mandrill", "Mandrill"),
                    ("postal", "Postal"),
                    ("resend", "Resend"),
                    ("sparkpost", "SparkPost"),
                    ("unisender_go", "Unisender Go"),
                ),
            ),
            _PASSWORD,
            _USER,
            Field(
                "signing_key",
                _("Signing key"),
                _(
                    "MailerSend, Mandrill, Postal (its public key), Resend and Unisender Go sign; "
                    "with their key here the signature counts instead of the password."
                ),
                secret=True,
            ),
            Field(
                "api_key", _("API key"), _("For Brevo alone: to fetch attachments."), secret=True
            ),
        ),
        (
            _("At the provider, paste the address as webhook for inbound mail."),
            _("Paste it as webhook for deliveries, bounces and complaints as well."),
            _(
                "Amazon asks first whether it may: its question is shown among the "
                "deliveries, with the link to confirm. Choose the SNS action, not S3."
            ),
            _("Resend and Unisender Go say what became of our mails; they bring no mails."),
        ),
        key_in_address="password",
        try_it=_("Write a mail to the address of your service."),
    ),
}
