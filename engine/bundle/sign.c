/*
 * A detached signature with a person's SSH key, made and checked by ssh-keygen (OpenSSH's PROTOCOL.sshsig).
 * It is started with a list of arguments, never through a shell; the key is its to read, not ours.
 */
#include <casebook/sign.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"

#define SAYS_MOST 65536 /* of ssh-keygen's output */

extern char **environ;

struct call {
	const char *const *argv; /* ends with NULL */
	const char *in;          /* a file as its standard input */
	bool quiet;              /* what it says to the person is ours to read as well */
	struct buf *out;
};

static int start(const struct call *c, int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t acts;
	int rc;

	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO);
	if (c->quiet)
		posix_spawn_file_actions_adddup2(&acts, out, STDERR_FILENO);
	rc = posix_spawnp(pid, "ssh-keygen", &acts, NULL, (char *const *)(uintptr_t)c->argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	return rc;
}

static void read_all(int fd, struct buf *out)
{
	char part[4096];
	ssize_t got;

	/* To its end, so that it can end, too; what is too much is dropped. */
	while ((got = read(fd, part, sizeof(part))) > 0 || (got < 0 && errno == EINTR))
		if (got > 0)
			buf_put(out, part, (size_t)got);
}

/* Its exit code; -1 with err when it could not be asked. */
static int ask(const struct call *c, struct err *err)
{
	int in = open(c->in, O_RDONLY | O_CLOEXEC), ends[2], rc;
	pid_t pid;

	if (in < 0)
		return err_set(err, errno == ENOENT ? FAIL_NOT_FOUND : FAIL_IO, errno,
		               "%s cannot be read: %s", c->in, strerror(errno));
	if (pipe(ends) != 0) {
		close(in);
		return err_set(err, FAIL_CHILD, errno, "no pipe can be made: %s", strerror(errno));
	}
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	rc = start(c, in, ends[1], &pid);
	close(in);
	close(ends[1]);
	if (rc == 0)
		read_all(ends[0], c->out);
	close(ends[0]);
	if (rc != 0)
		return err_set(err, FAIL_CHILD, rc,
		               "ssh-keygen could not be started: %s. It is part of OpenSSH (openssh-client)",
		               strerror(rc));
	return helper_wait(pid);
}

int sign_file(const char *path, const char *key, struct buf *signature, struct err *err)
{
	const char *const argv[] = {"ssh-keygen", "-Y", "sign", "-n", SIGN_NAMESPACE, "-f", key, NULL};
	const struct call c = {argv, path, false, signature};
	int rc = ask(&c, err);

	if (rc < 0)
		return -1;
	if (rc != 0 || strncmp(buf_cstr(signature), "-----BEGIN SSH SIGNATURE-----", 29) != 0)
		return err_set(err, FAIL_CHILD, 0, "ssh-keygen failed to sign with %s", key);
	return 0;
}

/* The word that begins so, in what ssh-keygen said. */
static void take_key(const struct buf *said, char out[SIGN_TEXT])
{
	const char *at = strstr(buf_cstr(said), "SHA256:");
	size_t n = at != NULL ? strcspn(at, " \r\n\t") : 0;

	out[0] = '\0';
	if (n != 0 && n < SIGN_TEXT) {
		memcpy(out, at, n);
		out[n] = '\0';
	}
}

static int find_signer(const char *path, const char *sig, const char *signers, char out[SIGN_TEXT],
                       struct err *err)
{
	const char *const argv[] = {"ssh-keygen", "-Y", "find-principals", "-s", sig, "-f", signers, NULL};
	struct buf said;
	struct call c = {argv, path, false, &said};
	size_t n;
	int rc;

	out[0] = '\0';
	buf_init(&said, SAYS_MOST);
	rc = ask(&c, err);
	n = strcspn(buf_cstr(&said), "\r\n");
	if (rc == 0 && n != 0 && n < SIGN_TEXT) {
		memcpy(out, buf_cstr(&said), n);
		out[n] = '\0';
	}
	buf_release(&said);
	return rc < 0 ? -1 : 0;
}

static int asked_good(const char *const *argv, const char *path, struct sign_check *out, bool *good,
                      struct err *err)
{
	struct buf said;
	struct call c = {argv, path, true, &said};
	int rc;

	buf_init(&said, SAYS_MOST);
	rc = ask(&c, err);
	*good = rc == 0 && strncmp(buf_cstr(&said), "Good ", 5) == 0;
	if (*good)
		take_key(&said, out->key);
	buf_release(&said);
	return rc < 0 ? -1 : 0;
}

int sign_verify(const char *path, const char *sig, const char *signers, struct sign_check *out,
                struct err *err)
{
	const char *const bare[] = {"ssh-keygen", "-Y", "check-novalidate", "-n", SIGN_NAMESPACE, "-s",
	                            sig,          NULL};

	memset(out, 0, sizeof(*out));
	if (access(sig, R_OK) != 0)
		return err_set(err, FAIL_NOT_FOUND, errno, "%s cannot be read: %s", sig, strerror(errno));
	if (signers != NULL && access(signers, R_OK) != 0)
		return err_set(err, FAIL_NOT_FOUND, errno, "%s cannot be read: %s", signers, strerror(errno));
	if (asked_good(bare, path, out, &out->good, err) != 0)
		return -1;
	if (!out->good || signers == NULL)
		return 0;
	if (find_signer(path, sig, signers, out->signer, err) != 0)
		return -1;
	if (out->signer[0] != '\0') {
		const char *const full[] = {"ssh-keygen", "-Y", "verify", "-n", SIGN_NAMESPACE, "-s",
		                            sig,          "-f", signers,  "-I", out->signer,    NULL};

		return asked_good(full, path, out, &out->trusted, err);
	}
	return 0;
}
