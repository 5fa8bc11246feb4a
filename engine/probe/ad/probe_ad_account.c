/*
 * ad.account: the NDES service account as the directory has it now: whether it is there, may sign in, until
 * when, and whether another account bears a service principal name of its.  The directory computes what
 * depends on its policy (msDS-User-Account-Control-Computed, msDS-UserPasswordExpiryTimeComputed); nothing
 * here knows the policy.
 */
#include "ad_search.h"

#include <string.h>
#include <strings.h>

static const struct param_def params[] = {
        {"host", true, "a domain controller of the account's domain, by its full name"},
        {"account", true, "the account: DOMAIN\\name, name@domain or name"},
        {"port", false, "the port of LDAP, 389 when missing"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"exists", FACT_BOOL, NULL, "the domain has such an account, as far as who asked may see",
         SPEAKS({"= true", "The directory has the account {account}."},
                {"= false", "The directory shows no account {account} to who asked."})},
        {"enabled", FACT_BOOL, NULL, "the account is active",
         SPEAKS({"= false", "The account {account} is disabled."},
                {"= true", "The account {account} is enabled."})},
        {"locked", FACT_BOOL, NULL, "the account is locked out now",
         SPEAKS({"= true", "The account {account} is locked out."},
                {"= false", "The account {account} is not locked out."})},
        {"password_expired", FACT_BOOL, NULL,
         "its password has expired, or must be changed at the next logon",
         SPEAKS({"= true", "The password of {account} has expired."},
                {"= false, password_expires known",
                 "The password of {account} has not expired; it does {password_expires}."},
                {"= false", "The password of {account} has not expired."})},
        {"password_expires", FACT_TIME, NULL, "when its password expires; unknown when it never does",
         SERVES},
        {"password_never_expires", FACT_BOOL, NULL, "its password never expires", SILENT},
        {"expires", FACT_TIME, NULL, "when the account itself ends; unknown when it never does", SERVES},
        {"account_expired", FACT_BOOL, NULL, "that day is over by the domain's clock",
         SPEAKS({"= true", "The account {account} ended {expires}."},
                {"= false, expires known", "The account {account} ends {expires}."},
                {"= false", "The account {account} does not end by itself."})},
        {"usable", FACT_BOOL, NULL, "enabled, not locked, account and password not expired",
         SPEAKS({"= true", "The account {account} is enabled, not locked, and its password has not expired."},
                {"= false", "The account {account} cannot be used."})},
        {"spn", FACT_LIST, NULL, "its service principal names",
         SPEAKS({"empty", "The account {account} has no service principal name."},
                {"not empty", "The account {account} has the service principal names {list}."})},
        {"duplicate_spn", FACT_LIST, NULL,
         "names of these that another account of the domain bears as well, each with that account",
         SPEAKS({"not empty",
                 "Another account bears a service principal name of {account}: {list}. Kerberos fails for such a name."},
                {"empty", "No other account of the domain bears a service principal name of {account}."})},
        {"gmsa", FACT_BOOL, NULL, "it is a group managed service account, whose password the domain keeps",
         SPEAKS({"= true", "{account} is a group managed service account; the domain keeps its password."},
                {"= false", "{account} is no group managed service account."})},
        {"account", FACT_STR, NULL, "its name for logons (sAMAccountName), or the one asked for", SERVES},
        {"domain", FACT_STR, NULL, "the domain that was asked, as the directory writes it", SILENT},
        {"controller", FACT_STR, NULL, "the controller's name as it gives it", SILENT},
        {"domain_time", FACT_TIME, NULL, "the controller's clock",
         SPEAKS({"known", "The domain's clock shows {domain_time}."})},
        {"skew_ms", FACT_INT, NULL, "milliseconds by which this machine's clock is ahead of it",
         SPEAKS({"> 300000",
                 "This machine's clock is {skew} ahead of the domain's: Kerberos allows five minutes."},
                {"< -300000",
                 "This machine's clock is {skew} behind the domain's: Kerberos allows five minutes."},
                {"known", "The clocks of this machine and of the domain agree within five minutes."})},
        {"error", FACT_STR, ad_errors, "where it failed", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define SPN_MOST 64 /* asked for at once; a computer with clustered services has dozens */
#define OTHER_MOST 50

static void tell(struct evidence_out *out, const char *key, enum ad_tri v)
{
	if (v != AD_UNKNOWN)
		ev_bool(out, key, v == AD_YES);
}

static bool has_value(struct berval **v, const char *what)
{
	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		if (v[i]->bv_len == strlen(what) && strncasecmp(v[i]->bv_val, what, v[i]->bv_len) == 0)
			return true;
	return false;
}

/* ---- the state ---- */

/* When the account ends: AD_UNKNOWN when that cannot be read. */
static enum ad_tri is_over(struct ad_conn *c, LDAPMessage *e)
{
	int64_t ms = 0;
	enum ad_time t = ad_entry_time(c, e, "accountExpires", &ms);

	if (t == AD_TIME_AT)
		ev_time(c->out, "expires", ms);
	if (t == AD_TIME_BAD)
		return AD_UNKNOWN;
	return t == AD_TIME_AT && ms <= c->time_ms ? AD_YES : AD_NO;
}

static enum ad_tri usable(enum ad_tri enabled, enum ad_tri locked, enum ad_tri expired, enum ad_tri over)
{
	if (enabled == AD_NO || locked == AD_YES || expired == AD_YES || over == AD_YES)
		return AD_NO;
	return enabled == AD_YES && locked == AD_NO && expired == AD_NO && over == AD_NO ? AD_YES
	                                                                                 : AD_UNKNOWN;
}

static enum ad_tri state(struct ad_conn *c, LDAPMessage *e)
{
	static const char computed[] = "msDS-User-Account-Control-Computed";
	enum ad_tri disabled = ad_entry_flag(c, e, "userAccountControl", AD_DISABLED),
	            stays = ad_entry_flag(c, e, "userAccountControl", AD_PASSWORD_STAYS),
	            locked = ad_entry_flag(c, e, computed, AD_LOCKED),
	            expired = ad_entry_flag(c, e, computed, AD_PASSWORD_EXPIRED), over = is_over(c, e),
	            enabled = disabled == AD_UNKNOWN ? AD_UNKNOWN
	                      : disabled == AD_NO    ? AD_YES
	                                             : AD_NO,
	            good = usable(enabled, locked, expired, over);
	int64_t ms;

	tell(c->out, "enabled", enabled);
	tell(c->out, "locked", locked);
	tell(c->out, "password_expired", expired);
	tell(c->out, "password_never_expires", stays);
	tell(c->out, "account_expired", over);
	tell(c->out, "usable", good);
	if (ad_entry_time(c, e, "msDS-UserPasswordExpiryTimeComputed", &ms) == AD_TIME_AT)
		ev_time(c->out, "password_expires", ms);
	return good;
}

/* ---- its names ---- */

static void add_shared(struct ad_conn *c, LDAPMessage *other, struct berval **own, struct value_builder *list)
{
	struct berval **his = ad_values(c, other, "servicePrincipalName");
	const char *name = ad_text(c, other, "sAMAccountName");

	for (size_t i = 0; his != NULL && his[i] != NULL && list->n < OTHER_MOST; i++) {
		const char *spn = arena_strndup(ev_mem(c->out), his[i]->bv_val, his[i]->bv_len);

		if (has_value(own, spn))
			vb_add(list, NULL,
			       value_str(arena_fmt(ev_mem(c->out), "%s (also %s)", spn,
			                           name != NULL ? name : ad_dn(c, other))));
	}
	ldap_value_free_len(his);
}

/* Who else bears one of the names; EV_MEASURED, or how the connection broke. */
static enum evidence_outcome shared(struct ad_conn *c, const char *dn, struct berval **own, bool *any)
{
	static const char *const attrs[] = {"servicePrincipalName", "sAMAccountName", NULL};
	struct value_builder list;
	struct ad_answer a;
	struct buf filter;
	size_t n = 0;
	bool whole;

	buf_init(&filter, BUF_MAX_TEXT);
	buf_str(&filter, "(|");
	for (; own[n] != NULL && n < SPN_MOST; n++) {
		buf_str(&filter, "(servicePrincipalName=");
		ad_escape(&filter, own[n]->bv_val, own[n]->bv_len);
		buf_str(&filter, ")");
	}
	buf_str(&filter, ")");
	a = ad_search(c, c->base, LDAP_SCOPE_SUBTREE, buf_cstr(&filter), attrs, OTHER_MOST, false);
	whole = a.whole && own[n] == NULL && !filter.over;
	buf_release(&filter);
	vb_init(&list, ev_mem(c->out));
	for (LDAPMessage *e = ad_first(c, &a); e != NULL; e = ldap_next_entry(c->ld, e)) {
		const char *other = ad_dn(c, e);

		if (other != NULL && strcasecmp(other, dn) != 0)
			add_shared(c, e, own, &list);
	}
	ad_answer_free(&a);
	*any = list.n != 0;
	if (*any || whole)
		ev_value(c->out, "duplicate_spn", vb_list(&list));
	return a.rc == LDAP_SUCCESS ? EV_MEASURED : ad_broken(c, a.rc);
}

static enum evidence_outcome names(struct ad_conn *c, LDAPMessage *e, bool *any)
{
	struct berval **own = ad_values(c, e, "servicePrincipalName");
	struct value_builder list;
	enum evidence_outcome how = EV_MEASURED;

	vb_init(&list, ev_mem(c->out));
	for (size_t i = 0; own != NULL && own[i] != NULL && i < SPN_MOST; i++)
		vb_add(&list, NULL, value_str(arena_strndup(ev_mem(c->out), own[i]->bv_val, own[i]->bv_len)));
	*any = false;
	ev_value(c->out, "spn", vb_list(&list));
	if (list.n != 0)
		how = shared(c, ad_dn(c, e), own, any);
	else
		ev_value(c->out, "duplicate_spn", vb_list(&list));
	ldap_value_free_len(own);
	return how;
}

/* ---- whole ---- */

static enum evidence_outcome look(struct ad_conn *c, LDAPMessage *e)
{
	struct berval **classes = ad_values(c, e, "objectClass");
	const char *name = ad_text(c, e, "sAMAccountName");
	enum evidence_outcome how;
	enum ad_tri good;
	bool any;

	if (name != NULL)
		ev_str(c->out, "account", name);
	ev_bool(c->out, "exists", true);
	if (classes != NULL)
		ev_bool(c->out, "gmsa", has_value(classes, "msDS-GroupManagedServiceAccount"));
	ldap_value_free_len(classes);
	good = state(c, e);
	how = names(c, e, &any);
	if (how == EV_MEASURED && (good != AD_UNKNOWN || any))
		ev_fault(c->out, good == AD_NO || any);
	return how;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	static const char *const attrs[] = {"sAMAccountName",
	                                    "objectClass",
	                                    "userAccountControl",
	                                    "accountExpires",
	                                    "servicePrincipalName",
	                                    "msDS-User-Account-Control-Computed",
	                                    "msDS-UserPasswordExpiryTimeComputed",
	                                    NULL};
	struct ad_answer a = {.message = NULL};
	struct ad_conn c;
	enum evidence_outcome how = ad_open(&c, call, out);
	int found;

	ev_str(out, "account", call_arg(call, "account"));
	if (how == EV_MEASURED) {
		ev_phase(out, "questions");
		found = ad_find_account(&c, call_arg(call, "account"), attrs, &a, &how);
		if (found == 0) {
			ev_bool(out, "exists", false);
			ev_fault(out, true);
		}
		if (found == 1)
			how = look(&c, ad_first(&c, &a));
		else if (found == 0)
			how = EV_MEASURED;
	}
	if (how == EV_MEASURED)
		ev_str(out, "error", "none");
	ad_answer_free(&a);
	ad_close(&c);
	return how;
}

const struct probe_impl probe_ad_account = {
        .desc = {.id = "ad.account",
                 .title = "Service account, in the directory",
                 .kind = PROBE_LIVE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand =
                         "ldapsearch -Y GSSAPI -N -O minssf=56 -H ldap://{host} -s sub '(sAMAccountName={account})' userAccountControl accountExpires servicePrincipalName msDS-User-Account-Control-Computed msDS-UserPasswordExpiryTimeComputed",
                 .source = "MS-ADTS 2.2.16, 3.1.1.4.5.17; the article, 500 - Internal server error cause 1"},
        .run = PROBE_CODE(run),
        .signs_in = true,
};
