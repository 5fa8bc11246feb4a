/* The command that goes on with a case, as a shell takes it. */
#ifndef CASEBOOK_UI_RESUME_H
#define CASEBOOK_UI_RESUME_H

#include <stdint.h>

#include <casebook/buf.h>

/* db NULL: the usual store. */
void resume_command(struct buf *out, uint32_t number, const char *db);

#endif
