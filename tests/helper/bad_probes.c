/* Probes for the runner's tests: each ends, or does not end, in its own way. */
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <casebook/xalloc.h>

#include "net.h"
#include "probe_int.h"

#define PIPE 3 /* where a child writes its lines */

static const struct param_def params[] = {
        {"url", false, "any address"}, {"host", false, "any host"}, {"port", false, "any port"},
        {"file", false, "any file"},   {NULL, false, NULL},
};
static const char *const words[] = {"red", "green", NULL};
static const struct fact_def facts[] = {
        {"n", FACT_INT, NULL, "a number"},     {"word", FACT_STR, words, "a word of a closed set"},
        {"text", FACT_STR, NULL, "free text"}, {"yes", FACT_BOOL, NULL, "yes or no"},
        {"list", FACT_LIST, NULL, "a list"},   {NULL, FACT_BOOL, NULL, NULL},
};

static void hang(void)
{
	for (;;)
		pause();
}

static void raw(const char *text)
{
	(void)!write(PIPE, text, strlen(text));
}

static enum evidence_outcome good(const struct probe_call *call, struct evidence_out *out)
{
	ev_phase(out, "working");
	ev_progress(out, 1, 2);
	ev_int(out, "n", 1);
	ev_int(out, "n", 42);
	ev_str(out, "word", "green");
	ev_str(out, "text", call_arg(call, "url"));
	ev_bool(out, "yes", call->allow_external);
	ev_pin(out, "n", "some.log", 7, 99, PIN_NO_TIME, "the line", 8);
	ev_vantage(out, "http://user:secret@proxy.test:8080/", NULL);
	ev_fault(out, true);
	return EV_MEASURED;
}

static enum evidence_outcome unreached(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 1);
	ev_why(out, "nobody is at home");
	return EV_UNREACHED;
}

static enum evidence_outcome hangs(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 5);
	ev_phase(out, "hanging");
	hang();
	return EV_MEASURED;
}

/* Inside getaddrinfo(), with a name server that takes questions and says nothing. */
static enum evidence_outcome in_dns(const struct probe_call *call, struct evidence_out *out)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct addrinfo *list;

	(void)call;
	if (bind(fd, (struct sockaddr *)&at, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0 || res_init() != 0)
		abort();
	_res.nsaddr_list[0] = at;
	_res.nscount = 1;
	_res.retrans = 30;
	ev_phase(out, "name resolution");
	(void)getaddrinfo("never.test", "443", NULL, &list);
	return EV_MEASURED;
}

static enum evidence_outcome crashes(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 6);
	signal(SIGSEGV, SIG_DFL); /* also under a sanitizer */
	raise(SIGSEGV);
	hang();
	return EV_MEASURED;
}

static enum evidence_outcome leaves(const struct probe_call *call, struct evidence_out *out)
{
	(void)call, (void)out;
	_exit(9);
}

static enum evidence_outcome silent(const struct probe_call *call, struct evidence_out *out)
{
	(void)call, (void)out;
	_exit(0);
}

static enum evidence_outcome memory(const struct probe_call *call, struct evidence_out *out)
{
	(void)call, (void)out;
	die_oom();
}

/* Takes memory until there is none; four times of what a check may have is more than it gets. */
static enum evidence_outcome eats(const struct probe_call *call, struct evidence_out *out)
{
	const size_t piece = 64u << 20;

	(void)call;
	for (int i = 0; i < 64; i++) {
		char *p = xmalloc(piece);

		p[0] = p[piece - 1] = 'x'; /* two pages of it: the address space is what counts */
		ev_int(out, "n", i);
	}
	return EV_MEASURED;
}

static enum evidence_outcome wrong_fact(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_str(out, "word", "blue");
	return EV_MEASURED;
}

static enum evidence_outcome half_line(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 7);
	raw("{\"fact\":{\"key\":\"yes\",\"val");
	raise(SIGKILL);
	return EV_MEASURED;
}

/* Good lines without end, made once so that they come as fast as a pipe takes them. */
static enum evidence_outcome endless(const struct probe_call *call, struct evidence_out *out)
{
	char line[60000];
	int n = snprintf(line, sizeof(line), "{\"fact\":{\"key\":\"text\",\"value\":\"%059000d\"}}\n", 7);

	(void)call;
	ev_int(out, "n", 1);
	for (;;)
		(void)!write(PIPE, line, (size_t)n);
	return EV_MEASURED;
}

static enum evidence_outcome long_line(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 8);
	for (;;)
		raw("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "x");
	return EV_MEASURED;
}

