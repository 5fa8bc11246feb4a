/*
 * Every walk of the NDES flow at a screen (curses, in a pseudo-terminal), line by line, and by the run that
 * asks nobody and has the same answers from a file: the case that is stored is the same.  Left out of the
 * comparison are times, positions and hashes, who spoke, and how records were gathered into one save.  Checks
 * of several steps run at once, and which of them ends before an answer is chance: what they saw is compared
 * by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/flow_load.h>
#include <casebook/io.h>
#include <casebook/signals.h>

#include "loop.h"
#include "ways.h"
#include "wizard.h"

enum way { WAY_SCREEN, WAY_LINES, WAY_ALONE, WAY__MAX };
static const char *const way_names[] = {"at a screen", "line by line", "alone"};

struct ways {
	struct arena *mem;
	struct flow *flow;
	const struct walk **walks;
	size_t n;
	char folder[64];
	const char *db[WAY__MAX];
	uint32_t taken[WAY__MAX]; /* cases so far */
	bool typed; /* what the walk gives is typed where it is asked for; else it is given at the start */
	int master, slave;  /* the terminal */
	int out, err, mute; /* what standard output and error are otherwise, and nothing */
};
static struct ways the;

/* ---- what is wrapped ---- */

void __real_app_draw(struct app *a, struct frame *f, struct arena *mem);
void __wrap_app_draw(struct app *a, struct frame *f, struct arena *mem);
struct drive *__real_drive_new(const struct drive_options *o, const struct flow *flow, struct casefile *cf,
                               uint32_t saved);
struct drive *__wrap_drive_new(const struct drive_options *o, const struct flow *flow, struct casefile *cf,
                               uint32_t saved);
bool __real_jobs_wait(struct jobs *b, struct pollfd *extra, size_t nextra, int timeout_ms);
bool __wrap_jobs_wait(struct jobs *b, struct pollfd *extra, size_t nextra, int timeout_ms);

void __wrap_app_draw(struct app *a, struct frame *f, struct arena *mem)
{
	ways_now.app = a;
	__real_app_draw(a, f, mem);
}

struct drive *__wrap_drive_new(const struct drive_options *o, const struct flow *flow, struct casefile *cf,
                               uint32_t saved)
{
	ways_now.drive = __real_drive_new(o, flow, cf, saved);
	return ways_now.drive;
}

/* Nothing is under way, nothing is about to be drawn, and a key is waited for: the frame is idle. */
bool __wrap_jobs_wait(struct jobs *b, struct pollfd *extra, size_t nextra, int timeout_ms)
{
	bool drawn = timeout_ms < 0 || timeout_ms > LOOP_FRAME_MS;

	if (nextra != 0 && !ways_checks_pending() && drawn)
		ways_type();
	return __real_jobs_wait(b, extra, nextra, timeout_ms);
}

/* ---- the ways ---- */

static int print(const void *mem, size_t n)
{
	(void)mem, (void)n;
	return 0;
}

static struct casefile begun(void)
{
	const struct walk_phase *p = &ways_now.walk->phases[0];
	struct casefile cf;

	drive_fresh_case(the.flow, NULL, &cf);
	for (size_t i = 0; i < p->ninputs && !the.typed; i++)
		casefile_append(
		        &cf,
		        &(struct record){.kind = REC_INPUT,
		                         .u.input = {p->inputs[i].key, p->inputs[i].value, BY_PERSON}},
		        NULL);
	return cf;
}

static struct wizard_options options(enum way way)
{
	return (struct wizard_options){
	        .db = the.db[way], .color = true, .session = {.allow_side_effects = true}, .print = print};
}

static void at_screen(void)
{
	const struct wizard_options o = options(WAY_SCREEN);
	struct casefile cf = begun();
	struct err err;

	dup2(the.slave, STDIN_FILENO);
	dup2(the.slave, STDOUT_FILENO);
	dup2(the.mute, STDERR_FILENO);
	ways_now.screen = true;
	ways_now.keys = the.master;
	(void)wizard_case(&o, the.flow, &cf, 0, &err);
	dup2(the.out, STDOUT_FILENO);
	dup2(the.err, STDERR_FILENO);
}

