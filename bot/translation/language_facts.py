"""Months, days of the week, number words and words of denial in the languages of the assistant, as they are compared.

A language without an entry gives no verdict. Forms are folded: small letters, no diacritics.
"""

import re
from collections.abc import Mapping

from bot.translation.folding import fold


def _numbered(text: str) -> dict[str, int]:
    """Words by their place: places are parted by a bar, forms of one word by a space."""
    places = text.split("|")
    return {fold(form): number for number, forms in enumerate(places, 1) for form in forms.split()}


MONTHS: Mapping[str, Mapping[str, int]] = {
    "nl": _numbered(
        "januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug|september sept sep|"
        "oktober okt|november nov|december dec"
    ),
    "pl": _numbered(
        "stycznia styczeń styczniu|lutego luty lutym|marca marzec marcu|kwietnia kwiecień kwietniu|maja maj maju|"
        "czerwca czerwiec czerwcu|lipca lipiec lipcu|sierpnia sierpień sierpniu|września wrzesień wrześniu|"
        "października październik październiku|listopada listopad listopadzie|grudnia grudzień grudniu"
    ),
    "en": _numbered(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|"
        "october oct|november nov|december dec"
    ),
    "uk": _numbered(
        "січня січень січні|лютого лютий лютому|березня березень березні|квітня квітень квітні|"
        "травня травень травні|червня червень червні|липня липень липні|серпня серпень серпні|"
        "вересня вересень вересні|жовтня жовтень жовтні|листопада листопад листопаді|грудня грудень грудні"
    ),
    "tr": _numbered("ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"),
    "ar": _numbered(
        "يناير|فبراير شباط|مارس آذار|أبريل ابريل نيسان|مايو أيار|يونيو حزيران|يوليو تموز|أغسطس اغسطس آب|"
        "سبتمبر أيلول|أكتوبر اكتوبر|نوفمبر|ديسمبر"
    ),
    "ro": _numbered(
        "ianuarie|februarie|martie|aprilie|mai|iunie|iulie|august|septembrie|octombrie|noiembrie|decembrie"
    ),
    "bg": _numbered("януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември"),
    "de": _numbered(
        "januar jan jänner|februar feb|märz|april apr|mai|juni|juli|august aug|september sept|oktober okt|november nov|"
        "dezember dez"
    ),
    "es": _numbered(
        "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre setiembre|octubre|noviembre|diciembre"
    ),
    "ti": _numbered("ጥሪ|ለካቲት|መጋቢት|ሚያዝያ|ግንቦት|ሰነ|ሓምለ|ነሓሰ|መስከረም|ጥቅምቲ|ሕዳር|ታሕሳስ"),
    "so": _numbered(
        "janaayo|febraayo|maarso|abriil|maajo|juun|luulyo|agoosto|sebtembar|oktoobar|nofembar|disembar"
    ),
}
# Monday is 1. Romanian says "luni" for Monday and for months: it has no entry.
WEEKDAYS: Mapping[str, Mapping[str, int]] = {
    "nl": _numbered(
        "maandag maandags maandagen|dinsdag dinsdags dinsdagen|woensdag woensdags woensdagen|"
        "donderdag donderdags donderdagen|vrijdag vrijdags vrijdagen|zaterdag zaterdags zaterdagen|"
        "zondag zondags zondagen"
    ),
    "pl": _numbered(
        "poniedziałek poniedziałku poniedziałki poniedziałkiem|wtorek wtorku wtorki wtorkiem|"
        "środa środę środy środą środzie|czwartek czwartku czwartki czwartkiem|piątek piątku piątki piątkiem|"
        "sobota sobotę soboty sobotą sobocie|niedziela niedzielę niedziele niedzieli niedzielą"
    ),
    "en": _numbered(
        "monday mondays|tuesday tuesdays|wednesday wednesdays|thursday thursdays|friday fridays|"
        "saturday saturdays|sunday sundays"
    ),
    "uk": _numbered(
        "понеділок понеділка понеділки понеділкам понеділком|вівторок вівторка вівторки вівторкам вівторком|"
        "середа середу середи середам середою|четвер четверга четверги четвергам четвергом|"
        "пятниця пятницю пятниці пятницям пятницею|субота суботу суботи суботам суботою|"
        "неділя неділю неділі неділям неділею"
    ),
    "tr": _numbered(
        "pazartesi pazartesiye pazartesileri|salı salıya salıları|çarşamba çarşambaya çarşambaları|"
        "perşembe perşembeye perşembeleri|cuma cumaya cumaları|cumartesi cumartesiye cumartesileri|pazar pazarları"
    ),
    "ar": _numbered(
        "الاثنين الإثنين اثنين|الثلاثاء ثلاثاء|الأربعاء أربعاء|الخميس خميس|الجمعة جمعة|السبت سبت|الأحد"
    ),
    "bg": _numbered("понеделник|вторник|сряда|четвъртък|петък|събота|неделя"),
    "de": _numbered(
        "montag montags|dienstag dienstags|mittwoch mittwochs|donnerstag donnerstags|freitag freitags|"
        "samstag samstags sonnabend|sonntag sonntags"
    ),
    "es": _numbered("lunes|martes|miércoles|jueves|viernes|sábado sábados|domingo domingos"),
    "ti": _numbered("ሰኑይ|ሰሉስ|ረቡዕ|ሓሙስ|ዓርቢ|ቀዳም|ሰንበት"),
    "so": _numbered(
        "isniin isniinta|talaado talaadada|arbaco arbacada|khamiis|jimco jimcaha|sabti|axad axadda"
    ),
}
# Beginnings of the words for 1 to 12, also of the first, second, third.
_NUMBER_WORDS: Mapping[str, str] = {
    "nl": "een één eerste|twee tweede|drie derde|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf",
    "pl": "jed pierw|dwa dwó dwi dwo drug|trz|czter czwart|pię pią|sze szó|sied siód|osi ósm|dziewi|dziesi|jedena|"
    "dwana",
    "en": "one first once|two second twice|three third|four|five fifth|six|seven|eight|nine ninth|ten|eleven|twel",
    "uk": "од перш|дв друг|тр|чотир четвер|п'ят пят|шіст шост|сім сьом|вісім вось|дев|дес|одинад|дванад",
    "tr": "bir ilk|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|onbir|oniki",
    "ar": "واحد أول الأول الاول أحد|اثن ثان الثان مرتين يومين|ثلاث ثالث الثالث|"
    "أربع رابع الرابع|خمس خامس الخامس|ست سادس السادس|سبع سابع السابع|"
    "ثمان ثامن الثامن|تسع تاسع التاسع|عشر عاشر العاشر|"
    "أحد الحادية|اثن الثانية",
    "ro": "un o prim|doi dou|tre|patr|cinc|șas|șapt|opt|nou|zec|unsprez|doisprez",
    "bg": "ед първ|дв втор|тр|чет|пет|шест|сед|ос|дев|дес|единад|дванад",
    "de": "ein erst|zwei|drei dritt|vier|fünf|sechs|sieben sieb|acht|neun|zehn|elf|zwölf",
    "es": "un prim|dos segund|tres tercer|cuatr cuart|cinc quint|seis sext|siet sépt|och octav|nuev noven|diez décim|"
    "once|doce",
    "ti": "ሓደ ቀዳማ|ክል ካል|ሰለስ ሳል|ኣርባ ራብ|ሓሙ|ሽዱ|ሸው|ሸሞ|ትሽ|ዓሰ|ዓሰርተሓደ|ዓሰርተክልተ",
    "so": "hal kow mid|lab|sad|afar|shan|lix|todob|sided|sagaal|toban|kow|labo",
}


