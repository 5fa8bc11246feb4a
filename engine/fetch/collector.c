/* The table of collectors and its texts. */
#include <casebook/collect.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/table.h>
#include <casebook/xalloc.h>

#define COLUMNS 15

extern const unsigned char collectors_tsv[];
extern const size_t collectors_tsv_size;

static enum collector_form form_of(const char *name)
{
	static const char *const forms[] = {"cmd", "ps", "temp", "log"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i], name) == 0)
			return (enum collector_form)i;
	BUG("a row of collectors.tsv has an unknown form");
}

static struct collector row_of(struct arena *mem, const char *line, size_t n)
{
	char *col[COLUMNS], *p = arena_strndup(mem, line, n);
	size_t i = 0;

	for (; p != NULL && i < COLUMNS; i++) {
		char *tab = strchr(p, '\t');

		col[i] = p;
		if (tab != NULL)
			*tab++ = '\0';
		p = tab;
	}
	if (i != COLUMNS || p != NULL)
		BUG("a row of collectors.tsv does not have fifteen columns");
	return (struct collector){
	        .id = col[0],
	        .core = strcmp(col[1], "core") == 0,
	        .place = col[2],
	        .probes = col[3],
	        .file = col[4],
	        .form = form_of(col[5]),
	        .writes = col[6],
	        .seconds = (unsigned)strtoul(col[7], NULL, 10),
	        .bytes = strtoul(col[8], NULL, 10) * 1024,
	        .admin = strcmp(col[9], "yes") == 0,
	        .verified = strcmp(col[10], "V") == 0,
	        .why = col[11],
	        .discloses = col[12],
	        .text = col[13],
	        .powershell = col[14],
	};
}

size_t collectors(struct arena *mem, const struct collector **out)
{
	struct collector *rows = arena_array(mem, COLLECT_MOST, sizeof(*rows));
	const char *p = (const char *)collectors_tsv, *end = p + collectors_tsv_size, *row;
	size_t len;
	size_t n = 0;

	while (n < COLLECT_MOST && table_row(&p, end, &row, &len))
		rows[n++] = row_of(mem, row, len);
	*out = rows;
	return n;
}

bool collector_reads(const struct collector *c, const char *probe)
{
	size_t n = strlen(probe);

	for (const char *p = c->probes; *p != '\0'; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, probe, n) == 0 && (p[n] == '\0' || p[n] == ','))
			return true;
	return false;
}

bool collector_writes(const struct collector *c)
{
	return strcmp(c->writes, "nothing") != 0;
}

/* learn.c takes them; the site tells which of IIS' logs. */
bool collector_fills(const struct collector *c, const struct collector *other)
{
	static const char *const fills[][2] = {
	        {"iis-apps", "{SITE}"}, {"iis-apps", "{SITEID}"},  {"iis-config", "{SITEID}"},
	        {"mscep-ca", "{CA}"},   {"apppool-scep", "{SAM}"}, {"about", ""},
	        {"places", ""}};

	for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++)
		if (strcmp(fills[i][0], c->id) == 0 && strstr(other->text, fills[i][1]) != NULL)
			return true;
	return false;
}

/* ---- texts ---- */

/* The end of a {NAME} that begins at p, NULL when none does: a brace of a script is none. */
static const char *place_end(const char *p)
{
	size_t n = *p == '{' ? strspn(p + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;

	return n != 0 && p[n + 1] == '}' ? p + n + 2 : NULL;
}

static const char *filled(const struct collect_fill *fill, size_t n, const char *p, const char *end)
{
	size_t len = (size_t)(end - p) - 2;

	for (size_t i = 0; i < n; i++)
		if (strlen(fill[i].name) == len && memcmp(fill[i].name, p + 1, len) == 0)
			return fill[i].value;
	return NULL;
}

const char *collector_lacks(struct arena *mem, const struct collector *c, const struct collect_fill *fill,
                            size_t n)
{
	for (const char *p = c->text; *p != '\0'; p++) {
		const char *end = place_end(p);

		if (end != NULL && filled(fill, n, p, end) == NULL)
			return arena_strndup(mem, p + 1, (size_t)(end - p) - 2);
	}
	return NULL;
}

/* `twice`: a character that is doubled, as an apostrophe is between apostrophes. */
static void put(const char *text, char twice, const struct collect_fill *fill, size_t n, struct buf *out)
{
	for (const char *p = text; *p != '\0';) {
		const char *end = place_end(p), *value = end != NULL ? filled(fill, n, p, end) : NULL;

		if (value != NULL) {
			buf_str(out, value);
			p = end;
			continue;
		}
		if (*p == twice)
			buf_char(out, twice);
		buf_char(out, *p++);
	}
}

void collector_text(const struct collector *c, enum shell_kind shell, const struct collect_fill *fill,
                    size_t n, struct buf *out)
{
	bool powershell = shell == SHELL_POWERSHELL;

	if (c->form == FORM_LOG || (c->form == FORM_PS && powershell)) {
		put(c->text, '\0', fill, n, out);
	} else if (c->form == FORM_PS) {
		buf_str(out, "powershell -NoProfile -NonInteractive -Command \"");
		put(c->text, '\0', fill, n, out);
		buf_char(out, '"');
	} else if (!powershell) {
		put(c->text, '\0', fill, n, out);
	} else if (strcmp(c->powershell, "-") != 0) {
		put(c->powershell, '\0', fill, n, out);
	} else {
		buf_str(out, "cmd /d /c '");
		put(c->text, '\'', fill, n, out);
		buf_char(out, '\'');
	}
}

/* cmd fills in %ComSpec%, PowerShell $PSHOME, any other shell neither or only $PSHOME, to nothing. */
const char *const collect_first = "echo casebook %ComSpec% $PSHOME";

void collect_removal(enum shell_kind shell, const char *name, char *out, size_t size)
{
	if (shell == SHELL_POWERSHELL)
		snprintf(
		        out, size,
		        "Remove-Item $env:TEMP\\%s,$env:TEMP\\%s.log -ErrorAction SilentlyContinue;if (Test-Path "
		        "$env:TEMP\\%s) {'#left'}",
		        name, name, name);
	else
		snprintf(
		        out, size,
		        "del /q \"%%TEMP%%\\%s\" \"%%TEMP%%\\%s.log\" 2>nul& if exist \"%%TEMP%%\\%s\" echo #left",
		        name, name, name);
}

bool collect_value_ok(const char *name, const char *value)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-$";
	bool account = strcmp(name, "SAM") == 0, number = strcmp(name, "SITEID") == 0;
	size_t n = strlen(value);

	if (n == 0 || n > 200 || value[0] == '-' || value[0] == ' ')
		return false;
	for (size_t i = 0; i < n; i++)
		if (number ? strchr("0123456789", value[i]) == NULL
		           : strchr(letters, value[i]) == NULL &&
		                     (account || strchr(" :\\/", value[i]) == NULL))
			return false;
	return strstr(value, "..") == NULL;
}
