/*
 * What PowerShell prints of Cert:\LocalMachine\Root: the table of thumbprints and subjects, or Format-List. A
 * table names no issuer; the command above it may say that only certificates are shown whose issuer is
 * another.
 */
#include "cert_store.h"

#include <ctype.h>
#include <string.h>

#include "file_kind.h"

#define PRINT_LEN 40

bool store_is_powershell(const char *text, size_t n)
{
	return mem_find_fold(text, n, "Certificate::LocalMachine\\") != NULL ||
	       mem_find_fold(text, n, "Certificate::CurrentUser\\") != NULL ||
	       (mem_find_fold(text, n, "NotAfter") != NULL && mem_find_fold(text, n, "Thumbprint") != NULL &&
	        mem_find_fold(text, n, "Subject") != NULL) ||
	       (mem_find_fold(text, n, "cert:\\") != NULL && mem_find_fold(text, n, "PS ") != NULL &&
	        (mem_find_fold(text, n, "Thumbprint") != NULL || mem_find_fold(text, n, ".Issuer") != NULL));
}

/* "...Certificate::LocalMachine\root", "cert:\LocalMachine\root -Recurse | ..." */
static bool path_of(struct ps_store *s, struct slice w, const char *begin)
{
	struct slice path = slice_after(w, begin);
	size_t n = 0;

	while (n < path.n && (isalnum((unsigned char)path.p[n]) || path.p[n] == '_'))
		n++;
	if (n == 0 || n >= sizeof(s->store))
		return false;
	for (size_t i = 0; i < n; i++)
		s->store[i] = (char)tolower((unsigned char)path.p[i]);
	s->store[n] = '\0';
	return true;
}

/* Whether the command keeps those alone whose issuer is not their subject. */
static bool is_filter(struct slice w)
{
	return slice_have(w, "Issuer") && slice_have(w, "Subject") && slice_have(w, "-ne ");
}

static bool is_print(struct slice w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!isxdigit((unsigned char)w.p[i]))
			return false;
	return w.n == PRINT_LEN;
}

static void begin(struct ps_store *s, const struct file_line *line)
{
	s->cert = (struct ps_cert){.line = line->number, .offset = line->offset};
}

/* "Issuer       : CN=..." */
static void list_line(struct ps_store *s, struct slice w, const struct file_line *line)
{
	struct slice value = w, label = slice_trim(slice_cut(&value, ':'));
	char *to = slice_are(label, "Subject")      ? s->cert.subject
	           : slice_are(label, "Issuer")     ? s->cert.issuer
	           : slice_are(label, "Thumbprint") ? s->cert.sha1
	           : slice_are(label, "NotAfter")   ? s->cert.until
	                                            : NULL;

	if (to == NULL)
		return;
	if (s->cert.line == 0)
		begin(s, line);
	slice_copy(to,
	           to == s->cert.sha1 || to == s->cert.until ? sizeof(s->cert.sha1) : sizeof(s->cert.subject),
	           slice_trim(value));
}

/* ---- Export-Csv ---- */

static bool csv_head(struct ps_store *s, struct slice w)
{
	static const char *const names[PS_COLUMNS] = {"Subject", "Issuer", "Thumbprint", "NotAfter",
	                                              "PSParentPath"};
	static const char marks[] = ",;\t";

	for (const char *mark = marks; *mark != '\0'; mark++) {
		struct slice rest = w;

		for (int i = 0; i < PS_COLUMNS; i++)
			s->at[i] = -1;
		for (int column = 0; rest.n != 0 && column < 1000; column++) {
			struct slice cell = slice_cell(&rest, *mark);

			for (int i = 0; i < PS_COLUMNS; i++)
				if (slice_are(cell, names[i]))
					s->at[i] = column;
		}
		if (s->at[PS_SUBJECT] >= 0 && s->at[PS_PRINT] >= 0) {
			s->delimiter = *mark;
			return true;
		}
	}
	return false;
}

static bool csv_row(struct ps_store *s, const struct file_line *line, struct ps_cert *out)
{
	struct slice rest = slice_of(line->p, line->n);

	*out = (struct ps_cert){.line = line->number, .offset = line->offset};
	for (int column = 0; rest.n != 0 && column < 1000; column++) {
		struct slice cell = slice_trim(slice_cell(&rest, s->delimiter));

		if (column == s->at[PS_SUBJECT])
			slice_copy(out->subject, sizeof(out->subject), cell);
		else if (column == s->at[PS_ISSUER])
			slice_copy(out->issuer, sizeof(out->issuer), cell);
		else if (column == s->at[PS_PRINT])
			slice_copy(out->sha1, sizeof(out->sha1), cell);
		else if (column == s->at[PS_UNTIL])
			slice_copy(out->until, sizeof(out->until), cell);
	}
	(void)(path_of(s, slice_of(line->p, line->n), "Certificate::LocalMachine\\") ||
	       path_of(s, slice_of(line->p, line->n), "Certificate::CurrentUser\\"));
	return out->subject[0] != '\0';
}

static void command(struct ps_store *s, struct slice w)
{
	struct slice said = slice_after(w, ">");

	s->asked = path_of(s, said, "cert:\\LocalMachine\\") || path_of(s, said, "cert:\\CurrentUser\\");
	s->ended = !s->asked && s->filtered;
	if (s->asked)
		s->filtered = is_filter(said);
}

/* The next certificate of Format-List, when it is whole. */
bool ps_store_end(struct ps_store *s, struct ps_cert *out)
{
	bool whole = s->cert.subject[0] != '\0';

	*out = s->cert;
	s->cert = (struct ps_cert){.line = 0};
	return whole;
}

bool ps_store_line(struct ps_store *s, const struct file_line *line, struct ps_cert *out)
{
	struct slice w = slice_trim(slice_of(line->p, line->n)), rest = w, first = slice_next(&rest);

	if (w.n == 0)
		return ps_store_end(s, out);
	if (s->delimiter != 0)
		return csv_row(s, line, out);
	if (csv_head(s, w))
		return false;
	if (slice_begin(w, "PS ") && slice_have(w, ">")) {
		command(s, w);
		return ps_store_end(s, out);
	}
	if (path_of(s, w, "Certificate::LocalMachine\\") || path_of(s, w, "Certificate::CurrentUser\\"))
		return false;
	if (is_print(first) && slice_trim(rest).n != 0) {
		*out = (struct ps_cert){.line = line->number, .offset = line->offset};
		slice_copy(out->sha1, sizeof(out->sha1), first);
		slice_copy(out->subject, sizeof(out->subject), slice_trim(rest));
		return true;
	}
	list_line(s, w, line);
	return false;
}
