/* Asks and unpacks; what the answers mean is the probes'. */
#include "ad_search.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

#define TEXT_MOST 4096 /* of one value that is shown */

static int ask(struct ad_conn *c, const char *base, int scope, const char *filter, const char *const *attrs,
               int most, bool with_acl, LDAPMessage **message)
{
	/* SEQUENCE { INTEGER 7 }: owner, group, DACL */
	static char flags[] = {0x30, 0x03, 0x02, 0x01, 0x07};
	static char oid[] = "1.2.840.113556.1.4.801";
	LDAPControl acl = {.ldctl_oid = oid, .ldctl_value = {sizeof(flags), flags}, .ldctl_iscritical = 1};
	LDAPControl *controls[] = {with_acl ? &acl : NULL, NULL};
	unsigned ms = call_left(c->call);
	struct timeval t = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	char *names[16];
	size_t n = 0;

	for (; attrs[n] != NULL && n < 15; n++)
		names[n] = (char *)attrs[n]; /* libldap changes none of them */
	names[n] = NULL;
	return ldap_search_ext_s(c->ld, base, scope, filter, names, 0, controls, NULL, &t, most, message);
}

struct ad_answer ad_search(struct ad_conn *c, const char *base, int scope, const char *filter,
                           const char *const *attrs, int most, bool with_acl)
{
	struct ad_answer a = {.message = NULL, .rc = LDAP_SERVER_DOWN};

	if (!c->down)
		a.rc = ask(c, base, scope, filter, attrs, most, with_acl, &a.message);
	c->down = a.rc < 0; /* of libldap itself: not an answer */
	/* References lead to other domains and partitions: what is asked for lies in this one. */
	a.whole = a.rc == LDAP_SUCCESS || a.rc == LDAP_NO_SUCH_OBJECT;
	if (a.rc == LDAP_SIZELIMIT_EXCEEDED || a.rc == LDAP_NO_SUCH_OBJECT)
		a.rc = LDAP_SUCCESS;
	return a;
}

void ad_answer_free(struct ad_answer *a)
{
	if (a->message != NULL)
		ldap_msgfree(a->message);
	a->message = NULL;
}

LDAPMessage *ad_first(struct ad_conn *c, const struct ad_answer *a)
{
	return a->message != NULL ? ldap_first_entry(c->ld, a->message) : NULL;
}

struct berval **ad_values(struct ad_conn *c, LDAPMessage *entry, const char *name)
{
	return entry != NULL ? ldap_get_values_len(c->ld, entry, name) : NULL;
}

const char *ad_text(struct ad_conn *c, LDAPMessage *entry, const char *name)
{
	struct berval **v = ad_values(c, entry, name);
	const char *text = NULL;

	if (v != NULL && v[0] != NULL && v[0]->bv_len <= TEXT_MOST &&
	    memchr(v[0]->bv_val, '\0', v[0]->bv_len) == NULL)
		text = arena_strndup(ev_mem(c->out), v[0]->bv_val, v[0]->bv_len);
	ldap_value_free_len(v);
	return text;
}

const char *ad_dn(struct ad_conn *c, LDAPMessage *entry)
{
	char *dn = ldap_get_dn(c->ld, entry);
	const char *text = arena_strdup(ev_mem(c->out), dn);

	ldap_memfree(dn);
	return text;
}

enum ad_tri ad_entry_flag(struct ad_conn *c, LDAPMessage *entry, const char *name, int64_t flag)
{
	const char *text = ad_text(c, entry, name);

	return text != NULL ? ad_flag(text, strlen(text), flag) : AD_UNKNOWN;
}

enum ad_time ad_entry_time(struct ad_conn *c, LDAPMessage *entry, const char *name, int64_t *ms)
{
	const char *text = ad_text(c, entry, name);

	return text != NULL ? ad_filetime(text, strlen(text), ms) : AD_TIME_BAD;
}

/* ---- an account by its name ---- */

