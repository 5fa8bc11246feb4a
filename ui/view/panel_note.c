/* A note for the record: one line, kept with its time. */
#include "panel.h"

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	(void)v;
	(void)at;
	doc_wrap(d, 0, 0, ST_STRONG, "A note for the record");
	doc_wrap(d, 0, 0, ST_DIM,
	         "It is kept with the time and stands in the report. Do not write passwords or challenges.");
}

static struct wish keep(struct panel_at *at, const char *text)
{
	struct wish w = wish_intent(IN_NOTE);

	(void)at;
	w.intent.text = text;
	return text[0] != '\0' ? w : (struct wish){.kind = WISH_CLOSE};
}

static const struct binding keys[] = {
        {.key = KEY(K_ENTER), .act = ACT_ENTER, .foot = "keep it", .help = "put the note into the record"},
        {.key = KEY(K_ESC), .act = ACT_CLOSE, .foot = "drop it", .help = "drop the note"},
        {.act = ACT_NONE},
};

const struct panel panel_note = {
        .name = "note",
        .title = "Note",
        .heading = "A note",
        .context = CX_TYPE,
        .key = KEY_CHAR('n'),
        .foot = "note",
        .help = "write a note into the record",
        .takes = "TEXT",
        .keys = keys,
        .lines = lines,
        .take = keep,
};
