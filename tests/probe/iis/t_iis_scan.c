/*
 * Property: the fast scanner, whatever its instruction set, threads and windows,
 * comes to the same facts as reading line by line, on logs made at random with
 * everything that happens to logs.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "evout.h"
#include "iis_facts.h"
#include "probe_seen.h"

#include <casebook/xalloc.h>

extern const struct probe_impl probe_iis_log;

static uint64_t seed;

static unsigned pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

#define ONE_OF(list) list[pick(sizeof(list) / sizeof((list)[0]))]

static const char *const layouts[] = {
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) "
        "sc-status sc-substatus sc-win32-status time-taken",
        "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-substatus "
        "sc-win32-status",
        "#Fields: date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port "
        "cs-username c-ip "
        "cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status "
        "sc-bytes cs-bytes "
        "time-taken X-Forwarded-For",
        "#Fields: time c-ip cs-method cs-uri-stem sc-status",
};

struct maker {
	struct buf b;
	int64_t at_s;
	unsigned layout;
	const char *eol;
	bool clean;
};

/* Hundreds of bytes without a blank, and sometimes within them what the scanner must not pass over. */
static const char *long_query(void)
{
	static const char *const within[] = {" ",         ".",           "_",  ".d",  "_P",
	                                     "mscep.dll", "NDES_Plugin", "\t", "\x01"};
	static char text[8000];
	size_t n = 100 + pick(6000);
	const char *word;

	snprintf(text, sizeof(text), "operation=PKIOperation&message=%0*d", (int)n, 7);
	for (unsigned i = pick(3); i < 2; i++) {
		word = ONE_OF(within);
		memcpy(text + 31 + pick((unsigned)n - 20), word, strlen(word));
	}
	return text;
}

/* The word behind hundreds of bytes in which nothing happens. */
static const char *far_along(const char *word)
{
	static char text[2000];
	size_t n = 300 + pick(1200);

	memset(text, 'a', n);
	snprintf(text + n, sizeof(text) - n, "%sbbbb", word);
	return text;
}

static const char *column(struct maker *m, const char *name, unsigned kind)
{
	static char text[9000];
	static const char *const agents[] = {"Dalvik/2.1.0+(Android+14)",
	                                     "profiled/1.0+CFNetwork/1474+Darwin/23.0.0",
	                                     "Mozilla/4.0+(compatible;+Win32;+NDES+client)",
	                                     "-",
	                                     "Mozilla/5.0+(X11)",
	                                     "casebook/1",
	                                     "curl/7.88.1_plain.dll",
	                                     "M\xF6zilla"};
	static const char *const stems[] = {"/", "/a_page.default", "/certsrv/mscep_admin/",
	                                    "/certsrv/mscep/mscep_dll"};
	static const char *const scep[] = {"/certsrv/mscep/mscep.dll",
	                                   "/CERTSRV/MSCEP/MSCEP.DLL/pkiclient.exe"};
	static const char *const queries[] = {"-",   "operation=GetCACaps&message=x", "operation=GetCACert",
	                                      "...", "operation=PKIOperation",        "x=y"};
	static const char *const statuses[] = {"200", "200", "200", "500", "403", "404", "503"};
	static const char *const numbers[] = {"0", "0", "0", "1346", "64", "2148204809"};
	int64_t day = m->at_s / 86400, second = m->at_s % 86400;

	if (strcmp(name, "date") == 0)
		snprintf(text, sizeof(text), "2026-11-%02d", (int)(day % 28) + 1);
	else if (strcmp(name, "time") == 0)
		snprintf(text, sizeof(text), "%02d:%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60),
		         (int)(second % 60));
	else if (strcmp(name, "cs-uri-stem") == 0 && kind == 1 && pick(20) == 0)
		return far_along("/mscep.dll");
	else if (strcmp(name, "cs(User-Agent)") == 0 && kind == 2 && pick(3) == 0)
		return far_along("NDES_Plugin");
	else if (strcmp(name, "cs-uri-stem") == 0)
		return kind == 1 ? ONE_OF(scep) : kind == 2 ? "/CertificateRegistrationSvc/x" : ONE_OF(stems);
	else if (strcmp(name, "cs-uri-query") == 0 && pick(20) == 0)
		return long_query();
	else if (strcmp(name, "cs-uri-query") == 0)
		return ONE_OF(queries);
	else if (strcmp(name, "cs(User-Agent)") == 0)
		return kind == 2 ? "NDES_Plugin" : ONE_OF(agents);
	else if (strcmp(name, "c-ip") == 0)
		snprintf(text, sizeof(text), "10.1.%u.%u", pick(2), pick(20));
	else if (strcmp(name, "sc-status") == 0)
		return ONE_OF(statuses);
	else if (strncmp(name, "sc-sub", 6) == 0 || strncmp(name, "sc-win", 6) == 0)
		return ONE_OF(numbers);
	else
		snprintf(text, sizeof(text), "%s%u", pick(3) ? "-" : "ab_pc.d/", pick(7));
	return text;
}

