/* A small flow with every kind of step, for the tests of the fold, the session and the pages. */
#ifndef LAB_H
#define LAB_H

#include <casebook/probe.h>

extern const char lab_flow[];
const struct probe *lab_probe(const char *id);

#endif
