/*
 * What a person sets once: a few options of the command line, in $XDG_CONFIG_HOME/casebook/config (else
 * ~/.config/casebook/config), one "key = value" a line, # begins a comment.  Every key is an option of the
 * same name, and what the command line says holds.  A line that is wrong is named and passed over.
 */
#ifndef CASEBOOK_UI_CONFIG_H
#define CASEBOOK_UI_CONFIG_H

#include "cli.h"

struct config_key {
	const char *name;         /* of the option as well */
	const char *help;         /* what it is, for the list */
	const char *const *words; /* what may be said; NULL: any text.  Ends with NULL */
	const char *env[3];       /* variables that say the same; NULL-terminated */
};
extern const struct config_key config_keys[]; /* ends with a NULL name */
#define CONFIG_TEXT 300                       /* bytes of a value with its NUL */

/* The file's path, in a buffer of the caller; false: neither variable names a folder. */
bool config_path(char *out, size_t size);
/* Makes the folders that lead to a file, 0700. */
int config_folders(const char *path, struct err *err) MUST_CHECK;
/* The value of the file, its line in *line; NULL: it has none that holds. */
const char *config_value(const char *key, unsigned *line);
/* Gives the command what it takes and was not given.  Wrong lines are said on standard error, once. */
void config_apply(struct cli *c);
/* Writes one key, value NULL: takes it out; the other lines stay as they are. */
int config_write(const char *key, const char *value, struct err *err) MUST_CHECK;
/* NULL when the key may have that value, else what is wrong with it. */
const char *config_wrong(const struct config_key *k, const char *value);
const struct config_key *config_key(const char *name); /* NULL: there is none */

#endif
