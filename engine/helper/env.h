/* The environment of the programs that casebook starts. */
#ifndef CASEBOOK_HELPER_ENV_H
#define CASEBOOK_HELPER_ENV_H

/* For posix_spawn(): a list of its own, to free(), of this process's strings. `also`: names that this program
 * needs besides those of all, ended by NULL; NULL: none. */
char **helper_env(const char *const *also);

#endif
