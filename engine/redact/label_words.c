/* What Windows and its tools call a computer, a user, a device in their languages: a language is a row.  From
 * the terms that Microsoft publishes for its languages. */
#include "redact_int.h"

#include <string.h>

#include <casebook/utf8.h>

/* Each column: words of the same meaning, in lower case, divided by "|". */
static const struct language {
	const char *name, *computer, *host, *user, *account, *device, *serial;
} languages[] = {
        {"en", "computer|computer name|machine name", "host name|hostname", "user|user name|logon name",
         "account|account name", "device name", "serial number"},
        {"ar", "الكمبيوتر|اسم الكمبيوتر", "اسم المضيف", "المستخدم|اسم المستخدم", "الحساب|اسم الحساب",
         "اسم الجهاز", "الرقم التسلسلي"},
        {"bg", "компютър|име на компютър", "име на хост", "потребител|потребителско име",
         "име на акаунт|акаунт", "име на устройството", "сериен номер"},
        {"cs", "počítač|název počítače", "název hostitele", "uživatel|uživatelské jméno", "název účtu|účet",
         "název zařízení", "sériové číslo"},
        {"da", "computer|computernavn", "værtsnavn", "bruger|brugernavn", "kontonavn|konto", "enhedsnavn",
         "serienummer"},
        {"de", "computer|computername", "hostname", "benutzer|benutzername", "kontoname|konto", "gerätename",
         "seriennummer"},
        {"el", "υπολογιστής|όνομα υπολογιστή", "όνομα κεντρικού υπολογιστή", "χρήστης|όνομα χρήστη",
         "όνομα λογαριασμού|λογαριασμός", "όνομα συσκευής", "σειριακός αριθμός"},
        {"es", "equipo|nombre del equipo|nombre de equipo", "nombre de host", "usuario|nombre de usuario",
         "nombre de cuenta|cuenta", "nombre del dispositivo|nombre de dispositivo", "número de serie"},
        {"et", "arvuti|arvuti nimi", "hosti nimi", "kasutaja|kasutajanimi", "konto nimi|konto", "seadme nimi",
         "seerianumber"},
        {"fi", "tietokone|tietokoneen nimi", "isäntänimi", "käyttäjä|käyttäjänimi", "tilin nimi|tili",
         "laitteen nimi", "sarjanumero"},
        {"fr", "ordinateur|nom de l’ordinateur|nom de l'ordinateur", "nom de l’hôte|nom d'hôte|nom d’hôte",
         "utilisateur|nom d’utilisateur|nom d'utilisateur", "nom du compte|nom de compte|compte",
         "nom de l’appareil|nom de l'appareil", "numéro de série"},
        {"he", "מחשב|שם מחשב", "שם מארח", "משתמש|שם משתמש", "שם חשבון|חשבון", "שם המכשיר|שם מכשיר",
         "מספר סידורי"},
        {"hr", "računalo|naziv računala", "naziv glavnog računala", "korisnik|korisničko ime",
         "naziv računa|račun", "naziv uređaja", "serijski broj"},
        {"hu", "számítógép|számítógép neve", "állomásnév|gazdagép neve", "felhasználó|felhasználónév",
         "fiók neve|fióknév|fiók", "eszköz neve|eszköznév", "sorozatszám|gyári szám"},
        {"it", "computer|nome computer", "nome host", "utente|nome utente", "nome account|account",
         "nome dispositivo|nome del dispositivo", "numero di serie"},
        {"ja", "コンピューター|コンピューター名|コンピュータ", "ホスト名", "ユーザー|ユーザー名|ユーザ",
         "アカウント名|アカウント", "デバイス名", "シリアル番号"},
        {"ko", "컴퓨터|컴퓨터 이름", "호스트 이름", "사용자|사용자 이름", "계정 이름|계정",
         "장치 이름|디바이스 이름", "일련 번호|일련번호"},
        {"lt", "kompiuteris|kompiuterio vardas", "pagrindinio kompiuterio vardas",
         "vartotojas|vartotojo vardas", "paskyros pavadinimas|paskyra", "įrenginio pavadinimas",
         "serijos numeris"},
        {"lv", "dators|datora nosaukums", "resursdatora nosaukums", "lietotājs|lietotājvārds",
         "konta nosaukums|konts", "ierīces nosaukums", "sērijas numurs"},
        {"nb", "datamaskin|datamaskinnavn", "vertsnavn", "bruker|brukernavn", "kontonavn|konto", "enhetsnavn",
         "serienummer"},
        {"nl", "computer|computernaam", "hostnaam", "gebruiker|gebruikersnaam", "accountnaam|account",
         "apparaatnaam", "serienummer"},
        {"pl", "komputer|nazwa komputera", "nazwa hosta", "użytkownik|nazwa użytkownika", "nazwa konta|konto",
         "nazwa urządzenia", "numer seryjny"},
        {"pt", "computador|nome do computador", "nome do host|nome do anfitrião",
         "usuário|utilizador|nome de usuário|nome de utilizador", "nome da conta|conta",
         "nome do dispositivo", "número de série"},
        {"ro", "computer|nume computer|nume de computer", "nume gazdă",
         "utilizator|nume utilizator|nume de utilizator", "nume cont|nume de cont|cont",
         "nume dispozitiv|numele dispozitivului", "număr de serie"},
        {"ru", "компьютер|имя компьютера", "имя узла", "пользователь|имя пользователя",
         "имя учетной записи|учетная запись", "имя устройства", "серийный номер"},
        {"sk", "počítač|názov počítača", "názov hostiteľa", "používateľ|meno používateľa",
         "názov konta|konto", "názov zariadenia", "sériové číslo"},
        {"sl", "računalnik|ime računalnika", "ime gostitelja", "uporabnik|uporabniško ime",
         "ime računa|račun", "ime naprave", "serijska številka"},
        {"sr", "računar|ime računara", "ime hosta", "korisnik|korisničko ime", "ime naloga|nalog",
         "ime uređaja", "serijski broj"},
        {"sv", "dator|datornamn", "värddatornamn|värdnamn", "användare|användarnamn", "kontonamn|konto",
         "enhetsnamn", "serienummer"},
        {"th", "คอมพิวเตอร์|ชื่อคอมพิวเตอร์", "ชื่อโฮสต์", "ผู้ใช้|ชื่อผู้ใช้", "ชื่อบัญชี|บัญชี", "ชื่ออุปกรณ์", "หมายเลขซีเรียล"},
        {"tr", "bilgisayar|bilgisayar adı", "ana bilgisayar adı", "kullanıcı|kullanıcı adı",
         "hesap adı|hesap", "cihaz adı", "seri numarası"},
        {"uk", "комп’ютер|комп'ютер|ім’я комп’ютера", "ім’я вузла|ім'я вузла", "користувач|ім’я користувача",
         "ім’я облікового запису|обліковий запис", "ім’я пристрою|ім'я пристрою", "серійний номер"},
        {"vi", "máy tính|tên máy tính", "tên máy chủ", "người dùng|tên người dùng", "tên tài khoản|tài khoản",
         "tên thiết bị", "số sê-ri"},
        {"zh", "计算机|计算机名|計算機|電腦|電腦名稱", "主机名|主機名稱", "用户|用户名|使用者名稱",
         "帐户名|帳戶名稱|账户名", "设备名称|裝置名稱", "序列号|序號"},
};

