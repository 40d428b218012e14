"""The words by which mail programs of many languages introduce what they quote.

All in lower case.
"""

# Somewhere in the line above a quotation: "On … somebody wrote:".
WROTE_PHRASES = (
    "wrote", "writes", "schrieb", "a écrit", "écrit", "escribió", "escribio",
    "escribe", "escreveu", "ha scritto", "schreef", "heeft geschreven", "skrev",
    "skrifaði", "kirjoitti", "napisał", "napisal", "napísal", "napsal", "pisze",
    "написал", "пишет", "писал", "написа", "пише", "írta", "a scris", "yazdı",
    "έγραψε", "ha escrit", "va escriure", "idatzi", "je napisao", "je pisal",
    "rašė", "rakstīja", "kirjutas", "viết", "menulis", "tulis", "كتب", "כתב",
    "写道", "寫道", "のメール", "書きました", "작성", "님이", "เขียน", "aliandika",
)  # fmt: skip

# The first word of such a line, to know it when it is wrapped.
ATTRIBUTION_OPENERS = frozenset(
    {
        "on", "am", "le", "el", "em", "il", "op", "den", "dne", "dnia", "w", "a",
        "în", "vào", "pada", "в", "у", "на", "tarihinde", "στις", "在", "於",
    }
)  # fmt: skip

# Between dashes, above a message repeated without marks.
ORIGINAL_MESSAGE_PHRASES = frozenset(
    {
        "original message", "original mail", "original email", "forwarded message",
        "forwarded by", "reply message", "original appointment",
        "ursprüngliche nachricht", "ursprungliche nachricht", "originalnachricht",
        "original-nachricht", "weitergeleitete nachricht", "message d'origine",
        "message d’origine", "message original", "message transféré",
        "mensaje original", "mensaje reenviado", "mensagem original",
        "mensagem encaminhada", "messaggio originale", "messaggio inoltrato",
        "oorspronkelijk bericht", "doorgestuurd bericht", "originalmeddelande",
        "ursprungligt meddelande", "opprinnelig melding", "oprindelig meddelelse",
        "original meddelelse", "alkuperäinen viesti", "oryginalna wiadomość",
        "wiadomość oryginalna", "wiadomość przekazana", "původní zpráva",
        "původní e-mail", "pôvodná správa", "eredeti üzenet", "mesaj original",
        "mesajul original", "исходное сообщение", "оригинальное сообщение",
        "пересылаемое сообщение", "пересылаемое письмо", "вихідне повідомлення",
        "оригинално съобщение", "orijinal mesaj", "özgün ileti", "orijinal ileti",
        "αρχικό μήνυμα", "missatge original", "izvorna poruka", "izvirno sporočilo",
        "originali žinutė", "thư gốc", "pesan asli", "الرسالة الأصلية",
        "הודעה מקורית", "原始邮件", "原始郵件", "元のメッセージ", "転送メッセージ",
        "원본 메시지", "ข้อความต้นฉบับ",
    }
)  # fmt: skip

# The first header of a message repeated without marks.
FROM_NAMES = frozenset(
    {
        "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "feladó",
        "от", "від", "kimden", "gönderen", "από", "di", "mittente", "expéditeur",
        "remitente", "remetente", "nuo", "no", "saatja", "từ", "dari", "من", "מאת",
        "发件人", "寄件者", "寄件人", "差出人", "送信者", "보낸 사람", "보낸사람",
        "จาก",
    }
)  # fmt: skip

# One of those that follow it, which no list of other facts has.
SUBJECT_NAMES = frozenset(
    {
        "subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp",
        "ämne", "emne", "aihe", "temat", "předmět", "predmet", "tárgy", "subiect",
        "тема", "относно", "konu", "θέμα", "zadeva", "tema", "teema", "chủ đề",
        "perihal", "الموضوع", "נושא", "主题", "主旨", "件名", "제목", "เรื่อง",
    }
)  # fmt: skip

# Those that follow it too: sent, date, to, copies.
HEADER_NAMES = frozenset(
    {
        "sent", "date", "to", "cc", "reply-to",
        "gesendet", "datum", "an", "kopie",
        "envoyé", "envoyé le", "à", "a", "copie à", "cc à",
        "enviado", "enviado el", "enviada em", "enviado em", "fecha", "para",
        "data", "inviato", "per", "verzonden", "aan",
        "skickat", "till", "sendt", "til", "dato", "kopi",
        "lähetetty", "vastaanottaja", "päivämäärä", "kopio", "wysłano", "do",
        "wysłane", "dw", "odesláno", "komu", "odoslané",
        "elküldve", "címzett", "dátum", "trimis", "către",
        "отправлено", "дата", "кому", "копия", "надіслано", "копія",
        "изпратено", "до", "tarih", "gönderildi", "kime", "bilgi",
        "στάλθηκε", "ημερομηνία", "προς", "κοιν.", "poslano", "za",
        "išsiųsta", "kam", "nosūtīts", "saadetud", "adressaat",
        "đã gửi", "tới", "đến", "ngày", "kepada", "tanggal",
        "dikirim", "تاريخ الإرسال", "التاريخ", "إلى", "נשלח", "תאריך", "אל",
        "发送时间", "日期", "收件人", "抄送", "寄件日期", "收件者",
        "副本", "送信日時", "日時", "日付", "宛先", "보낸 날짜", "날짜", "받는 사람",
        "받는사람", "참조", "ส่ง", "วันที่", "ถึง",
    }
)  # fmt: skip
