/*
 * ad.pki: what the directory keeps of the certification authorities that NDES asks: which there are and what
 * they issue, the templates of NDES and who may enrol in them, and whether the CAs' certificates lie where
 * the domain's computers take them from.  Public Key Services of the configuration partition:
 * MS-WCCE 2.2.2.11, MS-CRTD 2.  What a container is for is of Microsoft's pages; what is missing there is
 * said, and is a fault only for the template that the person names.
 */
#include "ad_certs.h"
#include "ad_who.h"

#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"host", true, "a domain controller of the forest, by its full name"},
        {"template", false, "the template that NDES's registry names, by its short name"},
        {"account", false, "who enrols, such as NDES's service account: DOMAIN\\name, name@domain or name"},
        {"port", false, "the port of LDAP, 389 when missing"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"services", FACT_LIST, NULL, "the certification authorities that issue by templates, as HOST\\NAME",
         SPEAKS({"empty", "The directory names no certification authority that issues by templates."},
                {"not empty", "The directory names the certification authorities {list}."})},
        {"published", FACT_LIST, NULL, "what each of them issues, as NAME: TEMPLATE, TEMPLATE", SILENT},
        {"templates", FACT_LIST, NULL,
         "of the three templates of NDES and the one that was named, those that exist, with their versions",
         SPEAKS({"not empty", "The directory has the templates {list}."},
                {"empty", "The directory has none of the templates of NDES."})},
        {"missing", FACT_LIST, NULL, "those that do not exist",
         SPEAKS({"not empty", "The directory has no template {list}."},
                {"empty", "Every template that NDES asks for exists."})},
        {"unpublished", FACT_LIST, NULL, "those that exist and that no certification authority issues",
         SPEAKS({"not empty", "No certification authority issues the template {list}."},
                {"empty", "Each of the templates that exist is issued by a certification authority."})},
        {"enrollers", FACT_LIST, NULL,
         "who may enrol in each, and who is denied it, as TEMPLATE: NAME, not NAME",
         SPEAKS({"not empty", "Who may enrol: {list}."}, {"empty", "Nobody is seen who may enrol."})},
        {"enrol_denied", FACT_LIST, NULL,
         "those in which the account may not enrol; unknown without one, or when its groups cannot be seen",
         SPEAKS({"not empty", "{account} may not enrol in {list}."},
                {"empty", "{account} may enrol in each of the templates that exist."})},
        {"in_ntauth", FACT_BOOL, NULL, "the certificate of each certification authority is in NTAuth",
         SPEAKS({"= true", "NTAuth has the certificate of each certification authority."},
                {"= false", "NTAuth lacks the certificate of {not_in_ntauth}."})},
        {"not_in_ntauth", FACT_LIST, NULL, "the certification authorities whose certificate is not there",
         SERVES},
        {"in_root", FACT_BOOL, NULL,
         "the chain of each ends at a root that the directory gives to the domain's computers",
         SPEAKS({"= true", "Each certification authority leads to a root that the directory gives out."},
                {"= false",
                 "A certification authority leads to a root that the directory does not give out."})},
        {"crls", FACT_LIST, NULL, "CRLs that the directory keeps, each with the time when the next is due",
         SILENT},
        {"crls_overdue", FACT_LIST, NULL, "those that were to be replaced before now, by the domain's clock",
         SPEAKS({"not empty", "The directory still keeps outdated CRLs: {list}."},
                {"empty", "Every CRL in the directory is in force."})},
        {"usable", FACT_BOOL, NULL,
         "there is a certification authority; the named template exists, is issued, and is not denied to the account",
         SPEAKS({"= false",
                 "The directory has no certification authority that would issue what NDES asks for."},
                {"= true", "By the directory, NDES can have its template issued."})},
        {"account", FACT_STR, NULL, "the account asked for", SERVES},
        {"domain", FACT_STR, NULL, "the domain that was asked, as the directory writes it", SILENT},
        {"controller", FACT_STR, NULL, "the controller's name as it gives it", SILENT},
        {"domain_time", FACT_TIME, NULL, "the controller's clock", SILENT},
        {"skew_ms", FACT_INT, NULL, "milliseconds by which this machine's clock is ahead of it", SILENT},
        {"error", FACT_STR, ad_errors, "where it failed", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define SERVICES_MOST 32
#define PUBLISHED_MOST 512 /* templates of one CA */
#define ENTRIES_MOST 24    /* names of one template that are told */
#define ROOTS_MOST 200
#define CRLS_MOST 48
#define WANTED_MOST 4

/* The templates that NDES uses out of the box (the registry's MSCEP key, Microsoft's page on NDES). */
static const char *const own[] = {"IPSECIntermediateOffline", "EnrollmentAgentOffline", "CEPEncryption"};

struct wanted {
	const char *name;
	bool exists, published;
	enum ad_tri may;
};

struct pki {
	struct ad_conn c;
	const char *account, *named; /* NULL: not told */
	struct ad_who who;
	struct wanted want[WANTED_MOST];
	size_t wants, services;
	bool services_whole;
	const char *service[SERVICES_MOST];
	struct ad_certs cas[SERVICES_MOST]; /* of each service */
};

typedef void (*pki_entry)(struct pki *p, LDAPMessage *e, void *ctx);

/* Each entry of a container of Public Key Services. */
static enum evidence_outcome each(struct pki *p, const char *container, int scope, const char *filter,
                                  const char *const *attrs, int most, bool with_acl, pki_entry visit,
                                  void *ctx, bool *whole)
{
	struct ad_conn *c = &p->c;
	const char *base =
	        arena_fmt(ev_mem(c->out), "%s,CN=Public Key Services,CN=Services,%s", container, c->config);
	struct ad_answer a = ad_search(c, base, scope, filter, attrs, most, with_acl);
	int left = most;

	for (LDAPMessage *e = ad_first(c, &a); e != NULL && left-- > 0; e = ldap_next_entry(c->ld, e))
		visit(p, e, ctx);
	*whole = a.whole;
	ad_answer_free(&a);
	return a.rc == LDAP_SUCCESS ? EV_MEASURED : ad_broken(c, a.rc);
}

static void add_text(struct value_builder *list, const char *text)
{
	vb_add(list, NULL, value_str(text));
}

/* ---- certification authorities ---- */

struct listing {
	struct value_builder services, published;
};

static bool same(const struct berval *v, const char *name)
{
	return v->bv_len == strlen(name) && strncasecmp(v->bv_val, name, v->bv_len) == 0;
}

static const char *issued(struct pki *p, const char *ca, struct berval **names)
{
	struct buf line;
	const char *text;

	buf_init(&line, BUF_MAX_TEXT);
	buf_fmt(&line, "%s: ", ca);
	for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
		if (i < PUBLISHED_MOST && names[i]->bv_len < 256)
			buf_fmt(&line, "%s%.*s", i != 0 ? ", " : "", (int)names[i]->bv_len, names[i]->bv_val);
		for (size_t w = 0; w < p->wants; w++)
			p->want[w].published |= same(names[i], p->want[w].name);
	}
	text = arena_strdup(ev_mem(p->c.out), buf_cstr(&line));
	buf_release(&line);
	return text;
}

