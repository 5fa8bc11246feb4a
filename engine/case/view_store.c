/*
 * What the export of a certificate store answers: the policy module's certificate, which the registry names
 * by its thumbprint, and the RA pair; each judged at the time in question, not on the day of reading.
 */
#include "view.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

struct slice_of {
	const char *p;
	size_t n;
};

static bool same_print(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0') {
		while (*a != '\0' && !isxdigit((unsigned char)*a))
			a++;
		while (*b != '\0' && !isxdigit((unsigned char)*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (*a != '\0') {
			a++;
			b++;
		}
	}
	return true;
}

/* When the validity of a certificate ends, by both orders of day and month when nothing shows which one
 * certutil wrote: other files of that server may. `slack`: it may be off by so much. */
static bool ends_by(const struct hearing *h, const struct value *cert, int64_t ms[2], int64_t *slack)
{
	const char *exact = value_find_str(cert, "not_after"),
	           *month = value_find_str(cert, "ends_month_first"),
	           *day = value_find_str(cert, "ends_day_first");
	struct seen order;

	*slack = exact != NULL ? 0 : CLOCK_ZONE;
	if (exact != NULL)
		month = day = exact;
	if (month == NULL || day == NULL)
		return false;
	if (strcmp(month, day) != 0 && look_raw(h->k, "windows.events", "date_order", &order) &&
	    order.value.type == VAL_STR)
		month = day = strcmp(order.value.u.s, "month-first") == 0 ? month : day;
	return clock_parse_iso(month, &ms[0]) && clock_parse_iso(day, &ms[1]);
}

static int64_t moment(const struct hearing *h, const struct evidence *e)
{
	return h->q->at_ms != ABOUT_NO_TIME ? h->q->at_ms : e->started_ms;
}

/* Whole days that it has left then; false when the two orders or the slack do not let that be said. */
static bool days_left(const struct hearing *h, const struct evidence *e, const struct value *cert,
                      int64_t *days)
{
	int64_t ends[2], slack;

	return ends_by(h, cert, ends, &slack) && clock_days_left(ends, moment(h, e), slack, days);
}

static const struct about *about_of(const struct evidence *e)
{
	return e->nparts != 0 ? &e->parts[0].about : &about_nothing;
}

static void say(const struct hearing *h, const struct evidence *e, struct value v, struct seen *out)
{
	enum strength s = part_strength(h->q, about_of(e), false);

	if (s == HEARD_NOT || (out->value.type != VAL_NULL && s <= out->strength))
		return;
	*out = (struct seen){v, s, about_of(e)->as_of_ms, e, 0};
}

typedef void cert_fn(const struct hearing *h, const struct evidence *e, const struct value *cert,
                     struct seen *out);

/* The certificate that NDESCertThumbprint names, wherever it lies. */
static void policy(const struct hearing *h, const char *fact, cert_fn *judge, struct seen *out)
{
	struct seen print;
	bool named = case_fact(h->k, "registry.export", "NDESCertThumbprint", &print) &&
	             print.value.type == VAL_STR && print.value.u.s[0] != '\0';

	for (size_t i = 0; i < h->nsrc; i++) {
		const struct value *said = evidence_fact(h->src[i], fact),
		                   *list = evidence_fact(h->src[i], "certificates");

		if (said != NULL && said->type != VAL_NULL)
			say(h, h->src[i], *said, out);
		for (size_t k = 0; named && list != NULL && list->type == VAL_LIST && k < list->u.list.n;
		     k++) {
			const char *sha1 = value_find_str(&list->u.list.items[k], "sha1");

			if (sha1 != NULL && same_print(sha1, print.value.u.s))
				judge(h, h->src[i], &list->u.list.items[k], out);
		}
	}
}

static void is_over(const struct hearing *h, const struct evidence *e, const struct value *cert,
                    struct seen *out)
{
	int64_t days, ends[2], slack;

	if (!days_left(h, e, cert, &days))
		return;
	say(h, e, value_bool(days < 0), out);
	if (days < 0 && out->from == e && ends_by(h, cert, ends, &slack))
		out->at_ms = ends[0] > ends[1] ? ends[0] : ends[1]; /* so it has been since */
}

static void for_clients(const struct hearing *h, const struct evidence *e, const struct value *cert,
                        struct seen *out)
{
	const struct value *ekus = value_find(cert, "extended_usage"),
	                   *said = value_find(cert, "client_auth");
	bool yes = false;

	if (said != NULL && said->type == VAL_BOOL) {
		say(h, e, *said, out);
		return;
	}
	if (ekus == NULL || ekus->type != VAL_LIST)
		return;
	for (size_t i = 0; i < ekus->u.list.n; i++)
		yes |= ekus->u.list.items[i].type == VAL_STR &&
		       strstr(ekus->u.list.items[i].u.s, "Client Authentication") != NULL;
	say(h, e, value_bool(yes), out);
}

static void policy_expired(const struct hearing *h, struct seen *out)
{
	policy(h, "policy_expired", is_over, out);
}

static void policy_client_auth(const struct hearing *h, struct seen *out)
{
	policy(h, "policy_client_auth", for_clients, out);
}

/* A pair of one store: when it ends, and the subject that names its server. */
struct pair {
	const struct evidence *e;
	const char *subject;
	int64_t days;
	enum strength strength;
};

/* Old pairs lie beside the new one: of each role the certificate that lasts longest counts. */
static bool longest(const struct hearing *h, const struct evidence *e, const char *role, struct pair *out)
{
	const struct value *list = evidence_fact(e, "certificates");
	int64_t days;

	for (size_t i = 0; list != NULL && list->type == VAL_LIST && i < list->u.list.n; i++) {
		const struct value *cert = &list->u.list.items[i];
		const char *is = value_find_str(cert, "role");

		if (is == NULL || strcmp(is, role) != 0)
			continue;
		if (!days_left(h, e, cert, &days))
			return false; /* it may be the one that counts */
		if (out->e == NULL || days > out->days)
			*out = (struct pair){
			        .e = e, .subject = value_find_str(cert, "subject"), .days = days};
	}
	return true;
}

static struct pair pair_of(const struct hearing *h, const struct evidence *e)
{
	struct pair sign = {0}, encrypt = {0};

	if (!longest(h, e, "ra-signing", &sign) || !longest(h, e, "ra-encryption", &encrypt))
		return (struct pair){0};
	if (sign.e == NULL || (encrypt.e != NULL && encrypt.days < sign.days))
		sign = encrypt;
	sign.strength = sign.e != NULL ? part_strength(h->q, about_of(e), false) : HEARD_NOT;
	return sign;
}

static bool same_server(const struct pair *a, const struct pair *b)
{
	return a->subject == NULL || b->subject == NULL || strcmp(a->subject, b->subject) == 0;
}

/* Two exports of one server: the pair that lasts longer is the one in use.  Pairs of two servers, told apart
 * by their subjects, are both in use: the one that ends first is the trouble. */
static bool counts(const struct pair *all, size_t n, size_t i)
{
	if (all[i].strength == HEARD_NOT)
		return false;
	for (size_t k = 0; k < n; k++)
		if (k != i && all[k].strength == all[i].strength && same_server(&all[k], &all[i]) &&
		    all[k].days > all[i].days)
			return false;
	return true;
}

static void ra_days_left(const struct hearing *h, struct seen *out)
{
	struct pair *all = arena_array(h->r->mem, h->nsrc, sizeof(*all));

	for (size_t i = 0; i < h->nsrc; i++)
		all[i] = pair_of(h, h->src[i]);
	for (size_t i = 0; i < h->nsrc; i++) {
		if (!counts(all, h->nsrc, i))
			continue;
		if (out->value.type == VAL_INT && all[i].strength == out->strength &&
		    all[i].days < out->value.u.i)
			*out = (struct seen){.at_ms = ABOUT_NO_TIME};
		say(h, all[i].e, value_int(all[i].days), out);
	}
}

/* ---- who issued the pair ---- */

/* The common name within an issuer, up to its comma; quotes hold commas. */
static struct slice_of common_name(const char *issuer)
{
	struct slice_of out = {NULL, 0};
	const char *p = issuer;

	while (strncasecmp(p, "CN=", 3) != 0) {
		p += strcspn(p, ",\n");
		p += strspn(p, ", \n\r\t");
		if (*p == '\0')
			return out;
	}
	p += 3;
	if (*p == '"') {
		out.p = p + 1;
		out.n = strcspn(out.p, "\"");
	} else {
		out.p = p;
		out.n = strcspn(p, ",\r\n");
	}
	while (out.n != 0 && out.p[out.n - 1] == ' ')
		out.n--;
	return out;
}

/* NDES names its CA as COMPUTER\NAME.  A name with an escape (!0026) is not compared. */
static const char *ca_in_use(const struct hearing *h)
{
	struct seen ca;
	const char *name;

	if (!case_fact(h->k, "registry.export", "ca", &ca) || ca.value.type != VAL_STR)
		return NULL;
	name = strchr(ca.value.u.s, '\\');
	return name == NULL || name[1] == '\0' || strchr(name, '!') != NULL ? NULL : name + 1;
}

/* Of one role: TRI_YES where a certificate that has not ended is that CA's, TRI_NO where all are another's.
 */
static enum tri issued_by(const struct hearing *h, const struct evidence *e, const char *role, const char *ca)
{
	const struct value *list = evidence_fact(e, "certificates");
	enum tri out = TRI_UNKNOWN;
	int64_t days;

	for (size_t i = 0; list != NULL && list->type == VAL_LIST && i < list->u.list.n; i++) {
		const struct value *cert = &list->u.list.items[i];
		const char *is = value_find_str(cert, "role"), *issuer = value_find_str(cert, "issuer");
		struct slice_of cn;

		if (is == NULL || strcmp(is, role) != 0 || (days_left(h, e, cert, &days) && days < 0))
			continue;
		cn = issuer != NULL ? common_name(issuer) : (struct slice_of){NULL, 0};
		if (cn.p == NULL || (cn.n == strlen(ca) && strncasecmp(cn.p, ca, cn.n) == 0))
			return cn.p == NULL ? TRI_UNKNOWN : TRI_YES;
		out = TRI_NO;
	}
	return out;
}

static void ra_issuer_ok(const struct hearing *h, struct seen *out)
{
	const char *ca = ca_in_use(h);

	for (size_t i = 0; ca != NULL && i < h->nsrc; i++) {
		enum tri sign = issued_by(h, h->src[i], "ra-signing", ca),
		         encrypt = issued_by(h, h->src[i], "ra-encryption", ca);

		if (sign == TRI_NO || encrypt == TRI_NO)
			say(h, h->src[i], value_bool(false), out);
		else if (sign == TRI_YES && encrypt == TRI_YES)
			say(h, h->src[i], value_bool(true), out);
	}
}

const struct view store_views[] = {
        {"policy_expired", policy_expired},
        {"policy_client_auth", policy_client_auth},
        {"ra_days_left", ra_days_left},
        {"ra_issuer_ok", ra_issuer_ok},
        {NULL, NULL},
};