static void by_line(void)
{
	const struct wizard_options o = options(WAY_LINES);
	struct casefile cf = begun();
	struct err err;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	ways_now.screen = false;
	ways_now.keys = ends[1];
	(void)plain_case(&o, the.flow, &cf, 0, &err);
	close(ends[1]);
}

/* What the person was asked and said, as a file. */
static void answers(struct answers *out)
{
	const char *path = arena_fmt(the.mem, "%s/answers.yaml", the.folder);
	FILE *f = fopen(path, "w");
	struct err err;

	assert_non_null(f);
	for (size_t i = 0; i < ways_now.nanswers; i++)
		fprintf(f, "%s: %s\n", ways_now.answers[i].key, ways_now.answers[i].value);
	fclose(f);
	if (ways_now.nanswers != 0 && answers_load(path, the.flow, out, &err) != 0)
		fail_msg("%s", err.msg);
}

static void alone(void)
{
	const struct walk_phase *p = &ways_now.walk->phases[0];
	struct run_setup setup = {.mem = the.mem, .session = {.allow_side_effects = true}};
	struct drive_options o = {.session = setup.session};
	struct casefile cf;
	struct drive *d;
	struct err err;

	setup.set = arena_array(the.mem, p->ninputs + 1, sizeof(*setup.set));
	for (size_t i = 0; i < p->ninputs; i++)
		setup.set[setup.nset++] = (struct setting){p->inputs[i].key, p->inputs[i].value};
	answers(&setup.answers);
	assert_int_equal(store_open(the.db[WAY_ALONE], false, &o.store, &err), 0);
	assert_int_equal(signals_open(SIGNALS_STOP, NULL, &err), 0);
	drive_fresh_case(the.flow, NULL, &cf);
	assert_int_equal(store_begin(o.store, &cf, &err), 0);
	o.jobs = jobs_new(&setup.runner);
	d = drive_new(&o, the.flow, &cf, 0);
	(void)run_auto(d, &setup);
	drive_free(d);
	jobs_free(o.jobs);
	signals_close();
	store_close(o.store);
	if (setup.answers.mem != NULL)
		answers_release(&setup.answers);
}

/* ---- what was stored ---- */

