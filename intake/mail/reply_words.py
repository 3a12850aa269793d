"""How mail programs announce the mail answered to, by language."""

# ruff: noqa: E501 - lists of words, one language after the other
from __future__ import annotations

import re
from functools import lru_cache

#: Labels of the header block that Outlook and others put above the old mail, by what they mean.
_LABELS = {
    "from": ["from", "von", "de", "da", "van", "fra", "från", "od", "от", "від", "отправитель", "expéditeur", "remitente", "mittente", "remetente", "afzender", "avsändare", "nadawca", "odesílatel", "lähettäjä", "feladó", "kimden", "gönderen", "από", "מאת", "من", "dari", "từ", "saatja", "pošiljatelj", "expeditor", "发件人", "發件人", "寄件者", "寄件人", "差出人", "送信者", "送信元", "보낸사람", "발신자", "보낸이", "จาก", "från:", "пошиљалац", "oд", "de la", "보낸 사람", "发 件 人", "发件者", "寄件", "발신", "от кого", "sender"],
    "date": ["sent", "date", "gesendet", "datum", "envoyé", "fecha", "enviado", "enviada", "data", "inviato", "verzonden", "sendt", "dato", "skickat", "wysłano", "odesláno", "отправлено", "дата", "надіслано", "lähetetty", "päivämäärä", "elküldve", "dátum", "trimis", "gönderilme", "gönderildi", "tarih", "נשלח", "תאריך", "التاريخ", "تاريخ", "στάλθηκε", "ημερομηνία", "dikirim", "tanggal", "发送时间", "发送日期", "發送時間", "傳送日期", "寄件日期", "傳送時間", "时间", "日期", "時間", "送信日時", "日時", "送信日", "日付", "날짜", "보낸날짜", "발신일", "일자", "보낸일시", "verschickt", "enviados", "отправленные", "sendt den", "datum/tid", "gestuurd", "โดยส่งเมื่อ", "ngày", "poslano", "odoslané", "saadetud", "sent on", "date sent", "envoyé le", "enviado el", "enviado em", "enviada em", "inviato il", "보낸 날짜", "보낸 시간", "gesendet am", "发件时间", "sent at", "date d'envoi", "data invio"],
    "to": ["to", "an", "à", "a", "para", "aan", "til", "till", "do", "komu", "кому", "vastaanottaja", "címzett", "către", "kime", "alıcı", "προς", "אל", "إلى", "kepada", "đến", "saaja", "za", "prima", "收件人", "收件者", "宛先", "받는사람", "수신자", "받는이", "destinataire", "destinatario", "받는 사람", "an:", "수신", "收件", "destinatari"],
    "subject": ["subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "emne", "ämne", "temat", "předmět", "predmet", "тема", "aihe", "tárgy", "subiect", "konu", "θέμα", "נושא", "الموضوع", "perihal", "subjek", "teema", "主题", "主題", "主旨", "标题", "件名", "題名", "제목", "betr", "tema", "chủ đề", "betreft", "ogg", "sujet"],
    "other": ["cc", "bcc", "kopie", "copie", "copia", "kopi", "kopia", "kopio", "копия", "抄送", "副本", "참조", "bilgi", "koopia", "reply-to", "organization", "importance", "attachments", "附件", "wichtigkeit", "priority", "sensitivity", "allegati", "vedhæftet", "anlagen", "priorité", "重要性", "cci", "cco", "pièces jointes", "reply to", "copie à", "répondre à", "responder a", "antwort an", "rispondi a", "dw", "副本抄送", "密送", "kopie an"],
}  # fmt: skip
#: Of the labels for the date those that only mail programs write, not forms and tickets for a journey.
SENT_LABELS = frozenset(_LABELS["date"]) - frozenset(
    [
        "date",
        "datum",
        "data",
        "fecha",
        "dato",
        "дата",
        "tarih",
        "dátum",
        "päivämäärä",
        "ημερομηνία",
        "תאריך",
        "التاريخ",
        "تاريخ",
        "tanggal",
        "ngày",
        "时间",
        "日期",
        "時間",
        "日時",
        "日付",
        "날짜",
        "일자",
    ]
)
LABELS = {word: kind for kind, words in _LABELS.items() for word in words}

#: "… wrote:"
_VERBS = (
    "wrote", "schrieb", "geschrieben", "a écrit", "a ecrit", "escribió", "escribio", "ha scritto", "hai scritto", "escreveu",
    "schreef", "skrev", "skreiv", "kirjoitti", "napisał", "pisze", "napsal", "napísal", "пишет", "написал", "пише", "написав", "написа", "írta",
    "a scris", "yazdı", "va escriure", "menulis", "je napisa", "napisao", "napisala", "kirjutas", "rakstīja", "rašė", "viết", "έγραψε", "כתב",
    "كتب", "نوشت", "ने लिखा", "เขียนว่า", "เขียน", "写道", "寫道", "写到", "来信", "のメール", "書きました", "のメッセージ", "님이 작성", "님이 쓴 글",
    "작성", "idatzi", "skrifaði", "escribiu", "geschreven", "nous a dit", "nadesłał", "пользователь", "вы писали", "писал", "쓴 글", "письме от", "schrieben sie",
)  # fmt: skip
#: These stand in front of new words, too: they count only above a quote.
WEAK_VERB = re.compile(r"\b(?:said|says|sent|writes|schreibt|dice|dit)\b", re.IGNORECASE)
#: Announcements without a verb or a colon at their end; they, too, count only above a quote.
VERBLESS = re.compile(
    r"^\s*(?:(?:quoting|posted by) .{2,80}\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.{0,20}"
    r"|\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)\S* .{1,60}"
    r"|[^:]{1,60}[\[(][^\[\]()]{0,20}\d{4}[^\[\]()]{0,30}[\])]\s*:)\s*$",
    re.IGNORECASE,
)
#: "5 Mar 2018, 10:11 by jane@example.org:"
BY_ADDRESS = re.compile(
    r"^\s*[^:@]{4,25}\d{4}.{0,4}\d{1,2}[:.]\d{2}.{0,12}(?:\b(?:by|von|de|da|от|por|door|av|af|od) )?[\"'<«]?[^@]{0,60}@\S+:\s*$",
    re.IGNORECASE,
)
#: An announcement that shares its line with the end of the new text (broken by some programs).
INLINE = re.compile(
    r"[\s>]*-{0,6}\s*\b(?:On|Am|Le|El|Il|Em|Op|Den|På) (?=[^\n]{0,30}\d)[^\n]{0,30}\b(?:19|20)\d\d\b"
)
_NO_VERB = re.compile(r"(?!)")


def verbs_in(text: str) -> re.Pattern[str]:
    """A pattern of those verbs that stand in the text at all; most mails hold none or one."""
    lower = text.lower()
    return _verb_pattern(tuple(verb for verb in _VERBS if verb in lower))


@lru_cache(maxsize=256)
def _verb_pattern(verbs: tuple[str, ...]) -> re.Pattern[str]:
    return (
        re.compile(
            "|".join(r"\b" + verb if verb[0].isascii() else verb for verb in verbs), re.IGNORECASE
        )
        if verbs
        else _NO_VERB
    )


#: How such a line begins.
START = re.compile(
    r"^[\s\u200e\u200f\u202a-\u202e*_\"'«|-]*(?:on|am|at|le|el|il|em|op|den|dne|dňa|dnia|w dniu|pada|vào|la|na|στις|στην|в|во|fecha|date|data|il giorno"
    r"|në|dana|dne|kuupäeval|ons|tirs|fre|man|tors|lør|søn|ma|ti|ke|to|pe|su|mån|tis|lör|sön|mo|di|mi|do|fr|sa|so"
    r"|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|pon|wt|śr|czw|pt|sob|ndz|niedz|vto|str|sre|čet|pet|ned"
    r"|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|среду|четверг|пятница|пятницу|суббота|воскресенье|у|від|във"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|في|בתאריך|ב-|יום|בתאריך:|به|در|เมื่อ|ใน|ngày)(?=[\s,.:\d]|$)|^[\s*_\"'「]*(?:在|于|於|日期|\d{1,4}\s*[-./年년])",
    re.IGNORECASE,
)
DATE_LIKE = re.compile(
    r"\d{1,2}\s*[:.hH時时點点시]\s*\d{2}|(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]|\d{1,2}\.? ?[a-zа-яäéû]{3,9}",
    re.IGNORECASE,
)
FULL_DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}")
TIME_LIKE = re.compile(r"\d{1,2}[:.hH時时點点]\s?\d{2}")

