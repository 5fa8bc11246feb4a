/* casebook collect and run --collect: the list first, then casebook-fetch, then what it tells. */
#include "collect.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/store.h>
#include <casebook/utf8.h>

#include "helper.h"

/* ---- which rows ---- */

static bool has_none_yet(struct replay *r, const struct collector *c)
{
	char probes[200], *rest = NULL;

	snprintf(probes, sizeof(probes), "%s", c->probes);
	for (char *p = strtok_r(probes, ",", &rest); p != NULL; p = strtok_r(NULL, ",", &rest))
		if (strcmp(p, "-") != 0 && replay_evidence(r, p) == NULL)
			return true;
	return false;
}

static void mark_needed(struct replay *r, const struct collector *table, size_t n, bool *in)
{
	const struct diagnosis *d = diagnose(r);
	bool any = false;

	for (size_t k = 0; k < d->nneeds; k++)
		for (size_t i = 0; i < n; i++)
			if (collector_reads(&table[i], d->needs[k].file))
				any = in[i] = true;
	if (any || d->verdict != VERDICT_INCONCLUSIVE)
		return;
	for (size_t i = 0; i < n; i++)
		in[i] = table[i].core && has_none_yet(r, &table[i]);
}

/* Twice: what is wanted, then with it what its texts need, in the table's order. */
static void choose(struct cli *c, const struct collector *table, size_t n, struct replay *r,
                   struct collect_plan *out)
{
	bool in[COLLECT_MOST] = {false}, all = cli_flag(c, "all"), no_temp = cli_flag(c, "no-temp");

	if (r != NULL && !all)
		mark_needed(r, table, n, in);
	for (size_t i = 0; i < n; i++) {
		in[i] = in[i] || all || (r == NULL && table[i].core);
		in[i] = in[i] && !(no_temp && collector_writes(&table[i]));
		if (in[i])
			out->rows[out->n++] = &table[i];
	}
	for (size_t i = 0; i < n && out->n != 0; i++)
		for (size_t k = 0; k < out->n && !in[i]; k++)
			in[i] = collector_fills(&table[i], out->rows[k]);
	if (out->n == 0)
		return;
	out->n = 0;
	for (size_t i = 0; i < n; i++)
		if (in[i])
			out->rows[out->n++] = &table[i];
}

int collect_plan_make(struct cli *c, const char *url, struct replay *r, struct collect_plan *out)
{
	const struct collector *table;
	struct err err;
	size_t n;

	out->url = url;
	if (ssh_target_parse(url, &out->target, &err) != 0)
		return cli_usage(c, "%s", err.msg); /* not the address: it may hold a password */
	n = collectors(out->mem, &table);
	choose(c, table, n, r, out);
	return EXIT_DONE;
}

/* ---- the list ---- */

static void put_row(const struct collector *c, struct buf *out)
{
	struct buf text;

	buf_fmt(out, "%s%s%s\n", c->why, c->admin ? "  (needs an administrator)" : "",
	        c->verified ? "" : "  (not tried on every server)");
	buf_init(&text, 65536);
	if (c->form == FORM_LOG) {
		collector_text(c, SHELL_CMD, NULL, 0, &text);
		buf_fmt(out, "  read by SFTP: %s, the last three days\n", buf_cstr(&text));
	} else {
		collector_text(c, SHELL_CMD, NULL, 0, &text);
		buf_fmt(out, "  cmd:         %s\n", buf_cstr(&text));
		buf_clear(&text);
		collector_text(c, SHELL_POWERSHELL, NULL, 0, &text);
		buf_fmt(out, "  PowerShell:  %s\n", buf_cstr(&text));
	}
	if (c->form == FORM_TEMP) {
		char removal[300];

		collect_removal(SHELL_CMD, "{TN}", removal, sizeof(removal));
		buf_fmt(out, "  then:        %s\n", removal);
	}
	buf_fmt(out, "  writes: %s; discloses: %s\n\n", c->writes, c->discloses);
	buf_release(&text);
}

void collect_list(const struct collect_plan *p, struct buf *out)
{
	buf_fmt(out,
	        "%zu items from %s. Each is read only, word for word as below, between a line `echo #begin` and one "
	        "with its exit code. {NAME} is filled from what another item brought, and only with letters, digits and "
	        "a few signs. First, to tell the shell: %s\n\n",
	        p->n, p->target.host, collect_first);
	for (size_t i = 0; i < p->n; i++)
		put_row(p->rows[i], out);
}

bool collect_agreed(const struct collect_plan *p)
{
	struct buf list;

	buf_init(&list, BUF_MAX_TEXT);
	collect_list(p, &list);
	fputs(buf_cstr(&list), stderr);
	buf_release(&list);
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	fprintf(stderr, "Ask %s for these %zu items? [y/N] ", p->target.host, p->n);
	return cli_yes();
}

/* ---- at work ---- */

static const char *name_folder(struct cli *c, const struct collect_plan *p, bool here, struct err *err)
{
	char at[CLOCK_TEXT], host[80];
	const char *in = here ? "." : store_folder(p->mem, c->db, "collected", err);

	if (in == NULL)
		return NULL;
	clock_digits(clock_now_ms(), at);
	snprintf(host, sizeof(host), "%.60s", p->target.host);
	for (char *q = host; *q != '\0'; q++)
		if (*q == ':' || *q == '%')
			*q = '-';
	for (int i = 1; i < 100; i++) {
		const char *name = i == 1 ? arena_fmt(p->mem, "%s/casebook-%s-%s", in, host, at)
		                          : arena_fmt(p->mem, "%s/casebook-%s-%s-%d", in, host, at, i);

		if (access(name, F_OK) != 0)
			return here ? name + 2 : name;
	}
	err_set(err, FAIL_IO, EEXIST, "%s: no new folder can be made", in);
	return NULL;
}

