/* calls.def made into a filter by libseccomp. */
#define _GNU_SOURCE /* memfd_create, O_TMPFILE, CLONE_THREAD */
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <casebook/xalloc.h>

/* Stands for the process until it is known: no process has this number (kernel.pid_max is at most 2^22). */
#define SELF 0x5CA5EB00u
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))

enum what { ok, cond, no, kill_it };

static const struct {
	const char *name;
	enum what of[CONFINE_COUNT];
} calls[] = {
#define kill kill_it
#define CALL(name, file, live, sign_in, zip) {#name, {file, live, sign_in, zip}},
#include "calls.def"
#undef CALL
#undef kill
};

#define ALLOW SCMP_ACT_ALLOW
#define END SCMP_ACT_KILL_PROCESS
#define NEVER SCMP_ACT_ERRNO(EACCES)
#define BITS(arg, mask, value) SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, mask, value)

static int add(scmp_filter_ctx f, uint32_t action, int call, unsigned n, struct scmp_arg_cmp a,
               struct scmp_arg_cmp b)
{
	const struct scmp_arg_cmp both[] = {a, b};
	int rc = seccomp_rule_add_array(f, action, call, n, both);

	return rc == -EACCES ? 0 : rc; /* the default already */
}

static int one(scmp_filter_ctx f, uint32_t action, int call, struct scmp_arg_cmp a)
{
	return add(f, action, call, 1, a, a);
}

/* Kerberos tries to keep the ticket for a service beside the others, and does without. */
static int open_read_only(scmp_filter_ctx f, enum confine_work work, int call, unsigned flags)
{
	uint32_t otherwise = work == CONFINE_SIGN_IN ? NEVER : END;

	return one(f, ALLOW, call, BITS(flags, WRITES, O_RDONLY)) |
	       one(f, otherwise, call, BITS(flags, O_ACCMODE, O_WRONLY)) |
	       one(f, otherwise, call, BITS(flags, O_ACCMODE, O_RDWR)) |
	       one(f, otherwise, call, BITS(flags, O_ACCMODE | O_CREAT, O_CREAT));
}

static int map(scmp_filter_ctx f, enum confine_work work)
{
	int call = SCMP_SYS(mmap), rc = one(f, ALLOW, call, BITS(2, PROT_EXEC, 0));

	if (work != CONFINE_LIVE && work != CONFINE_SIGN_IN)
		return rc | one(f, END, call, BITS(2, PROT_EXEC, PROT_EXEC));
	return rc |
	       add(f, ALLOW, call, 2, BITS(2, PROT_EXEC | PROT_WRITE, PROT_EXEC), BITS(3, MAP_ANONYMOUS, 0)) |
	       add(f, END, call, 2, BITS(2, PROT_EXEC, PROT_EXEC), BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS)) |
	       add(f, END, call, 2, BITS(2, PROT_EXEC | PROT_WRITE, PROT_EXEC | PROT_WRITE),
	           BITS(3, MAP_ANONYMOUS, 0));
}

static int sockets(scmp_filter_ctx f)
{
	int call = SCMP_SYS(socket);

	return one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, AF_INET)) |
	       one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, AF_INET6)) |
	       one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, AF_NETLINK)) |
	       /* agents and daemons listen there; name services fall back */
	       one(f, NEVER, call, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
}

/* The calls whose arguments decide. */
static int condition(scmp_filter_ctx f, enum confine_work work, int call)
{
	if (call == SCMP_SYS(mmap))
		return map(f, work);
	if (call == SCMP_SYS(mprotect))
		return one(f, ALLOW, call, BITS(2, PROT_EXEC, 0)) |
		       one(f, END, call, BITS(2, PROT_EXEC, PROT_EXEC));
	if (call == SCMP_SYS(open))
		return open_read_only(f, work, call, 1);
	if (call == SCMP_SYS(openat))
		return open_read_only(f, work, call, 2);
	if (call == SCMP_SYS(socket))
		return sockets(f);
	if (call == SCMP_SYS(clone))
		return one(f, ALLOW, call, BITS(0, CLONE_THREAD, CLONE_THREAD)) |
		       one(f, END, call, BITS(0, CLONE_THREAD, 0));
	if (call == SCMP_SYS(tgkill))
		return one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, SELF)) |
		       one(f, END, call, SCMP_A0(SCMP_CMP_NE, SELF));
	if (call == SCMP_SYS(prctl))
		return one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) |
		       (work != CONFINE_SIGN_IN
		                ? 0
		                : one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) |
		                          one(f, ALLOW, call, SCMP_A0(SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS)));
	if (call == SCMP_SYS(prlimit64))
		return one(f, ALLOW, call, SCMP_A2(SCMP_CMP_EQ, 0));
	if (call == SCMP_SYS(ioctl))
		return one(f, ALLOW, call, SCMP_A1(SCMP_CMP_EQ, FIONBIO)) |
		       one(f, ALLOW, call, SCMP_A1(SCMP_CMP_EQ, FIONREAD));
	return -EINVAL;
}

static int fill(scmp_filter_ctx f, enum confine_work work)
{
	const struct scmp_arg_cmp none = {0};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int call = seccomp_syscall_resolve_name(calls[i].name);
		enum what what = calls[i].of[work];
		int rc = 0;

		if (call < 0) /* not of this machine, or not of this libseccomp: ENOSYS */
			continue;
		if (what == cond)
			rc = condition(f, work, call);
		else if (what != no)
			rc = add(f, what == ok ? ALLOW : END, call, 0, none, none);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static bool export(scmp_filter_ctx f, struct sock_fprog *prog)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	off_t size;
	bool good;

	if (fd < 0)
		return false;
	size = seccomp_export_bpf(f, fd) == 0 ? lseek(fd, 0, SEEK_END) : -1;
	good = size > 0 && size % (off_t)sizeof(struct sock_filter) == 0;
	if (good) {
		prog->filter = xmalloc((size_t)size);
		prog->len = (unsigned short)((size_t)size / sizeof(struct sock_filter));
		good = pread(fd, prog->filter, (size_t)size, 0) == size;
	}
	close(fd);
	return good;
}

bool filter_make(enum confine_work work, struct sock_fprog *prog)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	bool good;

	if (f == NULL)
		return false;
	(void)seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree of numbers: few steps a call */
	good = fill(f, work) == 0 && export(f, prog);
	seccomp_release(f);
	return good;
}

bool filter_take(const struct sock_fprog *prog)
{
	for (unsigned i = 0; i < prog->len; i++)
		if (prog->filter[i].k == SELF)
			prog->filter[i].k = (uint32_t)getpid();
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog) == 0;
}
