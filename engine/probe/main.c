/* casebook-probe: the program that alone talks to the network and opens foreign files. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/confine.h>
#include <casebook/wire.h>

#include "evout.h"
#include "serve.h"
#include "trust.h"

static void print_line(void *arg, const char *line, size_t n)
{
	(void)arg;
	fwrite(line, 1, n, stdout);
	fflush(stdout);
}

/* "--ca=FILE" and the like; false when it is no option of ours. */
static bool option(struct probe_call *call, const char *arg)
{
	if (strncmp(arg, "--ca=", 5) == 0)
		call->ca_file = arg + 5;
	else if (strncmp(arg, "--proxy=", 8) == 0)
		call->proxy = arg + 8;
	else if (strncmp(arg, "--timeout-ms=", 13) == 0)
		call->timeout_ms = (unsigned)strtoul(arg + 13, NULL, 10);
	else if (strcmp(arg, "--allow-external") == 0)
		call->allow_external = true;
	else if (strcmp(arg, "--allow-side-effects") == 0)
		call->allow_side_effects = true;
	else
		return false;
	return true;
}

/* One probe in this very process, its wire lines on stdout: for those who look for a fault in it. */
static int run_one(int argc, char **argv)
{
	const struct probe_impl *impl = probe_impl_find(argv[1]);
	struct probe_arg args[WIRE_MAX_ARGS];
	struct probe_call call = {.args = args};

	if (impl == NULL) {
		fprintf(stderr, "casebook-probe: there is no check '%s'\n", argv[1]);
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		char *eq = strchr(argv[i], '=');

		if (option(&call, argv[i]))
			continue;
		if (eq == NULL || call.nargs == WIRE_MAX_ARGS) {
			fprintf(stderr, "casebook-probe: '%s' is not key=value\n", argv[i]);
			return 2;
		}
		*eq = '\0';
		args[call.nargs++] = (struct probe_arg){.key = argv[i], .value = eq + 1};
	}
	signal(SIGPIPE, SIG_IGN);
	if (impl->tls)
		trust_warm(call.ca_file);
	probe_call_run(impl, &call, print_line, NULL);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--serve") == 0)
		return serve();
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		struct buf state;

		buf_init(&state, BUF_MAX_LINE);
		confine_describe(&state);
		printf("casebook-probe %s\nconfined by: %s\n", CASEBOOK_VERSION, buf_cstr(&state));
		buf_release(&state);
		return 0;
	}
	if (argc >= 2 && argv[1][0] != '-')
		return run_one(argc, argv);
	fputs("casebook-probe is the helper of casebook; run `casebook probe`.\n"
	      "usage: casebook-probe --serve | --version\n"
	      "       casebook-probe ID key=value... [--ca=FILE] [--proxy=URL] [--timeout-ms=N]\n"
	      "                      [--allow-external] [--allow-side-effects]\n",
	      stderr);
	return 2;
}
