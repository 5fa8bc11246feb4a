#!/usr/bin/env python3
"""Log lines with marked names, to measure what redaction finds and what it takes too much.

Made from the forms that RFCs and the writers of these logs give (RFC 952, 1123, 2253, 3986, 4291, 5280, 5322, 7230, the fields of IIS,
HTTP.sys, Android, iOS, Windows events, certutil, dsregcmd, appcmd) and Debian's public suffix list. It knows nothing of how redaction works.
A name stands between U+2983 and U+2984; everything else in a line has to stay. Families are dealt into two halves, `open` and `held`:
work is done with the first, the second is only measured.

    corpus.py open|held [--seed N] [--lines N]      one marked line per line
"""
import argparse
import random
import sys

OPEN, SHUT = "\u2983", "\u2984"
SUFFIXES = "/usr/share/publicsuffix/effective_tld_names.dat"
# Suffixes of people who run Windows servers, those that look like the end of a file's name, those that no list has.
PUBLIC = ("com net org de fr it es pt nl pl se cz ru jp at ch eu co.uk com.br co.jp gov.pl ac.uk in rs me cc md so py sh ps io ai zip mov "
          "bank cloud berlin gmbh hospital app dev xn--p1ai рф").split()
PRIVATE = "local lan loc priv intra corp home internal".split()

