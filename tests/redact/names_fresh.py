"""A second corpus of marked lines for names.py: other languages, other writers, other endings than names_corpus.py.

Written from the forms that the makers of these logs print and from RFCs, before its writer had read how redaction works.
Its labels of hosts and domains are put together from syllables, so no list can know them; its endings are drawn from the
whole of Debian's public suffix list, forty at a time.
"""
import random

import names_corpus as base
from names_corpus import mark

LANGS = {
    "da": dict(first="Søren Birgitte Åse Mikkel", last="Kjærgaard Østerlund Højbjerg Ravnkilde", org="Værftet Højbjerg|Ravnkilde Apotek",
               computer="Computer", user="Bruger", server="Server", issuer="Udsteder", subject="Emne", device="Enhedsnavn",
               serial="Serienummer", host="Værtsnavn", account="Kontonavn"),
    "fi": dict(first="Väinö Päivi Jyrki Aliisa", last="Hämäläinen Yläjärvi Mäkitörmä Sääskilahti", org="Konepaja Yläjärvi|Kuopion Sääski Oy",
               computer="Tietokone", user="Käyttäjä", server="palvelin", issuer="Myöntäjä", subject="Kohde", device="Laitteen nimi",
               serial="Sarjanumero", host="Isäntänimi", account="Tilin nimi"),
    "hu": dict(first="Győző Réka Zsófia Ödön", last="Kőszegi Szűcs Hajdú Vörösváry", org="Kőszegi Malom|Hajdú Gépgyár Zrt",
               computer="Számítógép", user="Felhasználó", server="kiszolgáló", issuer="Kiállító", subject="Tulajdonos",
               device="Eszköz neve", serial="Sorozatszám", host="Állomásnév", account="Fiók neve"),
    "ro": dict(first="Ștefan Ioana Țicu Anca", last="Bălănescu Țurcanu Dimitrișca Mărgineanu", org="Fabrica Bălănescu|Primăria Țurcani",
               computer="Computer", user="Utilizator", server="server", issuer="Emitent", subject="Subiect", device="Nume dispozitiv",
               serial="Număr de serie", host="Nume gazdă", account="Nume cont"),
    "tr": dict(first="Çağrı İpek Gökçe Şükrü", last="Yıldırımoğlu Çığır Özgümüş Şahinbaş", org="Özgümüş Döküm|Şahinbaş Lojistik",
               computer="Bilgisayar", user="Kullanıcı", server="sunucu", issuer="Veren", subject="Konu", device="Cihaz adı",
               serial="Seri numarası", host="Ana bilgisayar adı", account="Hesap Adı"),
    "el": dict(first="Ελευθέριος Φωτεινή Στέλιος Ασπασία", last="Παπαγεωργίου Χατζηδάκης Μαυρομμάτης Ξενάκη",
               org="Ναυπηγεία Μαυρομμάτη|Δήμος Ξηροβουνίου", computer="Υπολογιστής", user="Χρήστης", server="διακομιστής",
               issuer="Εκδότης", subject="Θέμα", device="Όνομα συσκευής", serial="Σειριακός αριθμός",
               host="Όνομα κεντρικού υπολογιστή", account="Όνομα λογαριασμού"),
    "uk": dict(first="Олексій Ґалина Їжак Юрій", last="Шевчук Підгірна Ґонта Єременко", org="Ливарня Підгірна|Лікарня Єременка",
               computer="Комп’ютер", user="Користувач", server="сервер", issuer="Видавець", subject="Суб’єкт", device="Ім’я пристрою",
               serial="Серійний номер", host="Ім’я вузла", account="Ім’я облікового запису"),
    "zh": dict(first="建国 雅婷 子轩 秀英", last="欧阳 慕容 司徒 上官", org="欧阳机械厂|慕容医院", computer="计算机", user="用户", server="服务器",
               issuer="颁发者", subject="使用者", device="设备名称", serial="序列号", host="主机名", account="帐户名"),
    "ko": dict(first="지훈 서연 민준 하은", last="남궁 황보 선우 제갈", org="남궁제철|황보병원", computer="컴퓨터", user="사용자", server="서버",
               issuer="발급자", subject="주체", device="장치 이름", serial="일련 번호", host="호스트 이름", account="계정 이름"),
    "ar": dict(first="عبدالرحمن ليلى طارق نورة", last="القحطاني الشمري البغدادي الزهراني", org="مصنع القحطاني|مستشفى الشمري",
               computer="الكمبيوتر", user="المستخدم", server="الخادم", issuer="المصدر", subject="الموضوع", device="اسم الجهاز",
               serial="الرقم التسلسلي", host="اسم المضيف", account="اسم الحساب"),
    "he": dict(first="יהונתן שירה אביגיל נדב", last="בן־דוד אשכנזי מזרחי רוזנבאום", org="מפעלי אשכנזי|עיריית רוזן", computer="מחשב",
               user="משתמש", server="שרת", issuer="מנפיק", subject="נושא", device="שם המכשיר", serial="מספר סידורי", host="שם מארח",
               account="שם חשבון"),
    "vi": dict(first="Nguyễn Thảo Quốc Bảo", last="Trương Đặng Huỳnh Vũ", org="Xưởng Trương Đặng|Bệnh viện Huỳnh", computer="Máy tính",
               user="Người dùng", server="máy chủ", issuer="Người cấp", subject="Chủ thể", device="Tên thiết bị", serial="Số sê-ri",
               host="Tên máy chủ", account="Tên tài khoản"),
}

