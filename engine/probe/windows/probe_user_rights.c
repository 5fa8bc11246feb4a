/*
 * user.rights: `secedit /export /areas USER_RIGHTS`, or `gpresult /v`, which lists the rights that a group
 * policy sets: such a right has exactly the accounts listed.  The question it answers: may IIS_IUSRS
 * impersonate a client?  Accounts stand as *SID or as names; IIS_IUSRS is S-1-5-32-568 on every
 * Windows (Microsoft: well-known SIDs), so its translated names do not matter.
 */
#include "file_kind.h"
#include "slice.h"

#include <string.h>

#define RIGHTS_MAX_ACCOUNTS 200

static const struct param_def params[] = {
        {"file", true, "what secedit /export wrote, or what gpresult /v prints"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"impersonate_iis_iusrs", FACT_BOOL, NULL, "IIS_IUSRS has Impersonate a client after authentication",
         SPEAKS({"= true", "IIS_IUSRS may impersonate a client after authentication."},
                {"= false, impersonate not empty",
                 "IIS_IUSRS lacks the right to impersonate a client after authentication; it is given to {impersonate} alone."},
                {"= false", "IIS_IUSRS lacks the right to impersonate a client after authentication."})},
        {"impersonate", FACT_LIST, NULL, "accounts with SeImpersonatePrivilege, as written", SERVES},
        {"batch_logon", FACT_LIST, NULL, "accounts that may log on as a batch job", SILENT},
        {"service_logon", FACT_LIST, NULL, "accounts that may log on as a service", SILENT},
        {"deny_batch_logon", FACT_LIST, NULL, "accounts that are denied to log on as a batch job",
         SPEAKS({"not empty", "Denied the right to log on as a batch job: {list}."})},
        {"deny_service_logon", FACT_LIST, NULL, "accounts that are denied to log on as a service", SILENT},
        {"rights", FACT_INT, NULL, "rights that the export names", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

static const struct {
	const char *right, *fact;
} wanted[] = {
        {"SeImpersonatePrivilege", "impersonate"},         {"SeBatchLogonRight", "batch_logon"},
        {"SeServiceLogonRight", "service_logon"},          {"SeDenyBatchLogonRight", "deny_batch_logon"},
        {"SeDenyServiceLogonRight", "deny_service_logon"},
};

static bool is_iis_iusrs(struct slice account)
{
	return slice_are(account, "*S-1-5-32-568") || slice_are(account, "IIS_IUSRS") ||
	       slice_end(account, "\\IIS_IUSRS");
}

static bool send_accounts(struct evidence_out *out, const char *fact, struct slice rest)
{
	struct value_builder list;
	bool iusrs = false;

	vb_init(&list, ev_mem(out));
	while (rest.n != 0 && list.n < RIGHTS_MAX_ACCOUNTS) {
		struct slice account = slice_trim(slice_cut(&rest, ','));

		if (account.n == 0)
			continue;
		iusrs = iusrs || is_iis_iusrs(account);
		vb_add(&list, NULL, value_str(arena_strndup(ev_mem(out), account.p, account.n)));
	}
	ev_value(out, fact, vb_list(&list));
	return iusrs;
}

struct rights {
	bool in_section, seen_section, impersonate;
	bool seen;           /* the right's own line was met, up to its end */
	bool version, ended; /* its section [Version] was met; the line read last has its end */
	int64_t count;
};

static void read_line(struct rights *r, const struct file_line *line, const char *file,
                      struct evidence_out *out)
{
	struct slice rest = slice_trim(slice_of(line->p, line->n)), right;

	r->ended = line->ended;
	if (rest.n != 0 && rest.p[0] == '[') {
		r->version = r->version || slice_begin(rest, "[Version]");
		r->in_section = slice_begin(rest, "[Privilege Rights]");
		r->seen_section = r->seen_section || r->in_section;
		return;
	}
	if (!r->in_section || rest.n == 0 || rest.p[0] == ';' || memchr(rest.p, '=', rest.n) == NULL)
		return;
	right = slice_trim(slice_cut(&rest, '='));
	r->count++;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		bool iusrs;

		if (!slice_are(right, wanted[i].right))
			continue;
		iusrs = send_accounts(out, wanted[i].fact, rest);
		if (i != 0)
			continue;
		r->impersonate = iusrs;
		r->seen = line->ended;
		ev_pin(out, "impersonate_iis_iusrs", file, line->number, line->offset, PIN_NO_TIME, line->p,
		       line->n);
	}
}

/* ---- gpresult /v: "Policy: ImpersonatePrivilege", "Computer Setting: ACCOUNT" and more accounts below ----
 */

#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

struct policies {
	struct value_builder accounts[WANTED];
	unsigned blocks[WANTED]; /* a right that two policies name is not decided here */
	size_t in;               /* the block that is being read; WANTED: none */
	bool iusrs, whole;       /* of the right to impersonate; whole: its block has an end */
	int64_t count;
};

static void close_block(struct policies *g)
{
	g->whole = g->whole || g->in == 0;
	g->in = WANTED;
}

static void add_account(struct policies *g, struct slice account, struct evidence_out *out)
{
	if (account.n == 0 || g->accounts[g->in].n >= RIGHTS_MAX_ACCOUNTS)
		return;
	g->iusrs = g->iusrs || (g->in == 0 && is_iis_iusrs(account));
	vb_add(&g->accounts[g->in], NULL, value_str(arena_strndup(ev_mem(out), account.p, account.n)));
}

static void policy_line(struct policies *g, const struct file_line *line, const char *file,
                        struct evidence_out *out)
{
	struct slice w = slice_trim(slice_of(line->p, line->n)), value = w, label = slice_cut(&value, ':');
	bool pair = label.n != w.n;

	value = slice_trim(value);
	if (pair && (slice_end(value, "Privilege") || slice_end(value, "LogonRight"))) {
		close_block(g);
		g->count++;
		for (size_t i = 0; i < WANTED; i++)
			if (slice_are(value, wanted[i].right + 2)) { /* without its Se */
				g->in = i;
				g->blocks[i]++;
			}
		if (g->in == 0)
			ev_pin(out, "impersonate_iis_iusrs", file, line->number, line->offset, PIN_NO_TIME,
			       line->p, line->n);
	} else if (g->in != WANTED && (w.n == 0 || (pair && g->accounts[g->in].n != 0))) {
		close_block(g);
	} else if (g->in != WANTED) {
		add_account(g, pair ? value : w, out);
	}
}

/* True when policies set rights; the right to impersonate is said when one policy sets it, up to its end. */
static bool send_policies(struct policies *g, struct evidence_out *out)
{
	bool known = g->blocks[0] == 1 && g->whole && g->accounts[0].n != 0;

	if (g->count == 0)
		return false;
	for (size_t i = 0; i < WANTED; i++)
		if (g->blocks[i] == 1 && i != g->in) /* a list at the end may be cut off */
			ev_value(out, wanted[i].fact, vb_list(&g->accounts[i]));
	if (known)
		ev_bool(out, "impersonate_iis_iusrs", g->iusrs);
	ev_int(out, "rights", g->count);
	ev_fault(out, known && !g->iusrs);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *file = call_arg(call, "file");
	struct policies g = {.in = WANTED};
	struct rights r = {.count = 0};
	struct file_text *text;
	struct file_line line;
	struct err err;
	int got;

	if (file_text_open(file, out, &text, &err) != 0)
		return file_refuse(out, &err);
	for (size_t i = 0; i < WANTED; i++)
		vb_init(&g.accounts[i], ev_mem(out));
	while ((got = file_text_next(text, &line, &err)) > 0) {
		read_line(&r, &line, file, out);
		if (!r.seen_section)
			policy_line(&g, &line, file, out);
	}
	if (r.seen_section) {
		/* A right without a line is held by nobody; that is how secedit writes it.  A file that was
		 * cut off says nothing of the rights behind the cut. */
		bool known = r.impersonate || r.seen || (got == 0 && r.version && r.ended);

		if (known)
			ev_bool(out, "impersonate_iis_iusrs", r.impersonate);
		ev_int(out, "rights", r.count);
		ev_fault(out, known && !r.impersonate);
	}
	file_text_close(text);
	if (got < 0)
		return file_refuse(out, &err);
	if (!r.seen_section && !send_policies(&g, out)) {
		ev_why(out,
		       "%s: no section [Privilege Rights]; export it with secedit /export /cfg FILE /areas "
		       "USER_RIGHTS",
		       file);
		return EV_UNREADABLE;
	}
	return EV_MEASURED;
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL)
		return 0;
	if (sample_has(s, "[Privilege Rights]"))
		return 95;
	if (!sample_has(s, "SeImpersonatePrivilege") && (sample_has(s, "GPO") || sample_has(s, "RSOP")) &&
	    (sample_has(s, "ImpersonatePrivilege") || sample_has(s, "BatchLogonRight") ||
	     sample_has(s, "ServiceLogonRight")))
		return 84;
	return sample_has(s, "[Unicode]") && sample_has(s, "signature=\"$CHICAGO$\"") ? 60 : 0;
}

const struct probe_impl probe_user_rights = {
        .desc = {.id = "user.rights",
                 .title = "User rights",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand =
                         "secedit /export /areas USER_RIGHTS /cfg %TEMP%\\rights.inf >nul & type %TEMP%\\rights.inf | findstr SeImpersonatePrivilege",
                 .source = "The article, Troubleshoot status code 500; Microsoft: well-known SIDs "
                           "(S-1-5-32-568 is IIS_IUSRS)",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & secedit /export /areas USER_RIGHTS /cfg C:\\casebook\\user-rights.inf"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
