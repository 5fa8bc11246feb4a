/*
 * certificate.store: what lies in a certificate store of the NDES server.  Judged: certificates in the root
 * store that are not self-signed (article, HTTP Error 503 cause 1), the policy module's certificate by its
 * thumbprint (cause 4), the RA pair, and what expires when.  A PFX is refused: no private key is wanted.
 */
#include "cert_store.h"
#include "file_kind.h"
#include "slice.h"
#include "x509_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>

#include <openssl/x509v3.h>

static const struct param_def params[] = {
        {"file", true, "PEM, DER, .p7b, .sst, or what certutil -store NAME prints"},
        {"store", false,
         "root when the export is of Trusted Root Certification Authorities; what the export says itself counts "
         "for more"},
        {"thumbprint", false, "NDESCertThumbprint: the certificate of the policy module to look for"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"certificates", FACT_LIST, NULL,
         "each certificate: subject, issuer, role, not_before, not_after, days_left, sha1, sha256 and more",
         SILENT},
        {"count", FACT_INT, NULL, "certificates read", SILENT},
        {"form", FACT_STR, store_forms, "form of the export", SILENT},
        {"intermediates", FACT_INT, NULL, "certificates whose issuer is not their subject", SILENT},
        {"intermediate_subjects", FACT_LIST, NULL,
         "their subjects; of an export with the root store, those that lie in it", SERVES},
        {"intermediate_in_root", FACT_BOOL, NULL,
         "some of them lie in the root store; unknown when the export does not say that it is one",
         SPEAKS({"= true, intermediate_subjects not empty",
                 "Not self-signed, yet in the Trusted Root store: {intermediate_subjects}."},
                {"= true", "Certificates in the Trusted Root store are not self-signed."},
                {"= false", "Every certificate in the Trusted Root store is self-signed."})},
        {"expired", FACT_INT, NULL, "certificates that have expired", SILENT},
        {"next_expiry_days", FACT_INT, NULL, "whole days until the next one expires; unknown when all have",
         SILENT},
        {"root_store", FACT_BOOL, NULL, "the export is of the root store, as certutil or the caller says",
         SPEAKS({"= false",
                 "The export is of another store than Trusted Root, so it says nothing about intermediates there."},
                {"= true", "The export is of the Trusted Root store."})},
        {"store", FACT_STR, NULL,
         "the store's name in the export's heading, in lower case; the last of several", SILENT},
        {"store_differs", FACT_BOOL, NULL,
         "that name is another one than the caller's: it is read as the heading "
         "says",
         SILENT},
        {"ra_not_after", FACT_TIME, NULL, "when that certificate expires", SERVES},
        {"ra_days_left", FACT_INT, NULL,
         "whole days of the RA certificate that expires first; unknown without one",
         SPEAKS({"< 0, ra_not_after known", "An RA certificate in the export ended {ra_not_after}."},
                {"< 0", "An RA certificate in the export has ended."},
                {"known, ra_not_after known",
                 "The RA certificates in the export are good until {ra_not_after}."},
                {"known", "The first RA certificate in the export ends in {value} days."})},
        {"ra_issuer_ok", FACT_BOOL, NULL,
         "whether the CA that NDES is set up for issued the RA certificates; a case tells, the file alone does not know it",
         SPEAKS({"= false",
                 "The RA certificates were issued by another CA than the one that NDES is set up for."},
                {"= true", "The RA certificates were issued by the CA that NDES is set up for."})},
        {"policy_found", FACT_BOOL, NULL, "the certificate with the thumbprint is there",
         SPEAKS({"= false", "The certificate that the policy module is set to use is not in this store."},
                {"= true", "The certificate that the policy module is set to use is in this store."})},
        {"policy_expired", FACT_BOOL, NULL, "it is outside its validity",
         SPEAKS({"= true", "The policy module's certificate is outside its validity."},
                {"= false", "The policy module's certificate is within its validity."})},
        {"policy_client_auth", FACT_BOOL, NULL, "it has the usage Client Authentication",
         SPEAKS({"= false", "The policy module's certificate lacks Client Authentication."},
                {"= true", "The policy module's certificate has Client Authentication."})},
        {"unreadable", FACT_INT, NULL, "certificates that could not be read", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define SHOWN_MAX 400u /* certificates listed with all their members */

struct tally {
	struct evidence_out *out;
	const char *file, *thumbprint;
	struct value_builder list, intermediates, in_root;
	int64_t count, ninter, expired, undated, next;
	int64_t ra_days[2]; /* signing, encryption: of the one that lasts longest; old pairs lie beside it */
	const char *said;   /* the caller's word */
	bool root, inter_in_root; /* of the certificates at hand; met so far */
	bool ended;               /* certutil says that the command ended */
	int64_t ra_ends[2];       /* ms; INT64_MIN: the time of day is that of a zone that is not said */
	bool have_next, have_ra[2], policy;
	char store[40];         /* of the heading; "" without one */
	struct store_mark mark; /* the first "# store=" line; nothing of it: there is none */
	enum tri whole;         /* each store has as many as its line says */
	bool any_root;          /* a heading, or the caller where there is none, says root */
	unsigned headings;
	int64_t now;
};

static void add_row(struct tally *t, struct value row, bool inter, const char *subject, int64_t days,
                    bool known_days)
{
	t->count++;
	if (t->list.n < SHOWN_MAX)
		vb_add(&t->list, NULL, row);
	if (inter) {
		t->ninter++;
		t->inter_in_root |= t->root;
		if (t->intermediates.n < SHOWN_MAX)
			vb_add(&t->intermediates, NULL, value_str(subject));
		if (t->root && t->in_root.n < SHOWN_MAX)
			vb_add(&t->in_root, NULL, value_str(subject));
	}
	t->undated += !known_days;
	if (!known_days)
		return;
	t->expired += days < 0;
	if (days >= 0 && (!t->have_next || days < t->next)) {
		t->next = days;
		t->have_next = true;
	}
}

static void add_ra(struct tally *t, enum cert_role role, int64_t days, int64_t ends)
{
	size_t i = role == CERT_RA_ENCRYPTION;

	if ((role != CERT_RA_SIGNING && role != CERT_RA_ENCRYPTION) ||
	    (t->have_ra[i] && days <= t->ra_days[i]))
		return;
	t->ra_days[i] = days;
	t->ra_ends[i] = ends;
	t->have_ra[i] = true;
}

static bool same_print(const char *a, const char *hex)
{
	size_t k = 0;

	for (; *a != '\0'; a++) {
		if (strchr("0123456789abcdefABCDEF", *a) == NULL)
			continue; /* blanks and the hidden mark of a dialog */
		if (hex[k] == '\0' || (*a | 0x20) != hex[k])
			return false;
		k++;
	}
	return k != 0 && hex[k] == '\0';
}

/* The article: without this usage CertificateRegistrationSvc answers 403. */
static bool has_client_auth(X509 *x)
{
	return (X509_get_extension_flags(x) & EXFLAG_XKUSAGE) != 0 &&
	       (X509_get_extended_key_usage(x) & XKU_SSL_CLIENT) != 0;
}

static void take_cert(struct tally *t, X509 *x)
{
	struct arena *mem = ev_mem(t->out);
	int64_t days = cert_days_left(x, t->now), ends;
	enum cert_role role = cert_role(x);

	add_row(t, cert_value(mem, x, t->now),
	        X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) != 0,
	        cert_name(mem, X509_get_subject_name(x)), days, true);
	if (!cert_time(X509_get0_notAfter(x), &ends))
		ends = INT64_MIN;
	add_ra(t, role, days, ends);
	if (t->thumbprint == NULL || !same_print(t->thumbprint, cert_hash(mem, x, EVP_sha1())))
		return;
	t->policy = true;
	ev_bool(t->out, "policy_expired", cert_expired(x, t->now) || cert_not_yet(x, t->now));
	ev_bool(t->out, "policy_client_auth", has_client_auth(x));
}

/* ---- certutil -store as text: labels are translated, so values are known by their shape and order ---- */
struct paper {
	char issuer[512], subject[512], sha1[48];
	unsigned names;   /* Issuer comes before Subject */
	unsigned dates;   /* not before comes before not after */
	int64_t until[2]; /* not after, with the day first and with the month first; the same when it is plain
	                   */
	bool dated, client_auth, usages;
	bool list;           /* with -v a name is a list below its label, one part a line */
	enum cert_role role; /* by its template, or its name alone */
	uint64_t line, offset;
	bool any, odd; /* odd: no issuer is shown, and it is another than the subject */
};

/* By the day first and by the month first, of a zone that is not said. */
static bool paper_days(const struct tally *t, const struct paper *p, int64_t *days)
{
	return p->dated && clock_days_left(p->until, t->now, CLOCK_ZONE, days);
}

static struct value iso_of(const struct tally *t, int64_t ms)
{
	char text[CLOCK_TEXT];

	return value_str(arena_strdup(ev_mem(t->out), clock_iso(ms, text)));
}

static void end_paper(struct tally *t, struct paper *p)
{
	struct value_builder row;
	int64_t days = 0;
	bool known;

	if (p->any && p->names >= 2) {
		bool inter = p->issuer[0] != '\0' ? strcmp(p->issuer, p->subject) != 0 : p->odd;

		vb_init(&row, ev_mem(t->out));
		vb_add(&row, "subject", value_str(p->subject));
		vb_add(&row, "issuer", value_str(p->issuer[0] != '\0' ? p->issuer : NULL));
		vb_add(&row, "role", value_str(cert_role_names[p->role]));
		vb_add(&row, "sha1", value_str(p->sha1[0] != '\0' ? p->sha1 : NULL));
		if (p->dated) {
			vb_add(&row, "ends_day_first", iso_of(t, p->until[0]));
			vb_add(&row, "ends_month_first", iso_of(t, p->until[1]));
		}
		vb_add(&row, "client_auth", p->usages ? value_bool(p->client_auth) : value_null());
		known = paper_days(t, p, &days);
		vb_add(&row, "days_left", known ? value_int(days) : value_null());
		add_row(t, vb_map(&row), inter, arena_strdup(ev_mem(t->out), p->subject), days, known);
		if (known)
			add_ra(t, p->role, days, INT64_MIN);
		if (inter)
			ev_pin(t->out, "intermediates", t->file, p->line, p->offset, PIN_NO_TIME, p->subject,
			       strlen(p->subject));
		if (t->thumbprint != NULL && same_print(t->thumbprint, p->sha1)) {
			t->policy = true;
			if (known)
				ev_bool(t->out, "policy_expired", days < 0);
		}
	}
	memset(p, 0, sizeof(*p));
	p->role = CERT_OTHER;
}

static bool is_name(struct slice v)
{
	return slice_begin(v, "CN=") || slice_begin(v, "OU=") || slice_begin(v, "O=") ||
	       slice_begin(v, "C=") || slice_begin(v, "DC=") || slice_begin(v, "E=");
}

/* Root "Trusted Root Certification Authorities": the word is the store's own name, in every language; what
 * stands in quotes is translated. */
static bool is_heading(struct slice w)
{
	size_t n = 0;

	while (n < w.n && ((w.p[n] | 0x20) >= 'a' && (w.p[n] | 0x20) <= 'z'))
		n++;
	return (n == w.n && slice_are(w, "Root")) ||
	       (n != 0 && n < 32 && w.n > n + 3 && w.p[n] == ' ' && w.p[n + 1] == '"' && w.p[w.n - 1] == '"');
}

static void take_heading(struct tally *t, struct slice name)
{
	slice_copy(t->store, sizeof(t->store), name);
	for (char *c = t->store; *c != '\0'; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
	t->root = strcmp(t->store, "root") == 0;
	t->any_root = t->root || (t->any_root && t->headings != 0);
	t->headings++;
}

/* A name of which each part has a line of its own; true when this line is one. */
static bool listed_name(struct paper *p, struct slice w, const struct file_line *line)
{
	char *to = p->names == 0 ? p->issuer : p->subject;
	size_t n = strlen(to);

	if (p->list && is_name(w)) {
		snprintf(to + n, sizeof(p->issuer) - n, "%s%.*s", n != 0 ? ", " : "", (int)w.n, w.p);
		p->line = line->number;
		p->offset = line->offset;
		return true;
	}
	p->names += p->list && n != 0;
	p->list = w.n != 0 && w.p[w.n - 1] == ':' && p->names < 2;
	return false;
}

static void paper_line(struct tally *t, struct paper *p, const struct file_line *line)
{
	struct slice w = slice_trim(slice_of(line->p, line->n)), value = w, label;

	if (slice_begin(w, "================ ")) {
		end_paper(t, p);
		p->any = true;
		return;
	}
	/* The line before the first certificate names the store; one file may hold several. */
	if (w.n != 0 && is_heading(w)) {
		end_paper(t, p);
		take_heading(t, slice_cut(&w, ' '));
		return;
	}
	if (slice_begin(w, "CertUtil: ")) {
		t->ended = slice_have(w, "-store");
		end_paper(t, p);
		return;
	}
	if (!p->any || listed_name(p, w, line))
		return;
	if (slice_have(w, "CEPEncryption"))
		p->role = CERT_RA_ENCRYPTION;
	else if (slice_have(w, "EnrollmentAgentOffline") ||
	         (p->role == CERT_OTHER && slice_have(w, "-MSCEP-RA")))
		p->role = CERT_RA_SIGNING;
	/* Usages are printed with their numbers, in any language. */
	p->usages |= slice_have(w, "1.3.6.1.5.5.7.3.") || slice_have(w, "2.5.29.37.0");
	p->client_auth |= slice_have(w, "1.3.6.1.5.5.7.3.2)") || slice_have(w, "2.5.29.37.0");
	label = slice_cut(&value, ':');
	value = slice_trim(value);
	if (is_name(value) && label.n != w.n && p->names < 2) {
		if (p->names == 1) {
			p->line = line->number;
			p->offset = line->offset;
		}
		slice_copy(p->names == 0 ? p->issuer : p->subject, sizeof(p->issuer), value);
		p->names++;
	} else if (p->dates < 2 && label.n != w.n && store_date(value, p->until)) {
		p->dated = ++p->dates == 2;
	} else if (slice_have(label, "(sha1)")) {
		size_t k = 0;

		for (size_t i = 0; i < value.n && k + 1 < sizeof(p->sha1); i++)
			if (value.p[i] != ' ')
				p->sha1[k++] =
				        (char)(value.p[i] >= 'A' && value.p[i] <= 'F' ? value.p[i] | 0x20
				                                                      : value.p[i]);
	}
}

static int read_paper(struct tally *t, struct file_src *src, struct err *err)
{
	struct file_text *text = file_text_over(src, t->out);
	struct paper p = {.role = CERT_OTHER};
	struct file_line line;
	int got;

	file_text_decode(text);
	while ((got = file_text_next(text, &line, err)) > 0)
		paper_line(t, &p, &line);
	end_paper(t, &p);
	file_text_close(text);
	return got;
}

/* What PowerShell shows; whether one is self-signed a table tells only by the command above it. */
static void take_shown(struct tally *t, const struct ps_store *s, const struct ps_cert *c, size_t *bad)
{
	struct paper p = {.role = CERT_OTHER, .any = true, .names = 2, .line = c->line, .offset = c->offset};

	slice_copy(p.subject, sizeof(p.subject), slice_of(c->subject, strlen(c->subject)));
	slice_copy(p.issuer, sizeof(p.issuer), slice_of(c->issuer, strlen(c->issuer)));
	slice_copy(p.sha1, sizeof(p.sha1), slice_of(c->sha1, strlen(c->sha1)));
	p.dated = store_date(slice_of(c->until, strlen(c->until)), p.until);
	if (strstr(c->subject, "-MSCEP-RA") != NULL)
		p.role = CERT_RA_SIGNING;
	p.odd = s->filtered;
	*bad += c->issuer[0] == '\0' && !s->filtered;
	t->root = strcmp(s->store, "root") == 0;
	end_paper(t, &p);
}

static int read_shown(struct tally *t, struct file_src *src, size_t *bad, struct err *err)
{
	struct file_text *text = file_text_over(src, t->out);
	struct ps_store s = {.filtered = false};
	struct ps_cert cert;
	struct file_line line;
	int got;

	file_text_decode(text);
	while ((got = file_text_next(text, &line, err)) > 0)
		if (ps_store_line(&s, &line, &cert))
			take_shown(t, &s, &cert, bad);
	if (ps_store_end(&s, &cert))
		take_shown(t, &s, &cert, bad);
	snprintf(t->store, sizeof(t->store), "%s", s.store);
	t->any_root = strcmp(s.store, "root") == 0 || (t->any_root && s.store[0] == '\0');
	*bad += t->count == 0 && !s.ended; /* nothing is shown, and nothing says that nothing was found */
	file_text_close(text);
	return got;
}

static enum store_form take_all(struct tally *t, const char *bytes, size_t n, size_t *bad)
{
	enum store_form form;
	STACK_OF(X509) *certs = store_read(bytes, n, &form, bad);

	for (int i = 0; i < sk_X509_num(certs); i++)
		take_cert(t, sk_X509_value(certs, i));
	sk_X509_pop_free(certs, X509_free);
	return form;
}

/* Stores one below the other, each with a line that names it and says how many it has. */
static void read_marked(struct tally *t, const char *p, const char *end, size_t *bad)
{
	struct store_mark mark, next;
	const char *line = store_mark_next(p, end, &mark);

	t->mark = mark;
	t->whole = TRI_YES;
	while (line != NULL) {
		const char *body = store_mark_next(line + 1, end, &next);
		size_t broken;
		int64_t before = t->count;

		take_heading(t, slice_of(mark.store, strlen(mark.store)));
		(void)take_all(t, line, (size_t)((body != NULL ? body : end) - line), &broken);
		*bad += broken;
		if (mark.count != t->count - before) {
			t->whole = TRI_NO;
			*bad += broken == 0 && mark.count > t->count - before; /* it was cut */
		}
		mark = next;
		line = body;
	}
}

static int read_binary(struct tally *t, struct file_src *src, enum store_form *form, size_t *bad,
                       struct err *err)
{
	struct store_mark mark;
	char *bytes;
	size_t n;

	if (file_load(src, STORE_MAX_BYTES, &bytes, &n, err) != 0)
		return -1;
	if (store_mark_next(bytes, bytes + n, &mark) != NULL) {
		*form = STORE_PEM;
		read_marked(t, bytes, bytes + n, bad);
	} else {
		*form = take_all(t, bytes, n, bad);
	}
	free(bytes);
	return 0;
}

/* Whose store it is: the heading's word before the caller's. */
static void send_store(struct tally *t, enum store_form form)
{
	struct about a = about_nothing;

	if (t->store[0] != '\0') {
		ev_str(t->out, "store", t->store);
		if (t->said != NULL)
			ev_bool(t->out, "store_differs",
			        !slice_are(slice_of(t->said, strlen(t->said)), t->store));
	}
	a.store = t->headings > 1 ? NULL : t->store[0] != '\0' ? t->store : t->said;
	a.complete = (form == STORE_CERTUTIL && t->ended) || form == STORE_SST ? TRI_YES : t->whole;
	a.computer = t->mark.computer[0] != '\0' ? t->mark.computer : NULL;
	a.as_of_ms = t->mark.utc_ms;
	ev_part(t->out, 0, &a);
}

static void conclude(struct tally *t, enum store_form form, size_t bad)
{
	send_store(t, form);
	ev_str(t->out, "form", store_forms[form]);
	ev_int(t->out, "count", t->count);
	ev_value(t->out, "certificates", vb_list(&t->list));
	ev_int(t->out, "intermediates", t->ninter);
	ev_value(t->out, "intermediate_subjects", vb_list(t->any_root ? &t->in_root : &t->intermediates));
	ev_bool(t->out, "root_store", t->any_root);
	if (t->any_root && (t->inter_in_root || bad == 0))
		ev_bool(t->out, "intermediate_in_root", t->inter_in_root);
	if (t->undated == 0) /* the dates of certutil are local and in any order of day and month */
		ev_int(t->out, "expired", t->expired);
	if (t->have_next)
		ev_int(t->out, "next_expiry_days", t->next);
	if (t->have_ra[0] || t->have_ra[1]) {
		size_t i = t->have_ra[1] && (!t->have_ra[0] || t->ra_days[1] < t->ra_days[0]);

		ev_int(t->out, "ra_days_left", t->ra_days[i]);
		if (t->ra_ends[i] != INT64_MIN)
			ev_time(t->out, "ra_not_after", t->ra_ends[i]);
	}
	if (t->thumbprint != NULL && (t->policy || bad == 0))
		ev_bool(t->out, "policy_found", t->policy);
	ev_int(t->out, "unreadable", (int64_t)bad);
	ev_fault(t->out, t->inter_in_root);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct tally t = {.out = out,
	                  .file = call_arg(call, "file"),
	                  .thumbprint = call_arg(call, "thumbprint"),
	                  .mark = {.utc_ms = ABOUT_NO_TIME},
	                  .whole = TRI_UNKNOWN,
	                  .now = clock_now_ms()};
	const char *store = call_arg(call, "store");
	enum store_form form = STORE_CERTUTIL;
	struct sample_text sample;
	struct file_src *src;
	char sha[SHA256_HEX];
	struct err err;
	size_t bad = 0;
	bool text, shown;
	int rc;

	ev_target(out, t.file);
	t.said = store;
	t.root = t.any_root = store != NULL && slice_are(slice_of(store, strlen(store)), "root");
	vb_init(&t.list, ev_mem(out));
	vb_init(&t.intermediates, ev_mem(out));
	vb_init(&t.in_root, ev_mem(out));
	if (file_open(t.file, true, &src, &err) != 0)
		return file_refuse(out, &err);
	sample_of(src, &sample);
	text = sample.s.text != NULL && store_is_certutil(sample.s.text, sample.s.text_n);
	shown = !text && sample.s.text != NULL && store_is_powershell(sample.s.text, sample.s.text_n);
	sample_release(&sample);
	if (shown)
		form = STORE_POWERSHELL;
	rc = shown  ? read_shown(&t, src, &bad, &err)
	     : text ? read_paper(&t, src, &err)
	            : read_binary(&t, src, &form, &bad, &err);
	if (rc == 0 && form != STORE_NONE)
		conclude(&t, form, bad);
	if (file_sha256(src, sha))
		ev_sha256(out, sha);
	file_close(src);
	if (rc != 0)
		return file_refuse(out, &err);
	if (form != STORE_NONE)
		return EV_MEASURED;
	ev_why(out,
	       "%s: no certificate in it that can be read; export without private keys, as .cer or .p7b, or "
	       "use certutil -store",
	       t.file);
	return EV_UNREADABLE;
}

static unsigned recognise(const struct sample *s)
{
	return store_looks(s->bytes, s->n, s->text, s->text_n) ? 88 : 0;
}

const struct probe_impl probe_certificate_store = {
        .desc = {.id = "certificate.store",
                 .title = "Certificate store",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 30000,
                 .by_hand = "certutil -store Root",
                 .source = "The article, HTTP Error 503 causes 1 and 4; the role of RA certificates from the "
                           "NDES templates",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & certutil -store Root > C:\\casebook\\root-store.txt & certutil -store My > "
                         "C:\\casebook\\my-store.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
        .tls = true,
};