SYLLABLES = "bra kel dun vor mis tal ger han lof pes rik sto ulm wex zan nor quil fey jask hob crom dit ell gav ost".split()
# Labels as administrators pick them; some say what the machine does, some say nothing.
LABELS = "ndes scep cert enroll certsrv intune-ndes mobile mdm gw edge web3 s01 srv-pki-a rp2 waf adc01 x7 legacy".split()


def endings(which):
    """Endings of forty top-level domains of the public list, others for each half, and six that no list has."""
    by_top, registries = {}, False
    with open(base.SUFFIXES, encoding="utf-8") as f:
        for line in f:
            line = line.strip()
            if "===BEGIN ICANN DOMAINS===" in line:
                registries = True
            if "===END ICANN DOMAINS===" in line:
                break
            if registries and line and line[0] not in "/*!" and line.count(".") < 2 and line != "arpa":
                by_top.setdefault(line.rpartition(".")[2], []).append(line)
    rng = random.Random("endings")
    tops = rng.sample([t for t in by_top if t.isascii()], 70) + rng.sample([t for t in by_top if not t.isascii()], 10)
    return [rng.choice(by_top[t]) for t in tops[which == "held"::2]] + ["local", "lan", "priv", "ad", "corp", "intern"]


class Maker(base.Maker):
    def __init__(self, rng, lang, suffix):
        self.r, self.lang, self.suffix, self.p = rng, lang, suffix, rng.choice
        words = ["".join(rng.sample(SYLLABLES, rng.choice([2, 3]))) for _ in range(2)]
        self.w = dict(LANGS[lang], dom=" ".join(words + [words[0] + "-" + words[1]]))

    def label_(self):
        return self.p(LABELS)

    def nb_(self):
        short = self.p(self.w["dom"].split()).split("-")[0][:4].upper()
        return self.p([f"{short}SRV{self.r.randint(1, 99):03d}", f"SV-{short}-{self.r.randint(1, 9)}", f"W{self.r.randint(10, 25)}{short}{self.r.randint(1, 9)}",
                       f"{short}-CA-{self.r.randint(1, 9):02d}", f"{short}NDES{self.r.randint(1, 9)}"])

    def sam_(self):
        a, b = self.r.sample(SYLLABLES, 2)
        return self.p([a[0] + b + "er", a + "." + b + "sen", "svc_" + a + "ndes", "gmsa-" + b + "$", f"adm{self.r.randint(100, 999)}{a}"])

    def device(self):
        f, l = self.person_()
        return mark(self.p([f"{f}s-MacBook-Pro", f"{self.p(SYLLABLES).upper()}{self.r.randint(10000, 99999)}", f"CPC-{self.p(SYLLABLES)}-{self.hex_(5).upper()}",
                            f"{self.p(SYLLABLES)}_AndroidForWork_{self.r.randint(1, 12)}/{self.r.randint(1, 28)}/2026_{self.r.randint(1, 12)}:{self.r.randint(10, 59)} AM"]))

    def port(self):
        return str(self.r.randint(49152, 65535))

    def stamp(self):
        return f"Nov {self.r.randint(10, 30)} {self.time()}"

    def aad_sid(self):
        return mark("S-1-12-1-" + "-".join(str(self.r.randint(10 ** 8, 4 * 10 ** 9)) for _ in range(4)))

    def word(self, key):
        return self.w[key]


