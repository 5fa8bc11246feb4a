/*
 * A detached signature of a file with the SSH key of a person, by the tool that everybody has: ssh-keygen of
 * OpenSSH 8.1 or newer.  The same by hand:
 *   ssh-keygen -Y sign -n casebook-bundle -f KEY < FILE.zip > FILE.zip.sig
 *   ssh-keygen -Y verify -n casebook-bundle -f SIGNERS -I NAME -s FILE.zip.sig < FILE.zip
 */
#ifndef CASEBOOK_SIGN_H
#define CASEBOOK_SIGN_H

#include <stdbool.h>

#include <casebook/buf.h>
#include <casebook/err.h>

/* A signature for another purpose does not count. */
#define SIGN_NAMESPACE "casebook-bundle"
#define SIGN_TEXT 200

/* key: a private key, or a public one whose private one an agent holds; ssh-keygen reads it and asks for its
 * passphrase at the terminal. */
int sign_file(const char *path, const char *key, struct buf *signature, struct err *err) MUST_CHECK;

struct sign_check {
	bool good;              /* the signature fits the file and its key */
	bool trusted;           /* and the list of signers has that key, under this name: */
	char signer[SIGN_TEXT]; /* "" when it has not */
	char key[SIGN_TEXT];    /* "SHA256:..."; "" when the signature is not good */
};
/* signers NULL: whose key it is, is not asked (a file as in ssh-keygen(1), ALLOWED SIGNERS). Returns 0
 * whatever the signature is; -1 when it could not be looked at. */
int sign_verify(const char *path, const char *sig, const char *signers, struct sign_check *out,
                struct err *err) MUST_CHECK;

#endif
