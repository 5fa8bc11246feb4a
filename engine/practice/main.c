/*
 * casebook-practice: shows scenarios and plays one.  Speaks lines of "key<TAB>value" on standard output; what
 * it plays ends when its standard input does.
 *
 *   casebook-practice list              name, kind, story, truth and causes of every scenario of the list
 *   casebook-practice play NAME         lays the files out in a folder of its own, starts the server; both go
 * at the end
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/io.h>

#include "practice.h"
#include "serve.h"

#define MAX_PATH 4096
#define MAX_ROWS 200

struct place {
	char list[MAX_PATH], scenarios[MAX_PATH];
};

static int fail(const struct err *err)
{
	fprintf(stderr, "casebook-practice: %s\n", err->msg);
	return 1;
}

/* The scenarios lie in the share folder of an installation, or in the source tree of a build. */
static int find_place(struct place *p, struct err *err)
{
	static const char *const places[][2] = {
	        {"../../share/casebook/practice/practice.tsv", "../../share/casebook/practice"},
	        {"../share/casebook/practice/practice.tsv", "../share/casebook/practice"},
	        {"../../../../assets/practice.tsv", "../../../../tests/scenarios/made"},
	};
	const char *named = getenv("CASEBOOK_PRACTICE_CASES");
	char own[MAX_PATH];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	own[n > 0 ? n : 0] = '\0';
	slash = strrchr(own, '/');
	if (slash != NULL)
		*slash = '\0';
	if (named != NULL && *named != '\0') {
		int a = snprintf(p->list, sizeof(p->list), "%s/practice.tsv", named),
		    b = snprintf(p->scenarios, sizeof(p->scenarios), "%s", named);

		if (a < MAX_PATH && b < MAX_PATH && access(p->list, R_OK) == 0)
			return 0;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int a = snprintf(p->list, sizeof(p->list), "%s/%s", own, places[i][0]),
		    b = snprintf(p->scenarios, sizeof(p->scenarios), "%s/%s", own, places[i][1]);

		if (a < MAX_PATH && b < MAX_PATH && access(p->list, R_OK) == 0)
			return 0;
	}
	return err_set(err, FAIL_NOT_FOUND, 0,
	               "the practice cases are not installed (share/casebook/practice)");
}

/* ---- the list ---- */

struct entry {
	const char *name, *kind;
};

/* Lines of name and kind; those that begin with # are for people. */
static int read_list(struct arena *mem, const struct place *p, struct entry out[MAX_ROWS], size_t *n,
                     struct err *err)
{
	struct buf text;
	int rc;

	*n = 0;
	buf_init(&text, BUF_MAX_LINE);
	rc = file_read(p->list, &text, err);
	for (char *line = arena_strdup(mem, buf_cstr(&text)), *next;
	     rc == 0 && *line != '\0' && *n < MAX_ROWS; line = next) {
		size_t len = strcspn(line, "\n"), tab;

		next = line + len + (line[len] != '\0');
		line[len] = '\0';
		tab = strcspn(line, "\t");
		if (*line == '#' || *line == '\0')
			continue;
		if (line[tab] == '\0' || strchr(line, '/') != NULL || line[0] == '.')
			rc = err_set(err, FAIL_FORMAT, 0, "%s: '%s' is no line of name and kind", p->list,
			             line);
		line[tab] = '\0';
		out[(*n)++] = (struct entry){line, line + tab + 1};
	}
	buf_release(&text);
	return rc;
}

static void say(const char *key, const char *value)
{
	printf("%s\t%s\n", key, value);
}

static void say_known(const struct scenario *s, const char *kind)
{
	say("name", s->name);
	say("kind", kind);
	say("story", s->story);
	say("truth", s->truth);
	say("verdict", s->verdict);
	for (size_t i = 0; i < s->causes.n; i++)
		say("cause", s->causes.at[i].value);
}

