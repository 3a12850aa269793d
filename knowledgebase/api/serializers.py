"""The shapes of the API: what goes out, and what may come in."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from knowledgebase.models import DeskUse, Language, Scenario, Template, TemplateVersion, Variant
from knowledgebase.services.templates import LONGEST_BODY
from knowledgebase.variables import VARIABLES
from tickets.records import ORDER_STATES, ORDER_TRAITS
from tickets.taxonomy import EMOTIONS, SUBS

EMOTION_NAMES = [slug for slug, _zh, _en in EMOTIONS]
_LONGEST_TEXT = 20_000


class OrderFactsSerializer(serializers.Serializer[Any]):
    """What is known of the order; everything may be left out."""

    number = serializers.CharField(max_length=64, required=False)
    placed_at = serializers.DateTimeField(required=False)
    state = serializers.ChoiceField(choices=ORDER_STATES, required=False)
    delivered_at = serializers.DateTimeField(required=False)
    days_since_delivery = serializers.IntegerField(min_value=0, max_value=36_500, required=False)
    traits = serializers.ListField(
        child=serializers.ChoiceField(choices=ORDER_TRAITS), required=False, max_length=10
    )
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, default="CNY")
    product_name = serializers.CharField(max_length=200, required=False)
    sku = serializers.CharField(max_length=64, required=False)
    carrier = serializers.CharField(max_length=80, required=False)
    tracking_no = serializers.CharField(max_length=80, required=False)
    last_scan = serializers.CharField(max_length=200, required=False)
    last_scan_time = serializers.DateTimeField(required=False)
    promised_date = serializers.DateField(required=False)
    new_eta = serializers.DateField(required=False)


class AskSerializer(serializers.Serializer[Any]):
    """A customer's words. What is left out is read from the text where a model can."""

    text = serializers.CharField(max_length=_LONGEST_TEXT)
    subject = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    language = serializers.ChoiceField(choices=Language.values, required=False)
    category = serializers.ChoiceField(choices=["", *SUBS], required=False)
    emotion = serializers.ChoiceField(choices=EMOTION_NAMES, required=False)
    distressed = serializers.BooleanField(required=False, allow_null=True, default=None)
    order = OrderFactsSerializer(required=False)
    values = serializers.DictField(
        child=serializers.CharField(max_length=500),
        required=False,
        help_text="Values of variables by name, such as customer_name, agent_name, case_no.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=10, required=False, default=3)

    def validate_values(self, values: dict[str, str]) -> dict[str, str]:
        """Refuse names that no reply has."""
        unknown = sorted(set(values) - set(VARIABLES))
        if unknown:
            raise serializers.ValidationError(f"unknown variables: {', '.join(unknown)[:300]}")
        return values


class OutcomeSerializer(serializers.Serializer[Any]):
    """What uses led to: how many are known, how many ended well."""

    uses = serializers.IntegerField()
    good = serializers.IntegerField()


class WhySerializer(serializers.Serializer[Any]):
    """Why a reply is suggested."""

    words = serializers.ListField(child=serializers.CharField())
    same_category = serializers.BooleanField()
    is_trial = serializers.BooleanField()
    outcome = OutcomeSerializer()


class SuggestedSerializer(serializers.Serializer[Any]):
    """One reply: filled as far as is known; ``missing`` names the open slots."""

    slug = serializers.CharField()
    title = serializers.CharField()
    category = serializers.CharField()
    variant = serializers.ChoiceField(choices=Variant.values)
    text = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    offer = serializers.CharField()
    score = serializers.FloatField()
    why = WhySerializer()


class PolicySerializer(serializers.Serializer[Any]):
    """The row of the reply policy that holds for this customer."""

    group = serializers.CharField()
    apology = serializers.CharField()
    length = serializers.CharField()
    most = serializers.IntegerField(help_text="characters in Chinese, words in English")
    offer = serializers.CharField()
    escalation = serializers.CharField(allow_blank=True)
    call = serializers.BooleanField()


class AnswerSerializer(serializers.Serializer[Any]):
    """Ranked replies. ``id`` is for reporting what was done with them."""

    id = serializers.UUIDField()
    language = serializers.ChoiceField(choices=Language.values)
    category = serializers.CharField(allow_blank=True)
    emotion = serializers.ChoiceField(choices=EMOTION_NAMES)
    emotion_level = serializers.IntegerField()
    distressed = serializers.BooleanField()
    decided_by = serializers.DictField(
        child=serializers.ChoiceField(choices=["caller", "model", "text", "nobody"])
    )
    policy = PolicySerializer(allow_null=True)
    suggestions = SuggestedSerializer(many=True)


class NewUseSerializer(serializers.Serializer[Any]):
    """What became of a suggested reply; send again when more is known, such as the score."""

    slug = serializers.CharField(max_length=80)
    sent_text = serializers.CharField(max_length=_LONGEST_TEXT, required=False)
    score = serializers.IntegerField(min_value=1, max_value=5, required=False)
    came_back = serializers.BooleanField(required=False, allow_null=True, default=None)


class UseSerializer(serializers.ModelSerializer[DeskUse]):
    """What is kept of a use; the text itself is not."""

    slug = serializers.CharField(source="template.scenario.slug")
    variant = serializers.CharField(source="template.variant")

    class Meta:
        model = DeskUse
        fields = (
            "slug",
            "variant",
            "is_sent",
            "edited_share",
            "score",
            "came_back",
            "is_good",
            "picked_at",
            "changed_at",
        )


class BodySerializer(serializers.ModelSerializer[Template]):
    """One text. ``body`` is the one being worked on; only those who edit see it."""

    body = serializers.SerializerMethodField()

    class Meta:
        model = Template
        fields = (
            "language",
            "variant",
            "status",
            "version",
            "published_version",
            "published_at",
            "published_body",
            "body",
            "changed_at",
        )

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_body(self, template: Template) -> str | None:
        """Return the draft for those who may see drafts."""
        return template.body if self.context.get("shows_drafts") else None


class ScenarioSerializer(serializers.ModelSerializer[Scenario]):
    """A scenario with its texts."""

    title = serializers.SerializerMethodField()
    examples = serializers.SerializerMethodField()
    is_withdrawn = serializers.SerializerMethodField()
    bodies = serializers.SerializerMethodField()

    class Meta:
        model = Scenario
        fields = (
            "slug",
            "category",
            "title",
            "remedy",
            "offer",
            "limit",
            "legal",
            "jurisdiction",
            "conditions",
            "examples",
            "expires_on",
            "is_withdrawn",
            "version",
            "changed_at",
            "bodies",
        )

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_title(self, scenario: Scenario) -> dict[str, str]:
        """Return the titles by language."""
        return {"en": scenario.title_en, "zh": scenario.title_zh}

    @extend_schema_field(
        serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    )
    def get_examples(self, scenario: Scenario) -> dict[str, list[str]]:
        """Return how customers put it, by language."""
        return {"en": scenario.examples_en, "zh": scenario.examples_zh}

    def get_is_withdrawn(self, scenario: Scenario) -> bool:
        """Tell whether it is suggested no more."""
        return scenario.withdrawn_at is not None

    @extend_schema_field(BodySerializer(many=True))
    def get_bodies(self, scenario: Scenario) -> list[Any]:
        """Return the texts; those never published only to those who edit."""
        rows = [
            one
            for one in scenario.templates.all()
            if one.published_body or self.context.get("shows_drafts")
        ]
        return list(BodySerializer(rows, many=True, context=self.context).data)


class VersionSerializer(serializers.ModelSerializer[TemplateVersion]):
    """A text as it once was."""

    language = serializers.CharField(source="template.language")
    variant = serializers.CharField(source="template.variant")
    by = serializers.CharField(source="by.label", default=None)

    class Meta:
        model = TemplateVersion
        fields = ("language", "variant", "number", "body", "by", "at", "is_shipped")


class PlaceSerializer(serializers.Serializer[Any]):
    """One text of a scenario, at the version that the caller has read."""

    language = serializers.ChoiceField(choices=Language.values)
    variant = serializers.ChoiceField(choices=Variant.values)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class NewBodySerializer(PlaceSerializer):
    """A new text over the version that the caller has read; 0 where there is none yet."""

    body = serializers.CharField(max_length=LONGEST_BODY)


class NewBodiesSerializer(serializers.Serializer[Any]):
    """Texts to save together, all or none."""

    bodies = serializers.ListField(child=NewBodySerializer(), allow_empty=False, max_length=6)


class StatusSerializer(PlaceSerializer):
    """A move of one text: to review, to published, or back to draft."""

    status = serializers.ChoiceField(choices=["draft", "review", "published"])
