"""Secrets, the places where they stand in this field, and the encodings that they arrive in; all from a seed.

A place is a text with {v} for the secret and, after "##", what must still be there afterwards.  Values are what people and machines
make: random words, base64, digits, phrases with blanks, signs."""
import base64
import html
import json
import quopri
import random
import string
import urllib.parse

PLACES = [
    # queries and logs of IIS
    "https://ndes.test/certsrv/mscep/mscep.dll?challenge={v} ##https://ndes.test/certsrv/mscep/mscep.dll?challenge=",
    "https://ndes.test/certsrv/mscep_admin/?operation=GetCACaps&token={v}&x=1 ##operation=GetCACaps",
    "GET /certsrv/mscep/mscep.dll operation=GetCACert&challengePassword={v} 443 - 10.0.0.5 ##operation=GetCACert",
    "https://login.test/oauth2/token?grant=x&refresh_token={v} 200",
    "https://sa.blob.test/logs?sv=2024-01-01&se=2026-12-01&sig={v}",
    "Referer https://portal.test/view?id_token={v}&state=5 500.0.1346 ##500.0.1346",
    "https://ndes.test/?otp={v} 403",
    "https://api.test/x?code='{v}'&view=5 404 ##view=5",
    "look 'https://api.test/x?code='\\''{v}'\\''&view=5' api.test ##' api.test",
    "https://api.test/v1/x?apikey={v} timed out ##timed out",
    "https://cdn.test/f?unknownparameter={v} 404 ##404",
    # headers
    "Authorization: Basic {b64colon}",
    "Authorization: Bearer {v}",
    "Proxy-Authorization: Negotiate {v}",
    "Cookie: ASP.NET_SessionId={v}; path=/",
    "Set-Cookie: .ASPXAUTH={v}; HttpOnly; secure",
    "X-Api-Key: {v}",
    "ocp-apim-subscription-key: {v}",
    "request sent with Bearer {v} and refused with 401 ##refused with 401",
    "SharedAccessSignature sr=x&sig={v}&se=1700000000&skn=policy",
    # credentials in URLs
    "https://admin:{v}@proxy.test:8080/ answered 407 ##proxy.test:8080/ answered 407",
    "http_proxy=http://svc:{v}@10.0.0.1:3128",
    # what people write
    "Password: {v}",
    "pwd {v}",
    "the password is {v}",
    "Passwort: {v}",
    "Kennwort lautet {v}",
    "mot de passe : {v}",
    "contraseña: {v}",
    "пароль: {v}",
    "パスワード: {v}",
    "challenge '{v}'",
    "challenge \"{v}\" was not accepted ##was not accepted",
    "password for svc-ndes: {v}",
    "passphrase={v}",
    "PIN: {v}",
    "otp={v}",
    "secret={v}, retry=3 ##retry=3",
    "(pw: {v}) on NDES01 ##on NDES01",
    "client_secret={v}",
    # structures
    '{{"challenge":"{v}","status":500}} ##"status":500',
    '{{"password": "{v}"}}',
    "{{'access_token': '{v}', 'expires_in': 3600}} ##3600",
    "<Challenge>{v}</Challenge><Retry>3</Retry> ##<Retry>3</Retry>",
    "<CertificateRequestToken>{v}</CertificateRequestToken>",
    '<Data Name="Password">{v}</Data><Data Name="Status">0x80070005</Data> ##0x80070005',
    "<Item><Target><LocURI>./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/x/Install/Challenge</LocURI></Target><Meta><Format>chr</Format>"
    "</Meta><Data>{v}</Data></Item>",
    "<Data>challenge</Data><Data>{v}</Data>",
    "<key>Challenge</key><string>{v}</string><key>Retries</key><integer>3</integer> ##<integer>3</integer>",
    '<add name="db" connectionString="Server=sql;Database=x;User Id=sa;Password={v};Encrypt=true"/>',
    "Server=sql01;Database=ndes;Uid=sa;Pwd={v};Timeout=5 ##Timeout=5",
    "DefaultEndpointsProtocol=https;AccountName=sa;AccountKey={v};EndpointSuffix=core.windows.net ##EndpointSuffix=core.windows.net",
    'machineKey validationKey="{v}" decryptionKey="{v}" validation="SHA1"',
    'password="[enc:IISWASOnlyCngProvider:{v}:enc]" ##password=',
    '"EncryptedPassword"="{v}"',
    '"DefaultPassword"="{v}"\n"AutoAdminLogon"="1" ##AutoAdminLogon',
    "password: |\n  {v}\n",
    "Password:\n{v}\n",
    "challengePassword        :{v}",
    # command lines
    "sscep enroll -u http://ndes.test/ -k local.key -r local.csr --password {v}",
    "appcmd set config /section:applicationPools /[name='SCEP'].processModel.password:{v}",
    "certutil -f -p {v} -importpfx C:\\ra.pfx",
    "net use \\\\srv\\c$ {v} /user:CORP\\svc",
    "sc config NDESConnectorSvc obj= CORP\\svc password= {v}",
    "curl -u admin:{v} https://ndes.test/",
    "openssl pkcs12 -in ra.p12 -passin pass:{v} -nodes",
    "schtasks /create /ru svc /rp {v} /tn x",
    "Import-PfxCertificate -Password {v} -FilePath x.pfx",
    "mkrequest -ip 10.0.0.1 {v}",
    "runas /user:svc /password:{v} cmd",
    "USERNAME=svc PASSWORD={v} INSTALLDIR=C:\\NDES ##INSTALLDIR",
    # what shows itself
    "-----BEGIN RSA PRIVATE KEY-----\n{b64}\n-----END RSA PRIVATE KEY----- end ##end",
    "-----BEGIN CERTIFICATE REQUEST-----\n{b64}\n-----END CERTIFICATE REQUEST-----",
    "response eyJ{b64url}.{b64url}",
    "operation=PKIOperation&message={b64} 443",
    "message={b64} 500",
    "data {b64long} end ##end",
]