_ORIGINAL = (
    "original message|original e-?mail|original appointment|original|reply message|replied message|ursprüngliche nachricht|originalnachricht|original-nachricht"
    "|ursprüngliche e-?mail|message d'origine|message d’origine|message original|courriel d'origine|e-?mail d'origine|mensaje original|correo original"
    "|messaggio originale|messaggio originario|mensagem original|oorspronkelijk bericht|originele bericht|oprindelig meddelelse|original meddelelse|original besked"
    "|ursprungligt meddelande|originalmeddelande|opprinnelig melding|opprinnelig melding|alkuperäinen viesti|исходное сообщение|оригинальное сообщение"
    "|исходное письмо|původní zpráva|původní e-?mail|pôvodná správa|oryginalna wiadomość|wiadomość oryginalna|eredeti üzenet|mesaj original|mesajul original"
    "|orijinal mesaj|özgün ileti|αρχικό μήνυμα|הודעה מקורית|الرسالة الأصلية|pesan asli|thư gốc|originalsõnum|izvorna poruka|izvirno sporočilo|missatge original"
    "|mail original|ursprüngliche mail|ursprüngliche mitteilung|original-?mail|originale|e-?mail originale|courrier original|původní e-?mailová zpráva"
    "|原始邮件|原始郵件|原邮件|邮件原件|原始信息|原信息|回复的原邮件|回复原邮件|答复邮件|回复邮件|元のメッセージ|オリジナルメッセージ|original message 元のメッセージ|원본 메시지|원본 메일|원본메시지|vorige nachricht|antwort nachricht"
)
_FORWARDED = (
    "forwarded message|forwarded e-?mail|forwarded by|weitergeleitete nachricht|weitergeleitete e-?mail|message transféré|message transmis|courriel transféré"
    "|mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|doorgestuurd bericht|doorgestuurd e-?mailbericht"
    "|videresendt meddelelse|videresendt besked|videresendt melding|vidarebefordrat meddelande|välitetty viesti|edelleenlähetetty viesti|пересылаемое сообщение"
    "|пересланное сообщение|пересланное письмо|přeposlaná zpráva|preposlaná správa|przekazana wiadomość|wiadomość przekazana|treść przekazanej wiadomości"
    "|továbbított üzenet|mesaj redirecționat|mesaj redirecţionat|iletilen mesaj|iletilmiş ileti|προωθημένο μήνυμα|הודעה שהועברה|رسالة معاد توجيهها|missatge reenviat"
    "|转发的邮件|转发邮件信息|转发邮件|转发信息|轉寄郵件|轉寄訊息|已转发邮件|已轉寄郵件|転送メッセージ|転送されたメッセージ|転送メール|전달된 메시지|전달된 메일|переслане повідомлення|препратено съобщение"
)
_DASHES = r"[\s>*_#]*[-_=~—–‐‑]{2,}[\s*\xa0]*"
ORIGINAL = re.compile(
    rf"^{_DASHES}(?:{_ORIGINAL})\s*:?[\s*]*[-_=~—–‐‑]{{2,}}.{{0,5}}$|^[\s*]*(?:-{{2,}}\s*)(?:{_ORIGINAL})\s*-*\s*$"
    r"|^[\s>]*message du \d\d/\d\d/\d\d.{0,20}$|^[\s>\[]*original message processed by \S.{0,40}$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    rf"^{_DASHES}(?:{_FORWARDED})\b.{{0,120}}$"
    r"|^[\s*]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du (?:message réexpédié|message transféré|courriel transféré)"
    r"|inicio del mensaje reenviado|inizio (?:del )?messaggio inoltrato|início da mensagem (?:reencaminhada|encaminhada)|begin doorgestuurd bericht"
    r"|start på videresendt (?:besked|melding)|vidarebefordrat brev|välitetty viesti alkaa|начало переадресованного сообщения|początek przekazywanej wiadomości"
    r"|začátek přeposílané zprávy|başlangıç iletilen ileti|下面是被转发的邮件|以下是轉寄的郵件|開始轉寄郵件|転送されたメッセージ|전달된 메시지 시작)\s*[:：]?\s*$",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|fw|wg|tr|rv|enc|vs|vb|i|ds|pd|fs|továbbítás|ilt|yml|doorst|πρθ|прв|перес|пересл|转发|轉寄|轉發|転送|전달|fwd)\s*[:：]",
    re.IGNORECASE,
)
ABOVE_LINE = re.compile(
    r"reply above this line|type your reply above|write above this line|antworten sie (?:bitte )?(?:über|oberhalb)|répondez au-dessus de cette ligne"
    r"|escriba su respuesta (?:por )?encima|请在此行上方|请在这行上方|この行より上|please do not write below this line|reply above the dotted line",
    re.IGNORECASE,
)


