/*
 * account.state: is the NDES service account locked, disabled, its password expired?  Reads
 * the directory's own attributes (account_ldif.h), Get-ADUser (property names are English everywhere) and
 * `net user NAME /domain`, whose labels are translated while the order of its lines is not: after the
 * country, which begins with three digits everywhere, comes whether the account is active, and three lines on
 * when the password ends.
 */
#include "account_ldif.h"
#include "file_kind.h"
#include "slice.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "output of net user NAME /domain or Get-ADUser NAME -Properties *, or LDIF"},
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
        {"account_expired", FACT_BOOL, NULL, "the day on which the account itself ends is over",
         SPEAKS({"= true", "The pool's account has expired."},
                {"= false", "The pool's account has not expired."})},
        {"password_never_expires", FACT_BOOL, NULL, "its password never expires", SILENT},
        {"usable", FACT_BOOL, NULL,
         "enabled, not locked, account and password not expired; unknown when one of them is",
         SPEAKS({"= true", "The pool's account is enabled, not locked, and its password has not expired."},
                {"= false", "The pool's account cannot be used."},
                {"unknown",
                 "The export tells only part of the account's state; Get-ADUser tells whether it is locked and its password expired."})},
        {"account", FACT_STR, NULL, "the account that the export is of", SERVES},
        {"accounts", FACT_LIST, NULL,
         "of an export of several accounts: each with account, enabled, locked, password_expired and usable",
         SPEAKS({"known",
                 "The export is of several accounts; the configuration of IIS tells which is the pool's."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

enum tri_state { NOT_KNOWN = -1, NO, YES };

#define ACCOUNT_MOST 500 /* of one export */
#define NAME_MAX_LEN 128
#define NET_BEFORE 4 /* net user: lines from the name to the country */

/* Property names are English everywhere. */
enum property { ENABLED, LOCKED, EXPIRED, OVER, NEVER, PROPERTIES };
static const struct {
	const char *name, *fact;
} properties[PROPERTIES] = {[ENABLED] = {"Enabled", "enabled"},
                            [LOCKED] = {"LockedOut", "locked"},
                            [EXPIRED] = {"PasswordExpired", "password_expired"},
                            [OVER] = {"AccountExpired", "account_expired"},
                            [NEVER] = {"PasswordNeverExpires", "password_never_expires"}};

/* What is said of one account, and where. */
struct said {
	enum tri_state v;
	struct file_line line;
	char text[PIN_TEXT]; /* its `p` */
};

struct account {
	struct evidence_out *out;
	const char *file;
	struct said said[PROPERTIES];
	char name[NAME_MAX_LEN];
	struct value_builder list;                 /* those before it in the file */
	unsigned net_line;                         /* of net user: which line of the list it is, from 1 */
	char net_values[NET_BEFORE][NAME_MAX_LEN]; /* of the lines before, round and round */
	struct said strange; /* a line that tells in an unknown word whether the account is active */
	int64_t now;
	/* Export-Csv: the column of each property and of the name, -1 when there is none. */
	char delimiter; /* 0: no such head was read */
	int at[PROPERTIES], at_name;
};

static void copy_line(struct said *s, const struct file_line *line)
{
	s->line = *line;
	s->line.n = line->n < sizeof(s->text) ? line->n : sizeof(s->text);
	memcpy(s->text, line->p, s->line.n);
	s->line.p = s->text;
}

static void keep_name(char *to, struct slice w)
{
	snprintf(to, NAME_MAX_LEN, "%.*s", (int)(w.n < NAME_MAX_LEN ? w.n : NAME_MAX_LEN - 1), w.p);
}

static bool is_known(const struct account *a)
{
	for (size_t i = 0; i < PROPERTIES; i++)
		if (a->said[i].v != NOT_KNOWN)
			return true;
	return false;
}

static enum tri_state usable(const struct account *a)
{
	if (a->said[ENABLED].v == NO || a->said[LOCKED].v == YES || a->said[EXPIRED].v == YES ||
	    a->said[OVER].v == YES)
		return NO;
	return a->said[ENABLED].v == YES && a->said[LOCKED].v == NO && a->said[EXPIRED].v == NO ? YES
	                                                                                        : NOT_KNOWN;
}

static void begin_account(struct account *a)
{
	for (size_t i = 0; i < PROPERTIES; i++)
		a->said[i].v = NOT_KNOWN;
	a->strange.line.number = 0;
	a->name[0] = '\0';
}

static void tell(struct value_builder *b, const char *key, enum tri_state v)
{
	if (v != NOT_KNOWN)
		vb_add(b, key, value_bool(v == YES));
}

/* The next account of the file begins. */
static void end_account(struct account *a)
{
	struct value_builder b;

	if (is_known(a) && a->list.n < ACCOUNT_MOST) {
		vb_init(&b, ev_mem(a->out));
		if (a->name[0] != '\0')
			vb_add(&b, "account", value_str(arena_strdup(ev_mem(a->out), a->name)));
		for (size_t i = 0; i < NEVER; i++)
			tell(&b, properties[i].fact, a->said[i].v);
		tell(&b, "usable", usable(a));
		vb_add(&a->list, NULL, vb_map(&b));
	}
	begin_account(a);
}

static void say(struct account *a, enum property p, bool v, const struct file_line *line)
{
	if (a->said[p].v != NOT_KNOWN)
		end_account(a);
	a->said[p].v = v ? YES : NO;
	copy_line(&a->said[p], line);
}

/* "Enabled : True"; "SamAccountName : svc-ndes". */
static bool ad_line(struct account *a, struct slice w, const struct file_line *line)
{
	struct slice value = w, name = slice_trim(slice_cut(&value, ':'));

	value = slice_trim(value);
	if (slice_are(name, "SamAccountName") && value.n != 0) {
		if (a->name[0] != '\0')
			end_account(a);
		keep_name(a->name, value);
		return true;
	}
	if (!slice_are(value, "True") && !slice_are(value, "False"))
		return false;
	for (size_t i = 0; i < PROPERTIES; i++) {
		if (!slice_are(name, properties[i].name))
			continue;
		say(a, (enum property)i, slice_are(value, "True"), line);
		return true;
	}
	return false;
}

/* "useraccountcontrol: 66048" of the directory itself. */
static bool directory_line(struct account *a, struct slice w, const struct file_line *line)
{
	int64_t n;

	switch (account_ldif(w, &n)) {
	case LDIF_OTHER:
		return false;
	case LDIF_ENTRY:
		end_account(a);
		break;
	case LDIF_CONTROL:
		say(a, ENABLED, (n & LDIF_DISABLED) == 0, line);
		if ((n & LDIF_PASSWORD_STAYS) != 0)
			say(a, NEVER, true, line);
		break;
	case LDIF_COMPUTED:
		say(a, LOCKED, (n & LDIF_LOCKED) != 0, line);
		say(a, EXPIRED, (n & LDIF_PASSWORD_EXPIRED) != 0, line);
		break;
	case LDIF_EXPIRES:
		say(a, OVER, n < a->now, line);
		break;
	}
	return true;
}

/* The head of Export-Csv: names of two properties at least, with one mark between all cells. */
static bool csv_head(struct account *a, struct slice w)
{
	static const char marks[] = ",;\t";

	for (size_t m = 0; m < 3; m++) {
		struct slice rest = w;
		int found = 0;

		a->at_name = -1;
		for (size_t i = 0; i < PROPERTIES; i++)
			a->at[i] = -1;
		for (int column = 0; rest.n != 0 && column < 1000; column++) {
			struct slice cell = slice_cell(&rest, marks[m]);

			if (slice_are(cell, "SamAccountName"))
				a->at_name = column;
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
	struct slice rest = slice_of(line->p, line->n);

	end_account(a);
	for (int column = 0; rest.n != 0 && column < 1000; column++) {
		struct slice cell = slice_trim(slice_cell(&rest, a->delimiter));

		if (column == a->at_name)
			keep_name(a->name, cell);
		for (size_t i = 0; i < PROPERTIES; i++)
			if (a->at[i] == column && (slice_are(cell, "True") || slice_are(cell, "False")))
				say(a, (enum property)i, slice_are(cell, "True"), line);
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
		say(a, ENABLED, is == 'y', line);
	else if (is_locked_word(value))
		say(a, LOCKED, true, line);
	else if (value.n != 0)
		copy_line(&a->strange, line);
}

static void net_line(struct account *a, struct slice w, const struct file_line *line)
{
	enum { COUNTRY = 5, ACTIVE, PASSWORD_EXPIRES = 9, REQUIRED = 11, MAY_CHANGE = 12 };
	struct slice value = after_gap(w);
	char *oldest = a->net_values[a->net_line++ % NET_BEFORE];
	int over;

	if (is_country(value)) {
		/* Of one list after the other: the second begins. */
		if (is_known(a))
			end_account(a);
		keep_name(a->name, slice_of(oldest, strlen(oldest)));
		a->net_line = COUNTRY;
	}
	keep_name(oldest, value);
	if (slice_begin(w, "Account active"))
		a->net_line = ACTIVE;
	if (a->net_line == ACTIVE)
		active_line(a, value, line);
	/* Neither yes nor no, in a list whose yes and no are known: it is locked, in whatever word. */
	if ((a->net_line == REQUIRED || a->net_line == MAY_CHANGE) && a->strange.line.number != 0 &&
	    yes_or_no(value) != 0) {
		say(a, LOCKED, true, &a->strange.line);
		a->strange.line.number = 0;
	}
	if (a->net_line != PASSWORD_EXPIRES)
		return;
	over = is_over(value, a->now);
	if (over >= 0)
		say(a, EXPIRED, over == 1, line);
	else if (slice_are(value, "Never") || slice_are(value, "Nie") || slice_are(value, "Jamais"))
		say(a, NEVER, true, line);
}

static void conclude(struct account *a)
{
	if (a->list.n != 0) {
		end_account(a);
		ev_value(a->out, "accounts", vb_list(&a->list));
		return;
	}
	if (a->name[0] != '\0')
		ev_str(a->out, "account", a->name);
	for (size_t i = 0; i < PROPERTIES; i++) {
		const struct said *s = &a->said[i];

		if (s->v == NOT_KNOWN)
			continue;
		ev_bool(a->out, properties[i].fact, s->v == YES);
		ev_pin(a->out, properties[i].fact, a->file, s->line.number, s->line.offset, PIN_NO_TIME,
		       s->line.p, s->line.n);
	}
	if (usable(a) == NOT_KNOWN)
		return;
	ev_bool(a->out, "usable", usable(a) == YES);
	ev_fault(a->out, usable(a) == NO);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct account a = {.out = out, .file = call_arg(call, "file"), .now = clock_now_ms()};
	struct file_text *text;
	struct file_line line;
	struct err err;
	bool net = false, known;
	int got;

	begin_account(&a);
	vb_init(&a.list, ev_mem(out));
	if (file_text_open(a.file, out, &text, &err) != 0)
		return file_refuse(out, &err);
	while ((got = file_text_next(text, &line, &err)) > 0) {
		struct slice w = slice_trim(slice_of(line.p, line.n));

		if (w.n == 0 || (a.delimiter == 0 &&
		                 (directory_line(&a, w, &line) || ad_line(&a, w, &line) || csv_head(&a, w))))
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
	known = is_known(&a) || a.list.n != 0;
	conclude(&a);
	file_text_close(text);
	if (got < 0)
		return file_refuse(out, &err);
	if (known)
		return EV_MEASURED;
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
	if (s->text != NULL && account_ldif_looks(s->text, s->text_n))
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
