"""Tags and filters of the design system: icons, signs of a ticket, dates, money, the rail."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from common import notices as common_notices
from common.clock import now as clock_now
from tickets import display, taxonomy
from tickets.models import Status, TicketEvent
from tickets.rail import rail_context
from tickets.sentences import Sentence, sentence

register = template.Library()

CURRENCY_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}
HAN_START = 0x2E80


def language() -> str:
    """Return the active language, English where none is."""
    return get_language() or "en"


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sprite; hidden from readers unless ``label`` names it."""
    said = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="ico {}" {}><use href="{}#{}"/></svg>', css, said, static("icons.svg"), name
    )


@register.simple_tag
def priority(value: int, *, words: bool = False) -> SafeString:
    """Draw a priority; with ``words`` also "P1 Urgent"."""
    name = f"P{value}"
    title = f"{name} {display.PRIORITY_WORDS.get(value, '')}"
    drawn = icon(f"p{value}", f"prio prio-{value}", "" if words else title)
    tail = format_html(" <span>{}</span>", title) if words else ""
    return format_html('<span class="prio-cell" title="{}">{}{}</span>', title, drawn, tail)


@register.simple_tag
def emotion(level: int) -> SafeString:
    """Draw an emotion degree with its word."""
    name = display.EMOTION_ICONS[level]
    return format_html(
        '<span class="emo-cell"><span class="emo {}">{}<span>{}</span></span></span>',
        name,
        icon(name, "ico-14"),
        display.EMOTION_WORDS[level],
    )


@register.simple_tag
def sla(ticket: Any, now: datetime | None = None) -> SafeString:
    """Draw the SLA clock of a ticket."""
    return sla_sign(display.clock_sign(ticket, now or clock_now()))


@register.simple_tag
def sla_sign(sign: display.ClockSign) -> SafeString:
    """Draw a clock sign that was worked out elsewhere."""
    if sign.state == "none":
        return SafeString('<span class="sla-cell"></span>')
    if sign.state in ("pause", "off", "met"):
        drawn = icon({"pause": "pause", "off": "moon", "met": "check"}[sign.state], "ico-14")
    else:
        drawn = format_html(
            '<svg viewBox="0 0 16 16" aria-hidden="true"><circle class="trk" cx="8" cy="8" '
            'r="5.5"/><circle class="arc" cx="8" cy="8" r="5.5" pathLength="100" '
            'stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/></svg>',
            sign.share,
        )
    return format_html(
        '<span class="sla-cell"><span class="sla sla-{}">{}<b>{}</b>'
        ' <span class="what">{}</span></span></span>',
        sign.state,
        drawn,
        sign.text,
        sign.what,
    )


@register.filter
def event_sentence(event: TicketEvent) -> Sentence:
    """Say an event."""
    return sentence(event)


@register.filter
def category_label(slug: str) -> str:
    """Write "top.sub" as the reader calls it: Logistics › Not received."""
    sub = taxonomy.sub_label(slug, language())
    top = taxonomy.top_label(slug, language())
    return f"{top} › {sub}" if sub else top


@register.filter
def remedy_label(code: str) -> str:
    """Write a remedy as the reader calls it."""
    zh, en = taxonomy.REMEDIES.get(code, (code, code))
    return zh if (language() or "").startswith("zh") else en


@register.filter
def sub_label(slug: str) -> str:
    """Write only the sub-category."""
    return taxonomy.sub_label(slug, language())


@register.filter
def top_label(slug: str) -> str:
    """Write only the category."""
    return taxonomy.top_label(slug, language())


@register.simple_tag
def category_chip(ticket: Any) -> SafeString:
    """Draw the category: filled once a person confirmed it, outlined with its percentage before."""
    if not ticket.category:
        return SafeString("")
    label = category_label(ticket.category)
    if ticket.triage_state == "confirmed":
        return format_html('<span class="chip"><span class="ell">{}</span></span>', label)
    sure = "" if ticket.confidence is None else percent(min(ticket.confidence, 0.99))
    return format_html(
        '<span class="chip chip-guess" title="{}"><span class="ell">{}</span>'
        '<span class="muted cat-conf">{}</span></span>',
        gettext("Predicted, not confirmed"),
        label,
        sure,
    )


@register.filter
def flag_label(slug: str) -> str:
    """Write a risk flag."""
    zh, en = taxonomy.FLAGS.get(slug, (slug, slug))
    return zh if language().startswith("zh") else en


