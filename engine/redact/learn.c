/*
 * What is secret in one case: every field by what it is, every text by what
 * stands in it.  In the order of the log, so that the same case gives the same tokens.
 */
#include "redact_int.h"

#include <string.h>

static const struct {
	const char *key; /* the whole key of a fact or a member, or what it ends with after '_' */
	enum secret_kind kind;
} keys[] = {
        {"host", S_HOST},
        {"hostname", S_HOST},
        {"computer", S_HOST},
        {"computername", S_HOST},
        {"machine", S_HOST},
        {"domain", S_DOMAIN},
        {"forest", S_DOMAIN},
        {"tenant", S_TENANT},
        {"tenant_id", S_TENANT},
        {"user", S_USER},
        {"username", S_USER},
        {"account", S_USER},
        {"account_name", S_USER},
        {"identity", S_USER},
        {"upn", S_USER},
        {"requester", S_USER},
        {"caller", S_USER},
        {"mail", S_USER},
        {"email", S_USER},
        {"owner", S_USER},
        {"display_name", S_USER},
        {"case.person", S_USER},
        {"full_name", S_USER},
        {"device", S_DEVICE},
        {"device_id", S_DEVICE},
        {"device_name", S_DEVICE},
        {"imei", S_SERIAL},
        {"device_serial", S_SERIAL},
        {"subject", S_NAME},
        {"issuer", S_NAME},
        {"certificate_subject", S_NAME},
        {"user_agent", S_AGENT},
        {"path", S_FILE},
        {"file", S_FILE},
};

/* Facts that hold names alone, though their keys do not tell. */
static const struct held {
	const char *probe, *fact;
	enum secret_kind kind;
	char behind; /* the name begins behind this sign: "HTTP/ndes01"; 0: at once */
} held[] = {
        {"user.rights", "impersonate", S_USER, 0},
        {"user.rights", "batch_logon", S_USER, 0},
        {"user.rights", "service_logon", S_USER, 0},
        {"user.rights", "deny_batch_logon", S_USER, 0},
        {"user.rights", "deny_service_logon", S_USER, 0},
        {"iis.log", "servers", S_HOST, 0},
        {"winhttp.proxy", "proxy", S_PROXY, 0},
        {"spn.list", "names", S_HOST, '/'},
        {"spn.list", "duplicates", S_HOST, '/'},
        {"mdm.report", "server", S_HOST, 0},
        {"scep.client", "server", S_HOST, 0},
        {"dns.resolve", "server", S_HOST, 0},
        {"certutil.output", "cas", S_CA, 0},
};

static int kind_of_key(const char *key)
{
	size_t n = key != NULL ? strlen(key) : 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t m = strlen(keys[i].key);

		if (n < m || !same_text(key + n - m, keys[i].key, m))
			continue;
		if (n == m || key[n - m - 1] == '_')
			return (int)keys[i].kind;
	}
	return -1;
}

static void learn_named(struct redaction *r, int kind, const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || strcmp(s, "-") == 0)
		return;
	switch (kind) {
	case S_HOST:
		if (plausible_fqdn(s, n) || memchr(s, ' ', n) == NULL)
			learn_host(r, s, strcspn(s, ":/") < n && ipv6_len(s, n) != n ? strcspn(s, ":/") : n);
		break;
	case S_DOMAIN:
		secret_add(r, S_DOMAIN, s, n, NULL);
		break;
	case S_USER:
		learn_user(r, s, n);
		break;
	case S_NAME:
		if (strchr(s, '=') != NULL)
			learn_subject(r, s, n);
		else if (n > 3 && s[n - 1] == '$' && strchr(s, '\\') == NULL) /* a computer's account */
			learn_host(r, s, n - 1);
		else
			learn_text(r, s);
		break;
	case S_AGENT:
	case S_FILE:
		if (r->level == REDACT_STRICT)
			secret_add(r, (enum secret_kind)kind, s, n, NULL);
		break;
	default:
		if (!all_digits_dots(s, n) || n > 4)
			secret_add(r, (enum secret_kind)kind, s, n, NULL);
		break;
	}
}

static void learn_value(struct redaction *r, const char *key, const struct value *v)
{
	int kind = kind_of_key(key);

	if (v->type == VAL_STR) {
		if (kind >= 0)
			learn_named(r, kind, v->u.s);
		learn_text(r, v->u.s);
	} else if (v->type == VAL_LIST) {
		for (size_t i = 0; i < v->u.list.n; i++)
			learn_value(r, key, &v->u.list.items[i]);
	} else if (v->type == VAL_MAP) {
		for (size_t i = 0; i < v->u.map.n; i++) {
			const char *name = v->u.map.items[i].key;

			if (strncmp(key, "by_", 3) == 0 && kind_of_key(key + 3) >= 0)
				learn_named(r, kind_of_key(key + 3), name);
			learn_text(r, name);
			learn_value(r, name, &v->u.map.items[i].value);
		}
	}
}

/* One name of such a fact: "ndes01:443" and "PKI01\\Contoso CA" hold more. */
static void learn_held_name(struct redaction *r, const struct held *h, const char *s)
{
	const char *sign = h->behind != 0 ? strchr(s, h->behind) : NULL;
	size_t n;

	s = sign != NULL ? sign + 1 : s;
	n = strcspn(s, h->kind == S_CA ? "\\" : ":/ ");
	if (h->kind == S_USER)
		learn_user(r, s, strlen(s));
	else if (n == strlen(s) || s[n] != ' ')
		learn_machine(r, h->kind, s, n, NULL);
	if (h->kind == S_CA && s[n] == '\\' && !public_name(s + n + 1, strlen(s + n + 1)))
		secret_add(r, S_CERT, s + n + 1, strlen(s + n + 1), NULL);
}

