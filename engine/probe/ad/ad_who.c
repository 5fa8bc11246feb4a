/* SIDs and names; what they may is ad_acl's. */
#include "ad_who.h"

#include <string.h>

static const struct ad_sid everyone = {{1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, 12},
                           signed_in = {{1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0}, 12};

static void add(struct ad_who *w, const struct ad_sid *sid)
{
	if (w->n < AD_WHO_MOST)
		w->sids[w->n++] = *sid;
	else
		w->whole = false;
}

static void add_all(struct ad_who *w, struct berval **v)
{
	struct ad_sid sid;

	for (size_t i = 0; v != NULL && v[i] != NULL; i++) {
		if (ad_sid_read((const unsigned char *)v[i]->bv_val, v[i]->bv_len, true, &sid))
			add(w, &sid);
		else
			w->whole = false;
	}
}

/* What is computed is told of one entry alone, asked for by its name. */
static enum evidence_outcome groups(struct ad_conn *c, const char *dn, struct ad_who *w)
{
	static const char *const attrs[] = {"objectSid", "tokenGroups", NULL};
	struct ad_answer a = ad_search(c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", attrs, 1, false);
	struct berval **own = ad_values(c, ad_first(c, &a), "objectSid"),
	              **in = ad_values(c, ad_first(c, &a), "tokenGroups");

	/* Everybody is in a group: none shown means that none may be seen. */
	w->whole = own != NULL && own[0] != NULL && in != NULL && in[0] != NULL;
	add(w, &everyone);
	add(w, &signed_in);
	add_all(w, own);
	add_all(w, in);
	ldap_value_free_len(own);
	ldap_value_free_len(in);
	ad_answer_free(&a);
	return a.rc == LDAP_SUCCESS ? EV_MEASURED : ad_broken(c, a.rc);
}

int ad_who_is(struct ad_conn *c, const char *account, struct ad_who *out, enum evidence_outcome *how)
{
	static const char *const attrs[] = {"sAMAccountName", NULL};
	struct ad_answer a;
	int found = ad_find_account(c, account, attrs, &a, how);
	const char *dn = found == 1 ? ad_dn(c, ad_first(c, &a)) : NULL;

	*out = (struct ad_who){.sids = NULL};
	ad_answer_free(&a);
	if (dn == NULL)
		return found;
	out->sids = arena_alloc(ev_mem(c->out), AD_WHO_MOST * sizeof(*out->sids));
	*how = groups(c, dn, out);
	return *how == EV_MEASURED ? 1 : -1;
}

/* MS-DTYP 2.4.2.4; the names in English. */
static const char *by_heart(const char *sid)
{
	static const char *const known[][2] = {{"S-1-1-0", "Everyone"},
	                                       {"S-1-5-7", "Anonymous Logon"},
	                                       {"S-1-5-9", "Enterprise Domain Controllers"},
	                                       {"S-1-5-10", "Self"},
	                                       {"S-1-5-11", "Authenticated Users"},
	                                       {"S-1-5-18", "SYSTEM"},
	                                       {"S-1-5-32-544", "BUILTIN\\Administrators"},
	                                       {"S-1-5-32-545", "BUILTIN\\Users"}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i][0], sid) == 0)
			return known[i][1];
	return NULL;
}

const char *ad_who_name(struct ad_conn *c, const struct ad_sid *sid)
{
	static const char *const attrs[] = {"sAMAccountName", NULL};
	char text[AD_SID_TEXT];
	const char *name;
	struct ad_answer a;
	struct buf filter;

	ad_sid_text(sid, text);
	name = by_heart(text);
	if (name != NULL)
		return name;
	buf_init(&filter, BUF_MAX_LINE);
	buf_str(&filter, "(objectSid=");
	for (size_t i = 0; i < sid->n; i++)
		buf_fmt(&filter, "\\%02x", sid->bytes[i]);
	buf_str(&filter, ")");
	a = ad_search(c, c->base, LDAP_SCOPE_SUBTREE, buf_cstr(&filter), attrs, 1, false);
	buf_release(&filter);
	name = ad_text(c, ad_first(c, &a), "sAMAccountName");
	ad_answer_free(&a);
	return name != NULL ? name : arena_strdup(ev_mem(c->out), text);
}
