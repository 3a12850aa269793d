"""Your own systems, the form, the chat and shops."""

from django.utils.translation import gettext_lazy as _

from intake.channels.fields import Field, Setup

_CALLBACK = Field(
    "callback_url",
    _("Callback address"),
    _("Where replies are posted to. Without it replies go by e-mail."),
    for_replies=True,
    shape="url",
    example="https://shop.example/replies",
)
_SIGNING = Field(
    "secret",
    _("Signing secret"),
    _("Made up by us; your system signs with it. Copy it when it is shown."),
    secret=True,
    ours=True,
)
_FILE_HOSTS = Field(
    "media_hosts",
    _("Hosts of files"),
    _("From which files and recordings may be fetched, one a line; .shop.example for all below."),
    shape="lines",
    example="files.shop.example",
)

SETUPS: dict[str, Setup] = {
    "generic": Setup(
        "generic",
        _("Your own system posts signed JSON; replies can be posted back to it."),
        (_SIGNING, _CALLBACK, _FILE_HOSTS),
        (
            _("Copy the address and the signing secret into your system."),
            _("Sign each delivery as the page on channels in the documentation shows."),
            _("Send a test from here, then one from your system."),
        ),
        plain="secret",
        try_it=_("Have your system post a message."),
    ),
    "form": Setup(
        "form",
        _("A page where customers complain without an account."),
        steps=(_("Link to the address from your shop's help page, or print it as a code."),),
        try_it=_("Open the address and complain."),
    ),
    "chat": Setup(
        "chat",
        _("A chat window on your shop's pages."),
        (
            Field(
                "origins",
                _("Pages that may show it"),
                _(
                    "One a line, such as https://shop.example; "
                    "https://*.shop.example for all below."
                ),
                required=True,
                shape="lines",
                example="https://shop.example",
            ),
            Field("title_en", _("Title in English")),
            Field("title_zh", _("Title in Chinese")),
            Field("greeting_en", _("Greeting in English")),
            Field("greeting_zh", _("Greeting in Chinese")),
            Field(
                "colour",
                _("Colour"),
                pattern=r"#[0-9a-fA-F]{6}",
                example="#1d5bb5",
                fault=_("Write a colour like #1d5bb5."),
            ),
            Field(
                "side",
                _("Side"),
                shape="choice",
                choices=(("right", _("right")), ("left", _("left"))),
            ),
            Field(
                "calendar",
                _("Service hours"),
                shape="choice",
                choices=(
                    ("cn-service", _("Every day 9–21, China")),
                    ("intl-service", _("Monday to Friday 9–18, London")),
                    ("always", _("Always open")),
                ),
            ),
            Field(
                "show_people",
                _("Who is there"),
                _("Show visitors the names of up to three colleagues who are at the desk."),
                shape="choice",
                choices=(("yes", _("show")), ("no", _("hide"))),
            ),
            Field(
                "email_after_minutes",
                _("E-mail a reply nobody fetched after (minutes)"),
                shape="number",
            ),
            Field(
                "identity_secret",
                _("Identity secret"),
                _("Your shop's server signs with it who is logged in. Made up by us."),
                secret=True,
                ours=True,
            ),
        ),
        (
            _("Name the pages that may show the chat and save."),
            _(
                "Put the script's tag, as the documentation shows it, before "
                "</body> of those pages."
            ),
        ),
        address=False,
        page="intake:chat-try",
        try_it=_("Open a page with the chat and write something."),
    ),
    "phone": Setup(
        "phone",
        _("Calls that agents write down, or that a call centre pushes as signed JSON."),
        (
            _SIGNING,
            Field(
                "region",
                _("Home country"),
                _("Whose numbers are written without a country code; two letters, such as CN."),
                pattern=r"[A-Z]{2}",
                fault=_("Write two capital letters, such as CN."),
                example="CN",
            ),
            _FILE_HOSTS,
        ),
        (
            _("Agents need nothing: a call is written down at the desk."),
            _("A call centre posts each call to the address, signed with the secret."),
        ),
        plain="secret",
        try_it=_("Write a call down, or have the call centre push one."),
    ),
    "marketplace": Setup(
        "marketplace",
        _("Reviews and complaints from files that a marketplace exports."),
        steps=(
            _("Export the reviews or complaints as CSV or XLSX at the marketplace."),
            _(
                "Read the file in at the desk: columns are matched first, then shown before "
                "anything is filed."
            ),
        ),
        address=False,
        try_it=_("Read a file in."),
    ),
    "shopify": Setup(
        "shopify",
        _("Notes that buyers leave with their orders, and the privacy requests."),
        (
            Field(
                "client_secret",
                "Client secret",
                _(
                    "Partners › Apps › your app › Client credentials; for a shop's "
                    "own webhooks the key under Notifications."
                ),
                secret=True,
                required=True,
            ),
        ),
        (
            _(
                "Settings › Notifications › Webhooks: one for “Order creation”, "
                "format JSON, with the address."
            ),
            _("Give the same address for the three privacy topics of the app."),
        ),
        try_it=_("Place an order with a note in a test shop."),
    ),
}