/* The domain as DNS has it: "DC=casebook,DC=test" is casebook.test. */
static void dns_name(const char *base, char *out, size_t size)
{
	size_t n = 0;

	while (strncasecmp(base, "DC=", 3) == 0) {
		size_t len = strcspn(base + 3, ",");

		if (n + len + 2 > size)
			break;
		if (n != 0)
			out[n++] = '.';
		memcpy(out + n, base + 3, len);
		n += len;
		base += 3 + len + (base[3 + len] == ',');
	}
	out[n] = '\0';
}

/* Whether DOMAIN of DOMAIN\name is this one, by its short name or its long one. */
static enum ad_tri is_this_domain(struct ad_conn *c, const char *domain, const char *dns, int *rc)
{
	static const char *const attrs[] = {"nETBIOSName", NULL};
	struct ad_answer a;
	struct buf filter;
	const char *name;

	if (strcasecmp(domain, dns) == 0)
		return AD_YES;
	buf_init(&filter, BUF_MAX_LINE);
	buf_str(&filter, "(&(objectClass=crossRef)(nCName=");
	ad_escape(&filter, c->base, strlen(c->base));
	buf_str(&filter, "))");
	a = ad_search(c, arena_fmt(ev_mem(c->out), "CN=Partitions,%s", c->config), LDAP_SCOPE_ONELEVEL,
	              buf_cstr(&filter), attrs, 1, false);
	buf_release(&filter);
	*rc = a.rc;
	name = ad_text(c, ad_first(c, &a), "nETBIOSName");
	ad_answer_free(&a);
	return name == NULL ? AD_UNKNOWN : strcasecmp(domain, name) == 0 ? AD_YES : AD_NO;
}

static void account_filter(struct buf *f, const struct ad_name *who, const char *account, bool by_name)
{
	buf_str(f, "(&(objectClass=user)(|");
	if (by_name) {
		buf_str(f, "(sAMAccountName=");
		ad_escape(f, who->name, strlen(who->name));
		buf_str(f, ")");
	}
	if (who->upn) {
		buf_str(f, "(userPrincipalName=");
		ad_escape(f, account, strlen(account));
		buf_str(f, ")");
	}
	buf_str(f, "))");
}

int ad_find_account(struct ad_conn *c, const char *account, const char *const *attrs, struct ad_answer *a,
                    enum evidence_outcome *how)
{
	char dns[256];
	struct ad_name who;
	struct buf filter;
	int rc = LDAP_SUCCESS, found;
	bool ours;

	*a = (struct ad_answer){.message = NULL};
	*how = EV_UNREADABLE;
	if (!ad_name(account, &who) || who.local) {
		ev_why(c->out, "'%s' is no account of a domain", account);
		return -1;
	}
	dns_name(c->base, dns, sizeof(dns));
	ours = who.domain[0] == '\0' || (who.upn && strcasecmp(who.domain, dns) == 0);
	if (!who.upn && !ours && is_this_domain(c, who.domain, dns, &rc) != AD_YES) {
		if (rc != LDAP_SUCCESS) {
			*how = ad_broken(c, rc);
			return -1;
		}
		ev_why(c->out, "%s is a controller of %s; name one of the domain of %s", c->host, dns,
		       account);
		return -1;
	}
	buf_init(&filter, BUF_MAX_LINE);
	account_filter(&filter, &who, account, !who.upn || ours);
	*a = ad_search(c, c->base, LDAP_SCOPE_SUBTREE, buf_cstr(&filter), attrs, 2, false);
	buf_release(&filter);
	if (a->rc != LDAP_SUCCESS) {
		*how = ad_broken(c, a->rc);
		return -1;
	}
	found = ldap_count_entries(c->ld, a->message);
	/* Another domain of the forest may have that name behind the @ as well. */
	if (found == 1 || (found == 0 && a->whole && (!who.upn || ours)))
		return found;
	ev_why(c->out,
	       found == 0 ? "%s has no account %s; another domain may have it"
	                  : "%s has more than one account %s; name it as DOMAIN\\name",
	       dns, account);
	return -1;
}
