/* A registry for tests of flows: descriptions as in the contract, nothing that runs. */
#ifndef FAKE_PROBES_H
#define FAKE_PROBES_H

#include <casebook/probe.h>

const struct probe *fake_probe_find(const char *id);

#endif
