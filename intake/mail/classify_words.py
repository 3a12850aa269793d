"""Subjects and sentences by which machines give themselves away, by language."""

# ruff: noqa: E501 - lists of words, one language after the other
from __future__ import annotations

import re

DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mailerdaemon|mailer|smtpd?[-_.]?daemon|daemon|mail[-_]?delivery(?:[-_]?(?:subsystem|system))?"
    r"|bounces?|bounce[-_]?(?:processing|handler)|nobody[-_]mailer|mmdf|uucp|mail[-_]?system)(?:[+=-][^@]*)?(?:@|$)", re.IGNORECASE)  # fmt: skip
POSTMASTER = re.compile(r"^(?:post[-_.]?master|postoffice|post_master|maildelivery|noreply|no[-_.]?reply|do[-_.]?not[-_.]?reply|admin|root|system"
                        r"|mail[-_]?admin|microsoftexchange[0-9a-f]*)(?:[+=\\-][^@]*)?(?:@|$)", re.IGNORECASE)  # fmt: skip
DAEMON_NAME = re.compile(r"mail(?:er)?[ -]?(?:delivery|daemon|system|administrator)|mail delivery (?:sub)?system|^postmaster$|system administrator"
                         r"|microsoft outlook$|microsoft exchange", re.IGNORECASE)  # fmt: skip
