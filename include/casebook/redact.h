/* How much of a case is shown, and the values that became tokens. */
#ifndef CASEBOOK_REDACT_H
#define CASEBOOK_REDACT_H

enum redact_level {
	REDACT_STANDARD, /* the default: people, hosts, domains, addresses, SIDs, tenant and device ids */
	REDACT_FULL,     /* nothing is replaced */
	REDACT_STRICT,   /* standard, and file names, paths, user agents, all free text */
};
struct redaction;                         /* opaque: the values and their tokens */
void redaction_free(struct redaction *r); /* accepts NULL */
int redact_level_from(const char *name);  /* "full", "standard", "strict"; -1 when unknown */
const char *redact_level_name(enum redact_level l);

#endif