FAMILIES = []


def family(f):
    FAMILIES.append(f)
    return f


# Servers ---------------------------------------------------------------------------------------------------------------------
@family
def ca_event53(m):
    return (f"Active Directory Certificate Services denied request {m.r.randint(100, 9999)} because The permissions on the certificate template do not allow "
            f"the current user to enroll for this type of certificate. 0x80094012 (-2146877422 CERTSRV_E_TEMPLATE_DENIED).  The request was for "
            f"CN={m.host()}, O={m.org()}.  Additional information: Denied by Policy Module")


@family
def ca_view_row(m):
    return f"{m.r.randint(100, 9999)}, \"{m.account()}\", \"{m.upn()}\", 30 -- Denied, 0x80094012, \"EnrollmentAgentOffline\", {m.date()} {m.time()}"


@family
def logon_event(m):
    return (f"An account failed to log on.  Subject:  Security ID: {m.sid()}  Account Name: {m.nb()}$  Account Domain: {mark(m.dom_nb_())}  Logon ID: 0x3E7  "
            f"Logon Type: 3  Failure Reason: Unknown user name or bad password.  Workstation Name: {m.nb()}  Source Network Address: {m.ip4()}  Source Port: {m.port()}")


@family
def certutil_ping(m):
    return f"Connecting to {m.p([m.host(), m.nb()])}\\{m.ca()} ...  Server \"{m.ca()}\" ICertRequest2 interface is alive (32ms)"


@family
def certutil_ca_config(m):
    return f"  Config:                 `{m.host()}\\{m.ca()}'  Exchange Certificate:   `'  Web Enrollment Servers: `1 / 2 / 0 / https://{m.host()}/ADPolicyProvider_CEP_Kerberos/service.svc/CEP / 0'"


@family
def registry_ca(m):
    return f"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP\\CAInfo    Configuration    REG_SZ    {m.host()}\\{m.ca()}"


@family
def registry_connector(m):
    return f"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\MicrosoftIntune\\PFXCertificateConnector    ProxyHost    REG_SZ    {m.host()}    ProxyPort    REG_DWORD    0x1f90"


@family
def iis_binding(m):
    return f"<binding protocol=\"https\" bindingInformation=\"{m.p(['*', m.ip4()])}:443:{m.host()}\" sslFlags=\"1\" />"


@family
def iis_pool(m):
    return f"<add name=\"SCEP\" managedRuntimeVersion=\"\"><processModel identityType=\"SpecificUser\" userName=\"{m.p([m.account(), m.upn()])}\" loadUserProfile=\"true\" /></add>"


@family
def iis_behind_proxy(m):
    return (f"{m.date()} {m.time()} {m.ip4()} GET /certsrv/mscep/mscep.dll operation=GetCACaps 443 - {m.ip4()} CertificateEnrollmentAgent/3.0 - {m.host()} "
            f"403 0 64 312 {m.ip4()},+{m.ip4()}")


@family
def sslcert(m):
    return f"    Hostname:port                : {m.host()}:443    Certificate Hash             : {m.thumb()}    Application ID               : {{4dc3e181-e14b-4a21-b022-59fc669b0914}}"


@family
def rights(m):
    return f"SeImpersonatePrivilege = *S-1-5-19,*S-1-5-20,*S-1-5-32-544,*S-1-5-32-568,*{m.sid()},{m.account()}"


@family
def icacls(m):
    return f"C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config {m.account()}:(R) NT AUTHORITY\\SYSTEM:(I)(F) BUILTIN\\Administrators:(I)(F)"


