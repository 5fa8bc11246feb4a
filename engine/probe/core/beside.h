/*
 * What lies beside a file and says whose it is: about.txt, which collect-ndes.cmd writes into its folder
 * (computer, UTC time, role).  A part that does not say so itself gets it from there; one of a device never
 * does.
 */
#ifndef CASEBOOK_BESIDE_H
#define CASEBOOK_BESIDE_H

#include <casebook/about.h>

#define BESIDE_NAMES 2
extern const char *const beside_names[BESIDE_NAMES];
#define BESIDE_LEVELS 4 /* looked for in the file's folder and in three above it */

/* Whether a text is such a file, by how it begins: collect-ndes.cmd's about.txt (of 2025 and earlier with
 * "key: value", since then "key=value" of what PowerShell and reg say), or the metadata.txt of the
 * bundle that Test-IntuneCertificateConnector -CollectLogs makes. */
bool beside_is(const char *text, size_t n);
void beside_forget(void);
bool beside_known(void);
/* One line "key: value" or "Key=value" of such a file. */
void beside_line(const char *p, size_t n);
struct about beside_fill(const struct about *a);
/* What the file says; NULL where it does not. */
const char *beside_computer(void);
const char *beside_zone(void);
/* The file at hand, or the newest of several, was written last then. */
void beside_written(int64_t ms);
int64_t beside_last_written(void); /* ABOUT_NO_TIME when not known */
int64_t beside_time(void);         /* ABOUT_NO_TIME when it says none */
enum role beside_role(void);
/* Whether they were taken with an administrator's rights; of how many days its logs are, 0: not said. */
enum tri beside_admin(void);
long beside_days(void);

#endif
