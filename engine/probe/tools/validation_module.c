/* Reads what IntuneCertificateConnectorDiagnostics says of each check, and knows which of it proves what. */
#include "validation_module.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

/* CERT04, NET03:host, CON04:1 */
static bool is_id(struct slice w)
{
	size_t i = 0;

	while (i < w.n && isupper((unsigned char)w.p[i]))
		i++;
	return i >= 3 && i + 2 <= w.n && isdigit((unsigned char)w.p[i]) && isdigit((unsigned char)w.p[i + 1]);
}

void module_end(struct module_reader *m)
{
	if (m->at.id[0] != '\0' && m->at.status != '\0')
		m->each(m->arg, &m->at);
	memset(&m->at, 0, sizeof(m->at));
	m->glyph = false;
}

static char glyph(struct slice *w)
{
	static const struct {
		const char *text;
		char status;
	} glyphs[] = {{"[ OK ]", 'P'}, {"[WARN]", 'W'}, {"[FAIL]", 'F'}, {"[info]", 'I'}};

	for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++) {
		size_t n = strlen(glyphs[i].text);

		if (w->n < n || memcmp(w->p, glyphs[i].text, n) != 0)
			continue;
		*w = slice_trim(slice_of(w->p + n, w->n - n));
		return glyphs[i].status;
	}
	return '\0';
}

static void at_line(struct module_reader *m, char status, const struct file_line *line)
{
	m->at.status = status;
	m->at.line = line->number;
	m->at.offset = line->offset;
}

/* Id, Name, Status and Detail of a report, in this order, perhaps between quotation marks. */
static bool member(struct module_reader *m, struct slice w, const struct file_line *line)
{
	struct slice label, value;

	if (!tool_pair(w, &label, &value))
		return false;
	while (value.n != 0 && strchr("\",", value.p[value.n - 1]) != NULL)
		value.n--;
	while (value.n != 0 && value.p[0] == '"')
		value = slice_of(value.p + 1, value.n - 1);
	while (label.n != 0 && label.p[0] == '"')
		label = slice_of(label.p + 1, label.n - 1);
	label = slice_trim(label);
	while (label.n != 0 && label.p[label.n - 1] == '"')
		label.n--;
	if (slice_are(label, "Id") && is_id(value)) {
		module_end(m);
		slice_copy(m->at.id, sizeof(m->at.id), value);
	} else if (m->at.id[0] == '\0') {
		return false;
	} else if (slice_are(label, "Name")) {
		slice_copy(m->at.name, sizeof(m->at.name), value);
	} else if (slice_are(label, "Status") && value.n != 0 && strchr("PWFI", value.p[0]) != NULL) {
		at_line(m, value.p[0], line);
	} else if (slice_are(label, "Detail")) {
		slice_copy(m->at.detail, sizeof(m->at.detail), value);
	}
	return true;
}

void module_line(struct module_reader *m, struct slice w, const struct file_line *line)
{
	struct slice rest = w, id;
	char status = glyph(&rest);

	if (status != '\0') {
		module_end(m);
		id = slice_next(&rest);
		if (!is_id(id))
			return;
		slice_copy(m->at.id, sizeof(m->at.id), id);
		rest = slice_trim(rest);
		if (slice_end(rest, " [CASE]"))
			rest = slice_trim(slice_of(rest.p, rest.n - strlen("[CASE]")));
		slice_copy(m->at.name, sizeof(m->at.name), rest);
		at_line(m, status, line);
		m->glyph = true;
	} else if (m->glyph) {
		if (w.n != 0 && !slice_begin(w, "->") && !slice_begin(w, "== "))
			slice_copy(m->at.detail, sizeof(m->at.detail), w);
		module_end(m);
	} else {
		member(m, w, line);
	}
}

static bool has(const struct module_check *c, const char *word)
{
	return strstr(c->detail, word) != NULL;
}

/* Each NotAfter lies in the future, so that it did when the module ran. */
static bool unexpired(const struct module_check *c)
{
	static const char label[] = "NotAfter=";
	const char *p = strstr(c->detail, label);
	int64_t at, now = clock_now_ms();

	if (p == NULL)
		return false;
	for (; p != NULL; p = strstr(p + 1, label)) {
		char text[20];

		snprintf(text, sizeof(text), "%s", p + sizeof(label) - 1);
		if (strlen(text) > 10 && text[10] == ' ')
			text[10] = 'T';
		if (!clock_parse_iso(text, &at) || at <= now)
			return false;
	}
	return true;
}

bool module_false_alarm(const struct module_check *c)
{
	return c->status == 'F' && strcmp(c->id, "CERT04") == 0 && has(c, "NameMatch=False") &&
	       !has(c, "PrivateKey=False") && !has(c, "ServerAuth=False") && unexpired(c);
}

const char *module_fact(const struct module_check *c, bool *yes)
{
	/* What a failure leaves open: IIS_IUSRS is one of two ways to the rights, and without its key in the
	 * registry a connector of another kind may be there. */
	static const struct {
		const char *id, *fact;
		bool passed, failed; /* the fact's value */
		const char *only;    /* of a failure: it proves something with these words alone */
	} known[] = {
	        {"CFG01", "connector_installed", true, false, "\n"},
	        {"IIS01", "pool_started", true, false, "Available=True"},
	        {"IIS03", "account_rights_ok", true, false, "\n"},
	        {"IIS06", "templates_set", true, false,
	         "SignatureTemplate=IPSECIntermediateOffline; EncryptionTemplate=IPSECIntermediateOffline; "
	         "GeneralPurposeTemplate=IPSECIntermediateOffline"},
	        {"CERT01", "intermediate_in_root", false, true, ""},
	        {"CERT02", "ra_certificates_present", true, false, "not found"},
	        {"CERT03", "ra_certificates_present", true, false, "not found"},
	        {"CERT04", "tls_certificate_ok", true, false, ""},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(c->id, known[i].id) != 0)
			continue;
		*yes = c->status == 'P' ? known[i].passed : known[i].failed;
		return c->status == 'P' ||
		                       (c->status == 'F' && has(c, known[i].only) && !module_false_alarm(c))
		               ? known[i].fact
		               : NULL;
	}
	return NULL;
}