@register.filter
def status_label(status: str) -> str:
    """Write a ticket's state."""
    return str(Status(status).label)


@register.filter
def channel_label(kind: str) -> str:
    """Write a channel's name."""
    return display.channel(kind)[1]


@register.simple_tag
def channel_icon(kind: str, css: str = "") -> SafeString:
    """Draw a channel, named for readers."""
    name, label = display.channel(kind)
    return icon(name, css, label)


@register.filter
def percent(value: float | None) -> str:
    """Write 0..1 as a whole percentage."""
    return "" if value is None else f"{round(100 * value)}%"


@register.filter
def money(amount: Decimal | float | None, currency: str = "CNY") -> str:
    """Write an amount with its currency: ¥1,299 or $12.50."""
    if amount is None:
        return ""
    value = Decimal(str(amount))
    whole = value == value.to_integral_value()
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    return f"{sign}{value:,.0f}" if whole else f"{sign}{value:,.2f}"


@register.filter
def when_text(moment: datetime | None) -> str:
    """Write a moment: today by word, the year only where it is another one."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localtime(clock_now())
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return gettext("Today %(time)s") % {"time": clock}
    pattern = (
        pgettext("date format", "j M")
        if local.year == today.year
        else pgettext("date format", "j M Y")
    )
    return f"{format_date(local, pattern)} {clock}"


@register.filter
def when(moment: datetime | None) -> SafeString:
    """Write a moment as a time element."""
    if moment is None:
        return SafeString("")
    return format_html(
        '<time class="num" datetime="{}">{}</time>', moment.isoformat(), when_text(moment)
    )


@register.filter
def day(moment: datetime | None) -> str:
    """Write the day only."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    same_year = local.year == timezone.localtime(clock_now()).year
    pattern = pgettext("date format", "j M") if same_year else pgettext("date format", "j M Y")
    return format_date(local, pattern)


@register.filter
def customer_initial(name: str) -> str:
    """Return one or two letters for a customer's avatar."""
    words = name.split()
    if not words:
        return "?"
    if ord(words[0][0]) >= HAN_START:
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def is_tick(field: BoundField) -> bool:
    """Tell whether a field is one tick box."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Tell whether a field is a list of radio buttons or tick boxes."""
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


@register.simple_tag
def choice_rows(field: BoundField) -> list[tuple[SafeString, str]]:
    """Return control and label of each radio button or tick box."""
    # The form owns a copy of the widget, so this reaches no other form.
    field.field.widget.attrs["class"] = "check"
    return [(row.tag(wrap_label=False), row.choice_label) for row in field.subwidgets]


@register.simple_tag
def widget(field: BoundField, **attrs: Any) -> SafeString:
    """Draw a form field's control with the classes of the design system."""
    css = "check" if isinstance(field.field.widget, CheckboxInput) else "input"
    if field.errors:
        css += " is-invalid"
    return field.as_widget(attrs={"class": css, **attrs})


@register.simple_tag
def marked_text(text: str, spans: list[tuple[int, int, int]]) -> SafeString:
    """Write a text with evidence marks; spans are (start, end, strength 1..3), sorted."""
    parts: list[tuple[str, str, str]] = []
    at = 0
    for start, end, strength in spans:
        if start < at or end <= start:
            continue
        parts.append((text[at:start], text[start:end], str(strength)))
        at = end
    marked = format_html_join(
        "", '{0}<mark class="ev ev-{2}">{1}</mark>', ((a, b, c) for a, b, c in parts)
    )
    return format_html("{}{}", marked, text[at:])


@register.simple_tag
def shop_name() -> str:
    """Write the name under which customers know the shop."""
    return settings.REDRESS_SHOP_NAME


@register.inclusion_tag("components/_rail.html", takes_context=True)
def rail(context: dict[str, Any]) -> dict[str, Any]:
    """Draw the rail for the person who is logged in."""
    return rail_context(context["request"])


@register.inclusion_tag("components/_notices.html", takes_context=True)
def notices(context: dict[str, Any]) -> dict[str, Any]:
    """Draw what this person must see on every page."""
    request = context.get("request")
    user = getattr(request, "user", None)
    is_known = user is not None and user.is_authenticated
    return {"notices": common_notices.for_person(user) if is_known else []}


@register.filter
def html_lang(code: str) -> str:
    """Write a language code as pages do: zh-hans becomes zh-Hans."""
    language_name, _sep, script = code.partition("-")
    return f"{language_name}-{script.title()}" if len(script) > 2 else code
