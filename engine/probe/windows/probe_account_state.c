/*
 * account.state: is the NDES service account locked, disabled, its password expired?  Reads
 * Get-ADUser (property names are English everywhere) and `net user NAME /domain`, whose labels are
 * translated while the order of its lines is not: after the country, which begins with three digits
 * everywhere, comes whether the account is active, and three lines on when the password ends.
 */
#include "file_kind.h"
#include "slice.h"

#include <ctype.h>
#include <string.h>

#include <casebook/clock.h>

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
        {"password_expired", FACT_BOOL, NULL,
         "its password has expired; of net user, the day that it names is over or to come",
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
	struct file_line
	        strange; /* it tells in an unknown word whether the account is active; number 0: none */
	char strange_text[160]; /* its `p` */
	int64_t now;
	bool known;
	/* Export-Csv: the column of each property, -1 when there is none, and the first row below them. */
	char delimiter; /* 0: no such head was read */
	int at[4];
	unsigned rows;
	struct file_line row;
	char row_text[1024]; /* its `p` */
};

/* Property names are English everywhere; the place of each is that of its column in `at`. */
static const struct {
	const char *name, *fact;
	size_t slot;
} properties[] = {{"Enabled", "enabled", 0},
                  {"LockedOut", "locked", 1},
                  {"PasswordExpired", "password_expired", 2},
                  {"PasswordNeverExpires", "password_never_expires", 3}};
#define PROPERTIES (sizeof(properties) / sizeof(properties[0]))

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
static bool ad_line(struct account *a, struct slice w, const struct file_line *line)
{
	enum tri_state *slots[] = {&a->enabled, &a->locked, &a->expired, NULL};
	struct slice value = w, name = slice_trim(slice_cut(&value, ':'));

	value = slice_trim(value);
	if (!slice_are(value, "True") && !slice_are(value, "False"))
		return false;
	for (size_t i = 0; i < PROPERTIES; i++) {
		if (!slice_are(name, properties[i].name))
			continue;
		say(a, properties[i].fact, slice_are(value, "True"), slots[properties[i].slot], line);
		return true;
	}
	return false;
}

/* The head of Export-Csv: names of two properties at least, with one mark between all cells. */
static bool csv_head(struct account *a, struct slice w)
{
	static const char marks[] = ",;\t";

	for (size_t m = 0; m < 3; m++) {
		struct slice rest = w;
		int found = 0;

		for (size_t i = 0; i < PROPERTIES; i++)
			a->at[i] = -1;
		for (int column = 0; rest.n != 0 && column < 1000; column++) {
			struct slice cell = slice_cell(&rest, marks[m]);

			for (size_t i = 0; i < PROPERTIES; i++) {
				if (!slice_are(cell, properties[i].name))
					continue;
				a->at[i] = column;
				found++;
			}
		}
		if (found >= 2) {
			a->delimiter = marks[m];
			return true;
		}
	}
	return false;
}

static void csv_row(struct account *a, const struct file_line *line)
{
	if (a->rows++ != 0 || line->n > sizeof(a->row_text))
		return;
	memcpy(a->row_text, line->p, line->n);
	a->row = *line;
	a->row.p = a->row_text;
}

/* One account is the one that was asked for; of several nobody says which is the pool's. */
static void csv_end(struct account *a)
{
	enum tri_state *slots[] = {&a->enabled, &a->locked, &a->expired, NULL};
	struct slice rest = slice_of(a->row.p, a->row.n);

	for (int column = 0; a->rows == 1 && rest.n != 0 && column < 1000; column++) {
		struct slice cell = slice_trim(slice_cell(&rest, a->delimiter));

		for (size_t i = 0; i < PROPERTIES; i++)
			if (a->at[i] == column && (slice_are(cell, "True") || slice_are(cell, "False")))
				say(a, properties[i].fact, slice_are(cell, "True"), slots[properties[i].slot],
				    &a->row);
	}
}

