/* Every view at three sizes, as text and styles. */
#include "test.h"

#include "golden.h"
#include "golden_file.h"
#include "pages.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int cols, rows;
} sizes[] = {{100, 30}, {80, 24}, {40, 12}};

struct shot {
	struct frame f;
	struct view v;
};

static void begin(struct shot *s, int cols, int rows, bool ascii)
{
	*s = (struct shot){.v = {.ascii = ascii, .now_ms = PAGES_NOW_MS}};
	frame_resize(&s->f, rows, cols);
	s->v.f = &s->f;
	s->v.mem = arena_new();
}

static void finish(struct shot *s, const char *name, int cols, int rows)
{
	char full[128];

	if (s->v.ascii)
		frame_to_ascii(&s->f);
	snprintf(full, sizeof(full), "%s-%dx%d", name, cols, rows);
	golden(&s->f, full);
	arena_free(s->v.mem);
	frame_release(&s->f);
}

static void draw_page(struct shot *s, const struct page *p, struct page_view *pv, enum context cx)
{
	char corner[24];
	struct chrome c = {.title = p->case_title,
	                   .status = p->status,
	                   .status_mark = p->status_mark,
	                   .corner = corner,
	                   .at = {cx, NULL},
	                   .have = NEED_PICKS | NEED_CHECKS | NEED_IDLE | NEED_BACK,
	                   .message = p->message,
	                   .side = true};

	if (p->busy)
		c.have = NEED_BUSY | NEED_PICKS | NEED_BACK;
	snprintf(corner, sizeof(corner), "step %u", p->step_number);
	if (!view_chrome(&s->v, &c))
		return;
	view_side(&s->v, p);
	view_page(&s->v, p, pv);
	view_footer(&s->v, &c);
}

static void page_at(const struct page *p, const char *name, int sel, const char *typed, enum context cx,
                    int cols, int rows)
{
	static struct page_view pv;
	struct shot s;

	begin(&s, cols, rows, false);
	memset(&pv, 0, sizeof(pv));
	pv.sel = sel;
	pv.editing = typed != NULL;
	edit_set(&pv.edit, typed);
	draw_page(&s, p, &pv, cx);
	finish(&s, name, cols, rows);
}

static void page_at_all_sizes(const struct page *p, const char *name, int sel, bool editing,
                              const char *typed, enum context cx)
{
	for (size_t i = 0; i < 3; i++)
		page_at(p, name, sel, editing ? typed : NULL, cx, sizes[i].cols, sizes[i].rows);
}

static void questions(void **state)
{
	(void)state;
	page_at_all_sizes(page_question(), "question", 3, false, NULL, CX_PAGE);
	page_at_all_sizes(page_measuring(), "measuring", -1, false, NULL, CX_PAGE);
	page_at_all_sizes(page_confirm(), "confirm", 0, false, NULL, CX_PAGE);
	page_at_all_sizes(page_long(), "long", 11, false, NULL, CX_PAGE);
}

/* What is to be copied is seen without scrolling. */
static void commands(void **state)
{
	(void)state;
	page_at_all_sizes(page_dispute(), "dispute", 0, false, NULL, CX_PAGE);
	page_at(page_dispute(), "dispute", 0, NULL, CX_PAGE, 60, 20);
	page_at_all_sizes(page_trip(), "trip", 0, false, NULL, CX_PAGE);
	page_at(page_trip(), "trip", 0, NULL, CX_PAGE, 60, 20);
}

static void fields(void **state)
{
	(void)state;
	page_at_all_sizes(page_form(), "form", 0, true,
	                  "https://ndes01-contoso.msappproxy.net/certsrv/mscep/mscep.dll", CX_EDIT);
	page_at_all_sizes(page_form(), "form-choice", 1, false, NULL, CX_CHOICE);
	page_at_all_sizes(page_file(), "file", 0, true, "~/Downloads/u_ex261122", CX_EDIT);
}

static void ends(void **state)
{
	(void)state;
	page_at_all_sizes(page_fix(), "fix", 1, false, NULL, CX_PAGE);
	page_at_all_sizes(page_end(), "end", -1, false, NULL, CX_PAGE);
}