static int list(struct arena *mem, const struct place *p, struct err *err)
{
	struct entry rows[MAX_ROWS];
	size_t n;

	if (read_list(mem, p, rows, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct scenario *s =
		        scenario_load(mem, arena_fmt(mem, "%s/%s", p->scenarios, rows[i].name), err);

		if (s == NULL)
			return -1;
		if (!s->playable)
			return err_set(err, FAIL_FORMAT, 0, "%s cannot be played", s->name);
		say_known(s, rows[i].kind);
		puts("");
	}
	return fflush(stdout) == 0 ? 0 : err_set(err, FAIL_IO, errno, "%s", strerror(errno));
}

/* ---- one played ---- */

static int write_ca(const struct pki *p, const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc;
	struct buf pem;

	if (fd < 0)
		return err_set(err, FAIL_IO, errno, "%s: %s", path, strerror(errno));
	buf_init(&pem, 65536);
	pki_put_cert(p->root.cert, &pem);
	rc = io_write_all(fd, pem.p, pem.n);
	buf_release(&pem);
	close(fd);
	return rc == 0 ? 0 : err_set(err, FAIL_IO, rc, "%s: %s", path, strerror(rc));
}

static int say_inputs(const struct scenario *s, int64_t now, struct err *err)
{
	for (size_t i = 0; i < s->inputs.n; i++) {
		struct buf value;
		int rc;

		buf_init(&value, BUF_MAX_LINE);
		rc = moment_expand(&value, s->inputs.at[i].value, strlen(s->inputs.at[i].value), now, err);
		if (rc == 0)
			printf("input\t%s=%s\n", s->inputs.at[i].key, buf_cstr(&value));
		buf_release(&value);
		if (rc != 0)
			return -1;
	}
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* Until whoever started it has gone. */
static void wait_for_end(void)
{
	char block[256];

	while (read(STDIN_FILENO, block, sizeof(block)) > 0)
		;
}

static int serve(struct arena *mem, const struct scenario *s, const char *folder, const char *raw,
                 struct err *err)
{
	const struct pki_wish wish = front_pki(s->front);
	struct pki pki;
	struct front *front;
	struct server *server = NULL;
	unsigned short port = 0;
	const char *ca = arena_fmt(mem, "%s/ca.pem", folder);

	if (pki_make(&wish, &pki, err) != 0)
		return -1;
	front = front_new(mem, s->front, raw, &pki, err);
	if (front != NULL && write_ca(&pki, ca, err) == 0)
		server = serve_start(front, front_is_tls(s->front) ? &pki : NULL, &port, err);
	if (server != NULL) {
		bool tls = front_is_tls(s->front);

		printf("url\t%s://%s:%u/certsrv/mscep/mscep.dll\n", tls ? "https" : "http",
		       tls ? "localhost" : "127.0.0.1", (unsigned)port);
		say("ca", ca);
		puts("ready\t");
		fflush(stdout);
		wait_for_end();
	}
	serve_stop(server);
	pki_release(&pki);
	return server != NULL ? 0 : -1;
}

static int play_in(struct arena *mem, const struct place *p, const char *name, const char *folder,
                   struct err *err)
{
	int64_t now = clock_now_ms();
	const char *raw = arena_fmt(mem, "%s/front", folder), *files = arena_fmt(mem, "%s/files", folder);
	struct scenario *s;
	struct entry rows[MAX_ROWS];
	const char *kind = NULL;
	size_t n;

	if (read_list(mem, p, rows, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0)
			kind = rows[i].kind;
	if (kind == NULL)
		return err_set(err, FAIL_NOT_FOUND, 0, "there is no practice case '%s'", name);
	s = scenario_load(mem, arena_fmt(mem, "%s/%s", p->scenarios, name), err);
	if (s == NULL || layout_write(s, arena_fmt(mem, "%s/files", s->folder), files, now, err) != 0 ||
	    layout_write(s, arena_fmt(mem, "%s/front", s->folder), raw, now, err) != 0)
		return -1;
	say_known(s, kind);
	if (access(arena_fmt(mem, "%s/files", s->folder), F_OK) == 0)
		say("files", files);
	say("folder", folder);
	if (say_inputs(s, now, err) != 0)
		return -1;
	if (strcmp(s->front, "none") != 0)
		return serve(mem, s, folder, raw, err);
	puts("ready\t");
	fflush(stdout);
	wait_for_end();
	return 0;
}

static int play(struct arena *mem, const struct place *p, const char *name, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *folder =
	        arena_fmt(mem, "%s/casebook-practice-XXXXXX", tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	int rc;

	if (mkdtemp(folder) == NULL)
		return err_set(err, FAIL_IO, errno, "%s: %s", folder, strerror(errno));
	rc = play_in(mem, p, name, folder, err);
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return rc;
}

int main(int argc, char **argv)
{
	struct arena *mem = arena_new();
	struct place place;
	struct err err;
	int rc = -1;

	/* What a terminal sends to all is meant for the wizard; this ends when the wizard has. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (find_place(&place, &err) != 0)
		rc = fail(&err);
	else if (argc == 2 && strcmp(argv[1], "list") == 0)
		rc = list(mem, &place, &err) == 0 ? 0 : fail(&err);
	else if (argc == 3 && strcmp(argv[1], "play") == 0)
		rc = play(mem, &place, argv[2], &err) == 0 ? 0 : fail(&err);
	else
		fputs("casebook-practice: list, or play NAME; `casebook practice` starts it\n", stderr);
	arena_free(mem);
	return rc >= 0 ? rc : 2;
}