LANGS = {
    "en": dict(first="Harriet Owen Priya Desmond", last="Ashcroft Wetherby Okonkwo Pemberton",
               org="Brightwater Foundry|Harrow & Pike|Larkspur Clinics", dom="brightwater harrowpike larkspur",
               computer="Computer", user="User", server="server", issuer="Issuer", subject="Subject", device="Device name",
               serial="Serial number", host="Host Name", account="Account Name"),
    "de": dict(first="Jürgen Hannelore Götz Käthe", last="Müßig Großkopf Weißhaupt Schöttle",
               org="Metallbau Müßig|Stadtwerke Übersee|Klinikum Südhang", dom="metallbau-muessig stadtwerke-uebersee suedhang",
               computer="Computer", user="Benutzer", server="Server", issuer="Aussteller", subject="Antragsteller",
               device="Gerätename", serial="Seriennummer", host="Hostname", account="Kontoname"),
    "fr": dict(first="Zoé Gérald Anaïs Loïc", last="Lefèvre Bonnassié Guéguen Châtelain",
               org="Boulangeries Lefèvre|Mairie de Crécy|Forges du Périgord", dom="boulangeries-lefevre mairie-crecy forges-perigord",
               computer="Ordinateur", user="Utilisateur", server="serveur", issuer="Émetteur", subject="Sujet",
               device="Nom de l’appareil", serial="Numéro de série", host="Nom de l’hôte", account="Nom du compte"),
    "es": dict(first="Íñigo Begoña Ángel Ximena", last="Ibáñez Zubizarreta Muñiz Peñalver",
               org="Cerámicas Ibáñez|Ayuntamiento de Toro|Naviera Peñalver", dom="ceramicasibanez ayto-toro navierapenalver",
               computer="Equipo", user="Usuario", server="servidor", issuer="Emisor", subject="Asunto",
               device="Nombre del dispositivo", serial="Número de serie", host="Nombre de host", account="Nombre de cuenta"),
    "it": dict(first="Niccolò Graziella Elìa Donatella", last="Bevilacqua D’Alò Forlì Scozzafava",
               org="Vetreria Bevilacqua|Comune di Forlì|Oleificio Scozzafava", dom="vetreriabevilacqua comune-forli scozzafava",
               computer="Computer", user="Utente", server="server", issuer="Autorità emittente", subject="Soggetto",
               device="Nome dispositivo", serial="Numero di serie", host="Nome host", account="Nome account"),
    "pt": dict(first="João Conceição Inês Tomé", last="Gonçalves Assunção Falcão Brandão",
               org="Cortiças Gonçalves|Câmara de Lamego|Falcão Têxteis", dom="corticasgoncalves cm-lamego falcaotexteis",
               computer="Computador", user="Usuário", server="servidor", issuer="Emissor", subject="Requerente",
               device="Nome do dispositivo", serial="Número de série", host="Nome do host", account="Nome da conta"),
    "nl": dict(first="Sjoerd Annelies Daniël Zoë", last="Hoogendijk Coëlho Veldhuizen Bruïne",
               org="Scheepswerf Hoogendijk|Gemeente Borne|Zuivel Veldhuizen", dom="werfhoogendijk gemeenteborne veldhuizen-zuivel",
               computer="Computer", user="Gebruiker", server="server", issuer="Verlener", subject="Onderwerp",
               device="Apparaatnaam", serial="Serienummer", host="Hostnaam", account="Accountnaam"),
    "pl": dict(first="Łukasz Małgorzata Świętosława Kamil", last="Żółkiewski Dąbrowska Łęcki Wójcik",
               org="Huta Żółkiewski|Urząd Miasta Łęczna|Mleczarnia Wójcik", dom="hutazolkiewski um-leczna mleczarnia-wojcik",
               computer="Komputer", user="Użytkownik", server="serwer", issuer="Wystawca", subject="Podmiot",
               device="Nazwa urządzenia", serial="Numer seryjny", host="Nazwa hosta", account="Nazwa konta"),
    "sv": dict(first="Åke Örjan Märta Linnéa", last="Sjöström Hägglund Åkerblad Nyqvist",
               org="Sågverk Sjöström|Åkerblads Mejeri|Region Norrån", dom="sagverk-sjostrom akerblads regionnorran",
               computer="Dator", user="Användare", server="servern", issuer="Utfärdare", subject="Ämne",
               device="Enhetsnamn", serial="Serienummer", host="Värddatornamn", account="Kontonamn"),
    "cs": dict(first="Jiří Božena Řehoř Květa", last="Dvořáček Šťastná Příhoda Němcová",
               org="Sklárny Dvořáček|Město Žďár|Pivovar Příhoda", dom="sklarny-dvoracek mesto-zdar pivovarprihoda",
               computer="Počítač", user="Uživatel", server="server", issuer="Vystavitel", subject="Předmět",
               device="Název zařízení", serial="Sériové číslo", host="Název hostitele", account="Název účtu"),
    "ru": dict(first="Семён Людмила Фёдор Ксения", last="Щербаков Вязьмина Ельцова Жигулин",
               org="Завод Щербаков|Лесхоз Вязьмы|Типография Жигулин", dom="zavod-scherbakov leshoz-vyazma zhigulin",
               computer="Компьютер", user="Пользователь", server="сервер", issuer="Издатель", subject="Субъект",
               device="Имя устройства", serial="Серийный номер", host="Имя узла", account="Имя учетной записи"),
    "ja": dict(first="健太郎 美咲 翔平 由紀子", last="長谷川 五十嵐 小笠原 宇都宮",
               org="長谷川製作所|五十嵐病院|宇都宮交通", dom="hasegawa-ss igarashi-hp utsunomiya-kotsu",
               computer="コンピューター", user="ユーザー", server="サーバー", issuer="発行者", subject="サブジェクト",
               device="デバイス名", serial="シリアル番号", host="ホスト名", account="アカウント名"),
}


def suffixes():
    """The suffixes to use; a public one must be in the list, so that none is made up."""
    with open(SUFFIXES, encoding="utf-8") as f:
        known = {line.strip() for line in f if line.strip() and not line.startswith("//")}
    for s in PUBLIC:
        as_listed = s.encode().decode("idna") if s.startswith("xn--") else s
        if as_listed not in known:
            raise SystemExit(f"{s}: not in the public suffix list")
    return PUBLIC + PRIVATE


def endings(_which):
    return suffixes()


def mark(text):
    return OPEN + text + SHUT


def ascii_name(text):
    table = str.maketrans("áàâãäåčçďéèêëěíìîïłńñóòôõöøřšśťúùûüýżźžąęßÁÅÍÖÓŁŚŘŽ’",
                          "aaaaaaccdeeeeeiiiilnnoooooorsstuuuuyzzzaesAAIOOLSRZ'")
    return text.translate(table).replace("'", "")


