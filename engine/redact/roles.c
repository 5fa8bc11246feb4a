/*
 * Which machine is what, before anything else is read: NDES-1 says more than HOST-4.  A machine with two
 * names has one token where the case shows that both are its own.
 */
#include "redact_int.h"

#include <string.h>
#include <strings.h>

static bool has_role(enum role role, enum secret_kind *kind)
{
	static const enum secret_kind kinds[ROLE__MAX] = {[ROLE_NDES] = S_NDES,
	                                                  [ROLE_SERVER] = S_SERVER,
	                                                  [ROLE_DEVICE] = S_DEVICE,
	                                                  [ROLE_CONSOLE] = S_PC};

	*kind = kinds[role];
	return role != ROLE_UNKNOWN;
}

static void machine(struct redaction *r, enum secret_kind kind, const char *s)
{
	if (s != NULL && s[0] != '\0' && strchr(s, ' ') == NULL)
		learn_machine(r, kind, s, strlen(s), NULL);
}

/* The host of a URL. */
static void authority(struct redaction *r, enum secret_kind kind, const char *url)
{
	const char *from = url != NULL ? strstr(url, "://") : NULL, *at;
	size_t n;

	if (from == NULL)
		return;
	from += 3;
	at = memchr(from, '@', strcspn(from, "/?#"));
	from = at != NULL ? at + 1 : from;
	n = from[0] == '[' ? strcspn(from, "]") + 1 : strcspn(from, ":/?#");
	if (n <= strlen(from))
		learn_machine(r, kind, from, n, NULL);
}

/* "PKI01\Contoso Issuing CA": the computer before the stroke is a CA. */
static void authority_of_ca(struct redaction *r, const struct fact *f)
{
	const char *s = f->value.type == VAL_STR && strcmp(f->key, "ca") == 0 ? f->value.u.s : NULL;
	const char *stroke = s != NULL ? strchr(s, '\\') : NULL;

	if (stroke == NULL || stroke == s)
		return;
	learn_machine(r, S_CA, s, (size_t)(stroke - s), NULL);
	if (!public_name(stroke + 1, strlen(stroke + 1)))
		secret_add(r, S_CERT, stroke + 1, strlen(stroke + 1), NULL);
}

/* The one computer that is the NDES server, as its own files or a person say; NULL: none, or several. */
struct only {
	const char *name;
	bool several;
};

static void one_more(struct only *o, const char *name)
{
	size_t label = name != NULL ? strcspn(name, ".") : 0;

	if (label == 0)
		return;
	if (o->name != NULL && (strcspn(o->name, ".") != label || !same_text(o->name, name, label)))
		o->several = true;
	if (o->name == NULL)
		o->name = name;
}

static const char *only_ndes(const struct casefile *cf)
{
	struct only o = {NULL, false};

	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];

		if (rec->kind == REC_ABOUT && rec->u.about.role == ROLE_NDES)
			one_more(&o, rec->u.about.computer);
		for (size_t k = 0; rec->kind == REC_EVIDENCE && k < rec->u.evidence.nparts; k++)
			if (rec->u.evidence.parts[k].about.role == ROLE_NDES)
				one_more(&o, rec->u.evidence.parts[k].about.computer);
	}
	return o.several ? NULL : o.name;
}

static void console(struct redaction *r, const struct casefile *cf)
{
	machine(r, S_PC, cf->host);
	for (size_t i = 0; i < cf->nlog; i++)
		if (cf->log[i].kind == REC_EVIDENCE)
			machine(r, S_PC, cf->log[i].u.evidence.host);
}

/* "1.1 waf01.corp.example:80 (squid), 1.0 ISA-02": who passed an answer on; a product alone is no machine. */
static void passed_on(struct redaction *r, const char *via)
{
	while (via != NULL && *via != '\0') {
		size_t n, word;

		via += strspn(via, " ,");
		n = strcspn(via, " ,");
		if (via[n] != ' ') {
			via += n;
			continue;
		}
		via += n + strspn(via + n, " ");
		word = strcspn(via, " ,:(");
		if (word > 2 && !public_name(via, word) &&
		    (memchr(via, '.', word) != NULL || strcspn(via, "0123456789") < word))
			learn_machine(r, S_GATEWAY, via, word, NULL);
		via += strcspn(via, ",");
	}
}

static void gateways(struct redaction *r, const struct evidence *e)
{
	const struct value *v = evidence_fact(e, "proxy_headers");

	for (size_t i = 0; v != NULL && v->type == VAL_MAP && i < v->u.map.n; i++)
		if (strcasecmp(v->u.map.items[i].key, "via") == 0 && v->u.map.items[i].value.type == VAL_STR)
			passed_on(r, v->u.map.items[i].value.u.s);
}

/* What the checks of SCEP asked, and the URL that was given. */
static void asked(struct redaction *r, const struct flow *flow, const struct casefile *cf)
{
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];
		const struct input_def *d =
		        rec->kind == REC_INPUT ? flow_input(flow, rec->u.input.key) : NULL;

		if (d != NULL && d->type == INPUT_URL && rec->u.input.value != NULL &&
		    strstr(rec->u.input.value, "/certsrv/") != NULL)
			authority(r, S_NDES, rec->u.input.value);
		if (rec->kind == REC_EVIDENCE && strncmp(rec->u.evidence.probe, "scep.", 5) == 0)
			authority(r, S_NDES, rec->u.evidence.target);
		if (rec->kind == REC_EVIDENCE)
			authority(r, S_PROXY, rec->u.evidence.proxy);
	}
}

static void named(struct redaction *r, const struct casefile *cf)
{
	enum secret_kind kind;

	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];
		const struct evidence *e = &rec->u.evidence;

		if (rec->kind == REC_ABOUT && has_role(rec->u.about.role, &kind))
			machine(r, kind, rec->u.about.computer);
		if (rec->kind != REC_EVIDENCE)
			continue;
		for (size_t k = 0; k < e->nparts; k++)
			if (has_role(e->parts[k].about.role, &kind))
				machine(r, kind, e->parts[k].about.computer);
		for (size_t k = 0; k < e->nfacts; k++)
			authority_of_ca(r, &e->facts[k]);
		gateways(r, e);
	}
}

void learn_roles(struct redaction *r, const struct flow *flow, const struct casefile *cf)
{
	const char *own = only_ndes(cf);

	asked(r, flow, cf);
	/* One NDES server is known by name and one URL was asked: the same machine, as far as the case goes.
	 */
	if (own != NULL && r->next[S_NDES] == 1)
		learn_machine(r, S_NDES, own, strlen(own),
		              arena_fmt(r->mem, "%s-1", secret_kind_name(S_NDES)));
	console(r, cf);
	named(r, cf);
}