static void service(struct pki *p, LDAPMessage *e, void *ctx)
{
	struct listing *l = ctx;
	const char *name = ad_text(&p->c, e, "cn"), *host = ad_text(&p->c, e, "dNSHostName");
	struct berval **certs = ad_values(&p->c, e, "cACertificate"),
	              **names = ad_values(&p->c, e, "certificateTemplates");

	if (name == NULL)
		name = ad_dn(&p->c, e);
	p->service[p->services] = name;
	ad_certs_new(&p->cas[p->services]);
	ad_certs_add(&p->cas[p->services++], certs);
	add_text(&l->services, arena_fmt(ev_mem(p->c.out), "%s\\%s", host != NULL ? host : "?", name));
	add_text(&l->published, issued(p, name, names));
	ldap_value_free_len(certs);
	ldap_value_free_len(names);
}

static enum evidence_outcome services(struct pki *p)
{
	static const char *const attrs[] = {"cn", "dNSHostName", "certificateTemplates", "cACertificate",
	                                    NULL};
	enum evidence_outcome how;
	struct listing l;

	vb_init(&l.services, ev_mem(p->c.out));
	vb_init(&l.published, ev_mem(p->c.out));
	how = each(p, "CN=Enrollment Services", LDAP_SCOPE_ONELEVEL, "(objectClass=pKIEnrollmentService)",
	           attrs, SERVICES_MOST, false, service, &l, &p->services_whole);
	if (how == EV_MEASURED) {
		ev_value(p->c.out, "services", vb_list(&l.services));
		ev_value(p->c.out, "published", vb_list(&l.published));
	}
	return how;
}