def number_beginnings(language: str, number: int) -> tuple[str, ...]:
    """How words for the number begin in the language; nothing where it is not known."""
    places = _NUMBER_WORDS.get(language, "").split("|")
    return tuple(fold(one) for one in places[number - 1].split()) if 0 < number <= len(places) else ()


def number_word(language: str, word: str) -> int | None:
    """The hour that a word names in "half past ...", from its beginning; the longest one counts."""
    found = {
        beginning: number
        for number in range(1, 13)
        for beginning in number_beginnings(language, number)
        if word.startswith(beginning)
    }
    return found[max(found, key=len)] if found else None


# Half hours in words: what stands there, and what is added to the hour that is named, in minutes.
_HALF_HOURS: Mapping[str, tuple[str, int]] = {
    "nl": (r"\bhalf (\w+)", -30),
    "de": (r"\bhalb (\w+)", -30),
    "en": (r"\bhalf past (\w+)", 30),
    "pl": (r"\bwpół do (\w+)", -30),
    "uk": (r"\bпів на (\w+)", -30),
    "tr": (r"\b(\w+) buçuk(?:ta)?\b", 30),
    "ar": (r"الساعة (\w+) والنصف", 30),
    "es": (r"\blas (\w+) y media\b", 30),
    "ro": (r"\bora (\w+) și jumătate\b", 30),
}
HALF_HOURS: Mapping[str, tuple[re.Pattern[str], int]] = {
    language: (re.compile(fold(pattern)), minutes) for language, (pattern, minutes) in _HALF_HOURS.items()
}
_QUARTERS = "kwart kwartier quarter viertel kwadrans чверть ceyrek geciyor gece kala ربع cuarto sfert четвърт"
QUARTER = re.compile(rf"(?<!\w)(?:{'|'.join(fold(_QUARTERS).split())})")