class Maker:
    """One line's cast: the same people and machines within a line. Every method with a name of a thing gives it marked."""

    def __init__(self, rng, lang, suffix):
        self.r, self.lang, self.suffix = rng, lang, suffix
        self.w = LANGS[lang]
        self.p = rng.choice

    def domain_(self):
        return self.p(self.w["dom"].split()) + "." + self.suffix

    def domain(self):
        return mark(self.domain_())

    def label_(self):
        return self.p(["ndes", "scep", "pki01", "ndes-prd-2", "mail", "vpn2", "srv-ca-01", "proxy", "w2k19-ndes"])

    def host_(self):
        return self.label_() + "." + self.domain_()

    def host(self):
        return mark(self.host_())

    def nb_(self):
        head = self.p(["SRV", "NDES", "CA", "PC", "NB", "VM", "WKS", "DC"])
        return head + self.p(["-", ""]) + self.p(self.w["dom"].split()).split("-")[0][:4].upper() + f"{self.r.randint(1, 99):02d}"

    def nb(self):
        return mark(self.nb_())

    def dom_nb_(self):
        return self.p(self.w["dom"].split()).split("-")[0][:9].upper()

    def person_(self):
        return self.p(self.w["first"].split()), self.p(self.w["last"].split())

    def full(self):
        f, l = self.person_()
        return mark(f + ("" if self.lang == "ja" else " ") + l)

    def sam_(self):
        f, l = self.person_()
        if self.lang in ("ru", "ja"):
            return self.p(["svc-ndes", "khasegawa", "l.vyazmina", "sa_scep"])
        return self.p([ascii_name(f[0] + l).lower(), ascii_name(f + "." + l).lower(), "svc-ndes-" + ascii_name(l)[:4].lower()])

    def local_(self):
        """A local part of RFC 5321 or 6531: any script."""
        f, l = self.person_()
        return self.p([f + "." + l, l, self.sam_(), f[0] + "_" + l, self.sam_() + "+intune"]).lower().replace("’", "")

    def upn(self):
        return mark(self.local_() + "@" + self.domain_())

    def account(self):
        return mark(self.dom_nb_() + "\\" + self.sam_())

    def ip4(self):
        r = self.r
        return mark(self.p([f"10.{r.randint(0, 250)}.{r.randint(0, 250)}.{r.randint(1, 250)}",
                            f"172.{r.randint(16, 31)}.{r.randint(0, 250)}.{r.randint(1, 250)}",
                            f"192.168.{r.randint(0, 250)}.{r.randint(1, 250)}",
                            f"{r.choice([81, 93, 145, 188, 212])}.{r.randint(1, 250)}.{r.randint(1, 250)}.{r.randint(1, 250)}"]))

    def ip6(self):
        r = self.r
        h = lambda: f"{r.randint(1, 0xffff):x}"
        return mark(self.p([f"fd{r.randint(16, 255):02x}:{h()}:{h()}::{h()}", f"2a02:{h()}:{h()}:{h()}:{h()}:{h()}:{h()}:{h()}",
                            f"fe80::{h()}:{h()}:{h()}:{h()}"]))

    def hex_(self, n):
        return "".join(self.p("0123456789abcdef") for _ in range(n))

    def guid_(self):
        h = self.hex_(12) + "4" + self.hex_(3) + "a" + self.hex_(15)
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    def guid(self):
        return mark(self.guid_())

    def tenant_bare(self):
        return mark(self.guid_().replace("-", ""))

    def sid(self):
        r = self.r
        return mark(f"S-1-5-21-{r.randint(10**8, 4 * 10**9)}-{r.randint(10**8, 4 * 10**9)}-{r.randint(10**8, 4 * 10**9)}-{r.randint(1103, 99999)}")

    def mac(self):
        h = self.p(["00", "3c", "a4", "f0"]) + self.hex_(10)
        pairs = [h[i:i + 2] for i in range(0, 12, 2)]
        return mark(self.p([":".join(pairs), "-".join(pairs).upper(), ".".join([h[:4], h[4:8], h[8:]]), h.upper()]))

    def imei(self):
        d = "35" + "".join(self.p("0123456789") for _ in range(12))
        s = 0
        for i, c in enumerate(d):
            v = int(c) * (2 if i % 2 else 1)
            s += v - 9 if v > 9 else v
        return mark(d + str(-s % 10))

    def serial(self):
        a = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
        return mark(self.p(["F2L", "DMP", "C02", "R58", "5CG", "PF"]) + "".join(self.p(a) for _ in range(5)) + str(self.r.randint(10, 99)))

    def device(self):
        f, l = self.person_()
        return mark(self.p([f"{f}-iPhone", f"DESKTOP-{self.hex_(7).upper()}", f"LAPTOP-{self.hex_(8).upper()}", f"iPad-{l}"]))

    def thumb(self):
        return self.hex_(40)  # stays: it is compared with what a server shows, and names nobody by itself

    def ca_(self):
        o = self.p(self.w["org"].split("|"))
        return o + self.p([" Issuing CA 1", " Root CA", " SubCA G2", " Enterprise CA"])

    def ca(self):
        return mark(self.ca_())

    def org(self):
        return mark(self.p(self.w["org"].split("|")))

    def dcs(self):
        name, _, suffix = self.domain_().partition(".")
        return ",".join(["DC=" + mark(name)] + ["DC=" + x for x in suffix.split(".")])  # "de" names nobody

    def date(self):
        return f"2026-{self.r.randint(1, 12):02d}-{self.r.randint(1, 28):02d}"

    def time(self):
        return f"{self.r.randint(0, 23):02d}:{self.r.randint(0, 59):02d}:{self.r.randint(0, 59):02d}"


