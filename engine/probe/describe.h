#ifndef CASEBOOK_DESCRIBE_H
#define CASEBOOK_DESCRIBE_H

#include <stdio.h>

/* The whole probe_table.c: const struct probe *const probe_table[] and probe_find(). */
void describe_c(FILE *f);

#endif
