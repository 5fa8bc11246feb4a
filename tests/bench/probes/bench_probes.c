/*
 * Starts checks at once through the runner, as a step of a flow does, and says
 * when each ended: bench_probes [--ca=FILE] [--rounds=N] [--timeout-ms=N] [--warm] [--cancel-after=MS] PROBE
 * key=value... [-- PROBE key=value...]... Per round one JSON object on a line; the first round pays for the
 * helper's start.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <casebook/clock.h>
#include <casebook/runner.h>

#define MAX_JOBS 64
#define MAX_ARGS 8

struct job {
	const struct probe *probe;
	struct probe_arg args[MAX_ARGS];
	size_t nargs;
};

static struct job jobs[MAX_JOBS];
static size_t njobs;
static int cancel_after = -1;

static void die(const char *what)
{
	fprintf(stderr, "bench_probes: %s\n", what);
	exit(2);
}

static void take_word(char *word)
{
	struct job *j = &jobs[njobs];
	char *eq = strchr(word, '=');

	if (j->probe == NULL) {
		j->probe = probe_find(word);
		if (j->probe == NULL)
			die("no such probe");
		return;
	}
	if (eq == NULL || j->nargs == MAX_ARGS)
		die("not key=value");
	*eq = '\0';
	j->args[j->nargs++] = (struct probe_arg){word, eq + 1};
}

static void round_of(struct runner *r)
{
	int64_t began = clock_monotonic_ms();
	size_t left = njobs;
	struct err err;

	for (size_t i = 0; i < njobs; i++)
		if (runner_start(r, (uint32_t)i + 1, jobs[i].probe, jobs[i].args, jobs[i].nargs, NULL,
		                 &err) != 0)
			die(err.msg);
	if (cancel_after >= 0) {
		nanosleep(&(struct timespec){.tv_sec = cancel_after / 1000,
		                             .tv_nsec = cancel_after % 1000 * 1000000L},
		          NULL);
		for (size_t i = 0; i < njobs; i++)
			runner_cancel(r, (uint32_t)i + 1);
		began = clock_monotonic_ms(); /* what counts is how long stopping takes */
	}
	fputs("{\"jobs\":[", stdout);
	while (left != 0) {
		struct runner_event e;
		struct pollfd p = {.fd = runner_fd(r), .events = POLLIN};

		if (!runner_take(r, &e)) {
			(void)poll(&p, 1, runner_wait_ms(r));
			continue;
		}
		if (e.kind != RUNNER_DONE)
			continue;
		printf("%s{\"probe\":\"%s\",\"outcome\":\"%s\",\"ms\":%d}", left != njobs ? "," : "",
		       e.evidence->probe, evidence_outcome_name(e.evidence->outcome),
		       (int)(clock_monotonic_ms() - began));
		left--;
	}
	printf("],\"ms\":%d}\n", (int)(clock_monotonic_ms() - began));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct runner_options opt = {.allow_external = true, .allow_side_effects = true};
	struct runner *r;
	int rounds = 1;
	bool warm = false;

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--ca=", 5) == 0)
			opt.ca_file = argv[i] + 5;
		else if (strncmp(argv[i], "--rounds=", 9) == 0)
			rounds = (int)strtol(argv[i] + 9, NULL, 10);
		else if (strncmp(argv[i], "--timeout-ms=", 13) == 0)
			opt.timeout_ms = (unsigned)strtoul(argv[i] + 13, NULL, 10);
		else if (strncmp(argv[i], "--cancel-after=", 15) == 0)
			cancel_after = (int)strtol(argv[i] + 15, NULL, 10);
		else if (strcmp(argv[i], "--warm") == 0)
			warm = true;
		else if (strcmp(argv[i], "--") == 0)
			njobs++;
		else
			take_word(argv[i]);
		if (njobs == MAX_JOBS)
			die("too many checks");
	}
	njobs++;
	r = runner_new(&opt);
	if (warm) { /* as a wizard does while the person reads */
		runner_warm(r);
		nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
	}
	for (int i = 0; i < rounds; i++)
		round_of(r);
	runner_free(r);
	return 0;
}