/* ---- templates ---- */

struct naming {
	struct pki *p;
	struct buf line;
	size_t n;
};

static void name_one(void *ctx, const struct ad_ace *ace)
{
	struct naming *s = ctx;

	if (s->n++ < ENTRIES_MOST)
		buf_fmt(&s->line, "%s%s%s%s", s->n > 1 ? ", " : "", ace->allow ? "" : "not ",
		        ad_who_name(&s->p->c, &ace->who), ace->on_condition ? " (on a condition)" : "");
}

/* "CEPEncryption: Domain Admins, not Guests"; NULL when the descriptor cannot be read. */
static const char *enrollers(struct pki *p, const char *template, const struct berval *sd)
{
	struct naming s = {.p = p};
	enum ad_acl read;
	const char *text = NULL;

	buf_init(&s.line, BUF_MAX_TEXT);
	buf_fmt(&s.line, "%s: ", template);
	read = ad_acl_each((const unsigned char *)sd->bv_val, sd->bv_len, ad_right_enroll, name_one, &s);
	if (read == AD_ACL_OPEN)
		buf_str(&s.line, "Everyone");
	else if (s.n == 0)
		buf_str(&s.line, "nobody");
	else if (s.n > ENTRIES_MOST)
		buf_fmt(&s.line, " and %zu more", s.n - ENTRIES_MOST);
	if (read != AD_ACL_BAD)
		text = arena_strdup(ev_mem(p->c.out), buf_cstr(&s.line));
	buf_release(&s.line);
	return text;
}

struct templates {
	struct value_builder found, enrollers;
};

static const char *or_unknown(const char *number)
{
	return number != NULL ? number : "?";
}

static void template(struct pki *p, LDAPMessage *e, void *ctx)
{
	struct templates *t = ctx;
	const char *name = ad_text(&p->c, e, "cn"), *line;
	struct berval **sd = ad_values(&p->c, e, "nTSecurityDescriptor");
	struct wanted *w = NULL;

	for (size_t i = 0; i < p->wants && name != NULL; i++)
		if (strcasecmp(p->want[i].name, name) == 0)
			w = &p->want[i];
	if (w != NULL && !w->exists) {
		w->exists = true;
		add_text(&t->found,
		         arena_fmt(ev_mem(p->c.out), "%s (version %s, revision %s.%s)", name,
		                   or_unknown(ad_text(&p->c, e, "msPKI-Template-Schema-Version")),
		                   or_unknown(ad_text(&p->c, e, "revision")),
		                   or_unknown(ad_text(&p->c, e, "msPKI-Template-Minor-Revision"))));
	}
	if (w != NULL && sd != NULL && sd[0] != NULL) {
		line = enrollers(p, name, sd[0]);
		if (line != NULL)
			add_text(&t->enrollers, line);
		w->may = p->who.whole ? ad_acl_may((const unsigned char *)sd[0]->bv_val, sd[0]->bv_len,
		                                   ad_right_enroll, p->who.sids, p->who.n)
		                      : AD_UNKNOWN;
	}
	ldap_value_free_len(sd);
}