# What denies, as a word of its own: Polish "nie" counts, "nieśmiały" does not. Where "nobody" asks for a "not" beside
# it only the "not" counts. Arabic "ما" also means "what", Somali "ma" also "whether": they are not counted.
_DENIALS: Mapping[str, str] = {
    "nl": r"niet|geen|nooit|niemand|niets|niks|nergens|nee|noch|nimmer",
    "pl": r"nie|brak",
    "en": r"not|no|never|nobody|none|nothing|nowhere|neither|nor|cannot|\w+n't|dont|wont|cant|didnt|doesnt|isnt",
    "uk": r"не|ні|нема|немає|жодн\w+",
    "bg": r"не|никой|няма\w*",
    "ro": r"nu|n(?=-)",
    "de": r"nicht|kein\w*|nie|niemals|niemand\w*|nichts|nirgends|nirgendwo|nein|weder",
    "es": r"no|nunca|jamás|nadie|nada|ningun\w*|tampoco",
    "ar": r"[وف]?(?:لا|لم|لن|ليس\w*|لست|لسنا|كلا|عدم|غير)",
    "tr": r"değil\w*|yok|yoktu\w*|hayır|\w+m[iıuü]yor\w*|\w+m[ae]z(?:dık|dim|sın|sınız|lar|ler|se)?"
    r"|\w+m[ae](?:dı\w*|mış\w*|miş\w*|yac\w+|yec\w+|yan|yen|sin|sınlar|yın|yınız|dığ\w*|diğ\w*|malı\w*)"
    r"|\w+[ae]m[ae]m",
    "ti": r"ኣይ\w+|ዘይ\w+|የለን|የልቦን|የብል\w+|ብዘይ\w*",
}
DENIALS: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"(?<![\w'])(?:{fold(pattern)})(?!\w)") for language, pattern in _DENIALS.items()
}
# They look like a denial and are none.
_NO_DENIALS: Mapping[str, str] = {
    "nl": r"\bniet alleen\b(?=.*\bmaar\b)|\bof niet\b",
    "en": r"\bnot (?:only|just)\b|\bno\.? (?=\d)",
    "pl": r"\bnie tylko\b",
    "de": r"\bnicht nur\b",
    "es": r"\bno sol[oa]\b",
    "tr": r"\bnamaz\w*|\bdeğil mi\b",
    "uk": r"\bне (?:лише|тільки)\b",
    "ar": r"\bليس فقط\b",
}
NO_DENIALS: Mapping[str, re.Pattern[str]] = {
    language: re.compile(fold(pattern)) for language, pattern in _NO_DENIALS.items()
}
# How long a text is in each language where the Dutch one is 1.
LENGTH: Mapping[str, float] = {"ar": 0.78, "ti": 0.66, "en": 0.92, "uk": 0.93, "tr": 0.92, "pl": 1.0}