/* Capitals of Latin, Greek and Cyrillic as small letters, as far as labels begin with them. */
static uint32_t small(uint32_t cp)
{
	if (cp < 0x80)
		return fold((char)cp);
	if ((cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3A9) ||
	    (cp >= 0x410 && cp <= 0x42F))
		return cp + 0x20;
	if (cp >= 0x400 && cp <= 0x40F)
		return cp + 0x50;
	switch (cp) {
	case 0x386:
		return 0x3AC;
	case 0x38C:
		return 0x3CC;
	default:
		return (cp >= 0x388 && cp <= 0x38A)               ? cp + 0x25
		       : cp >= 0x100 && cp < 0x180 && cp % 2 == 0 ? cp + 1
		                                                  : cp;
	}
}

/* Bytes of s that read as the word; 0 when they do not. */
static size_t reads(const char *s, size_t n, const char *word, size_t m)
{
	size_t i = 0, k = 0;

	while (k < m) {
		uint32_t a, b;

		if (i >= n)
			return 0;
		i += utf8_decode(s + i, n - i, &a);
		k += utf8_decode(word + k, m - k, &b);
		if (small(a) != b && a != b)
			return 0;
	}
	return i;
}

/* ---- the words by their first letter ---- */
#define WORDS_MAX 1024
#define LETTERS 256u

static struct word {
	const char *text;
	size_t n;
	uint32_t first; /* its first character */
	enum secret_kind kind;
	unsigned next; /* of the same letter, in the order of the table; 0 ends */
} words[WORDS_MAX];
static unsigned letters[LETTERS], nwords; /* the first word of each, from 1 */

static void add_words(const char *column, enum secret_kind kind)
{
	while (*column != '\0' && nwords < WORDS_MAX) {
		size_t n = strcspn(column, "|");
		struct word *w = &words[nwords++];
		unsigned *at;

		*w = (struct word){.text = column, .n = n, .kind = kind};
		utf8_decode(column, n, &w->first);
		for (at = &letters[w->first % LETTERS]; *at != 0;)
			at = &words[*at - 1].next;
		*at = nwords;
		column += n + (column[n] == '|');
	}
}

static void make_words(void)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		const struct language *l = &languages[i];

		add_words(l->computer, S_HOST);
		add_words(l->host, S_HOST);
		add_words(l->user, S_USER);
		add_words(l->account, S_USER);
		add_words(l->device, S_DEVICE);
		add_words(l->serial, S_SERIAL);
	}
}

/* Of the words that begin with the letter; the first in the table of those that are as long. */
static const struct word *longest(const char *s, size_t n, uint32_t letter, const struct word *best,
                                  size_t *len)
{
	for (unsigned at = letters[letter % LETTERS]; at != 0; at = words[at - 1].next) {
		const struct word *w = &words[at - 1];
		size_t took = w->first == letter ? reads(s, n, w->text, w->n) : 0;

		if (took < *len || took == 0 || (took == *len && best != NULL && best < w))
			continue;
		best = w;
		*len = took;
	}
	return best;
}

size_t label_word(const char *s, size_t n, enum secret_kind *kind)
{
	const struct word *best = NULL;
	size_t len = 0;
	uint32_t cp;

	if (nwords == 0)
		make_words();
	if (n == 0)
		return 0;
	utf8_decode(s, n, &cp);
	best = longest(s, n, small(cp), NULL, &len);
	if (small(cp) != cp)
		best = longest(s, n, cp, best, &len);
	if (best != NULL)
		*kind = best->kind;
	return len;
}