/* What is missing, not issued and denied, as far as what was read is whole. */
static void judge(struct pki *p, bool whole)
{
	struct value_builder missing, unpublished, denied;
	bool told = p->who.whole, some = false;

	vb_init(&missing, ev_mem(p->c.out));
	vb_init(&unpublished, ev_mem(p->c.out));
	vb_init(&denied, ev_mem(p->c.out));
	for (size_t i = 0; i < p->wants; i++) {
		const struct wanted *w = &p->want[i];

		if (!w->exists)
			add_text(&missing, w->name);
		else if (!w->published)
			add_text(&unpublished, w->name);
		if (w->exists && w->may == AD_NO)
			add_text(&denied, w->name);
		told = told && (!w->exists || w->may != AD_UNKNOWN);
		some = some || w->exists;
	}
	if (whole)
		ev_value(p->c.out, "missing", vb_list(&missing));
	if (p->services_whole && some)
		ev_value(p->c.out, "unpublished", vb_list(&unpublished));
	if (denied.n != 0 || (told && some))
		ev_value(p->c.out, "enrol_denied", vb_list(&denied));
}

static enum evidence_outcome templates(struct pki *p)
{
	static const char *const attrs[] = {"cn",
	                                    "revision",
	                                    "msPKI-Template-Schema-Version",
	                                    "msPKI-Template-Minor-Revision",
	                                    "nTSecurityDescriptor",
	                                    NULL};
	enum evidence_outcome how;
	struct templates t;
	struct buf filter;
	bool whole;

	vb_init(&t.found, ev_mem(p->c.out));
	vb_init(&t.enrollers, ev_mem(p->c.out));
	buf_init(&filter, BUF_MAX_TEXT);
	buf_str(&filter, "(&(objectClass=pKICertificateTemplate)(|");
	for (size_t i = 0; i < p->wants; i++) {
		buf_str(&filter, "(cn=");
		ad_escape(&filter, p->want[i].name, strlen(p->want[i].name));
		buf_str(&filter, ")");
	}
	buf_str(&filter, "))");
	how = each(p, "CN=Certificate Templates", LDAP_SCOPE_ONELEVEL, buf_cstr(&filter), attrs, WANTED_MOST,
	           true, template, &t, &whole);
	buf_release(&filter);
	if (how != EV_MEASURED)
		return how;
	ev_value(p->c.out, "templates", vb_list(&t.found));
	if (t.enrollers.n != 0)
		ev_value(p->c.out, "enrollers", vb_list(&t.enrollers));
	judge(p, whole);
	return EV_MEASURED;
}

/* ---- certificates ---- */

static void certificates(struct pki *p, LDAPMessage *e, void *ctx)
{
	struct berval **v = ad_values(&p->c, e, "cACertificate");

	ad_certs_add(ctx, v);
	ldap_value_free_len(v);
}

static enum evidence_outcome container(struct pki *p, const char *name, int scope, struct ad_certs *into)
{
	static const char *const attrs[] = {"cACertificate", NULL};
	bool whole = false;
	enum evidence_outcome how = each(p, name, scope, "(objectClass=certificationAuthority)", attrs,
	                                 ROOTS_MOST, false, certificates, into, &whole);

	into->whole = into->whole && whole;
	return how;
}

static void tell_tri(struct pki *p, const char *key, enum ad_tri v)
{
	if (v != AD_UNKNOWN)
		ev_bool(p->c.out, key, v == AD_YES);
}

static enum ad_tri worse(enum ad_tri a, enum ad_tri b)
{
	return a == AD_NO || b == AD_NO ? AD_NO : a == AD_UNKNOWN || b == AD_UNKNOWN ? AD_UNKNOWN : AD_YES;
}

