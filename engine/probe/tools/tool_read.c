/* What the readers of tools' output share.  Knows no tool. */
#include "tool_read.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <casebook/evidence.h>

#define ERRORS_MAX 40u
#define TEXT_MAX 300u

struct reading {
	tool_line *each;
	void *arg;
};

/* What the shell writes between commands, perhaps with the next one: "C:\Windows\system32>", "PS C:\> dir".
 */
static bool is_prompt(struct slice w)
{
	const char *end;

	if (slice_begin(w, "PS "))
		w = slice_of(w.p + 3, w.n - 3);
	if (w.n < 4 || !isalpha((unsigned char)w.p[0]) || w.p[1] != ':' || w.p[2] != '\\')
		return false;
	end = memchr(w.p, '>', w.n);
	if (end == NULL || end[-1] == '!') /* the end of an entry of a log: ]LOG]!> */
		return false;
	for (const char *p = w.p + 2; p < end; p++)
		if (strchr(":\"<|", *p) != NULL)
			return false;
	return true;
}

static void one_line(void *arg, const struct file_line *line)
{
	const struct reading *r = arg;
	struct slice w = slice_trim(slice_of(line->p, line->n));

	if (!is_prompt(w))
		r->each(r->arg, w, line);
}

enum evidence_outcome tool_read(const struct probe_call *call, struct evidence_out *out, tool_line *each,
                                tool_end *end, void *arg, const char *none)
{
	const char *file = call_arg(call, "file");
	enum evidence_outcome how = file_each_line(out, file, one_line, &(struct reading){each, arg});
	bool known = end(arg); /* also of what is damaged further on */

	if (how != EV_MEASURED || known)
		return how;
	ev_why(out, "%s: %s", file, none);
	return EV_UNREADABLE;
}

bool tool_mostly(const struct sample *s, bool (*is_entry)(struct slice line))
{
	const char *p = s->text, *end = p != NULL ? p + s->text_n : NULL;
	unsigned good = 0, other = 0;

	while (p < end && good + other < 20) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct slice w = slice_trim(slice_of(p, (size_t)((nl != NULL ? nl : end) - p)));

		p = nl != NULL ? nl + 1 : end;
		if (w.n != 0 && !(w.n == 1 && w.p[0] == '\r'))
			*(is_entry(w) ? &good : &other) += 1;
	}
	return good > other;
}

bool tool_code(struct slice w, char to[11])
{
	for (size_t i = 0; i + 10 <= w.n; i++) {
		size_t n = 0;

		if (w.p[i] != '0' || (w.p[i + 1] | 0x20) != 'x')
			continue;
		while (n < 9 && i + 2 + n < w.n && isxdigit((unsigned char)w.p[i + 2 + n]))
			n++;
		if (n != 8)
			continue;
		memcpy(to, "0x", 2);
		for (size_t k = 0; k < 8; k++)
			to[2 + k] = (char)toupper((unsigned char)w.p[i + 2 + k]);
		to[10] = '\0';
		return true;
	}
	return false;
}

bool tool_is_url(struct slice w)
{
	return slice_begin(w, "http://") || slice_begin(w, "https://") || slice_begin(w, "ldap:///") ||
	       slice_begin(w, "file://");
}

int tool_enabled(struct slice w)
{
	static const char *const yes[] = {"Enabled",
	                                  "Aktiviert",
	                                  "Activ\xC3\xA9",
	                                  "Habilitado",
	                                  "Abilitato",
	                                  "Ativado",
	                                  "Ingeschakeld",
	                                  "\xE6\x9C\x89\xE5\x8A\xB9",
	                                  "\xE5\xB7\xB2\xE5\x90\xAF\xE7\x94\xA8",
	                                  "Yes",
	                                  "Ja",
	                                  "Oui"};
	static const char *const no[] = {"Disabled",
	                                 "Deaktiviert",
	                                 "D\xC3\xA9sactiv\xC3\xA9",
	                                 "Deshabilitado",
	                                 "Disabilitato",
	                                 "Desativado",
	                                 "Uitgeschakeld",
	                                 "\xE7\x84\xA1\xE5\x8A\xB9",
	                                 "\xE5\xB7\xB2\xE7\xA6\x81\xE7\x94\xA8",
	                                 "No",
	                                 "Nein",
	                                 "Non"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (slice_are(w, yes[i]))
			return 1;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (slice_are(w, no[i]))
			return 0;
	return -1;
}

bool tool_pair(struct slice w, struct slice *label, struct slice *value)
{
	*value = w;
	*label = slice_trim(slice_cut(value, ':'));
	*value = slice_trim(*value);
	return label->n != w.n;
}

const char *tool_keep(struct evidence_out *out, struct slice w)
{
	return arena_strndup(ev_mem(out), w.p, w.n);
}

void tool_pin(struct evidence_out *out, const char *fact, const char *file, const struct file_line *line)
{
	ev_pin(out, fact, file, line->number, line->offset, PIN_NO_TIME, line->p, line->n);
}

void tool_error(struct value_builder *errors, const char *id, struct slice text, const struct file_line *line)
{
	struct value_builder row;

	if (errors->n >= ERRORS_MAX)
		return;
	vb_init(&row, errors->mem);
	vb_add(&row, "id", value_str(id != NULL ? arena_strdup(errors->mem, id) : NULL));
	vb_add(&row, "text",
	       value_str(arena_strndup(errors->mem, text.p, text.n < TEXT_MAX ? text.n : TEXT_MAX)));
	vb_add(&row, "line", value_int((int64_t)line->number));
	vb_add(errors, NULL, vb_map(&row));
}

void tool_span_take(struct tool_span *s, int64_t ms)
{
	if (ms == PIN_NO_TIME)
		return;
	s->first = s->first == PIN_NO_TIME || ms < s->first ? ms : s->first;
	s->last = s->last == PIN_NO_TIME || ms > s->last ? ms : s->last;
}

void tool_span_about(const struct tool_span *s, struct about *about)
{
	if (s->last == PIN_NO_TIME)
		return;
	about->from_ms = s->first;
	about->to_ms = about->as_of_ms = s->last;
}

void tool_span_send(struct evidence_out *out, const struct tool_span *s)
{
	if (s->last == PIN_NO_TIME)
		return;
	ev_time(out, "first_time", s->first);
	ev_time(out, "last_time", s->last);
}
