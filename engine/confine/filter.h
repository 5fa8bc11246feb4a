/* The system calls of one kind of work as a program for the kernel. */
#ifndef CASEBOOK_CONFINE_FILTER_H
#define CASEBOOK_CONFINE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>

#include <casebook/confine.h>

/* Fills *prog, which lives as long as the process; false where libseccomp cannot make it. */
bool filter_make(enum confine_work work, struct sock_fprog *prog);
/* Puts this process where the filter speaks of "this process", and takes it. */
bool filter_take(const struct sock_fprog *prog);

#endif
