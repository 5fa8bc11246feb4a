/*
 * Results of the PowerShell module IntuneCertificateConnectorDiagnostics: its transcript
 *   [FAIL] CERT04           IIS HTTPS server-authentication binding
 *            Binding=*:443:, NameMatch=False
 *            -> what to do about it
 * and its report as Format-List or indented JSON, where Id, Name, Status and Detail stand one a line.
 */
#ifndef CASEBOOK_VALIDATION_MODULE_H
#define CASEBOOK_VALIDATION_MODULE_H

#include "tool_read.h"

struct module_check {
	char id[24], name[120], detail[400]; /* detail: "" when it has none */
	char status;                         /* 'P'ass, 'W'arn, 'F'ail, 'I'nfo */
	uint64_t line, offset;               /* where its status stands */
};

struct module_reader {
	struct module_check at; /* gathered so far; no id: nothing */
	bool glyph;             /* in the form of the transcript */
	void (*each)(void *arg, const struct module_check *c);
	void *arg;
};

void module_line(struct module_reader *m, struct slice w, const struct file_line *line);
void module_end(struct module_reader *m); /* behind the last line */

/* What a check proves of a fact of ndes.validation: its key, or NULL; *yes is its value. */
const char *module_fact(const struct module_check *c, bool *yes);
/* It compares with the server's own name, where a published server's certificate bears the published one. */
bool module_false_alarm(const struct module_check *c);

#endif