FAMILIES = []


def family(f):
    FAMILIES.append(f)
    return f


# Servers' logs -------------------------------------------------------------------------------------------------------------------------
@family
def iis(m):
    return (f"{m.date()} {m.time()} {m.ip4()} GET /certsrv/mscep/mscep.dll/pkiclient.exe operation=GetCACert&message={m.ca().replace('&', '%26').replace(' ', '%20')} "
            f"443 - {m.ip4()} Mozilla/4.0+(compatible;+Win32;+NDES+client+10.0.26100.2894/ge_release) - {m.p(['200 0 0', '500 0 1346', '403 0 5'])} 15")


@family
def iis_user(m):
    return (f"{m.date()} {m.time()} W3SVC1 {m.nb()} {m.ip4()} POST /certsrv/mscep/ - 443 {m.account()} {m.ip6()} HTTP/1.1 "
            f"okhttp/4.9.3 - https://{m.host()}/certsrv/mscep_admin/ {m.host()} 401 2 5 1339")


@family
def httperr(m):
    return (f"{m.date()} {m.time()} {m.ip4()} 50022 {m.ip4()} 443 HTTP/1.1 GET "
            f"/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca - 503 1 {m.p(['Disabled', 'AppOffline', 'QueueFull'])} SCEP")


@family
def httperr_v6(m):
    return f"{m.date()} {m.time()} {m.ip6()} 62114 {m.ip6()} 80 HTTP/1.1 GET / - 400 - Hostname -"


# Devices ---------------------------------------------------------------------------------------------------------------------------------
@family
def android_slash(m):
    return (f"{m.date()}T{m.time()}.1234567\tWARN\tcom.microsoft.omadm.platforms.android.certmgr.CertificateEnrollmentManager\t14210\t00087\t"
            f"java.net.ConnectException: failed to connect to {m.host()}/{m.ip4()} (port 443) from /{m.ip4()} (port 40122) after 10000ms: isConnected failed: ECONNREFUSED")


@family
def android_unknown(m):
    return (f"java.net.UnknownHostException: Unable to resolve host \"{m.host()}\": No address associated with hostname "
            f"at java.net.Inet6AddressImpl.lookupHostByName(Inet6AddressImpl.java:124)")


@family
def android_scep(m):
    return (f"{m.date()}T{m.time()}.0010000\tINFO\tcom.microsoft.omadm.platforms.android.certmgr.state.NDESRequestCertStateMachine\t9321\t00012\t"
            f"Requesting certificate from https://{m.host()}:8443/certsrv/mscep/mscep.dll for user {m.upn()}, device {m.guid()}")


