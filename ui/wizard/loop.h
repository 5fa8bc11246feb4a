/* What the loop of the wizard holds; private to loop*.c and wizard.c. */
#ifndef CASEBOOK_UI_LOOP_H
#define CASEBOOK_UI_LOOP_H

#include <casebook/drive.h>

#include "app.h"
#include "display.h"
#include "report_text.h"
#include "wizard.h"

#define LOOP_FRAME_MS 50     /* progress is drawn at most 20 times a second */
#define LOOP_RETRY_MS 5000   /* a failed save is tried again after this */
#define LOOP_HELD_MS 1000    /* ... when another program holds the store */
#define LOOP_IDLE_MS 1500    /* then the store does its housekeeping, once */
#define LOOP_MAX_CASES 20000 /* rows of the start screen */
#define NEVER INT64_MAX

struct loop {
	struct wizard_options opt;
	struct display d;
	struct frame frame;
	struct arena *frame_mem, *page_mem, *list_mem, *card_mem;
	struct app app;
	struct start_data start;
	struct flow_card *cards;
	struct flow **flows;      /* as the cards; NULL until one is needed */
	const struct flow *given; /* the flow that the program was called with; NULL */

	struct jobs *jobs;
	struct drive *drive;     /* NULL: no case is open */
	struct store *store;     /* NULL until it could be opened */
	struct file_lines lines; /* behind app.in.lines, with its memory */
	struct arena *lines_mem;
	struct report_read report; /* behind app.in.report and app.in.replaced */

	bool page_stale, frame_stale;
	int64_t drawn_at, draw_by, retry_at, idle_at; /* monotonic; NEVER */
	bool quit, warned;
	enum wizard_end end;
};

/* ---- loop.c ---- */
void loop_run(struct loop *l); /* the display is open; until the person leaves */
void loop_send(struct loop *l, struct intent in);
/* One turn while files are read: signals, drawing, and the keys that stop it; false when they did. */
bool loop_turn_reading(struct loop *l);

/* ---- loop_flows.c ---- */
/* The start screen's flows, by the heads of their texts: nothing is loaded for the first frame. */
void loop_cards(struct loop *l);
void loop_cards_free(struct loop *l);
const struct flow *loop_flow(struct loop *l, const char *id, struct err *err); /* NULL: err says why */

/* ---- loop_case.c: cases, reports, wishes ---- */
/* Takes over *cf; the flow is borrowed. */
void loop_enter(struct loop *l, const struct flow *flow, struct casefile *cf, uint32_t saved);
void loop_leave(struct loop *l);
void loop_wish(struct loop *l, const struct wish *w);
void loop_read(struct loop *l, const struct wish *w);   /* loop_read.c: files that a person gave */
void loop_lines(struct loop *l, const struct wish *w);  /* loop_lines.c: around a line of a file */
void loop_collect(struct loop *l, const char *address); /* loop_read.c */
void loop_copy(struct loop *l, const char *text);       /* loop_read.c */
void loop_script(struct loop *l, const char *name, const char *text); /* loop_read.c */
bool loop_all_saved(const struct loop *l);
size_t loop_unsaved(const struct loop *l); /* records */
const char *loop_why_unsaved(const struct loop *l);

/* ---- loop_store.c ---- */
bool loop_store(struct loop *l, struct err *err); /* opened, now or before */
void loop_list(struct loop *l, const char *find);
void loop_delete(struct loop *l, const char *id);

#endif
