/*
 * account.state: is the NDES service account locked, disabled, its password expired?  Reads
 * Get-ADUser (property names are English everywhere) and `net user NAME /domain`, whose labels are
 * translated while the order of its lines is not: the sixth line tells whether the account is active.
 */
#include "file_kind.h"
#include "words.h"

#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of net user NAME /domain or Get-ADUser NAME -Properties *"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"enabled", FACT_BOOL, NULL, "the account is active",
         SPEAKS({"= false", "The pool's account is disabled."},
                {"= true", "The pool's account is enabled."})},
        {"locked", FACT_BOOL, NULL, "the account is locked out; net user tells only that it is",
         SPEAKS({"= true", "The pool's account is locked out."},
                {"= false", "The pool's account is not locked out."})},
        {"password_expired", FACT_BOOL, NULL, "its password has expired; only Get-ADUser tells",
         SPEAKS({"= true", "The password of the pool's account has expired."},
                {"= false", "The password of the pool's account has not expired."})},
        {"password_never_expires", FACT_BOOL, NULL, "its password never expires", SILENT},
        {"usable", FACT_BOOL, NULL, "enabled, not locked, password not expired; unknown when one of them is",
         SPEAKS({"= true", "The pool's account is enabled, not locked, and its password has not expired."},
                {"= false", "The pool's account cannot be used."},
                {"unknown",
                 "The export tells only part of the account's state; Get-ADUser tells whether it is locked and its password expired."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

enum tri_state { NOT_KNOWN = -1, NO, YES };

struct account {
	struct evidence_out *out;
	const char *file;
	enum tri_state enabled, locked, expired;
	unsigned net_line; /* of net user: which line of the list it is, from 1 */
	bool known;
};

static void say(struct account *a, const char *fact, bool v, enum tri_state *slot,
                const struct file_line *line)
{
	ev_bool(a->out, fact, v);
	ev_pin(a->out, fact, a->file, line->number, line->offset, PIN_NO_TIME, line->p, line->n);
	if (slot != NULL)
		*slot = v ? YES : NO;
	a->known = true;
}

/* "Enabled : True" */
static bool ad_line(struct account *a, struct words w, const struct file_line *line)
{
	static const struct {
		const char *name, *fact;
		size_t slot;
	} rows[] = {{"Enabled", "enabled", 0},
	            {"LockedOut", "locked", 1},
	            {"PasswordExpired", "password_expired", 2},
	            {"PasswordNeverExpires", "password_never_expires", 3}};
	enum tri_state *slots[] = {&a->enabled, &a->locked, &a->expired, NULL};
	struct words value = w, name = words_trim(words_cut(&value, ':'));

	value = words_trim(value);
	if (!words_are(value, "True") && !words_are(value, "False"))
		return false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!words_are(name, rows[i].name))
			continue;
		say(a, rows[i].fact, words_are(value, "True"), slots[rows[i].slot], line);
		return true;
	}
	return false;
}

/* What stands after the gap of two blanks or more. */
static struct words after_gap(struct words w)
{
	for (size_t i = 0; i + 1 < w.n; i++)
		if (w.p[i] == ' ' && w.p[i + 1] == ' ')
			return words_trim(words_of(w.p + i, w.n - i));
	return words_of(w.p + w.n, 0);
}

/* "Yes", "No" and "Locked" as Windows writes them in the languages that are known here. */
static int active_of(struct words v)
{
	static const char *const yes[] = {"Yes", "Ja",  "Oui",  "S\xC3\xAD", "S\xC3\xAC",   "Sim",
	                                  "Tak", "Ano", "Igen", "Evet",      "Kyll\xC3\xA4"};
	static const char *const no[] = {"No", "Nein", "Nee", "Non", "N\xC3\xA3o",   "Nie",
	                                 "Ne", "Nem",  "Nej", "Nei", "Hay\xC4\xB1r", "Ei"};
	static const char *const locked[] = {"Locked", "Gesperrt", "Verrouill\xC3\xA9", "Bloqueado",
	                                     "Bloccato"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (words_are(v, yes[i]))
			return 'y';
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (words_are(v, no[i]))
			return 'n';
	for (size_t i = 0; i < sizeof(locked) / sizeof(locked[0]); i++)
		if (words_begin(v, locked[i]))
			return 'l';
	return 0;
}

static void net_line(struct account *a, struct words w, const struct file_line *line)
{
	enum { ACTIVE = 6, PASSWORD_EXPIRES = 9 };
	struct words value = after_gap(w);

	a->net_line++;
	if (words_begin(w, "Account active"))
		a->net_line = ACTIVE;
	if (a->net_line == ACTIVE) {
		int is = active_of(value);

		if (is == 'y' || is == 'n')
			say(a, "enabled", is == 'y', &a->enabled, line);
		if (is == 'l')
			say(a, "locked", true, &a->locked, line);
	}
	if (a->net_line == PASSWORD_EXPIRES &&
	    (words_are(value, "Never") || words_are(value, "Nie") || words_are(value, "Jamais")))
		say(a, "password_never_expires", true, NULL, line);
}

static void conclude(struct account *a)
{
	if (a->enabled == NO || a->locked == YES || a->expired == YES) {
		ev_bool(a->out, "usable", false);
		ev_fault(a->out, true);
	} else if (a->enabled == YES && a->locked == NO && a->expired == NO) {
		ev_bool(a->out, "usable", true);
		ev_fault(a->out, false);
	}
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct account a = {.out = out,
	                    .file = call_arg(call, "file"),
	                    .enabled = NOT_KNOWN,
	                    .locked = NOT_KNOWN,
	                    .expired = NOT_KNOWN};
	struct file_text *text;
	struct file_line line;
	struct err err;
	bool net = false;
	int got;

	if (file_text_open(a.file, out, &text, &err) != 0)
		return file_refuse(out, &err);
	while ((got = file_text_next(text, &line, &err)) > 0) {
		struct words w = words_trim(words_of(line.p, line.n));

		if (w.n == 0 || ad_line(&a, w, &line))
			continue;
		/* The list of net user begins with the user's name: label, gap, value. */
		net = net || (after_gap(w).n != 0 && memchr(w.p, ':', w.n) == NULL);
		if (net)
			net_line(&a, w, &line);
	}
	conclude(&a);
	file_text_close(text);
	if (got < 0)
		return file_refuse(out, &err);
	if (a.known)
		return EV_MEASURED;
	ev_why(out, "%s: no state of an account in it; make it with net user NAME /domain", a.file);
	return EV_UNREADABLE;
}

static unsigned recognise(const struct sample *s)
{
	if (sample_has(s, "DistinguishedName") && sample_has(s, "Enabled") && sample_has(s, "SamAccountName"))
		return 90;
	if (sample_has(s, "Account active") ||
	    (sample_has(s, "LockedOut") && sample_has(s, "PasswordExpired")))
		return 90;
	return sample_has(s, "Konto aktiv") || sample_has(s, "Compte : actif") ||
	                       sample_has(s, "Cuenta activa")
	               ? 80
	               : 0;
}

const struct probe_impl probe_account_state = {
        .desc = {.id = "account.state",
                 .title = "Service account",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand =
                         "for /f \"tokens=2 delims=\\\" %A in ('%windir%\\System32\\inetsrv\\appcmd list apppool SCEP /text:processModel.userName') do @net user %A /domain",
                 .source = "The article, 500 - Internal server error cause 1",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & for /f \"tokens=2 delims=\\\" %A in ('%windir%\\System32\\inetsrv\\appcmd list apppool SCEP /text:processModel.userName') do @net user %A /domain > C:\\casebook\\account.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