@family
def klist(m):
    d = m.domain_().upper()
    return f"#0>     Client: {mark(m.sam_())} @ {mark(d)}        Server: HTTP/{m.host()} @ {mark(d)}        KerbTicket Encryption Type: AES-256-CTS-HMAC-SHA1-96"


@family
def nltest(m):
    return f"           DC: \\\\{m.host()}      Address: \\\\{m.ip4()}     Dom Guid: {m.guid()}     Dom Name: {m.domain()}  Forest Name: {m.domain()}        Flags: PDC GC DS LDAP KDC TIMESERV"


@family
def service_crash(m):
    return f"The World Wide Web Publishing Service terminated unexpectedly on {m.nb()} ({m.host()}). It has done this 2 time(s)."


# Network ---------------------------------------------------------------------------------------------------------------------
@family
def netscaler(m):
    return (f"<134> {m.date()} {m.time()} GMT {m.nb()} 0-PPE-0 : default SSLLOG SSL_HANDSHAKE_FAILURE 5123 0 :  SPCBId 7714 - ClientIP {m.ip4()} - ClientPort {m.port()} - "
            f"VserverServiceIP {m.ip4()} - VserverServicePort 443 - ClientVersion TLSv1.2 - CipherSuite \"TLS1.2-ECDHE-RSA-AES256-GCM-SHA384\" - Reason \"Handshake failure-Internal Error\"")


@family
def bigip(m):
    return f"{m.stamp()} {m.host()} info tmm[11563]: Rule /Common/irule_block <HTTP_REQUEST>: {m.ip4()}:{m.port()} -> {m.ip4()}:443 rejected /certsrv/mscep/mscep.dll"


@family
def appgw(m):
    return (f"{{\"clientIP\":\"{m.ip4()}\",\"clientPort\":{m.port()},\"httpMethod\":\"GET\",\"requestUri\":\"/certsrv/mscep/mscep.dll\",\"httpStatus\":403,\"host\":\"{m.host()}\","
            f"\"originalHost\":\"{m.host()}\",\"serverRouted\":\"{m.ip4()}:443\",\"WAFMode\":\"Prevention\",\"ruleId\":\"949110\"}}")


@family
def nginx_error(m):
    return (f"{m.date().replace('-', '/')} {m.time()} [error] 2211#2211: *48122 upstream timed out (110: Connection timed out) while connecting to upstream, client: {m.ip4()}, "
            f"server: {m.host()}, request: \"GET /certsrv/mscep/mscep.dll?operation=GetCACaps HTTP/1.1\", upstream: \"https://{m.ip4()}:443/certsrv/mscep/mscep.dll?operation=GetCACaps\", host: \"{m.host()}\"")


@family
def apache(m):
    return f"{m.ip6()} - {mark(m.sam_())} [30/Nov/2026:{m.time()} +0100] \"GET /certsrv/mscep/ HTTP/1.1\" 502 381 \"https://{m.host()}/start\" \"okhttp/4.12.0\""


@family
def squid(m):
    return f"1764484865.123    184 {m.ip4()} TCP_TUNNEL/503 4212 CONNECT {m.host()}:443 {mark(m.sam_())} HIER_DIRECT/{m.ip4()} -"


@family
def haproxy(m):
    return f"{m.stamp()} {m.nb()} haproxy[1290]: {m.ip4()}:{m.port()} [30/Nov/2026:{m.time()}.117] https~ ndes/{m.nb()} 0/0/1/15/16 503 212 - - SC-- 12/8/0/0/3 0/0 \"GET /certsrv/mscep/ HTTP/1.1\""


@family
def syslog5424(m):
    return f"<165>1 {m.date()}T{m.time()}.003Z {m.host()} sshd 4412 ID47 - Connection from {m.ip6()} port {m.port()} on {m.ip4()} port 22"


@family
def winhttp_proxy(m):
    return f"    Proxy Server(s) :  {m.host()}:8080    Bypass List     :  *.{m.domain()};{m.ip4()};{m.host()};<local>"


@family
def proxy_environment(m):
    return f"https_proxy=http://{m.host()}:3128 no_proxy=localhost,127.0.0.1,.{m.domain()},{m.ip4()}"