@family
def android_ids(m):
    return (f"com.microsoft.omadm.client.tasks.PolicyTask\tIMEI: {m.imei()}, {m.p(['SerialNumber', 'Serial Number', 'serial'])}: {m.serial()}, "
            f"WiFi MAC: {m.mac()}, model: SM-G991B, OS: Android 14")


@family
def ios_mdm(m):
    return (f"{m.date()} {m.time()}.120493+0000 0x2f3a1 Default 0x0 187 0 profiled: (ManagedConfiguration) [com.apple.ManagedConfiguration:MC] "
            f"Attempting to retrieve issued certificate from \"https://{m.host()}/certsrv/mscep/mscep.dll\" NSURLErrorDomain Code=-1001")


@family
def ios_tls(m):
    return (f"boringssl_context_handle_fatal_alert(2072) [C12.1.1.1:2][0x10511ee30] TLSv1.2 Connection to {m.host()}:443 ({m.ip6()}) "
            f"failed with error -9807, trust evaluate failure: [leaf AnchorTrusted], subject: CN={m.host()}, O={m.org()}")


@family
def ios_device(m):
    return f"Device {m.device()} (serial {m.serial()}, UDID {m.tenant_bare()}) enrolled; iOS 17.6.1 (21G93), iPhone14,5"


@family
def win_scep36(m):
    return (f"SCEP: Certificate enrollment for {m.p(['WORKGROUP', 'Local system'])} via https://{m.host()}/certsrv/mscep/mscep.dll/pkiclient.exe failed: "
            f"GetCACaps Method: GET(15ms) Stage: GetCACaps The operation timed out 0x80072ee2 (WinHttp: 12002 ERROR_WINHTTP_TIMEOUT)")


@family
def dsreg(m):
    k = m.p(["DeviceId : {g}", "TenantId : {g}", "TenantName : {o}", "Executing Account Name : {a}, {u}", "Device Name : {h}",
             "DomainName : {d}", "Thumbprint : {t}", "DeviceCertificateValidity : [ 2026-01-02 08:00:00.000 UTC -- 2036-01-02 08:30:00.000 UTC ]"])
    return "   " + k.format(g=m.guid(), o=m.org(), a=m.account(), u=m.upn(), h=m.host(), d=mark(m.dom_nb_()), t=m.thumb())


# Events ------------------------------------------------------------------------------------------------------------------------------------
@family
def event_labels(m):
    w = m.w
    return f"{w['user']}: {m.account()}  {w['computer']}: {m.host()}  EventID: {m.p([2, 10, 29, 31])}  0x80070057"


@family
def event_xml(m):
    return (f"<System><Provider Name=\"Microsoft-Windows-NetworkDeviceEnrollmentService\" Guid=\"{{5c3dc7d5-4a4c-4b0c-b1a5-0a4c7d0e8a52}}\"/>"
            f"<EventID>29</EventID><Level>2</Level><TimeCreated SystemTime=\"{m.date()}T{m.time()}.000Z\"/><Computer>{m.host()}</Computer>"
            f"<Security UserID=\"{m.sid()}\"/></System>")


@family
def capi2(m):
    return (f"<Certificate fileRef=\"{m.thumb()}.cer\" subjectName=\"{m.p([m.ca(), m.host()])}\"/><Result value=\"80092013\">The revocation function was "
            f"unable to check revocation because the revocation server was offline.</Result>")


@family
def nps_event(m):
    w = m.w
    return f"{w['account']}: {m.nb()}$  {w['subject']}: S-1-5-18  Logon Type: 3  Status: 0xC000006D  Sub Status: 0xC0000064"


@family
def connector(m):
    return (f"EventID 4003 SCEP request failed validation. TenantId: {m.guid()}; DeviceId={m.guid()}; UserId={m.guid()}; CA: {m.nb()}\\{m.ca()}; "
            f"HRESULT: 0x80094012; ExitCode: 0")


@family
def tenant_dashless(m):
    return f"aadTenantId={m.tenant_bare()} scenario=SCEP statusCode=400 retry=3 lib=okhttp version=5.0.6152.0"


