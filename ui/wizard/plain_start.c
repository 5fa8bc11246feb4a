/*
 * The start screen line by line, for screen readers, serial lines and terminals that
 * cannot be drawn on: open cases, flows, one question.
 */
#include "wizard.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

#define LINE_BYTES 256

static bool print_case(void *arg, const struct case_row *row)
{
	struct buf *out = arg;

	if (row->state == CASE_CLOSED)
		return true;
	buf_fmt(out, "  %u  ", row->number);
	utf8_clean(out, row->title, strlen(row->title), UTF8_ONE_LINE);
	buf_str(out, " [");
	utf8_clean(out, row->at, strlen(row->at), UTF8_ONE_LINE);
	buf_fmt(out, "] %s\n", case_state_name(row->state));
	return true;
}

static void print_all(const char *db)
{
	struct store *store = NULL;
	struct buf out;
	struct err err;

	buf_init(&out, BUF_MAX_TEXT);
	buf_str(&out, "Cases to go on with:\n");
	if (store_open_to_read(db, &store, &err) != 0 || store_list(store, NULL, print_case, &out, &err) != 0)
		buf_fmt(&out, "  %s\n", err.code == FAIL_NOT_FOUND ? "none yet" : err.msg);
	store_close(store);
	buf_str(&out, "Flows to start:\n");
	for (size_t i = 0; builtin_flows[i].id != NULL; i++)
		buf_fmt(&out, "  %c  %s\n", (char)('a' + i), builtin_flows[i].id);
	buf_str(&out, "A number goes on with that case, a letter starts that flow, q leaves: ");
	fputs(buf_cstr(&out), stdout);
	fflush(stdout);
	buf_release(&out);
}

enum plain_choice plain_start(const struct wizard_options *opt, char ref[256])
{
	char line[LINE_BYTES];

	print_all(opt->db);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *word = line + strspn(line, " #");

		word[strcspn(word, " \r\n")] = '\0';
		if (strcmp(word, "q") == 0)
			return PLAIN_QUIT;
		snprintf(ref, LINE_BYTES, "%s", word);
		if (isdigit((unsigned char)word[0]))
			return PLAIN_CASE;
		if (word[0] >= 'a' && (size_t)(word[0] - 'a') < builtin_count() && word[1] == '\0') {
			snprintf(ref, LINE_BYTES, "%s", builtin_flows[word[0] - 'a'].id);
			return PLAIN_FLOW;
		}
		fputs("A number, a letter of the list, or q: ", stdout);
		fflush(stdout);
	}
	putchar('\n');
	return PLAIN_NOBODY;
}