def may_hold_above_line(text: str) -> bool:
    """Whether it is worth looking at each line for "reply above this line"."""
    lower = text.lower()
    return any(
        hint in lower
        for hint in (
            "above",
            "below this line",
            "oberhalb",
            "über ",
            "au-dessus",
            "encima",
            "上方",
            "より上",
        )
    )


#: "Sent from my desk, which is …" is a sentence, not what a program adds.
SENTENCE = re.compile(
    r"\b(?:is|are|was|were|will|than|because|but|yesterday|today)\b", re.IGNORECASE
)
#: What programs add wherever they like, also above a footer.
SURE_MOBILE = re.compile(
    r"^[\s*_(\[<]*(?:sent (?:from|via|with|using) (?:my |a |the )?(?:iphone|ipad|ipod|android|mobile(?: device| phone)?|phone|smartphone|tablet|blackberry|samsung\b.{0,30}|galaxy\b.{0,20}|huawei\b.{0,20}|xiaomi\b.{0,20}|yahoo mail.{0,25}|mail for windows.{0,5}|mailbox.{0,10}|airmail|windows mail|outlook.{0,30}|protonmail.{0,30}|proton mail.{0,30})"
    r"|get outlook for .{0,50}|von meinem (?:iphone|ipad|mobilgerät|handy|smartphone|android.{0,30}) gesendet|envoyé (?:de|depuis) (?:mon|ma) (?:iphone|ipad|mobile|téléphone|smartphone|appareil mobile)|enviado desde mi (?:iphone|ipad|móvil|smartphone|teléfono)|enviado do meu (?:iphone|ipad|smartphone|celular)|inviato da(?:l mio)? (?:iphone|ipad|smartphone)|(?:verstuurd|verzonden) vanaf mijn (?:iphone|ipad|telefoon)|发自我的\s?\S{1,15}|從我的 (?:iphone|ipad) 傳送|iphoneから送信)[\s*_)\].>]*$",
    re.IGNORECASE,
)
MOBILE = re.compile(
    r"^[\s*_(\[]*(?:sent (?:from|via|using|with) (?:my |the |a )?\S.{0,60}|sent by .{0,30}(?:phone|app|mobile).{0,30}|get outlook for .{0,40}|(?:get )?mail for windows.{0,20}|sent from outlook.{0,40}"
    r"|(?:diese nachricht wurde )?(?:von|aus) meine[mr] .{0,50}gesendet\.?|gesendet (?:von|mit|über|aus) .{0,60}|outlook für .{0,20} (?:beziehen|herunterladen)"
    r"|envoyé (?:de|depuis|à partir d|via|avec) ?.{0,60}|télécharger outlook.{0,30}|provenance : .{0,40}|enviado (?:desde|de|do|via|por) .{0,60}|obtener outlook.{0,30}|obter o outlook.{0,30}"
    r"|inviato (?:da|dal|dall'|con|tramite) ?.{0,60}|scarica outlook.{0,30}|verstuurd (?:vanaf|met|via) .{0,60}|verzonden (?:vanaf|met|via) .{0,60}|(?:download )?outlook voor .{0,30}"
    r"|sendt (?:fra|via|med) .{0,60}|hent outlook.{0,30}|skickat från .{0,60}|skickades från .{0,60}|hämta outlook.{0,30}|lähetetty .{0,60}|hanki outlook.{0,30}"
    r"|wysłane? (?:z|ze|za pomocą) .{0,60}|pobierz (?:program )?outlook.{0,30}|wysłano z .{0,60}|odesláno z .{0,60}|odoslané z .{0,60}|stáhnout outlook.{0,30}"
    r"|отправлено (?:с|из|через|от) .{0,60}|отправлено от мобильной .{0,40}|надіслано (?:з|із) .{0,60}|изпратено от .{0,60}|iphone'umdan gönderildi|.{0,30}(?:'d[ae]n|m'den|mdan) gönderildi"
    r"|trimis de pe .{0,60}|elküldve .{0,40}-(?:ról|ről)|az? .{0,40} küldve|στάλθηκε από .{0,60}|נשלח מ.{0,60}|أُ?رسلت? من .{0,60}|تم الإرسال من .{0,60}|dikirim dari .{0,60}|được gửi từ .{0,60}"
    r"|发自(?:我的)?.{0,40}|来自(?:我的)?(?:iphone|ipad|android|华为|小米|oppo|vivo|手机|网易|qq).{0,30}|從我的.{0,30}傳送|寄自我的.{0,30}|发送自.{0,40}|從\s?\S.{0,20}傳送|.{0,30}から送信|나의 .{0,30}에서 보냄|내 .{0,30}에서 보냄|.{0,20}에서 보냈습니다"
    r"|enviat des d.{0,50})[\s*_)\].]*$",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"^[\s*_]*(?:confidentiality (?:notice|note|statement)|(?:legal )?disclaimer\b|important notice\b|privileged (?:and|/) confidential"
    r"|th(?:is|e) (?:information (?:contained )?in this )?(?:e-?mail|message|communication)(?: message)?(?:,| and| is| \(| may| contains| transmission| was| has| including)(?=.{0,160}(?:confidential|intended|privileged|legally))"
    r"|diese e-?mail (?:und|enthält|ist|kann)(?=.{0,160}(?:vertraulich|rechtlich))|der inhalt dieser e-?mail|ce (?:message|courriel|courrier)(?=.{0,160}confidentiel)"
    r"|este (?:mensaje|correo|e-?mail)(?=.{0,160}confidencial)|esta mensagem(?=.{0,160}confidencia)|questo messaggio(?=.{0,160}(?:confidenzial|riservat))|le informazioni contenute"
    r"|dit (?:bericht|e-?mail)(?=.{0,160}vertrouwelijk)|本(?:邮件|郵件|电子邮件|電子郵件)(?:及其附件|及附件|及任何附件|包含|含有)|保密(?:声明|提示)|免责声明|このメール(?:には|は|および)(?=.{0,80}(?:機密|秘密)))",
    re.IGNORECASE,
)
LIST_FOOTER = re.compile(
    r"mailing list|unsubscribe|mailman/listinfo|google groups|to post to this group|list-?info",
    re.IGNORECASE,
)