# Outputs of tools ----------------------------------------------------------------------------------------------------------------------
@family
def certutil(m):
    w = m.w
    return (f"{w['issuer']}: CN={m.ca()}, {m.dcs()}  NotAfter: {m.date()} {m.time()}  {w['subject']}: CN={m.nb()}-MSCEP-RA, O={m.org()}, C=DE")


@family
def ldap_crl(m):
    name = m.ca_().replace("&", "%26").replace(" ", "%20")
    dc = m.dcs()
    return (f"[0]Base CRL: ldap:///CN={mark(name)},CN={m.nb()},CN=CDP,CN=Public%20Key%20Services,CN=Services,CN=Configuration,{dc}"
            f"?certificateRevocationList?base?objectClass=cRLDistributionPoint {m.p(['expired', 'timed out', 'ok', '0x80092013'])}")


@family
def http_crl(m):
    return f"CRL http://{m.host()}/CertEnroll/{mark(m.ca_().replace('&', '%26').replace(' ', '%20'))}+.crl {m.p(['404', 'expired', 'fresh', 'wrong signature'])}, next update {m.date()}"


@family
def certutil_san(m):
    return f"DNS Name={m.host()}, DNS Name=*.{m.domain()}, IP Address={m.ip4()}, RFC822 Name={m.upn()}, URL=https://{m.host()}/"


@family
def openssl_san(m):
    return f"X509v3 Subject Alternative Name: DNS:{m.host()}, DNS:{m.host()}, IP Address:{m.ip6()}, email:{m.upn()}, othername: UPN::{m.upn()}"


@family
def ipconfig(m):
    return f"   {m.w['host']} . . . . . . . . . . : {m.nb()}   DNS Suffix : {m.domain()}   IPv4 : {m.ip4()}(Preferred)   {m.p(['MAC', 'Physical Address'])} : {m.mac()}"


@family
def appcmd(m):
    return f"APPPOOL.NAME:\"SCEP\" processModel.identityType:\"SpecificUser\" processModel.userName:\"{m.account()}\" state:\"Stopped\""


@family
def sc_qc(m):
    return f"SERVICE_NAME: NDESConnectorSvc  START_TYPE : 2 AUTO_START  SERVICE_START_NAME : {m.p([m.account(), m.upn()])}  STATE : 1 STOPPED"


@family
def setspn(m):
    return f"Registered ServicePrincipalNames for CN={m.nb()},OU=Servers,{m.dcs()}: HTTP/{m.host()} HOST/{m.nb()} RestrictedKrbHost/{m.host()}"


@family
def nslookup(m):
    return f"Server:  {m.host()}  Address:  {m.ip4()}  Name:    {m.host()}  Addresses:  {m.ip6()}  {m.ip4()}  Aliases:  {m.host()}"


@family
def curl_verbose(m):
    return f"* Connected to {m.host()} ({m.ip4()}) port 443 (#0); ALPN, server accepted to use http/1.1; SSL certificate verify ok."


# Paths, shares and archives ------------------------------------------------------------------------------------------------------------
@family
def profile_path(m):
    f, l = m.person_()
    return f"C:\\Users\\{mark(m.sam_())}\\AppData\\Local\\Temp\\SCEP\\trace.log line 44: CRYPT_E_REVOCATION_OFFLINE"


@family
def unc(m):
    return f"\\\\{m.p([m.host(), m.nb()])}\\c$\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex261130.log could not be opened: error 5"


@family
def zip_member(m):
    return f"collected.zip/{m.org()}/{m.nb()}/System32/LogFiles/HTTPERR/httperr1.log: 12 lines, 3 of them with 503"


@family
def home(m):
    return f"/home/{mark(m.sam_())}/Downloads/{m.org()}/u_ex261130.log 4096 bytes"


# Headers and pages -----------------------------------------------------------------------------------------------------------------------
@family
def via(m):
    return f"Via: 1.1 {m.host()} (squid/5.7), 1.0 {m.nb()}; X-Cache: MISS from {m.host()}; Age: 12"


@family
def realm(m):
    return f"WWW-Authenticate: Basic realm=\"{m.p([m.host(), m.org()])}\", Negotiate; Content-Length: 1293; Server: Microsoft-IIS/10.0"


