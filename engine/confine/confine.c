/* The order matters: limits, then files, then calls; each takes away what the next one needed. */
#include <casebook/confine.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "filter.h"
#include "landlock.h"

static const struct {
	unsigned cpu, memory_mb, files, file_mb;
} kinds[] = {
#define ROW(work, cpu, memory_mb, files, file_mb) [CONFINE_##work] = {cpu, memory_mb, files, file_mb},
#include "kinds.def"
#undef ROW
};

/* What a live check reads beside what it is given: the resolver's files, the trust store, the zone of this
 * machine, and the libraries of its name services. */
static const char *const live_paths[] = {"/etc/resolv.conf",
                                         "/etc/hosts",
                                         "/etc/host.conf",
                                         "/etc/nsswitch.conf",
                                         "/etc/gai.conf",
                                         "/etc/services",
                                         "/etc/protocols",
                                         "/etc/ssl",
                                         "/etc/pki",
                                         "/etc/ca-certificates",
                                         "/usr/lib/ssl",
                                         "/usr/share/ca-certificates",
                                         "/usr/local/share/ca-certificates",
                                         "/run/systemd/resolve",
                                         "/etc/ld.so.cache",
                                         "/lib",
                                         "/lib64",
                                         "/usr/lib",
                                         "/usr/lib64",
                                         "/etc/localtime",
                                         "/usr/share/zoneinfo",
                                         "/dev/urandom"};
#define LIVE_PATHS (sizeof(live_paths) / sizeof(live_paths[0]))
/* What Kerberos reads besides; tickets and configuration as the environment names them come on top. */
static const char *const sign_in_paths[] = {"/etc/krb5.conf", "/etc/krb5.conf.d", "/etc/gss",
                                            "/var/lib/sss/pubconf"};
#define SIGN_IN_PATHS (sizeof(sign_in_paths) / sizeof(sign_in_paths[0]))
#define OF_ENVIRONMENT 4 /* trust store twice, ticket, configuration */
static const char *const file_paths[] = {"/etc/localtime", "/usr/share/zoneinfo", "/dev/urandom"};
#define FILE_PATHS (sizeof(file_paths) / sizeof(file_paths[0]))
#define MOST_PATHS 64

static struct {
	struct sock_fprog prog;
	bool made, failed;
} filters[CONFINE_COUNT];

static void limit(int what, rlim_t most)
{
	struct rlimit r;

	if (getrlimit((unsigned)what, &r) == 0 && (r.rlim_max == RLIM_INFINITY || r.rlim_max > most))
		r.rlim_max = most;
	r.rlim_cur = r.rlim_max;
	(void)setrlimit((unsigned)what, &r);
}

void confine_warm(enum confine_work work)
{
	if (CONFINE_FULLY && !filters[work].made) {
		filters[work].failed = !filter_make(work, &filters[work].prog);
		filters[work].made = true;
	}
}

/* The person's tickets: "FILE:/path", "DIR:/path", "/path"; without a name where Kerberos keeps them. */
static const char *tickets(void)
{
	static char usual[64];
	const char *named = getenv("KRB5CCNAME");

	if (named == NULL) {
		snprintf(usual, sizeof(usual), "/tmp/krb5cc_%lu", (unsigned long)getuid());
		return usual;
	}
	if (strncmp(named, "FILE:", 5) == 0)
		return named + 5;
	return strncmp(named, "DIR:", 4) == 0 ? named + 4 : named;
}

static void files(enum confine_work work, const char *const *paths, size_t n)
{
	const char *all[MOST_PATHS];
	bool live = work == CONFINE_LIVE || work == CONFINE_SIGN_IN;
	size_t count = 0;

	for (size_t i = 0; i < n && count < MOST_PATHS - LIVE_PATHS - SIGN_IN_PATHS - OF_ENVIRONMENT; i++)
		all[count++] = paths[i];
	if (live) {
		for (size_t i = 0; i < LIVE_PATHS; i++)
			all[count++] = live_paths[i];
		all[count++] = getenv("SSL_CERT_FILE"); /* what OpenSSL and libcurl are told to trust */
		all[count++] = getenv("SSL_CERT_DIR");
	} else if (work == CONFINE_FILE) {
		for (size_t i = 0; i < FILE_PATHS; i++)
			all[count++] = file_paths[i];
	}
	for (size_t i = 0; work == CONFINE_SIGN_IN && i < SIGN_IN_PATHS; i++)
		all[count++] = sign_in_paths[i];
	if (work == CONFINE_SIGN_IN) {
		all[count++] = tickets();
		all[count++] = getenv("KRB5_CONFIG");
	}
	(void)landlock_take(all, count, live);
}

void confine_enter(enum confine_work work, const char *const *paths, size_t n, unsigned cpu_seconds)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, kinds[work].files);
	limit(RLIMIT_CPU, kinds[work].cpu != 0 ? kinds[work].cpu : cpu_seconds);
	/* A sanitizer reserves terabytes, writes what it found, and looks at the process with ptrace. */
	if (!CONFINE_FULLY)
		return;
	limit(RLIMIT_FSIZE, (rlim_t)kinds[work].file_mb << 20);
	limit(RLIMIT_AS, (rlim_t)kinds[work].memory_mb << 20);
	files(work, paths, n);
	confine_warm(work);
	if (!filters[work].failed)
		(void)filter_take(&filters[work].prog);
}

void confine_describe(struct buf *out)
{
	int abi = landlock_abi();
	bool calls = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;

	if (!CONFINE_FULLY) {
		buf_str(out, "limits alone: built with sanitizers");
		return;
	}
	buf_str(out, calls ? "seccomp" : "no seccomp (this kernel or its container refuses it)");
	if (abi > 0)
		buf_fmt(out, ", Landlock ABI %d", abi);
	else
		buf_str(out, ", no Landlock (this kernel has none, or its container refuses it)");
}
