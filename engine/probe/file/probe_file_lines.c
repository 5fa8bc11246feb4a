/*
 * The lines around one line of a text file, for a person who wants to see what a fact rests on.  Knows no
 * kind of log; what is no text has no lines.  Stops behind the last line that is wanted.
 */
#include "file_kind.h"

#include <stdlib.h>

#define AROUND 30 /* lines on either side when nobody says */
#define AROUND_MOST 60
#define TEXT_MOST 600 /* bytes of a line: eight rows of a narrow screen */

/* From 1; 0: no number. */
static uint64_t number_of(const char *text)
{
	char *end = NULL;
	unsigned long long n = text != NULL && *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;

	return end != NULL && *end == '\0' && n < UINT64_MAX ? n : 0;
}

static void add_line(struct evidence_out *out, struct value_builder *list, const struct file_line *l)
{
	struct value_builder row;
	struct buf text;
	size_t n = l->n < TEXT_MOST ? l->n : TEXT_MOST;

	buf_init(&text, 4 * TEXT_MOST);
	file_redact(&text, l->p, n);
	vb_init(&row, ev_mem(out));
	vb_add(&row, "line", value_int((int64_t)l->number));
	vb_add(&row, "text", value_str(buf_cstr(&text)));
	if (l->cut || n < l->n)
		vb_add(&row, "cut", value_bool(true));
	vb_add(list, NULL, vb_map(&row));
	buf_release(&text);
}

static enum evidence_outcome read_around(struct file_text *text, struct evidence_out *out, uint64_t wanted,
                                         uint64_t around, struct err *err)
{
	struct value_builder list;
	struct file_line line;
	uint64_t seen = 0;
	int got = 1;

	vb_init(&list, ev_mem(out));
	while (seen < wanted + around && (got = file_text_next(text, &line, err)) > 0) {
		seen = line.number;
		if (seen + around >= wanted)
			add_line(out, &list, &line);
	}
	if (seen < wanted) {
		if (got < 0)
			return file_refuse(out, err);
		ev_why(out, "%s has %llu lines, not %llu: it has changed", file_path(file_text_src(text)),
		       (unsigned long long)seen, (unsigned long long)wanted);
		return EV_UNREADABLE;
	}
	ev_value(out, "lines", vb_list(&list));
	ev_bool(out, "more", got > 0 && file_text_next(text, &line, err) > 0);
	return EV_MEASURED;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *path = call_arg(call, "file"), *said = call_arg(call, "around");
	const char *line = call_arg(call, "line");
	uint64_t wanted = line != NULL ? number_of(line) : 1,
	         around = said != NULL ? number_of(said) : AROUND;
	enum evidence_outcome outcome;
	const unsigned char *head;
	struct file_text *text;
	struct err err = {0};
	size_t n;

	if (wanted == 0 || wanted > (uint64_t)INT64_MAX - AROUND_MOST) {
		ev_why(out, "line=%s is no number of a line", line != NULL ? line : "");
		return EV_UNREADABLE;
	}
	/* No SHA-256 at its end, for which the rest would be read. */
	if (file_text_open(path, NULL, &text, &err) != 0)
		return file_refuse(out, &err);
	ev_target(out, path);
	n = file_peek(file_text_src(text), &head);
	if (file_guess_encoding(head, n) == FILE_BINARY)
		outcome = file_refuse_kind(out, file_text_src(text), "a text", "only a text has lines");
	else
		outcome = read_around(text, out, wanted, around < AROUND_MOST ? around : AROUND_MOST, &err);
	file_text_close(text);
	return outcome;
}

static const struct param_def params[] = {
        {"file", true, "A text file, gzipped too, or a member of an archive (logs.zip!u_ex.log)."},
        {"line", false, "The number of the line, from 1; the first when missing."},
        {"around", false, "How many lines on either side, 30 when missing, at most 60."},
        {0},
};

static const struct fact_def facts[] = {
        {"lines", FACT_LIST, NULL,
         "Each line in the order of the file: line, its number; text, at most 600 bytes of it, without what "
         "looks like a secret; cut, when there is more of it.",
         SILENT},
        {"more", FACT_BOOL, NULL, "There are lines behind the last one.", SILENT},
        {0},
};

const struct probe_impl probe_file_lines = {
        .desc = {.id = "file.lines",
                 .title = "Lines of a file",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 120000,
                 .by_hand = "sed -n {line}p {file}",
                 .source = "The content of the file itself"},
        .run = PROBE_CODE(run),
};