WORDS = "otter copper velvet thistle marble lantern quartz saffron juniper pebble walnut heron".split()


def values(rng):
    """One secret of each sort."""
    alnum = string.ascii_letters + string.digits
    pick = lambda chars, n: "".join(rng.choice(chars) for _ in range(n))  # noqa: E731
    some = lambda chars, n: rng.choice("GHKMQRTWXZ") + pick(chars, n) + rng.choice("23456789")  # noqa: E731
    yield "word", some(alnum, rng.randint(9, 26))
    yield "hex", pick("0123456789ABCDEF", 31) + "7"
    yield "signs", some(alnum, 5) + pick("!$*+@^~", 2) + some(alnum, 5)
    yield "digits", rng.choice("123456789") + pick(string.digits, 9)
    yield "letters", rng.choice("qxzjk") + pick(string.ascii_lowercase, 12)
    yield "phrase", " ".join(rng.sample(WORDS, 4)) + " " + pick(string.digits, 3)
    yield "guid", "-".join(pick("0123456789abcdef", n) for n in (8, 4, 4, 4, 12))
    yield "base64", base64.b64encode(rng.randbytes(rng.randint(15, 40))).decode()


def fits(place, kind):
    """A phrase has blanks, which end values of a query and words of a command line; letters alone need a name and a sign."""
    if "{v}" not in place:
        return kind == "base64"
    in_words = place.startswith(("http", "GET ", "Referer", "request sent", "SharedAccess", "mkrequest", "runas", "net use", "sc config", "curl",
                                 "openssl", "schtasks", "Import", "sscep", "appcmd", "certutil", "pwd", "response", "USERNAME", "Cookie"))
    if kind == "phrase":
        return not in_words
    if kind == "letters":
        return not place.startswith(("request sent", "pwd", "password for", "Kennwort lautet"))
    if kind == "guid":
        return not place.startswith(("password for", "pwd", "Kennwort", "request sent"))
    if kind == "base64" and ("user" in place[:60] or "://" in place[:20]) and "@" in place:
        return False  # "/" ends the authority
    if kind == "signs":
        return "@10.0" not in place and "@proxy" not in place and "-u admin" not in place
    return not (kind == "digits" and place.startswith(("request sent",)))


def fill(place, value, rng):
    text, _, keep = place.partition(" ##") if " ##" in place else (place, "", "")
    blob = base64.b64encode(value.encode() + rng.randbytes(90)).decode()
    url = base64.urlsafe_b64encode(value.encode() + rng.randbytes(9)).decode().rstrip("=")
    parts = dict(v=value, b64=blob, b64url=url, b64long=blob, b64colon=base64.b64encode(f"svc:{value}".encode()).decode())
    planted = [value] if "{v}" in text else []
    planted += [parts[k] for k in ("b64", "b64url", "b64long", "b64colon") if "{%s}" % k in text]
    return text.format(**parts), planted, keep


