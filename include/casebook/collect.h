/*
 * What can be fetched from a Windows server over SSH: the table of collectors (assets/collectors.tsv), its
 * texts for the two shells that Windows' OpenSSH server starts, and the address of a server. Sources:
 * learn.microsoft.com/windows-server/administration/openssh, PowerShell/openssh-portable (how sshd hands a
 * command to cmd.exe and to PowerShell), and per row what assets/collectors.tsv says.
 */
#ifndef CASEBOOK_COLLECT_H
#define CASEBOOK_COLLECT_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/arena.h>
#include <casebook/buf.h>
#include <casebook/err.h>

#define COLLECT_MOST 100 /* rows of the table */

/* What answers a command: Windows' sshd starts one of these. */
enum shell_kind { SHELL_UNKNOWN, SHELL_CMD, SHELL_POWERSHELL, SHELL_OTHER };
enum collector_form {
	FORM_CMD,  /* a command of cmd.exe; its output is the file */
	FORM_PS,   /* a script of PowerShell; its output is the file */
	FORM_TEMP, /* a command that writes one file in %TEMP%, fetched and deleted at once */
	FORM_LOG,  /* files by SFTP, of which only the last days travel */
};
struct collector {
	const char *id;
	bool core;          /* always; else when a case needs it, or everything is asked for */
	const char *place;  /* "ndes", "all", "app-proxy" */
	const char *probes; /* the checks that read it, parted by commas; "-": none */
	const char *file;   /* the file that is made, a folder for logs; "-": none */
	enum collector_form form;
	const char *writes; /* on the server: "nothing", or what */
	unsigned seconds;   /* it may take */
	size_t bytes;       /* it may bring; a log is cut at its beginning, anything else at its end */
	bool admin;         /* needs an administrator's rights */
	bool verified;      /* read in public documentation or tried; else known only */
	const char *why, *discloses;
	const char *text, *powershell; /* "-": made from text */
};
/* What a text's {NAME} stands for. */
struct collect_fill {
	const char *name, *value;
};

/* The table, in its order; lives in mem. Returns how many. */
size_t collectors(struct arena *mem, const struct collector **out);
/* Whether the check is among those that read what it brings. */
bool collector_reads(const struct collector *c, const char *probe);
bool collector_writes(const struct collector *c);
/* Whether what C brings fills a place in the text of OTHER; the server's name and clock are for every row. */
bool collector_fills(const struct collector *c, const struct collector *other);
/* The name inside the first {...} of its text that `fill` does not have; NULL: there is none. In mem. */
const char *collector_lacks(struct arena *mem, const struct collector *c, const struct collect_fill *fill,
                            size_t n);
/* Word for word what the server is asked to do, {NAME} filled where `fill` has it. For FORM_LOG the path that
 * SFTP reads. */
void collector_text(const struct collector *c, enum shell_kind shell, const struct collect_fill *fill,
                    size_t n, struct buf *out);
/* What is asked first of every server: its answer tells the shell. */
extern const char *const collect_first;
/* What deletes the temporary file NAME and its log, and says "#left" when one is still there. */
void collect_removal(enum shell_kind shell, const char *name, char *out, size_t size);
/* Whether a value that came from the server may stand in a text: letters, digits, blanks and ._-$:\/ only; an
 * account without blanks, colons and slashes. */
bool collect_value_ok(const char *name, const char *value);

/* "ssh://[user@]host[:port]"; an IPv6 address in brackets. */
struct ssh_target {
	char user[65], host[256];
	unsigned port; /* 0: as the person's own ssh has it */
};
/* -1 and FAIL_USAGE with what is wrong: a password or a path in it, or characters that no host has. */
int ssh_target_parse(const char *text, struct ssh_target *out, struct err *err) MUST_CHECK;

#endif