@family
def tracert(m):
    return f"  {m.r.randint(1, 20)}    12 ms    11 ms    12 ms  {m.host()} [{m.ip4()}]"


@family
def test_netconnection(m):
    return f"ComputerName : {m.host()} RemoteAddress : {m.ip4()} RemotePort : 443 InterfaceAlias : Ethernet SourceAddress : {m.ip4()} TcpTestSucceeded : False"


@family
def resolve_dnsname(m):
    return f"{m.host()}                         CNAME  3600  Answer     {m.host()}     A      300   Answer     {m.ip4()}"


@family
def netstat(m):
    return f"  TCP    {m.ip4()}:443         {m.ip4()}:{m.port()}      ESTABLISHED     4   TCP    [{m.ip6()}]:443    [{m.ip6()}]:{m.port()}   TIME_WAIT       0"


@family
def dig(m):
    return f"{m.host()}.\t\t300\tIN\tA\t{m.ip4()}  ;; SERVER: {m.ip4()}#53({m.ip4()}) ;; MSG SIZE  rcvd: 71"


@family
def zone_id(m):
    return f"Link-local IPv6 Address . . . . . : {m.ip6()}%12(Preferred)   Subnet Mask . . . . . . . . . . . : 255.255.255.0   Default Gateway . . . . . . . . . : {m.ip4()}"


# Certificates ----------------------------------------------------------------------------------------------------------------
@family
def s_client(m):
    return f"depth=0 C = FI, O = {m.org()}, CN = {m.host()}  verify error:num=20:unable to get local issuer certificate  i:C = FI, O = {m.org()}, CN = {m.ca()}"


@family
def slash_dn(m):
    return f"subject=/C=HU/O={m.org()}/OU=IT/CN={m.host()} issuer=/C=HU/O={m.org()}/CN={m.ca()} notAfter=Nov 28 09:00:00 2026 GMT"


@family
def intune_subject(m):
    return f"Certificate installed: Subject CN={m.p([m.guid(), m.upn(), m.nb()])},OU=Devices,O={m.org()}  Issuer CN={m.ca()}  EKU 1.3.6.1.5.5.7.3.2"


@family
def principal_name(m):
    return f"Other Name: Principal Name={m.upn()}  URL=ID:Microsoft Endpoint Manager:GUID:{m.guid()}  RFC822 Name={m.upn()}"


@family
def not_verified(m):
    return (f"javax.net.ssl.SSLPeerUnverifiedException: Hostname {m.host()} not verified: DN: CN={m.host()},O={m.org()} subjectAltNames: [{m.host()}, *.{m.domain()}]")


@family
def aia(m):
    return f"Authority Information Access: CA Issuers - URI:http://{m.host()}/pki/{mark(m.ca_().replace(' ', '%20').replace('&', '%26'))}.crt OCSP - URI:http://{m.host()}/ocsp"


# Devices and services --------------------------------------------------------------------------------------------------------
@family
def graph_device(m):
    return (f"{{\"id\":\"{m.guid()}\",\"deviceName\":\"{m.device()}\",\"serialNumber\":\"{m.serial()}\",\"userPrincipalName\":\"{m.upn()}\",\"userDisplayName\":\"{m.full()}\","
            f"\"imei\":\"{m.imei()}\",\"complianceState\":\"compliant\",\"osVersion\":\"14.0\",\"model\":\"SM-G991B\"}}")


@family
def format_list(m):
    return f"DeviceName : {m.device()}  SerialNumber : {m.serial()}  UserPrincipalName : {m.upn()}  OSVersion : 10.0.26100.2894"


@family
def company_portal(m):
    return f"{m.date()}T{m.time()}.441Z | I | Authentication | acquired token for {m.upn()} tenant {m.guid()} resource https://manage.microsoft.com"


@family
def mdmclient(m):
    return f"{m.date()} {m.time()}.331 Df mdmclient[412:9f1] [com.apple.ManagedClient:MDMDaemon] Device \"{m.device()}\" SerialNumber {m.serial()} server https://{m.host()}/certsrv/mscep/mscep.dll code -1004"


@family
def profile_plist(m):
    return (f"<key>PayloadOrganization</key><string>{m.org()}</string><key>URL</key><string>https://{m.host()}/certsrv/mscep/mscep.dll</string>"
            f"<key>Name</key><string>{m.ca()}</string><key>Keysize</key><integer>2048</integer>")