def wrap(text, n):
    return "\n".join(text[i:i + n] for i in range(0, len(text), n))


ENCODINGS = {
    "plain": lambda s: s,
    "percent": lambda s: urllib.parse.quote(s, safe=""),
    "percent, all of it, twice": lambda s: urllib.parse.quote("".join(f"%{b:02x}" for b in s.encode()), safe=""),
    "entities": lambda s: html.escape(s),
    "entities, numbers": lambda s: "".join(f"&#{ord(c)};" if not c.isalnum() or i % 3 == 0 else c for i, c in enumerate(s)),
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON, twice": lambda s: json.dumps(json.dumps(s))[1:-1],
    "C": lambda s: "".join(c if c.isalnum() else "".join(f"\\x{b:02x}" for b in c.encode()) for c in s),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64 in lines": lambda s: wrap(base64.b64encode(s.encode()).decode(), 64),
    "base64 of UTF-16": lambda s: base64.b64encode(s.encode("utf-16-le")).decode(),
    "hexadecimal": lambda s: s.encode().hex(),
    "hexadecimal, divided": lambda s: " ".join(f"{b:02X}" for b in s.encode()),
    "quoted-printable": lambda s: quopri.encodestring(s.encode(), quotetabs=True).decode().rstrip("\n"),
    "UTF-16, zeros replaced": lambda s: "".join(c + "\ufffd" for c in s),
    "percent of base64": lambda s: urllib.parse.quote(base64.b64encode(s.encode()).decode(), safe=""),
    "entities, hexadecimal": lambda s: "".join(f"&#x{ord(c):X};" for c in s),
    "JSON, every character": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "percent-u": lambda s: "".join(c if c.isalnum() and i % 3 else f"%u{ord(c):04X}" for i, c in enumerate(s)),
    "octal": lambda s: "".join(f"\\{b:03o}" for b in s.encode()),
    "quoted-printable, every byte": lambda s: "".join(f"={b:02X}" for b in s.encode()),
    "base64, twice": lambda s: base64.b64encode(base64.b64encode(s.encode())).decode(),
    "base64 of UTF-16, other end first": lambda s: base64.b64encode(s.encode("utf-16-be")).decode(),
    "base64 in lines, CRLF and an indent": lambda s: wrap(base64.b64encode(s.encode()).decode(), 76).replace("\n", "\r\n    "),
    "hexadecimal of UTF-16": lambda s: s.encode("utf-16-le").hex(),
    "hexadecimal, as a registry file writes it": lambda s: "hex:" + ",".join(f"{b:02x}" for b in s.encode("utf-16-le")),
    "hexadecimal, 0x and commas": lambda s: ",".join(f"0x{b:02x}" for b in s.encode()),
    "UTF-16, shown with dots": lambda s: "".join(c + "." for c in s.replace("\n", " ")) if s.isascii() else s,
    "percent of JSON": lambda s: urllib.parse.quote(json.dumps(s), safe=""),
    "base64 of percent": lambda s: base64.b64encode(urllib.parse.quote(s, safe="").encode()).decode(),
    "entities of JSON": lambda s: html.escape(json.dumps(s)[1:-1]),
}


def forms(value):
    """How the value may stand in an output."""
    yield value
    yield urllib.parse.quote(value, safe="")
    yield html.escape(value)
    yield json.dumps(value)[1:-1]
    yield value.encode().hex()
    for before in range(3):
        raw = base64.b64encode(b"\0" * before + value.encode()).rstrip(b"=").decode()
        yield raw[-(-before * 8 // 6):-1]


def cases(seed, rounds=1):
    """(place, kind, encoding, text, planted values, what must stay): each value is another one."""
    rng = random.Random(f"secrets {seed}")
    for _ in range(rounds):
        for place in PLACES:
            for kind, value in values(rng):
                if not fits(place, kind):
                    continue
                for name, encode in ENCODINGS.items():
                    text, planted, keep = fill(place, value, rng)
                    yield place, kind, name, encode(text), planted, keep