static enum evidence_outcome garbage(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	raw("\x1b]0;title\x07\n{}\n[1,2]\n{\"fact\":3}\n{\"end\":\"soon\"}\n{\"pin\":{}}\n\n\xff\xfe\n");
	raw("5 {\"end\":{\"outcome\":\"crashed\",\"took_ms\":1}}\n");
	ev_int(out, "n", 9);
	return EV_MEASURED;
}

/* The first end counts, and nothing after it. */
static enum evidence_outcome ends_twice(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 10);
	raw("{\"end\":{\"outcome\":\"unreached\",\"took_ms\":1}}\n");
	ev_int(out, "n", 11);
	return EV_MEASURED;
}

static enum evidence_outcome closes(const struct probe_call *call, struct evidence_out *out)
{
	(void)call;
	ev_int(out, "n", 12);
	close(PIPE);
	hang();
	return EV_MEASURED;
}

static enum evidence_outcome spins(const struct probe_call *call, struct evidence_out *out)
{
	(void)call, (void)out;
	for (volatile unsigned i = 0;; i++)
		;
	return EV_MEASURED;
}

/* Who and where: the server's process and what the child may still do. */
static enum evidence_outcome sandbox(const struct probe_call *call, struct evidence_out *out)
{
	struct value_builder list;
	struct rlimit core, files, memory;
	int64_t open_fds = 0;
	char name[64];

	(void)call;
	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_FSIZE, &files);
	getrlimit(RLIMIT_AS, &memory);
	for (int fd = 0; fd < 1024; fd++) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		open_fds += access(name, F_OK) == 0;
	}
	vb_init(&list, ev_mem(out));
	vb_add(&list, NULL, value_int(getppid()));
	vb_add(&list, NULL, value_int(getpid()));
	vb_add(&list, NULL, value_int((int64_t)core.rlim_cur));
	vb_add(&list, NULL, value_int((int64_t)files.rlim_cur));
	vb_add(&list, NULL, value_int(open_fds));
	vb_add(&list, NULL, value_int((int64_t)memory.rlim_cur));
	ev_value(out, "list", vb_list(&list));
	return EV_MEASURED;
}

/* The same, then hangs: a process to watch. */
static enum evidence_outcome sandbox_hangs(const struct probe_call *call, struct evidence_out *out)
{
	char phase[32];

	(void)sandbox(call, out);
	snprintf(phase, sizeof(phase), "%d hangs", (int)getpid());
	ev_phase(out, phase);
	hang();
	return EV_MEASURED;
}

/* More of everything than evidence may hold. */
static enum evidence_outcome plenty(const struct probe_call *call, struct evidence_out *out)
{
	struct value_builder list;
	char *text = xcalloc(1, 200001);

	(void)call;
	memset(text, 'a', 200000);
	ev_str(out, "text", text);
	for (int i = 0; i < 1000; i++) {
		char line[160];
		int n = snprintf(line, sizeof(line), "{\"fact\":{\"key\":\"k%d\",\"value\":%d}}\n", i, i);

		ev_pin(out, "n", "some.log", (uint64_t)i, 0, PIN_NO_TIME, text, 5000);
		(void)!write(PIPE, line, (size_t)n);
	}
	vb_init(&list, ev_mem(out));
	for (int i = 0; i < 40; i++)
		vb_add(&list, NULL, value_str(text));
	ev_value(out, "list", vb_list(&list));
	free(text);
	return EV_MEASURED;
}

#define ROW(name)                                                                                           \
	{                                                                                                   \
		{.id = #name, .title = #name, .params = params, .facts = facts, .timeout_ms = 20000}, name, \
		        NULL, false                                                                         \
	}
static const struct probe_impl rows[] = {
        ROW(good),    ROW(unreached), ROW(hangs),         ROW(in_dns),     ROW(crashes),
        ROW(leaves),  ROW(silent),    ROW(memory),        ROW(wrong_fact), ROW(half_line),
        ROW(endless), ROW(long_line), ROW(garbage),       ROW(ends_twice), ROW(closes),
        ROW(spins),   ROW(sandbox),   ROW(sandbox_hangs), ROW(plenty),     ROW(eats),
};

const struct probe_impl *const probe_impls[] = {
        &rows[0],  &rows[1],  &rows[2],  &rows[3],  &rows[4],  &rows[5],  &rows[6],
        &rows[7],  &rows[8],  &rows[9],  &rows[10], &rows[11], &rows[12], &rows[13],
        &rows[14], &rows[15], &rows[16], &rows[17], &rows[18], &rows[19], NULL,
};
