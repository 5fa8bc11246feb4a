/*
 * What code could try that took over a check: preloaded, so that it runs where a file is unpacked and where a
 * server is reached.  CASEBOOK_HOSTILE_DOES names the deed; status 77 says that it worked, 78 that it was
 * refused.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKED 77
#define REFUSED 78

static bool read_file(const char *path)
{
	return open(path, O_RDONLY) >= 0;
}

static bool write_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool remove_file(const char *path)
{
	return unlink(path) == 0;
}

static bool inet_socket(const char *path)
{
	(void)path;
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool unix_socket(const char *path)
{
	(void)path;
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool listens(const char *path)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)path;
	return fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0 && listen(fd, 1) == 0;
}

static bool runs(const char *path)
{
	(void)path;
	execl("/bin/sh", "sh", "-c", "exit 77", (char *)NULL);
	return false;
}

static bool forks(const char *path)
{
	(void)path;
	return fork() >= 0;
}

static bool kills(const char *path)
{
	(void)path;
	return kill(getppid(), 0) == 0;
}

static bool traces(const char *path)
{
	(void)path;
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool new_code(const char *path)
{
	(void)path;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool data_to_code(const char *path)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)path;
	return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool in_memory_file(const char *path)
{
	(void)path;
	return syscall(SYS_memfd_create, "x", 0) >= 0;
}

static bool token(const char *path)
{
	(void)path;
	return getenv("DEPLOY_TOKEN") != NULL;
}

static bool nothing(const char *path)
{
	(void)path;
	return true; /* the test sees by it that this code was reached */
}

static const struct {
	const char *name;
	bool (*does)(const char *path);
} deeds[] = {
        {"nothing", nothing},
        {"token", token},
        {"read-file", read_file},
        {"write-file", write_file},
        {"remove-file", remove_file},
        {"inet-socket", inet_socket},
        {"unix-socket", unix_socket},
        {"listen", listens},
        {"exec", runs},
        {"fork", forks},
        {"kill", kills},
        {"ptrace", traces},
        {"new-code", new_code},
        {"data-to-code", data_to_code},
        {"memory-file", in_memory_file},
};

static void act(const char *where)
{
	const char *at = getenv("CASEBOOK_HOSTILE_AT"), *deed = getenv("CASEBOOK_HOSTILE_DOES"),
	           *path = getenv("CASEBOOK_HOSTILE_PATH");

	if (at == NULL || deed == NULL || strcmp(at, where) != 0)
		return;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].name, deed) == 0)
			_exit(deeds[i].does(path) ? WORKED : REFUSED);
}

int inflate(void *stream, int flush);
int connect(int fd, const struct sockaddr *to, socklen_t n);

int inflate(void *stream, int flush)
{
	int (*real)(void *, int);

	act("inflate");
	*(void **)&real = dlsym(RTLD_NEXT, "inflate");
	return real(stream, flush);
}

int connect(int fd, const struct sockaddr *to, socklen_t n)
{
	act("connect");
	return (int)syscall(SYS_connect, fd, to, n);
}
