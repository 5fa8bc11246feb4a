/* What a wish of the person needs from outside: a case begun, opened, left, written as a report. */
#include "loop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <casebook/clock.h>
#include <casebook/report.h>

#include "report_text.h"

static int open_store(void *arg, struct store **out, struct err *err)
{
	struct loop *l = arg;

	if (!loop_store(l, err))
		return -1;
	*out = l->store;
	return 0;
}

void loop_enter(struct loop *l, const struct flow *flow, struct casefile *cf, uint32_t saved)
{
	bool changed = saved > 0 && strcmp(cf->flow_hash, flow->hash) != 0;
	struct drive_options o = {.jobs = l->jobs,
	                          .store = l->store,
	                          .open = open_store,
	                          .arg = l,
	                          .session = l->opt.session,
	                          .ahead = true};

	o.session.ask_secrets = true;

	l->drive = drive_new(&o, flow, cf, saved);
	panels_close(&l->app);
	l->app.prompt = PROMPT_NONE;
	l->app.page = NULL; /* whatever was chosen belongs to another case */
	l->page_stale = l->frame_stale = true;
	if (changed)
		app_say(&l->app, MARK_WARN,
		        "The flow has changed since this case was begun; its answers are replayed over the "
		        "present one.");
}

void loop_leave(struct loop *l)
{
	if (l->drive == NULL)
		return;
	drive_free(l->drive);
	l->drive = NULL;
	l->app.page = NULL;
	l->app.session = NULL;
	panels_close(&l->app);
	l->retry_at = NEVER;
	l->page_stale = l->frame_stale = true;
}

/* ---- begin and open ---- */

static void begin_case(struct loop *l, size_t card, const char *title)
{
	const struct flow *flow;
	struct casefile cf;
	struct err err;

	flow = loop_flow(l, l->cards[card].id, &err);
	if (flow == NULL) {
		app_say(&l->app, MARK_BAD, "%s", err.msg);
		return;
	}
	drive_fresh_case(flow, title, &cf);
	loop_enter(l, flow, &cf, 0);
	loop_send(l, (struct intent){.kind = IN_START});
}

static void open_case(struct loop *l, const char *id)
{
	const struct flow *flow;
	struct casefile cf;
	struct err err;

	if (!loop_store(l, &err) || store_load(l->store, id, &cf, &err) != 0) {
		app_say(&l->app, MARK_BAD, "%s", err.msg);
		return;
	}
	flow = loop_flow(l, cf.flow_id, &err);
	if (flow == NULL) {
		casefile_release(&cf);
		app_say(&l->app, MARK_BAD, "%s", err.msg);
		return;
	}
	loop_enter(l, flow, &cf, (uint32_t)cf.nlog);
	loop_send(l, (struct intent){.kind = IN_START});
}

bool loop_all_saved(const struct loop *l)
{
	return l->drive == NULL || drive_all_saved(l->drive);
}

size_t loop_unsaved(const struct loop *l)
{
	const struct session *s = drive_session(l->drive);

	return session_case(s)->nlog - session_saved(s);
}

const char *loop_why_unsaved(const struct loop *l)
{
	const struct err *why = drive_failed(l->drive);

	return why != NULL ? why->msg : "";
}

/* Leaving with something that is on no disk needs a second word. */
static bool may_leave(struct loop *l)
{
	if (!loop_all_saved(l))
		loop_send(l, (struct intent){.kind = IN_SAVE_AGAIN});
	if (loop_all_saved(l) || l->warned)
		return true;
	app_say(&l->app, MARK_BAD,
	        "%zu records are not saved: %s. The same key again leaves without them; e writes them to a "
	        "report.",
	        loop_unsaved(l), loop_why_unsaved(l));
	l->warned = true;
	return false;
}

/* ---- the report ---- */

static struct report *new_report(struct loop *l, const struct casefile *cf)
{
	struct report_options o = {.made_ms = l->opt.made_ms,
	                           .redact = (enum redact_level)export_level(l->app.own)};

	return report_new(session_flow(drive_session(l->drive)), cf, &o);
}

static void export_report(struct loop *l, const struct wish *w)
{
	struct casefile loaded;
	bool copied;
	struct report *r = new_report(l, drive_case_to_report(l->drive, &loaded, &copied));
	char sum[CASE_HASH];
	const struct rec_export e = {"report", report_formats[w->n]->name, redact_level_name(r->level), sum,
	                             NULL};
	struct stat st;
	struct err err;
	bool written = report_save(r, report_formats[w->n], w->text, sum, &err) == 0;

	if (!written)
		app_say(&l->app, MARK_BAD, "%s", err.msg);
	else
		app_say(&l->app, MARK_OK, "Written: %s (%s)", w->text,
		        stat(w->text, &st) == 0 ? text_size(l->page_mem, (uint64_t)st.st_size) : "");
	report_free(r);
	if (copied)
		casefile_release(&loaded);
	if (written)
		loop_send(l, (struct intent){.kind = IN_EXPORTED, .exported = &e});
}

void loop_wish(struct loop *l, const struct wish *w)
{
	switch (w->kind) {
	case WISH_NONE:
	case WISH_PANEL: /* the app has done these */
	case WISH_CLOSE:
	case WISH_SAY:
		break;
	case WISH_INTENT:
		if (l->drive != NULL)
			loop_send(l, w->intent);
		break;
	case WISH_BEGIN:
		begin_case(l, w->n, w->text);
		break;
	case WISH_OPEN:
		open_case(l, w->text);
		break;
	case WISH_DELETE:
		loop_delete(l, w->text);
		break;
	case WISH_FIND:
		loop_list(l, w->text);
		break;
	case WISH_EXPORT:
		export_report(l, w);
		break;
	case WISH_REPORT:
		if (l->drive != NULL)
			report_read(&l->report, l->drive, l->opt.made_ms, export_level(l->app.own),
			            &l->app.in);
		break;
	case WISH_LINES:
		if (l->drive != NULL)
			loop_lines(l, w);
		break;
	case WISH_START:
		if (may_leave(l)) {
			loop_leave(l);
			loop_list(l, NULL);
		}
		break;
	case WISH_FILES:
		if (l->drive != NULL)
			loop_read(l, w);
		break;
	case WISH_COLLECT:
		if (l->drive != NULL)
			loop_collect(l, w->text);
		break;
	case WISH_COPY:
		loop_copy(l, w->text);
		break;
	case WISH_SCRIPT:
		loop_script(l, l->app.page->script_name, w->text);
		break;
	case WISH_PAGE:
		l->page_stale = l->frame_stale = true;
		break;
	case WISH_REDRAW:
		l->d.ops->redraw(l->d.self);
		break;
	case WISH_QUIT:
		l->quit = may_leave(l);
		break;
	}
}
