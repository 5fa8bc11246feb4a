/* Standard input as a file of its own: a check reads a file more than once, and from its end. */
#ifndef CASEBOOK_STDIN_COPY_H
#define CASEBOOK_STDIN_COPY_H

#include <casebook/err.h>

#define STDIN_COPY_PATH 256
#define STDIN_COPY_MAX (1ll << 30) /* bytes: what is larger is given as a file */

/* Copies it into a new file in $TMPDIR (else /tmp), 0600; the caller unlinks it. EXIT_DONE; EXIT_INTERRUPTED
 * when a signal ended it, and then no file is left; else the exit code of an error that is said. */
int stdin_copy(char path[STDIN_COPY_PATH]);

#endif