static void place(struct pki *p, const struct ad_certs *ntauth, const struct ad_certs *between,
                  const struct ad_certs *roots)
{
	enum ad_tri in_ntauth = AD_YES, in_root = AD_YES;
	struct value_builder out;

	vb_init(&out, ev_mem(p->c.out));
	for (size_t s = 0; s < p->services; s++) {
		enum ad_tri all = p->cas[s].whole && sk_X509_num(p->cas[s].all) > 0 ? AD_YES : AD_UNKNOWN;

		for (int i = 0; i < sk_X509_num(p->cas[s].all); i++) {
			X509 *x = sk_X509_value(p->cas[s].all, i);

			if (!ad_certs_has(ntauth, x))
				all = ntauth->whole ? AD_NO : worse(all, AD_UNKNOWN);
			in_root = worse(in_root, ad_certs_rooted(x, between, roots));
		}
		if (all == AD_NO)
			add_text(&out, p->service[s]);
		in_root = worse(in_root,
		                all == AD_UNKNOWN && sk_X509_num(p->cas[s].all) == 0 ? AD_UNKNOWN : AD_YES);
		in_ntauth = worse(in_ntauth, all);
	}
	if (p->services == 0 || !p->services_whole)
		in_ntauth = in_root = AD_UNKNOWN;
	tell_tri(p, "in_ntauth", in_ntauth);
	tell_tri(p, "in_root", in_root);
	if (in_ntauth != AD_UNKNOWN)
		ev_value(p->c.out, "not_in_ntauth", vb_list(&out));
}

static enum evidence_outcome stores(struct pki *p)
{
	struct ad_certs ntauth, between, roots;
	enum evidence_outcome how;

	ad_certs_new(&ntauth);
	ad_certs_new(&between);
	ad_certs_new(&roots);
	how = container(p, "CN=NTAuthCertificates", LDAP_SCOPE_BASE, &ntauth);
	if (how == EV_MEASURED)
		how = container(p, "CN=AIA", LDAP_SCOPE_ONELEVEL, &between);
	if (how == EV_MEASURED)
		how = container(p, "CN=Certification Authorities", LDAP_SCOPE_ONELEVEL, &roots);
	if (how == EV_MEASURED)
		place(p, &ntauth, &between, &roots);
	ad_certs_free(&ntauth);
	ad_certs_free(&between);
	ad_certs_free(&roots);
	return how;
}

/* ---- CRLs ---- */

struct crls {
	struct value_builder all, overdue;
};

static void crl(struct pki *p, LDAPMessage *e, void *ctx)
{
	struct crls *l = ctx;
	struct berval **v = ad_values(&p->c, e, "certificateRevocationList");
	const char *name = ad_text(&p->c, e, "cn");
	int64_t ms = 0;
	char when[CLOCK_TEXT];

	if (name == NULL)
		name = ad_dn(&p->c, e);
	switch (v != NULL && v[0] != NULL ? ad_crl_due(v[0]->bv_val, v[0]->bv_len, &ms) : AD_CRL_NONE) {
	case AD_CRL_NONE:
		break;
	case AD_CRL_BAD:
		add_text(&l->all, arena_fmt(ev_mem(p->c.out), "%s (unreadable)", name));
		break;
	case AD_CRL_ENDLESS:
		add_text(&l->all, arena_fmt(ev_mem(p->c.out), "%s (never replaced)", name));
		break;
	case AD_CRL_DUE:
		clock_iso(ms, when);
		add_text(&l->all, arena_fmt(ev_mem(p->c.out), "%s (next %s)", name, when));
		if (ms <= p->c.time_ms)
			add_text(&l->overdue, name);
		break;
	}
	ldap_value_free_len(v);
}

/* CRLs may be larger than what is taken in: then they stay unknown, and what was seen before is kept. */
static void crls(struct pki *p)
{
	static const char *const attrs[] = {"cn", "certificateRevocationList", NULL};
	const char *base =
	        arena_fmt(ev_mem(p->c.out), "CN=CDP,CN=Public Key Services,CN=Services,%s", p->c.config);
	struct ad_answer a = ad_search(&p->c, base, LDAP_SCOPE_SUBTREE, "(objectClass=cRLDistributionPoint)",
	                               attrs, CRLS_MOST, false);
	struct crls l;

	vb_init(&l.all, ev_mem(p->c.out));
	vb_init(&l.overdue, ev_mem(p->c.out));
	for (LDAPMessage *e = a.rc == LDAP_SUCCESS ? ad_first(&p->c, &a) : NULL; e != NULL;
	     e = ldap_next_entry(p->c.ld, e))
		crl(p, e, &l);
	if (a.rc == LDAP_SUCCESS && a.whole) {
		ev_value(p->c.out, "crls", vb_list(&l.all));
		ev_value(p->c.out, "crls_overdue", vb_list(&l.overdue));
	}
	ad_answer_free(&a);
}