@family
def entra_sid(m):
    return f"SCEP: Certificate request for User SID ({m.aad_sid()}) correlation {m.guid()} ended with 0x80180008"


@family
def login_link(m):
    return f"302 Location: https://login.microsoftonline.com/{m.guid()}/oauth2/v2.0/authorize?login_hint={mark(m.sam_().replace('$', '') + '%40' + m.domain_())}"


@family
def tenant_hosts(m):
    d = m.p(m.w["dom"].split())
    return f"app proxy https://{mark('ndes-' + d)}.msappproxy.net/certsrv/mscep/mscep.dll of tenant {mark(d)}.onmicrosoft.com; user {mark(m.sam_().replace('$', '') + '@' + d)}.onmicrosoft.com"


@family
def azure_resource(m):
    return f"/subscriptions/{m.guid()}/providers/Microsoft.Network/applicationGateways health probe to {m.ip4()}:443 host {m.host()}: Received invalid status code 404"


# Paths and files -------------------------------------------------------------------------------------------------------------
@family
def onedrive(m):
    return f"C:\\Users\\{mark(m.sam_())}\\OneDrive - {m.org()}\\u_ex261130.log: 204 lines"


@family
def mac_home(m):
    return f"/Users/{mark(m.sam_())}/Library/Logs/CompanyPortal/CompanyPortal 2026-11-30.log: 3 errors"


@family
def dfs(m):
    return f"\\\\{m.domain()}\\dfs\\{m.org()}\\httperr1.log line 12: 503"


@family
def diag_zip(m):
    f, l = m.person_()
    return f"DiagLogs-{mark(m.p(SYLLABLES).upper() + str(m.r.randint(10000, 99999)))}-20261130T064105Z.zip: 41 files, 3 of them logs"


# Headers and mail ------------------------------------------------------------------------------------------------------------
@family
def mail(m):
    return f"From: {m.full()} <{m.upn()}> To: {m.full()} <{m.upn()}> Received: from {m.host()} ({m.host()} [{m.ip4()}]) by {m.host()} with ESMTPS; Mon, 30 Nov 2026 {m.time()} +0100"


@family
def backend_headers(m):
    return f"X-FEServer: {m.nb()}  X-Backend-Server: {m.host()}  X-Served-By: {m.nb()}  Host: {m.host()}  Origin: https://{m.host()}"


@family
def cookie_domain(m):
    return f"Set-Cookie: (withheld); Domain=.{m.domain()}; Path=/; Secure  Location: https://{m.host()}/adfs/ls/?wa=wsignin1.0 Via: 1.1 {m.host()}"


# Prose -----------------------------------------------------------------------------------------------------------------------
PROSE = {
    "da": "{u} fik 500 fra {h} kl. {t}, {n} svarede slet ikke ({i})", "fi": "{u} sai virheen 500 palvelimelta {h} klo {t}, {n} ei vastannut lainkaan ({i})",
    "hu": "{u} 500-as hibát kapott innen: {h}, {t}-kor; {n} egyáltalán nem felelt ({i})", "ro": "{u} a primit 500 de la {h} la {t}; {n} nu a răspuns deloc ({i})",
    "tr": "{u} saat {t} civarında {h} adresinden 500 aldı; {n} hiç yanıt vermedi ({i})", "el": "ο {u} πήρε 500 από {h} στις {t}, ο {n} δεν απάντησε καθόλου ({i})",
    "uk": "{u} отримав 500 від {h} о {t}; {n} зовсім не відповів ({i})", "zh": "{u} 在 {t} 从 {h} 收到 500；{n} 没有应答 ({i})",
    "ko": "{u} 님이 {t}에 {h} 에서 500을 받았고 {n} 은(는) 응답하지 않음 ({i})", "ar": "حصل {u} على 500 من {h} في {t} ولم يرد {n} إطلاقا ({i})",
    "he": "{u} קיבל 500 מ {h} בשעה {t}, {n} לא ענה כלל ({i})", "vi": "{u} nhận lỗi 500 từ {h} lúc {t}; {n} không trả lời ({i})",
}


