/*
 * Whose account an export is of: the configuration of IIS names the one as which the pool runs.  Of several
 * it picks that one; an export of another account says nothing of the pool.
 */
#include "view.h"

#include <string.h>
#include <strings.h>

/* "CONTOSO\svc-ndes", "svc-ndes@contoso.example", "svc-ndes" */
static const char *bare(const char *name, size_t *n)
{
	const char *slash = strrchr(name, '\\');

	name = slash != NULL ? slash + 1 : name;
	*n = strcspn(name, "@");
	return name;
}

static bool same_account(const char *a, const char *b)
{
	size_t n, m;

	a = bare(a, &n);
	b = bare(b, &m);
	return n == m && strncasecmp(a, b, n) == 0;
}

static const struct value *of_list(const struct value *list, const char *pool, const char *fact)
{
	for (size_t i = 0; pool != NULL && i < list->u.list.n; i++) {
		const char *name = value_find_str(&list->u.list.items[i], "account");

		if (name != NULL && same_account(name, pool))
			return value_find(&list->u.list.items[i], fact);
	}
	return NULL;
}

static const struct value *account_fact(const struct look *k, const struct evidence *e, const char *fact)
{
	const struct value *list = evidence_fact(e, "accounts"), *name = evidence_fact(e, "account");
	struct seen seen;
	const char *pool = case_fact(k, "iis.config", "pool_account", &seen) && seen.value.type == VAL_STR
	                           ? seen.value.u.s
	                           : NULL;

	if (list != NULL && list->type == VAL_LIST)
		return of_list(list, pool, fact);
	if (pool != NULL && name != NULL && name->type == VAL_STR && !same_account(name->u.s, pool))
		return NULL;
	return evidence_fact(e, fact);
}

/* ---- the CA ---- */

/* What was asked begins with "COMPUTER\name"; in other languages words follow. */
static bool is_ca(const char *asked, const char *ca)
{
	return strncasecmp(asked, ca, strlen(ca)) == 0;
}

static const struct value *of_ca(const struct value *list, const char *ca)
{
	const struct value *found = NULL;

	for (size_t i = 0; i < list->u.list.n; i++) {
		const char *asked = value_find_str(&list->u.list.items[i], "asked");

		if (asked != NULL && is_ca(asked, ca)) /* the newest counts */
			found = value_find(&list->u.list.items[i], "reachable");
	}
	return found;
}

/* Nobody says which one NDES uses, and one of them answered. */
static bool another_answers(const struct look *k)
{
	const struct evidence *e[LOOK_MAX_SOURCES];
	size_t n = look_sources(k, "certutil.output", e);

	for (size_t i = 0; i < n; i++) {
		const struct value *v = evidence_fact(e[i], "ca_reachable");

		if (v != NULL && v->type == VAL_BOOL && v->u.b && evidence_fact(e[i], "cas") != NULL)
			return true;
	}
	return false;
}

static const struct value *ca_reachable(const struct look *k, const struct evidence *e)
{
	const struct value *list = evidence_fact(e, "cas"), *v = evidence_fact(e, "ca_reachable");
	struct seen ca;

	if (list == NULL || list->type != VAL_LIST)
		return v;
	if (case_fact(k, "registry.export", "ca", &ca) && ca.value.type == VAL_STR)
		return of_ca(list, ca.value.u.s);
	return v != NULL && v->type == VAL_BOOL && !v->u.b && another_answers(k) ? NULL : v;
}

const struct value *named_fact(const struct look *k, const char *probe, const struct evidence *e,
                               const char *fact)
{
	if (strcmp(probe, "account.state") == 0)
		return account_fact(k, e, fact);
	if (strcmp(probe, "certutil.output") == 0 && strcmp(fact, "ca_reachable") == 0)
		return ca_reachable(k, e);
	return evidence_fact(e, fact);
}
