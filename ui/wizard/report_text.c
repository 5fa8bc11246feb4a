/* A report in the text format, into memory, and what was replaced in it; the formats that there are. */
#include "report_text.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/redacted.h>
#include <casebook/report.h>
#include <casebook/utf8.h>

#define MOST 40 /* values that a preview lists */

/* "▲ srv07 (computer) still stands" first, then "ndes01.contoso.example becomes HOST-1, 23 places". */
static void say_replaced(const struct report *r, struct buf *out)
{
	struct redact_item item;
	const char *left, *kind;
	unsigned places = 0;
	size_t n = 0, shown = 0;

	if (r->redaction == NULL) {
		buf_str(out,
		        "Nothing is replaced: names of people, hosts and addresses stand in the file.\n");
		return;
	}
	for (size_t i = 0; redaction_left(r->redaction, i, &left, &kind) && i < MOST; i++) {
		buf_str(out, "! still stands, looks like a name: ");
		utf8_clean(out, left, strlen(left), UTF8_ONE_LINE);
		buf_fmt(out, " (%s)\n", kind);
	}
	for (; redaction_item(r->redaction, n, &item); n++)
		places += item.count;
	buf_fmt(out, "%u places are replaced. Times, status codes, versions and product names stay.\n",
	        places);
	for (size_t i = 0; redaction_item(r->redaction, i, &item) && shown < MOST; i++) {
		if (item.count == 0)
			continue;
		shown++;
		utf8_clean(out, item.value, strlen(item.value), UTF8_ONE_LINE);
		buf_fmt(out, " becomes %s (%u)\n", item.token, item.count);
	}
}

static char *report_text(const struct flow *flow, const struct casefile *cf, int64_t made_ms, int level,
                         struct buf *replaced)
{
	struct report_options o = {.made_ms = made_ms, .redact = (enum redact_level)level};
	struct report *r = report_new(flow, cf, &o);
	struct buf text;
	struct err err;

	buf_init(&text, BUF_MAX_TEXT);
	if (report_render(r, report_format_find("txt"), &text, &err) != 0)
		buf_fmt(replaced, "! %s\n", err.msg);
	say_replaced(r, replaced);
	report_free(r);
	return buf_steal(&text);
}

void report_read(struct report_read *r, struct drive *d, int64_t made_ms, int level, struct panel_in *in)
{
	struct casefile loaded;
	bool copied;
	const struct casefile *cf = drive_case_to_report(d, &loaded, &copied);
	struct buf replaced;

	buf_init(&replaced, BUF_MAX_LINE);
	report_read_release(r);
	r->text = report_text(session_flow(drive_session(d)), cf, made_ms, level, &replaced);
	r->replaced = buf_steal(&replaced);
	in->report = r->text;
	in->replaced = r->replaced;
	if (copied)
		casefile_release(&loaded);
}

void report_read_release(struct report_read *r)
{
	free(r->text);
	free(r->replaced);
	*r = (struct report_read){NULL, NULL};
}

const struct format_card *format_cards(struct arena *mem, size_t *n)
{
	struct format_card *cards;

	for (*n = 0; report_formats[*n] != NULL;)
		++*n;
	cards = arena_array(mem, *n, sizeof(*cards));
	for (size_t i = 0; i < *n; i++)
		cards[i] = (struct format_card){report_formats[i]->name, report_formats[i]->ext,
		                                report_formats[i]->title};
	return cards;
}