@family
def prose(m):
    return PROSE[m.lang].format(u=m.p([m.upn(), m.account()]), h=m.p([m.host(), "https://" + m.host() + "/"]), n=m.nb(), i=m.p([m.ip4(), m.ip6()]), t=m.time())


@family
def labels_of_the_language(m):
    w = m.w
    return f"{w['user']}: {m.p([m.upn(), m.account()])}, {w['computer']}: {m.nb()}, {w['device']}: {m.device()}"


@family
def certificate_of_the_language(m):
    w = m.w
    return f"{w['subject']}: CN={m.host()}, O={m.org()}  {w['issuer']}: CN={m.ca()}  {w['serial']}: {m.serial()}"


@family
def host_of_the_language(m):
    w = m.w
    return f"{w['host']}: {m.p([m.host(), m.nb()])}  {w['account']}: {m.p([m.account(), m.upn()])}"


# Nothing to take -------------------------------------------------------------------------------------------------------------
@family
def software(m):
    return m.p(["Microsoft.ConfigurationManager.CertRegPoint.ChallengeValidation, Version=10.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35",
                "[System.Net.Dns]::GetHostName() threw in ASP.NET 4.0.30319, System.IO.FileNotFoundException, Node.js is not involved",
                "okhttp3.internal.connection.RealConnection.connectTls(RealConnection.kt:379) at okhttp3.OkHttpClient$Builder",
                "android.security.KeyChain, com.google.android.gms 24.45.14 (190400-693941908), com.android.chrome 131.0.6778.39",
                "std::runtime_error in CMSCEPSetup::Create: IDispatch error #1804, hr=0x80070057",
                "OpenSSL 3.0.15 3 Sep 2024 (Library: OpenSSL 3.0.15), libcurl/7.88.1, nginx/1.22.1, Apache/2.4.62 (Debian), BIG-IP, awselb/2.0",
                "Intune Certificate Connector 6.2406.0.1001, Company Portal 5.0.6387.0, iPhone15,2, macOS 15.1.1 (24B91), Windows 11 23H2 22631.4460",
                "powershell.exe -NoProfile -Command Get-WinEvent -LogName Microsoft-Intune-CertificateConnectors/Admin -MaxEvents 50",
                "certutil -urlfetch -verify ra.cer & certutil -store My & certutil -config - -ping",
                "curl -v --max-time 20 -o NUL https://localhost/certsrv/mscep/mscep.dll?operation=GetCACaps"])


@family
def public_services(m):
    return m.p(["device reaches enterpriseregistration.windows.net, enrollment.manage.microsoft.com and portal.manage.microsoft.com; graph.windows.net is old",
                "CRL http://crl3.digicert.com/DigiCertGlobalRootG2.crl and OCSP http://ocsp.digicert.com answer",
                "Issuer: CN=R11, O=Let's Encrypt, C=US; root ISRG Root X1; chain by Sectigo Limited and GlobalSign nv-sa",
                "see https://datatracker.ietf.org/doc/html/rfc8894 and https://www.rfc-editor.org/rfc/rfc5280.txt, section 4.2.1.6",
                "2001:db8:1::7, 203.0.113.9 and 198.51.100.0/24 are documentation, 224.0.0.251 is multicast, 255.255.255.255 broadcast, 169.254.0.0/16 link-local",
                "an address like user@example.com or a host like ndes.example.org or foo.test or bar.invalid is an example",
                "http://schemas.microsoft.com/win/2004/08/events/event and http://www.w3.org/2001/XMLSchema-instance are namespaces",
                "-//Apple//DTD PLIST 1.0//EN http://www.apple.com/DTDs/PropertyList-1.0.dtd",
                "ctldl.windowsupdate.com and www.msftconnecttest.com answer 200 from here, time.windows.com by NTP as well"])


