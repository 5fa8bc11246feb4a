/* https://docs.kernel.org/userspace-api/landlock.html; numbers newer than the build machine's header stand
 * here. */
#define _GNU_SOURCE /* O_PATH */
#include "landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define VERSION_FLAG 1u
#define RULE_PATH 1
#define READ_FILE (UINT64_C(1) << 2)
#define READ_DIR (UINT64_C(1) << 3)
#define BIND_TCP (UINT64_C(1) << 0)
#define CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPES UINT64_C(3) /* abstract sockets of others, signals to others */

/* Rights on files by ABI: 13, then rename across folders, truncate, and (5) ioctl of devices. */
static const unsigned rights[] = {0, 13, 14, 15, 15, 16};
#define KNOWN 5

struct ruleset {
	uint64_t fs, net, scoped;
};

struct path_rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

	return abi > 0 ? (int)abi : 0;
}

static void allow(int set, const char *path)
{
	int fd = path != NULL ? open(path, O_PATH | O_CLOEXEC) : -1;
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0) {
		struct path_rule rule = {READ_FILE | (S_ISDIR(st.st_mode) ? READ_DIR : 0), fd};

		(void)syscall(SYS_landlock_add_rule, set, RULE_PATH, &rule, 0);
	}
	close(fd);
}

bool landlock_take(const char *const *paths, size_t n, bool network)
{
	int abi = landlock_abi();
	struct ruleset all = {0};
	size_t size = sizeof(uint64_t) * (abi >= 6 ? 3 : abi >= 4 ? 2 : 1);
	long set;
	bool taken;

	if (abi == 0)
		return false;
	all.fs = (UINT64_C(1) << rights[abi < KNOWN ? abi : KNOWN]) - 1;
	all.net = abi < 4 ? 0 : network ? BIND_TCP : BIND_TCP | CONNECT_TCP;
	all.scoped = abi >= 6 ? SCOPES : 0;
	set = syscall(SYS_landlock_create_ruleset, &all, size, 0);
	if (set < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		allow((int)set, paths[i]);
	taken = syscall(SYS_landlock_restrict_self, (int)set, 0) == 0;
	close((int)set);
	return taken;
}