BOUNCE_SUBJECT = re.compile(
    r"^\s*(?:\**\s*)(?:undeliver(?:ed|able)\b|undelivered mail|delivery (?:status notification|failure|failed|has failed|report|notification|error|problem|unsuccessful|incomplete|to .{1,60}(?:failed|delayed))"
    r"|delivery has been delayed|delivery delayed|mail delivery (?:fail|error|status|report|problem|issue|notification|subsystem|delayed|warning|was not)|mail (?:failure|error|undeliverable|could not be|not delivered|system error|returned)"
    r"|returned (?:mail|e-?mail|message|to sender)|failure (?:notice|delivery)|failed (?:mail|delivery|to deliver)|failure notification|message (?:undeliver|delivery (?:fail|delay)|status|not delivered|you sent blocked|could not be delivered|delayed)"
    r"|non[- ]?delivery|nondeliverable|undeliverable|unable to deliver|could not (?:send|deliver)|warning: (?:could not send|message|delivery|e-?mail|mail|returned)|there was an error sending your mail|permanent delivery failure|email delivery failure|e-?mail (?:delivery (?:failure|error)|undeliverable|could not be delivered)"
    r"|rejected:|\[bounce\]|bounce (?:notice|message)|message has been bounced|message (?:from .{1,60} )?bounced|notice: mail delivery status|notification d'échec|status of your (?:mail|message)|smtp delivery (?:fail|error)|your message (?:could not|couldn|wasn|was not|to .{1,60} (?:could not|couldn))|message blocked"
    r"|unzustellbar|nicht zustellbar|unzustellbare|zustellung (?:fehl|verz)|fehler bei der zustellung|benachrichtigung (?:zum|über den) (?:übermittlungs|zustell)status|übermittlungsstatus|ihre nachricht .{0,40}nicht zugestellt|mailzustellung|rückläufer"
    r"|non[_ ]?remis|non[_ ]?distribu|échec (?:de )?(?:la )?(?:remise|distribution|l'envoi)|message non (?:distribu|délivr|remis)|notification (?:d'état )?de (?:remise|distribution)|impossible de (?:remettre|distribuer)"
    r"|no (?:se )?(?:ha )?(?:podido )?(?:puede )?entreg|mensaje (?:no entregado|devuelto)|notificación (?:de )?(?:estado de entrega|error de entrega)|error (?:de|en la) entrega|correo devuelto|devuelto|no entregad[oa]|no es posible entregar"
    r"|não (?:entregue|foi possível)|falha (?:na|de) entrega|mensagem (?:não entregue|devolvida)|notificação (?:de status|do status) de entrega|notificação de falha|messaggio (?:non recapitabile|di errore)|non recapitabile|recapito (?:fallito|non riuscito)|mancato recapito|notifica (?:sullo|dello) stato|impossibile recapitare|mancata consegna|errore di recapito"
    r"|onbestelbaar|niet (?:afgeleverd|bezorgd)|bezorging mislukt|kan niet worden bezorgd|ikke leveret|ikke levert|uleveret|kan ikke leveres|leveringsfejl|det går inte att leverera|går ej att leverera|ej levererat|oleverer|kunde inte levereras|toimitus epäonnistui|ei voi(?:tu|da) toimittaa|perille toimittamaton"
    r"|не(?:доставлен|\s+доставлен|\s+удалось доставить|возможно доставить)|недоставк|сообщение не доставлено|ошибка доставки|уведомление о (?:статусе|состоянии) доставки|отчет о доставке|письмо не доставлено"
    r"|niedostarczon|nie dostarczono|niepowodzenie dostarczenia|zwrot (?:poczty|wiadomości)|błąd doręczenia|nie można dostarczyć|nedoruč|nelze doručit|nedorucit|kézbesíthetetlen|a kézbesítés sikertelen|teslim edileme|iletilemedi|gönderilemedi|mesajul nu a putut|nelivra"
    r"|退信|系统退信|系統退信|邮件投递失败|投递失败|郵件無法傳遞|無法傳遞|无法投递|无法送达|未送达|無法遞送|邮件被退回|您的邮件被退回|退回的邮件|传递状态通知|傳遞狀態通知|寄件失敗|郵件退回|未传递|无法传递|邮件退回|发送失败|傳遞失敗"
    r"|配信(?:不能|不可|エラー|失敗|できません|に失敗)|送信(?:エラー|失敗|できません)|メール(?:を)?(?:配信|配送|送信)(?:に失敗|でき|エラー|システム)|メッセージを配信できません|不達|未達|宛先不明|メールシステムエラー|エラーメール|未配信|配信できませんでした"
    r"|배달(?:되지| 실패|할 수 없)|전송(?:실패| 실패)|메일 전송 실패|반송|반환된 메일|전달되지 않음|배달 상태 알림|לא ניתן למסור|تعذر التسليم|لم يتم تسليم|αδύνατη η παράδοση|δεν παραδόθηκε)",
    re.IGNORECASE,
)
BOUNCE_BODY = re.compile(
    r"failure reasons?\b|maximum hop count|too many hops|this is the (?:qmail-send|mail (?:delivery )?system|postfix)|created automatically by (?:the )?mail delivery software|message (?:that you sent )?(?:could|can) not be delivered|permanent fatal errors|transient non-fatal errors|delivery to the following recipients?"
    r"|(?:i'm|i am) sorry to have to inform you|did not reach (?:some or all of )?(?:the following|the intended)|this is a permanent error|user unknown|unknown user|mailbox (?:is )?(?:full|unavailable|not found)|over quota|no such user|recipient (?:address )?rejected|does not exist|address not found|undeliverable|\b5\d\d[ -]5\.\d\.\d{1,3}\b|\b550\b|\b554\b"
    r"|final-recipient|diagnostic-code|x-postfix-queue|the (?:following|e-?mail) address(?:es)? (?:had|could|failed|was|were|not)|failed permanently|has been (?:delayed|postponed)|still being retried|delivery (?:attempt|has)|couldn't be delivered|could not be delivered|wasn't delivered|not been delivered|was not delivered|unable to deliver|message was undeliverable|returned to (?:the )?sender|returned to you|host (?:unknown|not found)"
    r"|konnte nicht zugestellt|nicht zugestellt werden|n'a pas pu être (?:remis|livr|distribu)|no se (?:ha podido|pudo|puede) entregar|non è stato possibile (?:recapit|conseg)|não (?:foi possível|pôde ser) entreg|nie (?:może|mógł|mogła) (?:zostać|być) dostarcz|не может быть доставлено|не было доставлено|не удалось доставить|не доставлено|kunde inte levereras|kunne ikke leveres"
    r"|退信|被退回|无法送达|無法送達|无法投递|无法发送|投递失败|不存在|配信でき|配送でき|送信でき|届けることができ|お届けできません|送れません|宛先|不達|メールアドレス|your mail (?:sent on|attempted to be delivered)|전송하지 못|존재하지 않는",
    re.IGNORECASE,
)
STRONG_BOUNCE_BODY = re.compile(
    r"this is the qmail-send program|message was created automatically by (?:the )?mail delivery software|^\s*this is the mail system at host|the following addresses had permanent fatal errors|the following addresses had (?:delivery problems|transient)|this message was created automatically by the mail"
    r"|^\s*reporting-mta:|^\s*final-recipient:|i wasn't able to deliver your message to the following addresses|----- the following addresses had|your message did not reach some or all of the intended recipients|delivery to the following recipients? (?:failed|has been delayed|failed permanently)"
    r"|抱歉，您的邮件被退回来了|您的邮件被退回|this report relates to a message you sent|your mail sent on:|your mail attempted to be delivered on:"
    r"|^[-\s]*failed recipients?\b.{0,5}(?:-|:|$)|(?:message|mail) from interscan|could not be delivered to(?: the following recipients?:|\s*$)|(?:could not|unable to) deliver (?:your )?message to(?: the following recipient|\s*<)"
    r"|^\s*your message to \S{3,200} was automatically rejected|delivery of e-?mail to this address\s",
    re.IGNORECASE | re.MULTILINE,
)
AUTO_SUBJECT = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|fw)\s*:\s*)?\[?\s*(?:complaint about message from \d|auto(?:matic|mated|matische|matisch)?[ -]?(?:re(?:ply|sponse|sponder)|antwort|antwoord|svar|response|reply message)\b|auto(?:-|\s)?re(?:ply|sponse)\b|auto[- ]?generated\b|automated (?:reply|response|message|e-?mail)|automatic e-?mail reply|out of (?:the )?office|out-of-office|ooo\s*[:-]|i(?:'m| am) (?:currently )?(?:out of (?:the )?office|on (?:vacation|holiday|leave)|away)|away (?:from (?:the |my )?(?:office|mail|desk)|message|notice)|on (?:vacation|annual leave|holiday)|vacation (?:reply|message|response|notice|auto)|holiday (?:reply|notice)|not in (?:the )?office"
    r"|abwesend\s*(?::|$)|abwesenheit(?:s(?:notiz|meldung|benachrichtigung|nachricht|assistent|info)|\s*(?::|$))|automatische (?:antwort|abwesenheit|e-?mail-?antwort|eingangs|empfangs|rückmeldung)|autom(?:\.|atische) antwort|nicht im (?:haus|büro)|urlaubs(?:notiz|meldung|abwesenheit|benachrichtigung)|ich bin (?:im urlaub|nicht im)|außer haus"
    r"|réponse automatique|reponse automatique|absence du bureau|absent[e]? du bureau|absence\s*:|message d'absence|je suis absent|en congés\s*(?::|$)|accusé de réception automatique|notification d'absence|automatique\s*:"
    r"|respuesta autom(?:á|a)tica|fuera de (?:la )?oficina|ausencia de la oficina|ausente\s*(?::|$)|contestación automática|autorespuesta|resposta automática|resposta autom|fora do escritório|ausência (?:temporária|do escritório)|estou de férias|risposta automatica|fuori (?:sede|ufficio)|risposta non al computer|assenza dall'ufficio|assente\s*(?::|$)|non in ufficio"
    r"|automatisch antwoord|afwezig(?:heid(?:sbericht|smelding)?)?\s*(?::|$)|niet aanwezig\s*(?::|$)|buiten kantoor|automatisk svar|autosvar|automatiskt svar|frånvaro(?:meddelande)?\s*(?::|$)|frånvarande\s*(?::|$)|fraværende\s*(?::|$)|fravær\s*(?::|$)|ikke til stede|ikke på kontoret|ute av kontoret|automaattinen vastaus|poissa(?:olo|)|autovastaus|lomavastaaja"
    r"|автоматический ответ|автоответ|авто-?ответ|нет на месте|вне офиса|в отпуске\s*(?::|$)|отсутствую|автоматична відповідь|автовідповідь|автоматичен отговор|odpowiedź automatyczna|autoodpowiedź|automatyczna odpowiedź|poza biurem|nieobecn|automatická odpově[dď]|mimo kancelář|nepřítom|neprítomn|automatikus válasz|házon kívül|távollét|szabadságon|răspuns automat|raspuns automat|în afara biroului|otomatik (?:yanıt|cevap)|ofis dışında|αυτόματη απάντηση|εκτός γραφείου|automatski odgovor|samodejni odgovor|odsoten|automaatvastus|automātiskā atbilde|automatinis atsakymas|jawaban otomatis|balasan otomatis|di luar kantor|trả lời tự động|תשובה אוטומטית|מענה אוטומטי|מחוץ למשרד|رد تلقائي|خارج المكتب|پاسخ خودکار|ตอบกลับอัตโนมัติ"
    r"|[【\[(（]?自[动動](?:回复|答复|回覆|回復|答覆|返信|応答|回信)(?:メール|邮件)?(?=\s|[:：\])】）\-–/]|$)|外出时的自动答复|不在办公室|不在辦公室|休假(?:通知|自动)|外出(?:自动)|不在(?:通知|連絡|です|のお知らせ|設定)|(?:夏季|年末年始)?休暇(?:中|の)?(?:自動|のお知らせ|通知)|자동\s?(?:회신|응답|답장)|부재\s?중(?=\s|[:：]|$))",
    re.IGNORECASE,
)
AUTO_HEADER_VALUE = re.compile(
    r"auto[-_ ]?(?:reply|replied|response|respond|submitted|generated|notify)|vacation|out[- ]?of[- ]?office",
    re.IGNORECASE,
)
FORWARD_OR_REPLY = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|fw|wg|tr|rv|enc|vs|vb|re|aw|sv|antw|ynt|odp|答复|回复|回覆|转发|轉寄|転送|返信|переслать)\s*[:：]",
    re.IGNORECASE,
)
#: A returned mail keeps its own subject, and the verdict stands behind it.
BOUNCE_SUBJECT_END = re.compile(
    r"^.{12,300}\s[:(\[]\s*(?:non remis|undeliverable|undelivered|delivery fail(?:ed|ure)|not delivered)(?:\s*\([^()]{1,25}\))?[\])\s]*$",
    re.IGNORECASE,
)
RECEIPT_SUBJECT = re.compile(
    r"^\s*(?:read(?: receipt)?|not read|gelesen|lu|leído|letto|lido|gelezen|прочитано|przeczytano|已读|已讀|開封済み|未读)\s*[:：]",
    re.IGNORECASE,
)