struct told {
	char *lines[CASE_MAX_RECORDS];
	size_t n;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *line_of(struct arena *mem, const struct record *r)
{
	struct record plain = *r;
	struct buf b;
	const char *line;

	plain.pos = 1;
	plain.at_ms = 0;
	plain.mark = NULL;
	if (plain.kind == REC_EVIDENCE) {
		plain.u.evidence.started_ms = 0;
		plain.u.evidence.took_ms = 0;
	} else if (plain.kind == REC_ANSWER) {
		plain.u.answer.evidence = 0;
		plain.u.answer.by = BY_PERSON;
	} else if (plain.kind == REC_INPUT) {
		plain.u.input.by = BY_PERSON;
	} else if (plain.kind == REC_PUT_OFF) {
		plain.u.put_off.by = BY_PERSON;
	}
	buf_init(&b, BUF_MAX_TEXT);
	record_json(&b, &plain);
	line = arena_strndup(mem, buf_cstr(&b), b.n);
	buf_release(&b);
	return line;
}

/* What was said and done in its order, then what was seen. */
static const char *stored(struct arena *mem, enum way way)
{
	struct told *said = arena_alloc(mem, sizeof(*said)), *seen = arena_alloc(mem, sizeof(*seen));
	struct store *store;
	struct casefile cf;
	char ref[16];
	struct err err;
	struct buf b;
	const char *text;

	said->n = seen->n = 0;
	snprintf(ref, sizeof(ref), "%u", (unsigned)the.taken[way]);
	if (store_open(the.db[way], true, &store, &err) != 0 || store_load(store, ref, &cf, &err) != 0)
		fail_msg("%s, %s: %s", way_names[way], ways_now.walk->name, err.msg);
	for (size_t i = 0; i < cf.nlog; i++) {
		struct told *to = cf.log[i].kind == REC_EVIDENCE ? seen : said;

		to->lines[to->n++] = (char *)(uintptr_t)line_of(mem, &cf.log[i]);
	}
	qsort(seen->lines, seen->n, sizeof(*seen->lines), by_text);
	buf_init(&b, BUF_MAX_TEXT);
	for (size_t i = 0; i < said->n; i++)
		buf_fmt(&b, "%s\n", said->lines[i]);
	for (size_t i = 0; i < seen->n; i++)
		buf_fmt(&b, "%s\n", seen->lines[i]);
	buf_fmt(&b, "%s: %s\n", case_state_name(casefile_mark(&cf)->state), casefile_mark(&cf)->place);
	text = arena_strndup(mem, buf_cstr(&b), b.n);
	buf_release(&b);
	casefile_release(&cf);
	store_close(store);
	return text;
}

/* The lines that only one of both has, where they part. */
static void print_parting(const char *a, const char *b)
{
	while (*a != '\0' && strcspn(a, "\n") == strcspn(b, "\n") && strncmp(a, b, strcspn(a, "\n")) == 0) {
		b += strcspn(a, "\n") + 1;
		a += strcspn(a, "\n") + 1;
	}
	fprintf(stderr, "    - %.*s\n    + %.*s\n", (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
}

/* Of the case that both took last. */
static bool same(struct arena *mem, enum way way, enum way other)
{
	const char *x = stored(mem, way), *y = stored(mem, other);

	if (strcmp(x, y) == 0)
		return true;
	fprintf(stderr, "%s: %s (-) and %s (+) part:\n", ways_now.walk->name, way_names[way],
	        way_names[other]);
	print_parting(x, y);
	return false;
}

/* ---- the test ---- */

/* Where a person says what becomes of a fix, nobody else can. */
static bool goes_alone(const struct walk *w)
{
	return w->nphases == 1;
}

static void take(enum way way, const struct walk *w)
{
	static void (*const ways[])(void) = {at_screen, by_line, alone};

	if (way != WAY_ALONE)
		ways_now =
		        (struct ways_now){.walk = w, .flow = the.flow, .stays = !the.typed && goes_alone(w)};
	ways[way]();
	the.taken[way]++;
	if (ways_now.lost)
		fail_msg("%s, %s: it goes on and on", way_names[way], w->name);
}

/* How many pairs of ways part on this walk. */
static unsigned parted_on(const struct walk *w)
{
	bool too = !the.typed && goes_alone(w);
	struct arena *mem = arena_new();
	unsigned n;

	take(WAY_SCREEN, w);
	take(WAY_LINES, w);
	n = !same(mem, WAY_SCREEN, WAY_LINES);
	if (too && !ways_now.chose) { /* nobody else can choose among causes either */
		take(WAY_ALONE, w);
		n += !same(mem, WAY_LINES, WAY_ALONE);
	}
	arena_free(mem);
	return n;
}

/* All of them where WAYS_ALL is set, else some. */
static void take_all(void)
{
	size_t step = getenv("WAYS_ALL") != NULL ? 1 : 25;
	unsigned parted = 0;

	for (size_t i = 0; i < the.n; i += step)
		parted += parted_on(the.walks[i]);
	assert_int_equal(parted, 0);
	assert_true(the.taken[WAY_LINES] == the.taken[WAY_SCREEN]);
	assert_true(the.typed || the.taken[WAY_ALONE] > the.taken[WAY_LINES] / 2);
}

static void test_whoever_answers_the_case_is_the_same(void **state)
{
	(void)state;
	the.typed = false;
	take_all();
	assert_true(the.taken[WAY_ALONE] > 0);
}

static void test_what_is_typed_at_a_screen_and_line_by_line_is_the_same(void **state)
{
	(void)state;
	the.typed = true;
	take_all();
}

/* ---- setting up ---- */

static void *drain(void *arg)
{
	char block[4096];

	(void)arg;
	while (read(the.master, block, sizeof(block)) > 0)
		continue;
	return NULL;
}

static void open_terminal(void)
{
	const struct winsize size = {.ws_row = 24, .ws_col = 80};
	pthread_t thread;

	the.master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(the.master >= 0 && grantpt(the.master) == 0 && unlockpt(the.master) == 0);
	the.slave = open(ptsname(the.master), O_RDWR | O_NOCTTY);
	assert_true(the.slave >= 0);
	ioctl(the.slave, TIOCSWINSZ, &size);
	assert_int_equal(pthread_create(&thread, NULL, drain, NULL), 0);
	pthread_detach(thread);
	the.out = dup(STDOUT_FILENO);
	the.err = dup(STDERR_FILENO);
	the.mute = open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static void keep(void *arg, const struct diag *d)
{
	(void)arg;
	fprintf(stderr, "%s:%u: %s\n", d->file, d->line, d->text);
}

static int by_name(const void *a, const void *b)
{
	const struct walk *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void load_walks(void)
{
	const char *folder = PROJECT_DIR "/flows/walks/intune-scep-ndes";
	const struct flow_env env = {probe_find, keep, NULL};
	DIR *dir = opendir(folder);
	struct dirent *e;
	struct err err;

	the.flow = flow_load_file(PROJECT_DIR "/flows/intune-scep-ndes.yaml", &env, &err);
	assert_non_null(the.flow);
	assert_non_null(dir);
	the.walks = arena_array(the.mem, 5000, sizeof(*the.walks));
	while ((e = readdir(dir)) != NULL && the.n < 5000) {
		struct buf text;

		if (e->d_name[0] == '.')
			continue;
		buf_init(&text, 1u << 20);
		assert_int_equal(io_read_file(arena_fmt(the.mem, "%s/%s", folder, e->d_name), &text), 0);
		the.walks[the.n] = walk_load(the.mem, arena_strdup(the.mem, e->d_name), buf_cstr(&text),
		                             text.n, the.flow, &env);
		assert_non_null(the.walks[the.n++]);
		buf_release(&text);
	}
	closedir(dir);
	qsort(the.walks, the.n, sizeof(*the.walks), by_name);
}

/* The files of the walks, so that they can be given. */
static void make_files(void)
{
	for (size_t i = 0; i < the.n; i++)
		for (size_t p = 0; p < the.walks[i]->nphases; p++)
			for (size_t k = 0; k < the.walks[i]->phases[p].ninputs; k++) {
				const struct walk_pair *in = &the.walks[i]->phases[p].inputs[k];

				if (flow_input(the.flow, in->key)->type == INPUT_FILE)
					close(open(in->value, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
			}
}

static int set_up(void **state)
{
	(void)state;
	the.mem = arena_new();
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TERM", "xterm-256color", 1);
	snprintf(the.folder, sizeof(the.folder), "%s/ways-XXXXXX",
	         access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(the.folder) == NULL || chdir(the.folder) != 0)
		return -1;
	for (int way = 0; way < WAY__MAX; way++)
		the.db[way] = arena_fmt(the.mem, "%s/%d.db", the.folder, way);
	load_walks();
	make_files();
	open_terminal();
	return 0;
}

static int take_away(const char *path, const struct stat *s, int flag, struct FTW *at)
{
	(void)s, (void)flag, (void)at;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	(void)nftw(the.folder, take_away, 8, FTW_DEPTH | FTW_PHYS);
	flow_free(the.flow);
	arena_free(the.mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_whoever_answers_the_case_is_the_same),
	        cmocka_unit_test(test_what_is_typed_at_a_screen_and_line_by_line_is_the_same),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