static void learn_held(struct redaction *r, const struct held *h, const struct value *v)
{
	if (v->type == VAL_STR && v->u.s[0] != '*') /* "*S-1-5-18", as secedit writes a SID */
		learn_held_name(r, h, v->u.s);
	for (size_t i = 0; v->type == VAL_LIST && i < v->u.list.n; i++)
		learn_held(r, h, &v->u.list.items[i]);
	for (size_t i = 0; v->type == VAL_MAP && i < v->u.map.n; i++)
		if (strcmp(v->u.map.items[i].key, "name") == 0 || strcmp(v->u.map.items[i].key, "asked") == 0)
			learn_held(r, h, &v->u.map.items[i].value);
}

static void learn_fact(struct redaction *r, const char *probe, const struct fact *f)
{
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		if (strcmp(f->key, held[i].fact) == 0 && strcmp(probe, held[i].probe) == 0)
			learn_held(r, &held[i], &f->value);
	learn_value(r, f->key, &f->value);
}

static void learn_file(struct redaction *r, const char *name)
{
	const char *base;

	learn_text(r, name);
	if (r->level != REDACT_STRICT || name == NULL || name[0] == '\0')
		return;
	secret_add(r, S_FILE, name, strlen(name), NULL);
	base = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
	base = strrchr(base, '\\') != NULL ? strrchr(base, '\\') + 1 : base;
	if (base != name && strlen(base) >= SECRET_MIN)
		secret_add(r, S_FILE, base, strlen(base), NULL);
}

static void learn_about_part(struct redaction *r, const struct about *a)
{
	const char *const texts[] = {a->computer, a->device, a->site, a->pool, a->store, a->platform, a->log};

	if (a->computer != NULL)
		learn_named(r, S_HOST, a->computer);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		learn_text(r, texts[i]);
	/* An address and an account are known by their shape; what is left is the device's name. */
	if (a->device != NULL && a->device[strcspn(a->device, " @\\.:/")] == '\0')
		learn_named(r, S_DEVICE, a->device);
}

static void learn_evidence(struct redaction *r, const struct evidence *e)
{
	if (e->host != NULL)
		learn_named(r, S_HOST, e->host);
	learn_text(r, e->host);
	learn_text(r, e->proxy);
	if (e->sha256 != NULL)
		learn_file(r, e->target);
	else if (e->target != NULL && strstr(e->target, "://") == NULL)
		learn_named(r, S_HOST, e->target);
	learn_text(r, e->target);
	for (size_t i = 0; i < e->nfacts; i++)
		learn_fact(r, e->probe, &e->facts[i]);
	for (size_t i = 0; i < e->npins; i++) {
		learn_file(r, e->pins[i].file);
		learn_text(r, e->pins[i].text);
	}
	for (size_t i = 0; i < e->nparts; i++)
		learn_about_part(r, &e->parts[i].about);
	for (size_t i = 0; i < e->nrows; i++)
		learn_value(r, "", &e->rows[i].data);
	learn_text(r, e->by_hand);
	learn_text(r, e->why);
}

static void learn_input(struct redaction *r, const struct flow *flow, const struct rec_input *in)
{
	const struct input_def *d = flow_input(flow, in->key);
	int kind = kind_of_key(in->key);

	if (in->value == NULL || (d != NULL && (d->type == INPUT_CHOICE || d->type == INPUT_TIME)))
		return;
	if (d != NULL && d->type == INPUT_FILE)
		learn_file(r, in->value);
	else if (d != NULL && d->type == INPUT_HOST)
		learn_named(r, S_HOST, in->value);
	else if (kind >= 0)
		learn_named(r, kind, in->value);
	learn_text(r, in->value);
}

static void learn_about(struct redaction *r, const struct rec_about *a)
{
	if (a->target != NULL)
		learn_file(r, a->target);
	if (a->computer != NULL)
		learn_named(r, S_HOST, a->computer);
	learn_text(r, a->computer);
}

static void learn_answer(struct redaction *r, const struct rec_answer *a)
{
	learn_text(r, a->answer);
	learn_text(r, a->seen);
}

void learn_case(struct redaction *r, const struct flow *flow, const struct casefile *cf)
{
	learn_roles(r, flow, cf);
	if (cf->host != NULL && cf->host[0] != '\0')
		learn_named(r, S_HOST, cf->host);
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];

		if (rec->kind == REC_EVIDENCE)
			learn_evidence(r, &rec->u.evidence);
		else if (rec->kind == REC_INPUT)
			learn_input(r, flow, &rec->u.input);
		else if (rec->kind == REC_ABOUT)
			learn_about(r, &rec->u.about);
		else if (rec->kind == REC_ANSWER)
			learn_answer(r, &rec->u.answer);
		else if (rec->kind == REC_NOTE && r->level != REDACT_STRICT)
			learn_text(r, rec->u.note.text);
		if (rec->mark != NULL && r->level != REDACT_STRICT &&
		    strcmp(rec->mark->title, cf->title) != 0)
			learn_text(r, rec->mark->title);
	}
	if (r->level != REDACT_STRICT)
		learn_text(r, cf->title);
}
