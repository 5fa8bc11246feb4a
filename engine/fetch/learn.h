/* What one row's output says that another row's text needs: the site of NDES, its logs, the CA, the account.
 */
#ifndef CASEBOOK_FETCH_LEARN_H
#define CASEBOOK_FETCH_LEARN_H

#include <stdint.h>

#include <casebook/collect.h>

#define LEARN_MOST 16
struct learned {
	struct arena *mem;
	struct collect_fill fill[LEARN_MOST];
	size_t n;
	const char *computer, *zone, *refused; /* refused: the name of a value that may not be passed on */
	int64_t utc_ms;                        /* ABOUT_NO_TIME: not said */
	bool mscep;
	const char *config; /* IIS' configuration, until the site is known */
	size_t nconfig;
	bool site_asked;
};

void learn_begin(struct learned *l, struct arena *mem);
/* False when the value may not stand in a command. */
bool learn_put(struct learned *l, const char *name, const char *value);
const char *learn_get(const struct learned *l, const char *name);
/* From the whole output of the row; n 0 when it brought nothing. */
void learn_from(struct learned *l, const char *id, const char *text, size_t n);
/* "%SystemDrive%\inetpub" or "C:\inetpub" as SFTP names it: "/C:/inetpub"; NULL: it has another variable. */
const char *learn_sftp_path(const struct learned *l, const char *windows);

#endif
