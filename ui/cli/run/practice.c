/* Starts casebook-practice and reads what it says. */
#include "practice.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"

struct teller {
	pid_t pid;
	int to;
	FILE *from;
};

static int start(const char *verb, const char *name, struct teller *t, struct err *err)
{
	static const struct helper_program practice = {"casebook-practice", "CASEBOOK_PRACTICE",
	                                               "engine/practice", NULL};
	const char *const args[] = {verb, name, NULL};
	int in[2], out[2], rc;

	if (pipe(in) != 0)
		return err_set(err, FAIL_CHILD, errno, "no pipe: %s", strerror(errno));
	if (pipe(out) != 0) {
		rc = errno;
		close(in[0]);
		close(in[1]);
		return err_set(err, FAIL_CHILD, rc, "no pipe: %s", strerror(rc));
	}
	for (size_t i = 0; i < 2; i++) { /* a check's process may not keep it alive */
		(void)fcntl(in[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(out[i], F_SETFD, FD_CLOEXEC);
	}
	rc = helper_spawn(&practice, args, in[0], out[1], &t->pid, err);
	close(in[0]);
	close(out[1]);
	t->to = in[1];
	t->from = rc == 0 ? fdopen(out[0], "r") : NULL;
	if (t->from != NULL)
		return 0;
	close(in[1]);
	close(out[0]);
	if (rc != 0)
		return -1;
	helper_wait(t->pid);
	return err_set(err, FAIL_CHILD, errno, "casebook-practice cannot be read: %s", strerror(errno));
}

/* The next line without its end; NULL when there is none. *room is getline's. */
static char *next_line(FILE *from, char **room, size_t *size)
{
	ssize_t n = getline(room, size, from);

	if (n <= 0)
		return NULL;
	if ((*room)[n - 1] == '\n')
		(*room)[n - 1] = '\0';
	return *room;
}

static void take_input(struct practice_case *c, const char *key, const char *value)
{
	if (c->ninputs < PRACTICE_MAX)
		c->inputs[c->ninputs++] = (struct setting){key, value};
}

static void take(struct arena *mem, struct practice_case *c, const char *line)
{
	const char *tab = strchr(line, '\t'), *value;
	const struct {
		const char *key;
		const char **to;
	} plain[] = {{"name", &c->name},   {"kind", &c->kind},       {"story", &c->story},
	             {"truth", &c->truth}, {"verdict", &c->verdict}, {"ca", &c->ca},
	             {"files", &c->files}, {"folder", &c->folder}};

	if (tab == NULL)
		return;
	value = arena_strdup(mem, tab + 1);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strncmp(line, plain[i].key, (size_t)(tab - line)) == 0 &&
		    plain[i].key[tab - line] == '\0')
			*plain[i].to = value;
	if (strncmp(line, "cause\t", 6) == 0 && c->ncauses < PRACTICE_MAX)
		c->causes[c->ncauses++] = value;
	else if (strncmp(line, "url\t", 4) == 0)
		take_input(c, "server_url", value);
	else if (strncmp(line, "input\t", 6) == 0 && strchr(value, '=') != NULL)
		take_input(c, arena_strndup(mem, value, strcspn(value, "=")), strchr(value, '=') + 1);
}

int practice_list(struct arena *mem, struct practice_case **out, size_t *n, struct err *err)
{
	enum { MOST = 200 };
	struct teller t;
	char *line, *room = NULL;
	size_t size = 0;

	*n = 0;
	if (start("list", NULL, &t, err) != 0)
		return -1;
	*out = arena_array(mem, MOST, sizeof(**out));
	while (*n < MOST && (line = next_line(t.from, &room, &size)) != NULL) {
		if (*line != '\0')
			take(mem, &(*out)[*n], line);
		else
			++*n;
	}
	free(room);
	close(t.to);
	fclose(t.from);
	return helper_wait(t.pid) == 0
	               ? 0
	               : err_set(err, FAIL_CHILD, 0, "casebook-practice did not list its cases");
}

int practice_start(struct arena *mem, const char *name, struct practice_play *out, struct err *err)
{
	struct teller t;
	char *line, *room = NULL;
	size_t size = 0;
	bool ready = false;

	*out = (struct practice_play){0};
	if (start("play", name, &t, err) != 0)
		return -1;
	while (!ready && (line = next_line(t.from, &room, &size)) != NULL) {
		take(mem, &out->it, line);
		ready = strncmp(line, "ready\t", 6) == 0;
	}
	free(room);
	fclose(t.from);
	out->pid = t.pid;
	out->to = t.to;
	if (ready)
		return 0;
	close(t.to);
	helper_wait(t.pid);
	return err_set(err, FAIL_CHILD, 0, "the practice case %s could not be started", name);
}

void practice_end(struct practice_play *p)
{
	close(p->to);
	helper_wait(p->pid);
}
