"""What holds of every text: in fifty languages, and with any words around a danger."""

from random import Random

import pytest

from triage import seed
from triage.ml.model import TriageModel

# "My parcel has not arrived", more or less, in as many languages.
ABROAD = {
    "Spanish": "Mi paquete todavía no ha llegado y quiero mi dinero",
    "French": "Mon colis n'est toujours pas arrivé, je veux être remboursé",
    "German": "Mein Paket ist immer noch nicht angekommen, ich will mein Geld",
    "Italian": "Il mio pacco non è ancora arrivato, voglio il rimborso",
    "Portuguese": "A minha encomenda ainda não chegou, quero o reembolso",
    "Dutch": "Mijn pakket is nog steeds niet aangekomen, ik wil mijn geld terug",
    "Polish": "Moja paczka jeszcze nie dotarła, chcę zwrotu pieniędzy",
    "Czech": "Můj balík stále nedorazil, chci vrátit peníze",
    "Slovak": "Môj balík stále neprišiel, chcem vrátiť peniaze",
    "Hungarian": "A csomagom még mindig nem érkezett meg, kérem vissza a pénzt",
    "Romanian": "Coletul meu nu a ajuns încă, vreau banii înapoi",
    "Bulgarian": "Пратката ми още не е пристигнала, искам си парите",
    "Russian": "Моя посылка до сих пор не пришла, верните деньги",
    "Ukrainian": "Моя посилка досі не прийшла, поверніть гроші",
    "Serbian": "Мој пакет још није стигао, хоћу новац назад",
    "Croatian": "Moj paket još nije stigao, želim povrat novca",
    "Slovene": "Moj paket še vedno ni prispel, želim vračilo denarja",
    "Greek": "Το δέμα μου δεν έχει φτάσει ακόμα, θέλω τα χρήματά μου",
    "Turkish": "Paketim hâlâ gelmedi, paramı geri istiyorum",
    "Finnish": "Pakettini ei ole vieläkään saapunut, haluan rahat takaisin",
    "Swedish": "Mitt paket har fortfarande inte kommit, jag vill ha pengarna tillbaka",
    "Norwegian": "Pakken min har fortsatt ikke kommet, jeg vil ha pengene tilbake",
    "Danish": "Min pakke er stadig ikke kommet, jeg vil have pengene tilbage",
    "Icelandic": "Pakkinn minn er ekki kominn enn, ég vil fá peningana aftur",
    "Estonian": "Minu pakk pole ikka veel kohale jõudnud, tahan raha tagasi",
    "Latvian": "Mana paka vēl nav pienākusi, vēlos naudu atpakaļ",
    "Lithuanian": "Mano siunta vis dar neatvyko, noriu pinigų atgal",
    "Irish": "Níor tháinig mo bheart fós, ba mhaith liom mo chuid airgid ar ais",
    "Welsh": "Nid yw fy mharsel wedi cyrraedd eto, rwyf eisiau fy arian yn ôl",
    "Basque": "Nire paketea ez da oraindik iritsi, dirua itzultzea nahi dut",
    "Catalan": "El meu paquet encara no ha arribat, vull que em torneu els diners",
    "Albanian": "Pakoja ime ende nuk ka mbërritur, dua paratë mbrapsht",
    "Maltese": "Il-pakkett tiegħi għadu ma wasalx, irrid flusi lura",
    "Arabic": "طردي لم يصل حتى الآن وأريد استرداد أموالي",
    "Hebrew": "החבילה שלי עדיין לא הגיעה, אני רוצה החזר כספי",
    "Persian": "بسته من هنوز نرسیده است، پولم را می‌خواهم",
    "Urdu": "میرا پارسل ابھی تک نہیں پہنچا، مجھے رقم واپس چاہیے",
    "Hindi": "मेरा पार्सल अभी तक नहीं आया, मुझे पैसे वापस चाहिए",
    "Bengali": "আমার পার্সেল এখনও আসেনি, আমি টাকা ফেরত চাই",
    "Tamil": "என் பார்சல் இன்னும் வரவில்லை, பணம் திரும்ப வேண்டும்",
    "Telugu": "నా పార్శిల్ ఇంకా రాలేదు, నా డబ్బు తిరిగి కావాలి",
    "Thai": "พัสดุของฉันยังไม่มาถึง ฉันต้องการเงินคืน",
    "Lao": "ພັດສະດຸຂອງຂ້ອຍຍັງບໍ່ມາຮອດ ຂ້ອຍຕ້ອງການເງິນຄືນ",
    "Khmer": "កញ្ចប់របស់ខ្ញុំមិនទាន់មកដល់ទេ ខ្ញុំចង់បានប្រាក់វិញ",
    "Burmese": "ကျွန်တော့်ပါဆယ် မရောက်သေးပါ ငွေပြန်လိုချင်တယ်",
    "Georgian": "ჩემი ამანათი ჯერ არ მოსულა, ფული უკან მინდა",
    "Armenian": "Իմ ծանրոցը դեռ չի հասել, ուզում եմ գումարս հետ",
    "Amharic": "እሽጌ እስካሁን አልደረሰም፣ ገንዘቤን እፈልጋለሁ",
    "Korean": "제 택배가 아직 도착하지 않았어요, 환불해 주세요",
    "Japanese": "荷物がまだ届きません、返金してください",
    "Vietnamese": "Gói hàng của tôi vẫn chưa đến, tôi muốn được hoàn tiền",
    "Indonesian": "Paket saya belum sampai juga, saya mau uang saya kembali",
}
DANGERS = {
    "en": ("The charger is smoking.", "I got an electric shock.", "The battery caught fire."),
    "zh": ("充电器冒烟了。", "插头漏电。", "电池着火了。"),
}
ROWS = 40


def test_there_are_fifty_languages_and_more() -> None:
    assert len(ABROAD) >= 50


def test_texts_of_fifty_languages_are_never_filed_alone(model: TriageModel) -> None:
    filed = {
        name: answer.category
        for name, answer in zip(ABROAD, model.predict(list(ABROAD.values())), strict=True)
        if answer.band == "file" or answer.language
    }
    assert filed == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_danger_before_or_after_any_text_never_lowers_its_priority(
    model: TriageModel, language: str
) -> None:
    rng = Random(language)
    texts = [row.text for row in rng.sample(seed.handwritten(language), ROWS)]
    before = [answer.priority.level for answer in model.predict(texts, [language] * ROWS)]
    for danger in DANGERS[language]:
        for joined in ([f"{text}\n{danger}" for text in texts], [f"{danger}\n{t}" for t in texts]):
            after = model.predict(joined, [language] * ROWS)
            lowered = [
                text
                for text, level, answer in zip(joined, before, after, strict=True)
                if answer.priority.level > level
            ]
            assert lowered == []