@family
def numbers(m):
    return m.p(["30.11.2026 06:41:05, 30/11/2026 06:41, 2026. 11. 30. 6:41, 2026-11-30T06:41:05.0000000+01:00, 20261130064105.0Z, 06:41:05:123",
                "0x80072F8F, 0xC00000E5, -1073741595, 2147954575, HRESULT 80092012, Win32 12175, NTE_BAD_KEYSET 0x80090016",
                "1.2.840.113549.1.9.7 and 2.16.840.1.113733.1.9.3 are attributes, 1.3.6.1.4.1.311.21.20 as well",
                "pid 4412, tid 0x1a4c, port 443, 8443 and 1433; 99.95 % of 1,048,576 bytes in 3.2 s; 1/2 and 7/9; v2.0.50727, 16.0.0.0",
                "keys of 2048, 3072 and 4096 bits; SHA-256, P-256, AES-256-CBC, 3DES; TLS 1.2; HTTP/1.1; RFC 8894; ISO-8859-1; UTF-16LE",
                "line 205 of 1,204; record 8841; request 1682; event 4007; attempt 3 of 5; lines 12-18; columns 1:5, 2:7"])


@family
def windows_places(m):
    return m.p(["C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex261130.log and C:\\Windows\\System32\\LogFiles\\HTTPERR\\httperr1.log are there, both read",
                "%SystemRoot%\\System32\\certsrv\\mscep\\mscep.dll, %ProgramFiles%\\Microsoft Intune\\PFXCertificateConnector\\ConnectorUI are there",
                "C:\\Program Files\\Microsoft Intune\\NDESPolicyModule\\Logs\\NDESPlugin.log; C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys",
                "HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\MaxFieldLength, HKCU\\Software\\Microsoft\\SystemCertificates\\MY",
                "./Vendor/MSFT/ClientCertificateInstall/SCEP/ModelName/Install/ServerURL and ./Device/Vendor/MSFT/DMClient/Provider/MS%20DM%20Server",
                "cert:\\LocalMachine\\My, IIS:\\AppPools\\SCEP, WinNT service NDESConnectorSvc, W3SVC, WAS, CertSvc, KeyIso"])


@family
def product_of_the_language(m):
    return {"da": "Tjenesten Microsoft Intune Certificate Connector blev standset uventet (0x80070005). Adgang nægtet.",
            "fi": "Palvelu World Wide Web Publishing Service pysähtyi odottamatta. Virhe 0x80070005: käyttö estetty.",
            "hu": "A hálózati eszközök tanúsítványigénylési szolgáltatása nem indítható (0x80070057). A paraméter nem megfelelő.",
            "ro": "Serviciul de înregistrare a dispozitivelor de rețea nu poate fi pornit (0x80070057). Parametrul este incorect.",
            "tr": "Ağ Aygıtı Kayıt Hizmeti başlatılamıyor (0x80070057). Parametre hatalı. Olay Kimliği: 2",
            "el": "Η υπηρεσία εγγραφής συσκευών δικτύου δεν μπορεί να ξεκινήσει (0x80070057). Η παράμετρος είναι εσφαλμένη.",
            "uk": "Службу реєстрації мережевих пристроїв не вдається запустити (0x80070057). Параметр задано неправильно.",
            "zh": "网络设备注册服务无法启动 (0x80070057)。参数错误。事件 ID: 2，任务类别: 无", "ko": "네트워크 장치 등록 서비스를 시작할 수 없습니다(0x80070057). 매개 변수가 틀립니다. 이벤트 ID: 2",
            "ar": "يتعذر بدء تشغيل خدمة تسجيل أجهزة الشبكة (0x80070057). المعلمة غير صحيحة. معرف الحدث: 2",
            "he": "לא ניתן להפעיל את שירות רישום התקני הרשת (0x80070057). הפרמטר שגוי. מזהה אירוע: 2",
            "vi": "Không thể khởi động dịch vụ ghi danh thiết bị mạng (0x80070057). Tham số không đúng. ID sự kiện: 2"}[m.lang]


def lines(which, seed, count):
    rng = random.Random(f"fresh {which} {seed}")
    chosen, ends, langs = base.half_of(FAMILIES, which), endings(which), list(LANGS)
    for n in range(count):
        turn, which_one = divmod(n, len(chosen))
        m = Maker(rng, langs[(turn + which_one) % len(langs)], ends[(turn + 7 * which_one) % len(ends)])
        yield chosen[which_one].__name__, chosen[which_one](m)