@family
def forwarded(m):
    return f"X-Forwarded-For: {m.ip4()}, {m.ip6()}; Forwarded: for={m.ip4()};proto=https;host={m.host()}; status 502"


@family
def title(m):
    return f"<title>{m.org()} - {m.p(['Sign in', 'Anmeldung', 'Connexion', 'ログイン'])}</title>"


@family
def page_text(m):
    return f"title \"{m.org()}: {m.p(['403 Forbidden', 'Access denied', 'Service unavailable'])}\", server nginx/1.22.1, 548 bytes"


# Prose of people, in their language --------------------------------------------------------------------------------------------------
PROSE = {
    "en": "the server {h} answers 503 since {t}; {u} tried it twice from {i}",
    "de": "der Server {h} antwortet seit {t} mit 503; {u} hat es zweimal von {i} aus versucht",
    "fr": "le serveur {h} répond 503 depuis {t} ; {u} a essayé deux fois depuis {i}",
    "es": "el servidor {h} responde 503 desde las {t}; {u} lo intentó dos veces desde {i}",
    "it": "il server {h} risponde 503 dalle {t}; {u} ha provato due volte da {i}",
    "pt": "o servidor {h} responde 503 desde as {t}; {u} tentou duas vezes a partir de {i}",
    "nl": "de server {h} antwoordt sinds {t} met 503; {u} probeerde het twee keer vanaf {i}",
    "pl": "serwer {h} odpowiada 503 od {t}; {u} próbował dwa razy z {i}",
    "sv": "servern {h} svarar 503 sedan {t}; {u} försökte två gånger från {i}",
    "cs": "server {h} odpovídá 503 od {t}; {u} to zkusil dvakrát z {i}",
    "ru": "сервер {h} отвечает 503 с {t}; {u} пробовал дважды с {i}",
    "ja": "サーバー {h} は {t} から 503 を返します。{u} が {i} から 2 回試しました",
}


@family
def prose_host(m):
    return PROSE[m.lang].format(h=m.host(), t=m.time(), u=m.upn(), i=m.ip4())


@family
def prose_nb(m):
    return PROSE[m.lang].format(h=m.nb(), t=m.time(), u=m.account(), i=m.ip6())


@family
def labelled(m):
    w = m.w
    return f"{w['device']}: {m.device()}, {w['serial']}: {m.serial()}, {w['host']}: {m.nb()}"


@family
def labelled_user(m):
    w = m.w
    return f"{w['user']}: {m.p([m.upn(), m.account()])}; {w['computer']}: {m.nb()}; {m.p(['Error', 'Fehler', 'Erreur', 'Ошибка', 'エラー'])} 0x80094800"


# Lines without a name: nothing may be taken ----------------------------------------------------------------------------------------------
@family
def product(m):
    return m.p(["Faulting application name: w3wp.exe, version: 10.0.20348.1, time stamp: 0x6c4a2f1b, faulting module: ntdll.dll, exception code: 0xc0000374",
                "curl: (60) SSL certificate problem: unable to get local issuer certificate",
                "scep.url: 403, page forbidden-iis, 1233 bytes, Server: Microsoft-IIS/10.0",
                "The Network Device Enrollment Service cannot retrieve one of its required certificates (0x80070057). The parameter is incorrect.",
                "Der Dienst für die Registrierung von Netzwerkgeräten kann eines der erforderlichen Zertifikate nicht abrufen (0x80070057).",
                "Служба регистрации на сетевых устройствах не может получить требуемый сертификат (0x80070057).",
                "ネットワーク デバイス登録サービスは必要な証明書を取得できません (0x80070057)。",
                "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP\\EncryptionTemplate = IPSECIntermediateOffline",
                "System.Net.WebException: The remote server returned an error: (500) Internal Server Error. at System.Net.HttpWebRequest.GetResponse()",
                "at com.android.okhttp.internal.Platform.connectSocket(Platform.java:182) at libcore.io.Linux.connect(Native Method)",
                "C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config line 214: requestFiltering maxUrl 65534",
                "OID 1.3.6.1.4.1.311.20.2.1 Certificate Request Agent; 1.3.6.1.5.5.7.3.2 Client Authentication",
                "Cipher TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, protocol TLSv1.2, 2048 bits RSA, SHA-256"])