static void header(struct maker *m)
{
	m->layout = pick(10) ? m->layout : pick(sizeof(layouts) / sizeof(layouts[0]));
	buf_fmt(&m->b,
	        "#Software: Microsoft Internet Information Services 10.0%s#Date: 2026-11-%02d 00:00:00%s%s%s",
	        m->eol, (int)(m->at_s / 86400 % 28) + 1, m->eol, layouts[m->layout], m->eol);
	if (!m->clean && pick(4) == 0)
		for (unsigned i = pick(9000); i > 0; i--)
			buf_char(&m->b, '\0');
}

/* A line that something has happened to. */
static void damage(struct maker *m, size_t from)
{
	size_t n = m->b.n - from;

	switch (pick(8)) {
	case 0: /* cut */
		m->b.n = from + pick((unsigned)n + 1);
		break;
	case 1:
		buf_str(&m->b, " ");
		break;
	case 2:
		m->b.p[from + pick((unsigned)n)] = ' ';
		break;
	case 3:
		m->b.p[from + pick((unsigned)n)] = '\t';
		break;
	case 4:
		m->b.p[from + pick(19)] = 'x';
		break;
	case 5:
		buf_str(&m->b, " extra column");
		break;
	case 6:
		m->b.p[from + pick((unsigned)n)] = '\0';
		break;
	default: /* a line that is far too long */
		for (unsigned i = pick(8)   ? 3000
		                  : pick(3) ? FILE_LINE_MAX - 100 + pick(300)
		                            : 5 * FILE_LINE_MAX + pick(3 * FILE_LINE_MAX);
		     i > 0; i--)
			buf_char(&m->b, 'z');
	}
}

static void line(struct maker *m)
{
	size_t from = m->b.n;
	const char *p = strchr(layouts[m->layout], ' ') + 1;
	unsigned r = pick(10), kind = r < 3 ? 1 : r == 3 ? 2 : 0;

	m->at_s += pick(50) ? pick(20) : pick(8000);
	if (pick(300) == 0 && m->at_s > 20000) /* the clock was set */
		m->at_s -= pick(10000);
	while (*p) {
		char name[40];
		size_t n = strcspn(p, " ");

		snprintf(name, sizeof(name), "%.*s", (int)n, p);
		buf_str(&m->b, column(m, name, kind));
		p += n;
		if (*p)
			buf_str(&m->b, pick(200) || m->clean ? " " : "  ");
		p += *p == ' ';
	}
	if (!m->clean && pick(25) == 0)
		damage(m, from);
	buf_str(&m->b, pick(300) || m->clean ? m->eol : "\n\n");
}

static void make_log(struct maker *m, unsigned lines)
{
	memset(m, 0, sizeof(*m));
	buf_init(&m->b, 64u << 20);
	m->eol = pick(2) ? "\r\n" : "\n";
	m->clean = pick(3) == 0;
	m->at_s = 1000;
	if (pick(4) == 0)
		buf_str(&m->b, "\xEF\xBB\xBF");
	m->layout = pick(3);
	header(m);
	for (unsigned i = 0; i < lines; i++) {
		line(m);
		if (pick(150) == 0)
			header(m);
	}
	if (pick(2))
		m->b.n -= strlen(m->eol);
}

