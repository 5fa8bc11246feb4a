/*
 * What the readers of tools' output share: the loop over lines, codes in them, and answers in several
 * languages.  Labels of these tools are translated; options, codes, names of constants and URLs are not.
 */
#ifndef CASEBOOK_TOOL_READ_H
#define CASEBOOK_TOOL_READ_H

#include "file_kind.h"
#include "slice.h"

/* One line, trimmed; `line` has its number for ev_pin(). */
typedef void tool_line(void *arg, struct slice w, const struct file_line *line);
/* After the last line, also when there was none: sends the facts.  False when the text was not of that tool.
 */
typedef bool tool_end(void *arg);

/* Reads the file of the call line by line, but for the shell's prompts; `none` says what is missing, and how
 * the output is made. */
enum evidence_outcome tool_read(const struct probe_call *call, struct evidence_out *out, tool_line *each,
                                tool_end *end, void *arg, const char *none);

/* Whether of the first twenty lines that are not empty more are entries of that tool than not. */
bool tool_mostly(const struct sample *s, bool (*is_entry)(struct slice line));
/* The first 0x and eight digits, as 0x800706BA; false when there is none. */
bool tool_code(struct slice w, char to[11]);
bool tool_is_url(struct slice w); /* begins with http://, https://, ldap:/// or file:// */
/* "Enabled", "Aktiviert", "Activé": 1; "Disabled" and the like: 0; another word: -1. */
int tool_enabled(struct slice w);
/* "label : value", at the first colon; false without one. */
bool tool_pair(struct slice w, struct slice *label, struct slice *value);
const char *tool_keep(struct evidence_out *out, struct slice w); /* a copy that lives as long as the check */
void tool_pin(struct evidence_out *out, const char *fact, const char *file, const struct file_line *line);
/* From the earliest to the latest time that was read; PIN_NO_TIME in both: none. */
struct tool_span {
	int64_t first, last;
};
#define TOOL_SPAN_NONE ((struct tool_span){PIN_NO_TIME, PIN_NO_TIME})
void tool_span_take(struct tool_span *s, int64_t ms); /* PIN_NO_TIME changes nothing */
/* The span of a part, as of its end; leaves *about alone when no time was read. */
void tool_span_about(const struct tool_span *s, struct about *about);
void tool_span_send(struct evidence_out *out,
                    const struct tool_span *s); /* first_time and last_time, if any */
/* A row of the list that reports and screens show as errors: id, text, line. */
void tool_error(struct value_builder *errors, const char *id, struct slice text,
                const struct file_line *line);

#endif