@family
def public_hosts(m):
    return m.p(["https://manage.microsoft.com and graph.microsoft.com answer from here; login.microsoftonline.com:443 as well",
                "CRL http://crl.microsoft.com/pki/mscorp/crl/msitwww2.crl fresh",
                "Issuer: CN=DigiCert Global Root G2, OU=www.digicert.com, O=DigiCert Inc, C=US",
                "Issuer: CN=ISRG Root X1, O=Internet Security Research Group, C=US",
                "https://ndes.contoso.example/certsrv/mscep/mscep.dll is an example, so are example.com, 192.0.2.7, 198.51.100.20 and 2001:db8::5",
                "listening on 127.0.0.1:443, [::1]:443 and 0.0.0.0:80; localhost answers",
                "see https://learn.microsoft.com/troubleshoot/mem/intune/certificates/troubleshoot-scep-certificate-device-to-ndes",
                "Subject: CN=Microsoft Intune MDM Device CA, issued by CN=Microsoft Intune Root Certification Authority"])


@family
def files_named_like_hosts(m):
    return m.p(["read README.md, setup.py, run.sh, profile.ps1, lib.rs, index.ts, libssl.so.3 and main.cc: nothing about SCEP in them",
                "u_ex261130.log line 8, httperr1.log line 3, apppools.txt line 3, application.evtx record 8841",
                "NDESPlugin.log, SetupMsi.log, NDESConnector_2026-11-30_064100.svclog: 3 files, 1.2 MB",
                "collect.zip holds web.config, machine.config and OMADM.log"])


@family
def times_and_numbers(m):
    return m.p([f"{m.date()}T{m.time()}.000Z took 184 ms, 3 of 4 requests since {m.time()}, 12,345 lines, 1.02 GB",
                "Windows 10.0.26100.2894 (24H2), Android 14, iOS 17.6.1, build 21G93, kernel 6.1.0-18-amd64",
                "status 500.0 Win32 1346 and 404.15; substatus 19; 0x8009030C SEC_E_LOGON_DENIED; -2146877422; curl 60",
                "from 05:58:02 to 06:55:03 UTC, 41 min before this report; offset +0.5 s",
                "MaxFieldLength = 65534 (0xfffe), MaxRequestBytes = 16777216 (0x1000000)"])


@family
def certificate_facts(m):
    return m.p(["RA certificate, CEPEncryption, EnrollmentAgentOffline, valid to 28 Nov 2026 09:00 UTC, ended 2 days ago",
                "capabilities POSTPKIOperation, Renewal, SHA-512, SHA-256, SHA-1, DES3, AES, SCEPStandard",
                "failInfo 2 (badRequest), pkiStatus FAILURE, messageType PKCSReq (19)",
                "NT AUTHORITY\\SYSTEM, NT AUTHORITY\\NETWORK SERVICE, IIS APPPOOL\\SCEP, BUILTIN\\IIS_IUSRS, S-1-5-18, S-1-5-32-568"])


def half_of(families, which):
    """Every second family of a shuffled list, always the same way."""
    deck = sorted(families, key=lambda f: random.Random("halves of " + f.__name__).random())
    return [f for i, f in enumerate(deck) if (i % 2 == 0) == (which == "open")]


def lines(which, seed, count):
    rng = random.Random(f"{which} {seed}")
    chosen, ends, langs = half_of(FAMILIES, which), suffixes(), list(LANGS)
    for n in range(count):
        # Each family meets every language and every suffix in turn.
        turn, which_one = divmod(n, len(chosen))
        m = Maker(rng, langs[(turn + which_one) % len(langs)], ends[(turn + 7 * which_one) % len(ends)])
        yield chosen[which_one].__name__, chosen[which_one](m)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("which", choices=["open", "held"])
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--lines", type=int, default=3000)
    a = ap.parse_args()
    for _, line in lines(a.which, a.seed, a.lines):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
