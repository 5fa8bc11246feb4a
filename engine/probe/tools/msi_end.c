/* Windows Installer's last sentences by their shape; knows some languages' words for removing, and no files.
 */
#include "msi_end.h"

#include <ctype.h>
#include <string.h>

#include "file_kind.h"

#define MOST_VALUES 12

/* Blanks of every width that stand before a French colon or after a full-width one. */
static size_t blank(const char *p, size_t n)
{
	if (n > 0 && (*p == ' ' || *p == '\t'))
		return 1;
	if (n > 1 && memcmp(p, "\xC2\xA0", 2) == 0)
		return 2;
	return n > 2 && (memcmp(p, "\xE2\x80\xAF", 3) == 0 || memcmp(p, "\xE3\x80\x80", 3) == 0) ? 3 : 0;
}

static size_t colon(const char *p, size_t n)
{
	if (n > 0 && *p == ':')
		return 1;
	return n > 2 && memcmp(p, "\xEF\xBC\x9A", 3) == 0 ? 3 : 0;
}

/* What ends a value: a full stop or comma and a blank, or one of the East. */
static size_t stop(const char *p, size_t n)
{
	if (n > 1 && (*p == '.' || *p == ',') && blank(p + 1, n - 1) != 0)
		return 1;
	return n > 2 && (memcmp(p, "\xE3\x80\x82", 3) == 0 || memcmp(p, "\xE3\x80\x81", 3) == 0) ? 3 : 0;
}

static size_t digits(struct slice w)
{
	size_t n = 0;

	while (n < w.n && isdigit((unsigned char)w.p[n]))
		n++;
	return n;
}

static bool is_version(struct slice w)
{
	size_t n = digits(w);

	return n != 0 && n + 1 < w.n && w.p[n] == '.' && isdigit((unsigned char)w.p[n + 1]);
}

/* Where each value begins, after its colon. */
static size_t values_of(struct slice w, size_t at[MOST_VALUES])
{
	size_t n = 0, k;

	for (size_t i = 0; i < w.n && n < MOST_VALUES; i += k) {
		k = colon(w.p + i, w.n - i);
		if (k == 0) {
			k = 1;
			continue;
		}
		while (i + k < w.n && blank(w.p + i + k, w.n - i - k) != 0)
			k += blank(w.p + i + k, w.n - i - k);
		at[n++] = i + k;
	}
	return n;
}

/* The value between two of them, less the label of the next. */
static struct slice value_between(struct slice w, size_t from, size_t to)
{
	size_t end = to;

	for (size_t i = from; i < to; i++)
		if (stop(w.p + i, to - i) != 0)
			end = i;
	return end == to ? slice_of(w.p, 0) : slice_trim(slice_of(w.p + from, end - from));
}

static bool have_one(struct slice w, const char *const words[])
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (slice_have(w, words[i]))
			return true;
	return false;
}

static bool is_removal(struct slice w)
{
	static const char *const words[] = {"remo",
	                                    "entfern",
	                                    "deinstall",
	                                    "suppress",
	                                    "supprim",
	                                    "sinstall",
	                                    "elimin",
	                                    "desinstal",
	                                    "rimo",
	                                    "disinstall",
	                                    "verwijder",
	                                    "usuw",
	                                    "usun",
	                                    "odebr",
	                                    "odinstal",
	                                    "bort",
	                                    "fjern",
	                                    "poist",
	                                    "kald\xC4\xB1r",
	                                    "elt\xC3\xA1vol\xC3\xADt",
	                                    "\xD1\x83\xD0\xB4\xD0\xB0\xD0\xBB",
	                                    "\xE5\x89\x8A\xE9\x99\xA4",
	                                    "\xE5\x88\xA0\xE9\x99\xA4",
	                                    "\xE5\x88\xAA\xE9\x99\xA4",
	                                    "\xE7\xA7\xBB\xE9\x99\xA4",
	                                    "\xEC\xA0\x9C\xEA\xB1\xB0",
	                                    NULL};

	return have_one(w, words);
}

/* Only what the engine itself says: after "MSI (s) (A4:10) [09:00:00:118]: ". */
static struct slice said_by_engine(struct slice line)
{
	struct slice rest;

	if (!slice_begin(line, "MSI ("))
		return line;
	rest = slice_after(line, "]: ");
	return rest.n != 0 ? rest : slice_after(line, "]:");
}

bool msi_end_read(struct slice line, struct msi_end *out)
{
	struct slice w = said_by_engine(line), status;
	size_t at[MOST_VALUES], n = values_of(w, at), k = 1, end;

	while (k < n && !is_version(slice_of(w.p + at[k], w.n - at[k])))
		k++;
	if (n < 5 || k + 3 > n - 1)
		return false;
	*out = (struct msi_end){.product = value_between(w, at[k - 1], at[k]),
	                        .version = value_between(w, at[k], at[k + 1])};
	end = digits(slice_of(w.p + at[k + 1], w.n - at[k + 1])); /* the language, a number */
	status = slice_of(w.p + at[n - 1], w.n - at[n - 1]);
	if (out->product.n == 0 || end == 0 || !slice_int(status, &out->status))
		return false;
	end = digits(status);
	while (end < status.n && (status.p[end] == '.' || blank(status.p + end, status.n - end) != 0))
		end++;
	if (end + 3 == status.n && memcmp(status.p + end, "\xE3\x80\x82", 3) == 0)
		end += 3;
	out->removal = is_removal(slice_of(w.p, at[k - 1])) ||
	               is_removal(slice_of(w.p + at[n - 2], at[n - 1] - at[n - 2]));
	return end == status.n;
}

bool msi_said_read(struct slice line, struct msi_said *out)
{
	static const char *const good[] = {"completed successfully",
	                                   "erfolgreich",
	                                   "correctement",
	                                   "correctamente",
	                                   "completata",
	                                   "com \xC3\xAAxito",
	                                   "com sucesso",
	                                   "voltooid",
	                                   "pomy\xC5\x9Blnie",
	                                   "\xE6\xAD\xA3\xE5\xB8\xB8\xE3\x81\xAB",
	                                   "\xE6\x88\x90\xE5\x8A\x9F",
	                                   NULL};
	static const char *const bad[] = {"failed",
	                                  "fehlgeschlagen",
	                                  "chou\xC3\xA9",
	                                  "error de",
	                                  "non riuscita",
	                                  "falhou",
	                                  "mislukt",
	                                  "powiod",
	                                  "\xE5\xA4\xB1\xE6\x95\x97",
	                                  "\xE5\xA4\xB1\xE8\xB4\xA5",
	                                  NULL};
	struct slice w = said_by_engine(line), said;
	const char *dash = mem_find(w.p, w.n, " -- ", 4);
	size_t at[MOST_VALUES];

	if (dash == NULL || values_of(w, at) == 0 || w.p + at[0] > dash)
		return false;
	said = slice_of(dash + 4, w.n - (size_t)(dash + 4 - w.p));
	out->product = slice_trim(slice_of(w.p + at[0], (size_t)(dash - w.p) - at[0]));
	out->how = 0;
	if (!is_removal(said))
		out->how = have_one(said, bad) ? -1 : have_one(said, good);
	return out->product.n != 0 && (out->how != 0 || w.p != line.p);
}

bool msi_heading(struct slice line)
{
	return slice_have(line, "ogging started:") ||
	       (slice_begin(line, "=== ") && slice_have(line, "SHIP UNICODE"));
}