/* What stands after the gap of two blanks or more. */
static struct slice after_gap(struct slice w)
{
	for (size_t i = 0; i + 1 < w.n; i++)
		if (w.p[i] == ' ' && w.p[i + 1] == ' ')
			return slice_trim(slice_of(w.p + i, w.n - i));
	return slice_of(w.p + w.n, 0);
}

static bool is_one_of(struct slice v, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_are(v, list[i]))
			return true;
	return false;
}

/* "Yes" and "No" as Windows writes them. */
static int yes_or_no(struct slice v)
{
	static const char *const yes[] = {
	        "Yes",  "Ja",           "Oui", "S\xC3\xAD",        "S\xC3\xAC",
	        "Sim",  "Tak",          "Ano", "\xC3\x81no",       "Igen",
	        "Evet", "Kyll\xC3\xA4", "Da",  "\xD0\x94\xD0\xB0", "\xCE\x9D\xCE\xB1\xCE\xB9"};
	static const char *const no[] = {"No",
	                                 "Nein",
	                                 "Nee",
	                                 "Non",
	                                 "N\xC3\xA3o",
	                                 "Nie",
	                                 "Ne",
	                                 "Nem",
	                                 "Nej",
	                                 "Nei",
	                                 "Hay\xC4\xB1r",
	                                 "Ei",
	                                 "Nu",
	                                 "\xD0\x9D\xD0\xB5\xD1\x82",
	                                 "\xCE\x8C\xCF\x87\xCE\xB9"};

	if (is_one_of(v, yes, sizeof(yes) / sizeof(yes[0])))
		return 'y';
	return is_one_of(v, no, sizeof(no) / sizeof(no[0])) ? 'n' : 0;
}

static bool is_locked_word(struct slice v)
{
	static const char *const locked[] = {"Locked", "Gesperrt", "Verrouill\xC3\xA9", "Bloqueado",
	                                     "Bloccato"};

	for (size_t i = 0; i < sizeof(locked) / sizeof(locked[0]); i++)
		if (slice_begin(v, locked[i]))
			return true;
	return false;
}

/* "000 (System Default)", "049" */
static bool is_country(struct slice v)
{
	return v.n >= 3 && isdigit((unsigned char)v.p[0]) && isdigit((unsigned char)v.p[1]) &&
	       isdigit((unsigned char)v.p[2]) && (v.n == 3 || (v.n > 4 && v.p[3] == ' ' && v.p[4] == '('));
}

/* The numbers of a date in front; false when these are not three. */
static bool date_numbers(struct slice v, int *out)
{
	size_t n = 0;

	for (size_t i = 0; i < v.n && n < 3; n++) {
		size_t from = i;

		for (out[n] = 0; i < v.n && i - from < 5 && isdigit((unsigned char)v.p[i]); i++)
			out[n] = out[n] * 10 + (v.p[i] - '0');
		if (i == from || (n < 2 && (i == v.n || strchr("./- ", v.p[i]) == NULL)))
			return false;
		while (i < v.n && strchr("./- ", v.p[i]) != NULL)
			i++;
	}
	return n == 3;
}

/* Whether a day is over, in whichever order it is written: 1 or 0, -1 when that is not certain. */
static int is_over(struct slice v, int64_t now)
{
	enum { DAY_MS = 24 * 3600000 };
	int n[3], past = 0, known = 0;
	int64_t ms;

	if (!date_numbers(v, n))
		return -1;
	for (int order = 0; order < 2; order++) {
		bool year_first = n[0] > 31;
		int y = year_first ? n[0] : n[2], d = n[year_first ? 2 : order],
		    m = n[year_first ? 1 : 1 - order];

		if (y < 1990 || !clock_from_civil(y, m, d, 0, 0, 0, &ms))
			continue;
		if (now - ms < 2 * (int64_t)DAY_MS && ms - now < 2 * (int64_t)DAY_MS)
			return -1; /* zones, and the hour */
		known++;
		past += ms < now;
	}
	return known == 0 || (past != 0 && past != known) ? -1 : past != 0;
}