static void take(void *arg, const char *text, size_t n)
{
	buf_put(arg, text, n);
}

/* Everything that is said about the file; mode -2: line by line, else the instruction set. */
static char *said(const char *path, int mode, unsigned threads, size_t window, size_t block)
{
	struct iis_state state;
	struct iis_results run;
	struct err err = {0};
	struct buf out;
	struct evidence_out *ev;
	struct file_src *src;
	const unsigned char *head;

	buf_init(&out, 64u << 20);
	ev = evout_new(&probe_iis_log.desc, take, &out);
	memset(&state, 0, sizeof(state));
	memset(state.layout.col, -1, sizeof(state.layout.col));
	iis_results_init(&run, 4000);
	assert_int_equal(file_open(path, false, &src, &err), 0);
	iis_results_begin(&run, path)->plain = true;
	file_peek(src, &head);
	if (mode == -2) {
		struct iis_lines how = {.each = NULL};
		struct file_text *text = file_text_over(src, NULL);

		assert_int_equal(iis_read(&how, text, &state, run.t, &err), 0);
		file_text_close(text);
	} else {
		struct iis_scan s = {.fd = file_fd(src),
		                     .size = file_stored(src),
		                     .threads = threads,
		                     .isa = mode,
		                     .window = window,
		                     .block = block};

		assert_int_equal(iis_scan(&s, &state, run.t, &err), 0);
	}
	iis_results_end(&run, &state, NULL);
	iis_send_all(&run, ev);
	iis_send_pins(&run, ev);
	iis_results_release(&run);
	file_close(src);
	evout_free(ev);
	return buf_steal(&out);
}

static void same(const char *want, char *got, const char *how)
{
	size_t i = 0;

	if (strcmp(want, got) != 0) {
		while (want[i] == got[i])
			i++;
		while (i && want[i - 1] != '\n')
			i--;
		fail_msg("%s:\n%.400s\n---\n%.400s", how, want + i, got + i);
	}
	free(got);
}

static void fast_is_exact(void **state)
{
	static const struct {
		unsigned threads;
		size_t window, block;
	} ways[] = {{1, 0, 0},      {2, 0, 0},           {3, 1u << 20, 0},   {2, 70000, 0},  {4, 4097, 0},
	            {1, 300000, 0}, {4, 1u << 20, 4096}, {3, 1u << 20, 700}, {4, 90000, 500}};
	const char *tries = getenv("CASEBOOK_TRIES");
	unsigned n = tries ? (unsigned)strtoul(tries, NULL, 10) : 5;

	(void)state;
	for (unsigned round = 0; round < n; round++) {
		struct maker m;
		const char *path;
		char *want, how[96];

		seed = 0x9E3779B97F4A7C15u * (round + 1);
		make_log(&m, round % 3 == 0 ? 9000 : 300);
		path = test_file("made.log", m.b.p, m.b.n);
		want = said(path, -2, 0, 0, 0);
		for (unsigned w = 0; w < sizeof(ways) / sizeof(ways[0]); w++)
			for (int isa = 0; isa < IIS_ISAS; isa++)
				/* Many small parts take long: with one instruction set in each round. */
				if (iis_isa_has(isa) && ((ways[w].window != 4097 && !ways[w].block) ||
				                         isa == (int)(round + w) % IIS_ISAS)) {
					snprintf(how, sizeof(how),
					         "log %u, %u threads, window %zu, block %zu, isa %d", round,
					         ways[w].threads, ways[w].window, ways[w].block, isa);
					same(want,
					     said(path, isa, ways[w].threads, ways[w].window, ways[w].block),
					     how);
				}
		free(want);
		buf_release(&m.b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fast_is_exact)};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