static const char *ids_of(const struct collect_plan *p)
{
	struct buf b;
	const char *out;

	buf_init(&b, 65536);
	for (size_t i = 0; i < p->n; i++)
		buf_fmt(&b, "%s%s", i != 0 ? "," : "", p->rows[i]->id);
	out = arena_strdup(p->mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

/* "row<TAB>id<TAB>file<TAB>outcome<TAB>code<TAB>bytes<TAB>ms<TAB>words" as a line for a person. */
static void tell(struct collect_plan *plan, const char *line)
{
	char copy[1024], *col[8], *p = copy;
	struct buf shown;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (; p != NULL && n < 8; n++) {
		col[n] = p;
		p = strchr(p, '\t');
		if (p != NULL)
			*p++ = '\0';
	}
	if (n < 3)
		return;
	for (size_t i = 0; n == 8 && i < plan->n; i++)
		if (strcmp(plan->rows[i]->id, col[1]) == 0)
			plan->got[i] = (struct collect_got){arena_strdup(plan->mem, col[3]),
			                                    arena_strdup(plan->mem, col[7])};
	buf_init(&shown, 2048);
	if (strcmp(col[0], "reached") == 0)
		buf_fmt(&shown, "logged in on %s; its shell is %s", col[1], col[2]);
	else if (n == 8)
		buf_fmt(&shown, "  %-32s %-12s %s", strcmp(col[2], "-") != 0 ? col[2] : col[1], col[3],
		        col[7]);
	fprintf(stderr, "%s\n", buf_cstr(&shown));
	buf_release(&shown);
}

static int follow(struct collect_plan *p, pid_t pid, FILE *from)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, from)) > 0) {
		struct buf clean;

		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		buf_init(&clean, 4096);
		utf8_clean(&clean, line, strlen(line), UTF8_LINES);
		tell(p, buf_cstr(&clean));
		buf_release(&clean);
	}
	free(line);
	fclose(from);
	return helper_wait(pid);
}

int collect_run(struct cli *c, struct collect_plan *p, bool here, const char **folder)
{
	/* What the person's own ssh needs. */
	static const char *const also[] = {"SSH_*", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR",
	                                   "KRB5*", "USER", "LOGNAME", "PKCS11_*",        NULL};
	static const struct helper_program fetch = {"casebook-fetch", "CASEBOOK_FETCH", "engine/fetch", also};
	const char *args[6] = {NULL};
	struct err err;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	FILE *from;
	pid_t pid;
	int out[2], in, rc;
	size_t n = 0;

	*folder = name_folder(c, p, here, &err);
	if (*folder == NULL)
		return cli_fail(&err);
	args[n++] = p->url;
	args[n++] = *folder;
	args[n++] = ids_of(p);
	in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (in < 0 || pipe(out) != 0) {
		err_set(&err, FAIL_CHILD, errno, "no pipe: %s", strerror(errno));
		return cli_fail(&err);
	}
	(void)fcntl(out[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(out[1], F_SETFD, FD_CLOEXEC);
	rc = helper_spawn(&fetch, args, in, out[1], &pid, &err);
	close(in);
	close(out[1]);
	if (rc != 0) {
		close(out[0]);
		return cli_fail(&err);
	}
	from = fdopen(out[0], "r");
	if (from == NULL) {
		close(out[0]); /* it ends when it can tell nobody */
		helper_wait(pid);
		return EXIT_PROGRAM;
	}
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &before); /* it has it too, and takes away first what lies on the server */
	rc = follow(p, pid, from);
	sigaction(SIGINT, &before, NULL);
	if (rc == EXIT_INTERRUPTED && access(*folder, F_OK) == 0)
		fprintf(stderr, "casebook: stopped; what came until then is in %s\n", *folder);
	return rc < 0 ? EXIT_PROGRAM : rc;
}

const char *collect_for_person(struct cli *c, struct arena *mem, const char *url, struct replay *r)
{
	struct collect_plan p = {.mem = mem};
	const char *folder = NULL;
	int rc = collect_plan_make(c, url, r, &p);

	if (rc == EXIT_DONE && p.n == 0)
		fputs("This case needs nothing that a server has.\n", stderr);
	if (rc != EXIT_DONE || p.n == 0 || !collect_agreed(&p))
		return NULL;
	rc = collect_run(c, &p, false, &folder);
	return rc == EXIT_DONE || rc == EXIT_INCONCLUSIVE ? folder : NULL;
}

int collect_for_run(struct cli *c, struct arena *mem, const char *url, const char **folder)
{
	struct collect_plan p = {.mem = mem};
	int rc = collect_plan_make(c, url, NULL, &p);

	*folder = NULL;
	if (rc != EXIT_DONE || !collect_agreed(&p))
		return rc;
	rc = collect_run(c, &p, false, folder);
	if (rc == EXIT_PROGRAM) /* not reached: the rest goes on without it */
		*folder = NULL;
	return rc == EXIT_USAGE || rc == EXIT_INTERRUPTED ? rc : EXIT_DONE;
}