/* ---- whole ---- */

static void usable(struct pki *p)
{
	const struct wanted *w = p->named != NULL ? &p->want[p->wants - 1] : NULL;
	bool none = p->services == 0 && p->services_whole, fault;

	for (size_t i = 0; w != NULL && i < p->wants; i++)
		if (strcasecmp(p->want[i].name, p->named) == 0)
			w = &p->want[i];
	fault = none ||
	        (w != NULL && (!w->exists || (p->services_whole && !w->published) || w->may == AD_NO));
	if (fault)
		ev_bool(p->c.out, "usable", false);
	else if (w != NULL && p->services_whole && w->may == AD_YES)
		ev_bool(p->c.out, "usable", true);
	ev_fault(p->c.out, fault);
}

static void want(struct pki *p, const char *name)
{
	for (size_t i = 0; i < p->wants; i++)
		if (strcasecmp(p->want[i].name, name) == 0)
			return;
	p->want[p->wants++] = (struct wanted){.name = name, .may = AD_UNKNOWN};
}

static enum evidence_outcome look(struct pki *p)
{
	enum evidence_outcome how = EV_MEASURED;

	ev_phase(p->c.out, "questions");
	if (p->account != NULL) {
		int found = ad_who_is(&p->c, p->account, &p->who, &how);

		if (found == 0)
			ev_why(p->c.out, "the directory shows no account %s", p->account);
		if (found != 1)
			return found == 0 ? EV_UNREADABLE : how;
	}
	how = services(p);
	if (how == EV_MEASURED)
		how = templates(p);
	if (how == EV_MEASURED)
		how = stores(p);
	if (how == EV_MEASURED) {
		usable(p);
		crls(p);
	}
	return how;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct pki *p = arena_alloc(ev_mem(out), sizeof(*p));
	enum evidence_outcome how;

	*p = (struct pki){.account = call_arg(call, "account"), .named = call_arg(call, "template")};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		want(p, own[i]);
	if (p->named != NULL && (p->named[0] == '\0' || strlen(p->named) > 255)) {
		ev_why(out, "template= is the short name of a template");
		return EV_UNREADABLE;
	}
	if (p->named != NULL)
		want(p, p->named);
	ev_str(out, "account", p->account);
	how = ad_open(&p->c, call, out);
	if (how == EV_MEASURED)
		how = look(p);
	if (how == EV_MEASURED)
		ev_str(out, "error", "none");
	for (size_t i = 0; i < p->services; i++)
		ad_certs_free(&p->cas[i]);
	ad_close(&p->c);
	return how;
}

const struct probe_impl probe_ad_pki = {
        .desc = {.id = "ad.pki",
                 .title = "Certification authorities and templates, in the directory",
                 .kind = PROBE_LIVE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 30000,
                 .by_hand =
                         "config=$(ldapsearch -x -LLL -o ldif-wrap=no -H ldap://{host} -s base -b '' configurationNamingContext | sed -n 's/^configurationNamingContext: //p')\n"
                         "ldapsearch -Y GSSAPI -N -O minssf=56 -H ldap://{host} -E '!1.2.840.113556.1.4.801=::MAMCAQc=' -b \"CN=Public Key Services,CN=Services,$config\" cn dNSHostName certificateTemplates revision nTSecurityDescriptor cACertificate",
                 .source = "MS-WCCE 2.2.2.11, MS-CRTD 2; MS-ADTS 5.1.3.3.4"},
        .run = PROBE_CODE(run),
        .tls = true,
        .signs_in = true,
};