static void start_at_all_sizes(const struct start_data *d, const char *name, size_t sel)
{
	for (size_t i = 0; i < 3; i++) {
		struct start_view sv = {.sel = sel};
		struct chrome c = {
		        .title = "casebook", .corner = "3 open", .at = {CX_START, NULL}, .have = NEED_CASE};
		struct shot s;

		begin(&s, sizes[i].cols, sizes[i].rows, false);
		assert_true(view_chrome(&s.v, &c));
		view_start(&s.v, d, &sv);
		view_footer(&s.v, &c);
		finish(&s, name, sizes[i].cols, sizes[i].rows);
	}
}

static void starts(void **state)
{
	(void)state;
	start_at_all_sizes(start_full(), "start", 0);
	start_at_all_sizes(start_full(), "start-flow", 3);
	start_at_all_sizes(start_empty(), "start-empty", 0);
}

/* What a panel that is typed into holds in its golden. */
static const char *line_of(const struct panel *p)
{
	return p == &panel_export
	               ? "casebook-14.md"
	               : "Called the customer: the proxy connector was moved to a new server last night.";
}

#define LOG "2026-11-22 13:58:40 10.1.2.3 GET "
#define WHO "443 - 10.5.14.22 profiled/1.0+CFNetwork - "
static const struct numbered_line around[] = {
        {41205, LOG "/ - 443 - 10.5.14.1 - - 200 0 0 15"},
        {41206, LOG "/certsrv/mscep/mscep.dll operation=GetCACaps&message=ca " WHO "500 0 1346 31"},
        {41207, LOG "/certsrv/mscep/mscep.dll operation=GetCACert&message=ca " WHO "500 0 1346 31"},
        {41208, ""}};
static const struct file_lines some_lines = {
        .file = "/media/usb/logs.zip!u_ex261130.log", .hit = 41207, .line = around, .n = 4};

static void panel_at_a_size(const struct panel *p, int cols, int rows)
{
	static const struct format_card formats[] = {{"html", ".html", "one web page"},
	                                             {"md", ".md", "Markdown, to paste into a ticket"}};
	struct chrome c = {.title = p == &panel_piece ? "iis.log" : p->title,
	                   .status = "saved",
	                   .status_mark = MARK_OK,
	                   .at = {p->context, p}};
	struct panel_in in = {.formats = formats,
	                      .nformats = 2,
	                      .lines = &some_lines,
	                      .report = some_report(),
	                      .replaced = some_replaced(),
	                      .copy = some_copy(),
	                      .explained = some_explained(),
	                      .about = some_about(),
	                      .from = {CX_PAGE, NULL}};
	struct panel_own own = {.list = {2, 1}};
	static struct edit typed;
	struct panel_at at = {.panel = p, .in = &in, .own = &own, .typed = &typed};
	struct shot s;

	begin(&s, cols, rows, false);
	in.now = replay_for(p, s.v.mem);
	edit_set(&typed, line_of(p));
	assert_true(view_chrome(&s.v, &c));
	view_footer(&s.v, &c);
	panel_draw(&s.v, &at);
	finish(&s, p->name, cols, rows);
}

/* Every row of panels.def has its goldens. */
static void panels_have_goldens(void **state)
{
	(void)state;
	for (size_t i = 0; panels[i] != NULL; i++)
		for (size_t k = 0; k < 3; k++)
			panel_at_a_size(panels[i], sizes[k].cols, sizes[k].rows);
}

static void ascii_and_small(void **state)
{
	static struct page_view pv;
	struct shot s;

	(void)state;
	begin(&s, 80, 24, true);
	pv.sel = 3;
	draw_page(&s, page_question(), &pv, CX_PAGE);
	finish(&s, "question-ascii", 80, 24);

	begin(&s, 29, 8, false);
	draw_page(&s, page_question(), &pv, CX_PAGE);
	finish(&s, "too-small", 29, 8);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(questions),       cmocka_unit_test(commands),
	        cmocka_unit_test(fields),          cmocka_unit_test(ends),
	        cmocka_unit_test(starts),          cmocka_unit_test(panels_have_goldens),
	        cmocka_unit_test(ascii_and_small),
	};

	golden_args(argc, argv);
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
