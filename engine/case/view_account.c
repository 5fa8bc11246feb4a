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

const struct value *account_fact(const struct look *k, const struct evidence *e, const char *fact)
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
