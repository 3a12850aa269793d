"""The shipping model: acceptance stories, odd input, and the artefact."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.ml import artefact
from triage.ml.model import TriageModel, load, train
from triage.ml.records import Fired, Prediction, Reason
from triage.ml.training import seed_examples


def one(model: TriageModel, text: str, subject: str = "") -> Prediction:
    return model.predict([text], subjects=[subject])[0]


def assert_places_hold(answer: Prediction, subject: str, text: str) -> None:
    places: list[Reason | Fired] = [*answer.reasons, *answer.fired]
    for place in places:
        source = subject if place.field == "subject" else text
        assert source[place.start : place.end] == place.text


def flag_names(prediction: Prediction) -> set[str]:
    return {flag.flag for flag in prediction.flags}


def test_story_1_a_stuck_parcel_is_p2_and_calm(model: TriageModel) -> None:
    answer = one(model, "订单D2411三天没物流更新,麻烦查下")
    assert answer.category == "logistics.stuck-parcel"
    assert (answer.emotion, answer.priority.level) == (0, 2)


def test_story_2_a_smoking_power_bank_is_p1_without_injury(model: TriageModel) -> None:
    answer = one(model, "Your power bank is smoking, nobody hurt")
    assert answer.category == "quality.safety-hazard"
    assert answer.priority.level == 1
    assert flag_names(answer) == {"safety"}


def test_story_3_sarcasm_is_no_thanks(model: TriageModel) -> None:
    answer = one(model, "真棒,第三次发错货了呵呵")
    assert answer.category == "logistics.wrong-item"
    assert answer.emotion >= 1


def test_story_4_a_threat_with_the_regulator_is_p1(model: TriageModel) -> None:
    answer = one(model, "再不退款599我明天打12315")
    assert answer.category == "after-sales.refund-delay"
    assert (answer.emotion, answer.priority.total, answer.priority.level) == (3, 8, 1)
    assert flag_names(answer) == {"regulator"}


def test_story_5_just_asking_is_an_enquiry(model: TriageModel) -> None:
    answer = one(model, "I'm not angry, just asking when order 8841 ships")
    assert answer.category == "non-complaint.enquiry"
    assert answer.emotion <= 1
    assert answer.priority.level == 3


def test_story_13_a_childs_purchase_is_p1(model: TriageModel) -> None:
    answer = one(model, "孩子偷用手机直播打赏3000元")
    assert answer.category == "account.minor-purchase"
    assert answer.priority.level == 1
    assert flag_names(answer) == {"minor"}


def test_story_14_a_leak_is_p1(model: TriageModel) -> None:
    answer = one(model, "a scammer knew my order and address")
    assert answer.category == "account.privacy-leak"
    assert answer.priority.level == 1


def test_a_risk_flag_never_goes_with_filing_as_non_complaint(model: TriageModel) -> None:
    answer = one(model, "thank you so much, I love it, my solicitor will sue you")
    assert not (answer.category.startswith("non-complaint") and answer.band == "file")
    assert answer.needs_person


@pytest.mark.parametrize("text", ["hola mi pedido no ha llegado", "注文が届きません", "123", ""])
def test_other_languages_and_nothing_abstain(model: TriageModel, text: str) -> None:
    answer = one(model, text)
    assert answer.abstained
    assert answer.band == "ask"


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "坏" * 200_000, "\x00\x07", "a", "\ud800 broken", "!" * 5000]
)
def test_odd_texts_get_an_answer(model: TriageModel, text: str) -> None:
    assert one(model, text).priority.level in {1, 2, 3}


def test_an_empty_batch_is_an_empty_answer(model: TriageModel) -> None:
    assert model.predict([]) == []


def test_reasons_point_into_the_field_they_name(model: TriageModel) -> None:
    subject, text = "Ｒefund please", "Hello,\n這是 where is my refund for order 99887766554?"
    answer = one(model, text, subject)
    assert answer.reasons
    assert_places_hold(answer, subject, text)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200), subject=st.text(max_size=30))
def test_any_text_gives_chances_that_sum_to_one_and_spans_inside(
    model: TriageModel, text: str, subject: str
) -> None:
    for language in ("zh", "en"):
        answer = model.predict([text], [language], [subject])[0]
        assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-4)
        assert sum(answer.emotion_probabilities) == pytest.approx(1, abs=1e-4)
        assert_places_hold(answer, subject, text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Where is my parcel?", " The charger is smoking."),
        ("thanks a lot", " I got an electric shock."),
        ("什么时候发货", "，充电器冒烟了"),
        ("有点失望", "，插头漏电"),
    ],
)
def test_adding_a_safety_word_never_lowers_the_priority(
    model: TriageModel, text: str, word: str
) -> None:
    assert one(model, text + word).priority.level <= one(model, text).priority.level


def test_top_and_sub_category_agree(model: TriageModel) -> None:
    answer = one(model, "包裹丢了，快递说找不到")
    assert answer.top == answer.category.partition(".")[0]
    assert answer.top_probability >= answer.category_probability


def test_one_by_one_and_batch_agree(model: TriageModel) -> None:
    texts = ["refund me", "衣服破了", "the box was crushed", "hola mi pedido"]
    alone = [one(model, text).category for text in texts]
    assert alone == [answer.category for answer in model.predict(texts)]


def test_saved_and_loaded_models_decide_alike(model: TriageModel) -> None:
    data = model.save()
    again = load(data, expected_digest=artefact.digest(data))
    texts = ["where is my refund", "发错货了，太过分了"]
    for before, after in zip(model.predict(texts), again.predict(texts), strict=True):
        assert before.category == after.category
        assert before.confidence == pytest.approx(after.confidence, abs=0.02)


def test_moving_the_slider_moves_the_band(saved: bytes) -> None:
    copy = load(saved)
    strict = copy.thresholds["zh"][0]
    copy.set_allowed_error(0.4)
    assert copy.thresholds["zh"][0] < strict


def test_the_same_rows_and_seed_give_the_same_bytes() -> None:
    rows = [row for row in seed_examples(seed=3, size=0) if row.language == "en"][:150]
    assert train(rows, seed=3).save() == train(rows, seed=3).save()


@pytest.mark.parametrize("cut", [0, 10, 1000])
def test_half_an_artefact_is_refused(saved: bytes, cut: int) -> None:
    with pytest.raises(artefact.BadArtefact):
        load(saved[:cut])


def test_a_wrong_digest_is_refused(saved: bytes) -> None:
    with pytest.raises(artefact.BadArtefact, match="digest"):
        load(saved, expected_digest="0" * 64)


def test_a_pickled_array_is_refused() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"x": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(artefact.BadArtefact):
        artefact.unpack(
            zipped({"state.json": b'{"a": {"array": "a0"}}', "a0.npy": buffer.getvalue()})
        )


@pytest.mark.parametrize(
    "state",
    [b"[]", b"{", b'{"format": 99}', b'{"format": 2}', b'{"a": {"array": "gone"}}', b"[" * 100_000],
)
def test_hostile_states_are_refused(state: bytes) -> None:
    with pytest.raises(artefact.BadArtefact):
        load(zipped({"state.json": state}))


def test_weights_that_do_not_fit_are_refused(saved: bytes) -> None:
    state = artefact.unpack(saved)
    state["languages"]["en"]["model"]["categories"]["vectoriser"]["idf"] = np.ones(
        3, dtype=np.float32
    )
    with pytest.raises(artefact.BadArtefact, match="fit"):
        load(artefact.pack(state))


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_prediction_is_plain_json(model: TriageModel) -> None:
    assert json.loads(json.dumps(one(model, "refund me").to_dict()))["language"] == "en"
