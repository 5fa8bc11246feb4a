"""Evidence whose times are relative to now: reads a scenario's folder and writes its files as the field would send them.

A placeholder is {{OFFSET... FORMAT [MINUTES]}}: signed terms of s, m, h, d or y (365 days) added to now, a format of FORMATS, and for local
times the zone's minutes east of Greenwich: {{-2h iis}}, {{-2h+5s xml}}, {{-3d de +120}}.  File names may hold them as well.
"""
import datetime as dt
import os
import re

UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
TERM = re.compile(r"([+-]?)(\d+)([smhdy])")


def us(t, seconds=True):
    return f"{t.month}/{t.day}/{t.year} {(t.hour + 11) % 12 + 1}:{t:%M}" + (f":{t:%S}" if seconds else "") + (" AM" if t.hour < 12 else " PM")


def us_clear(t):
    """certutil's form, moved back to a day above 12: an English listing does not tell the order of day and month."""
    while t.day <= 12:
        t -= dt.timedelta(days=1)
    return us(t, False)


FORMATS = {
    "iis": lambda t: t.strftime("%Y-%m-%d %H:%M:%S"),  # W3C and HTTPERR, UTC
    "iso": lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "xml": lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.") + "4412093Z",  # TimeCreated of an event
    "csv": lambda t: t.strftime("%m/%d/%Y %H:%M:%S"),
    "date": lambda t: t.strftime("%Y-%m-%d"),
    "time": lambda t: t.strftime("%H:%M:%S"),
    "yymmdd": lambda t: t.strftime("%y%m%d"),  # names of IIS logs
    "epoch": lambda t: str(int(t.timestamp())),
    "http": lambda t: t.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    "us": us, "us-m": us_clear, "us-day": lambda t: f"{t.month}/{t.day}/{t.year}",
    "de": lambda t: t.strftime("%d.%m.%Y %H:%M:%S"), "de-m": lambda t: t.strftime("%d.%m.%Y %H:%M"),
    "fr": lambda t: t.strftime("%d/%m/%Y %H:%M:%S"), "fr-m": lambda t: t.strftime("%d/%m/%Y %H:%M"),  # es, it and pt write the same
    "es": lambda t: f"{t.day}/{t.month}/{t.year} {t.hour}:{t:%M:%S}",
    "nl": lambda t: t.strftime("%d-%m-%Y %H:%M:%S"), "ja": lambda t: f"{t.year}/{t:%m/%d} {t.hour}:{t:%M:%S}",
    "sv": lambda t: t.strftime("%Y-%m-%d %H:%M:%S"), "sv-m": lambda t: t.strftime("%Y-%m-%d %H:%M"),
    "omadm": lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.") + "2500000",
    "ios-time": lambda t: t.strftime("%H:%M:%S.") + "102233",
    "ios-day": lambda t: t.strftime("%Y-%m-%d %H:%M:%S.") + "102233",
    "ios-old": lambda t: f"{t.month}/{t.day}/{t:%y}, {(t.hour + 11) % 12 + 1}:{t:%M:%S}" + (" AM" if t.hour < 12 else " PM"),
    "syslog": lambda t: f"{t:%b} {t.day:2d} {t:%H:%M:%S}",
    "msi": lambda t: t.strftime("%H:%M:%S:") + "118",
    "zone": lambda t: t.strftime("%z"),
}


def moment(now, offset):
    if offset.strip() not in ("now", "") and TERM.sub("", offset).strip():
        raise ValueError(f"not an offset: {offset!r}")
    seconds, sign = 0, "+"
    for s, n, unit in TERM.findall(offset):  # a sign holds until the next one: -2h30m
        sign = s or sign
        seconds += (1 if sign == "+" else -1) * int(n) * UNIT[unit]
    return now + dt.timedelta(seconds=seconds)


def expand(text, now):
    """The text with every placeholder replaced; now is an aware time in UTC."""
    def one(m):
        words = m.group(1).split()
        zone = 0
        if len(words) > 2 and re.fullmatch(r"[+-]\d+", words[-1]):
            zone = int(words.pop())
        if len(words) < 2 or words[-1] not in FORMATS:
            raise ValueError(f"not a time: {m.group(0)}")
        t = moment(now, "".join(words[:-1])).astimezone(dt.timezone(dt.timedelta(minutes=zone)))
        return FORMATS[words[-1]](t)
    return PLACE.sub(one, text)


def encode(text, words):
    """Bytes of a text: words are of `crlf`, `bom` and a codec of Python; UTF-8 with bare line feeds without any."""
    words = words.split()
    codec = next((w for w in words if w not in ("crlf", "bom")), "utf-8")
    if "crlf" in words:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    if "bom" in words:
        text = "\ufeff" + text
    return text.encode(codec)


def write_files(source, folder, now, how=None, mtimes=None, change=None):
    """Expands every file below source into folder and returns {relative path: path}; `how` names encodings, `change` may alter a text."""
    written = {}
    for root, _, names in sorted(os.walk(source)):
        for name in sorted(names):
            path = os.path.join(root, name)
            rel = expand(os.path.relpath(path, source), now)
            with open(path, "rb") as f:
                raw = f.read()
            try:
                text = expand(raw.decode("utf-8"), now)
                text = change(rel, text) if change else text
                raw = None if text is None else encode(text, (how or {}).get(os.path.relpath(path, source), ""))
            except UnicodeDecodeError:
                pass  # bytes as they are
            if raw is None:
                continue
            out = os.path.join(folder, rel)
            os.makedirs(os.path.dirname(out), exist_ok=True)
            with open(out, "wb") as f:
                f.write(raw)
            when = (mtimes or {}).get(os.path.relpath(path, source))
            if when:
                stamp = moment(now, when).timestamp()
                os.utime(out, (stamp, stamp))
            written[os.path.relpath(path, source)] = out
    return written
