/* Rectangles at every size: within the screen, apart from each other, never empty where needed. */
#include "test.h"

#include "layout.h"

static bool overlap(struct rect a, struct rect b)
{
	return a.rows > 0 && a.cols > 0 && b.rows > 0 && b.cols > 0 && a.row < b.row + b.rows &&
	       b.row < a.row + a.rows && a.col < b.col + b.cols && b.col < a.col + a.cols;
}

static void check(const struct layout *l, int rows, int cols)
{
	const struct rect all[] = {l->header, l->rule,    l->side,      l->bar,
	                           l->main,   l->message, l->foot_rule, l->footer};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_true(all[i].row >= 0 && all[i].col >= 0 && all[i].rows >= 0 && all[i].cols >= 0);
		assert_true(all[i].row + all[i].rows <= rows && all[i].col + all[i].cols <= cols);
		for (size_t k = 0; k < i; k++)
			assert_false(overlap(all[i], all[k]));
	}
	assert_int_equal(l->header.rows, 1);
	assert_int_equal(l->footer.rows, 1);
	assert_true(l->main.rows >= 3 && l->main.cols >= 24);
}

static void every_size(void **state)
{
	(void)state;
	for (int rows = 8; rows <= 60; rows++)
		for (int cols = 30; cols <= 200; cols++)
			for (int side = 0; side < 2; side++)
				for (int message = 0; message < 6; message++) {
					struct layout l = layout_make(rows, cols, side == 1, message);

					assert_false(l.too_small);
					check(&l, rows, cols);
					assert_int_equal(l.side.cols > 0,
					                 side == 1 && cols >= LAYOUT_TRAIL_COLS);
					assert_int_equal(l.message.rows > 0, message > 0);
				}
}

static void too_small(void **state)
{
	static const int sizes[][2] = {{7, 80}, {24, 29}, {1, 1}, {0, 0}, {8, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct layout l = layout_make(sizes[i][0], sizes[i][1], true, 1);

		assert_true(l.too_small);
		assert_int_equal(l.main.rows, sizes[i][0]);
		assert_int_equal(l.main.cols, sizes[i][1]);
	}
}

/* What fits is shown whole; else both parts keep a share and nothing lies outside. */
static void splits(void **state)
{
	(void)state;
	for (int rows = 3; rows < 40; rows++)
		for (int read = 0; read < 60; read++)
			for (int act = 0; act < 60; act++) {
				struct rect m = {2, 5, rows, 40};
				struct split s = layout_split(m, read, act);
				int gap = read > 0 && act > 0;

				assert_true(s.read.rows >= 0 && s.act.rows >= 0);
				assert_true(s.read.rows <= read && s.act.rows <= act);
				assert_int_equal(s.gap.rows, gap);
				assert_true(s.read.rows + s.gap.rows + s.act.rows <= rows);
				assert_int_equal(s.gap.row, s.read.row + s.read.rows);
				assert_int_equal(s.act.row, s.gap.row + gap);
				if (read + gap + act <= rows) {
					assert_int_equal(s.read.rows, read);
					assert_int_equal(s.act.rows, act);
				} else {
					assert_int_equal(s.read.rows + gap + s.act.rows, rows);
					assert_true(act == 0 || s.act.rows > 0);
					assert_true(read == 0 || s.read.rows > 0 || rows < 4);
				}
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_size), cmocka_unit_test(too_small),
	                                   cmocka_unit_test(splits)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
