/*
 * The sentences with which Windows Installer ends an installation, in any language: words are translated, the
 * order is not.  "<sentence>. <name>: X. <version>: 1.2. <language>: 1033. <maker>: Y. <status>: 1603." and
 * "<product>: X -- <sentence>".
 */
#ifndef CASEBOOK_MSI_END_H
#define CASEBOOK_MSI_END_H

#include "slice.h"

struct msi_end {
	struct slice product, version;
	int64_t status;
	bool removal; /* as far as its words are known */
};
bool msi_end_read(struct slice line, struct msi_end *out);

/* The line "<product>: X -- <sentence>". */
struct msi_said {
	struct slice product;
	int how; /* 1: completed, -1: failed, 0: neither, or in words that are not known */
};
bool msi_said_read(struct slice line, struct msi_said *out);

/* The heading of a verbose log, which names the build of the engine in every language. */
bool msi_heading(struct slice line);

#endif