static void active_line(struct account *a, struct slice value, const struct file_line *line)
{
	int is = yes_or_no(value);

	if (is != 0)
		say(a, "enabled", is == 'y', &a->enabled, line);
	else if (is_locked_word(value))
		say(a, "locked", true, &a->locked, line);
	else if (value.n != 0 && line->n <= sizeof(a->strange_text)) {
		memcpy(a->strange_text, line->p, line->n);
		a->strange = *line;
		a->strange.p = a->strange_text;
	}
}

static void net_line(struct account *a, struct slice w, const struct file_line *line)
{
	enum { COUNTRY = 5, ACTIVE, PASSWORD_EXPIRES = 9, REQUIRED = 11, MAY_CHANGE = 12 };
	struct slice value = after_gap(w);
	int over;

	a->net_line++;
	if (is_country(value))
		a->net_line = COUNTRY;
	if (slice_begin(w, "Account active"))
		a->net_line = ACTIVE;
	if (a->net_line == ACTIVE)
		active_line(a, value, line);
	/* Neither yes nor no, in a list whose yes and no are known: it is locked, in whatever word. */
	if ((a->net_line == REQUIRED || a->net_line == MAY_CHANGE) && a->strange.number != 0 &&
	    yes_or_no(value) != 0) {
		say(a, "locked", true, &a->locked, &a->strange);
		a->strange.number = 0;
	}
	if (a->net_line != PASSWORD_EXPIRES)
		return;
	over = is_over(value, a->now);
	if (over >= 0)
		say(a, "password_expired", over == 1, &a->expired, line);
	else if (slice_are(value, "Never") || slice_are(value, "Nie") || slice_are(value, "Jamais"))
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
	                    .now = clock_now_ms(),
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
		struct slice w = slice_trim(slice_of(line.p, line.n));

		if (w.n == 0 || (a.delimiter == 0 && (ad_line(&a, w, &line) || csv_head(&a, w))))
			continue;
		if (a.delimiter != 0) {
			csv_row(&a, &line);
			continue;
		}
		/* The list of net user begins with the user's name: label, gap, value. */
		net = net || (after_gap(w).n != 0 && memchr(w.p, ':', w.n) == NULL);
		if (net)
			net_line(&a, w, &line);
	}
	csv_end(&a);
	conclude(&a);
	file_text_close(text);
	if (got < 0)
		return file_refuse(out, &err);
	if (a.known)
		return EV_MEASURED;
	if (a.rows > 1) {
		ev_why(out, "%s: %u accounts, and nothing says which is the pool's; export that one alone",
		       a.file, a.rows);
		return EV_UNREADABLE;
	}
	ev_why(out, "%s: no state of an account in it; make it with net user NAME /domain", a.file);
	return EV_UNREADABLE;
}

/* A list of labels, each with a gap and a value, of which one is a country: "000 (...)". */
static bool looks_like_net_user(const struct sample *s)
{
	unsigned before = 0;

	for (size_t at = 0; s->text != NULL && at < s->text_n;) {
		const char *nl = memchr(s->text + at, '\n', s->text_n - at);
		size_t n = nl != NULL ? (size_t)(nl - (s->text + at)) : s->text_n - at;
		struct slice w = slice_of(s->text + at, n > 0 && s->text[at + n - 1] == '\r' ? n - 1 : n);
		struct slice value = after_gap(slice_trim(w));

		if (before >= 2 && before <= 8 && is_country(value) && value.n > 4)
			return true;
		before += before != 0 || value.n != 0;
		at += n + 1;
	}
	return false;
}

static unsigned recognise(const struct sample *s)
{
	if (sample_has(s, "DistinguishedName") && sample_has(s, "Enabled") && sample_has(s, "SamAccountName"))
		return 90;
	if (sample_has(s, "Account active") ||
	    (sample_has(s, "LockedOut") && sample_has(s, "PasswordExpired")))
		return 90;
	if (looks_like_net_user(s))
		return 80;
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
