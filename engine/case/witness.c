/*
 * Who says it: how many of the proofs come from somebody else.  A witness is a record that one program keeps
 * on one machine, in however many files and forms it was handed in; whatever answers now is one.
 */
#include "case_int.h"

#include <string.h>

#include <casebook/host.h>

/* An export of events holds several logs, each kept by another program. */
const char *proof_log(const struct proof *p)
{
	static const char *const logs[][2] = {{"connector_", "connector"}, {"ca_", "ca"},
	                                      {"event36", "device"},       {"scep_", "device"},
	                                      {"request_", "device"},      {"answer_", "device"},
	                                      {"network_", "device"},      {"ndes_url", "device"},
	                                      {"certificate_", "device"},  {"capi2_", "capi2"},
	                                      {"revocation_", "capi2"},    {"failed_urls", "capi2"},
	                                      {"pool_", "system"}};

	if (strcmp(p->probe, "windows.events") != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(logs) / sizeof(*logs); i++)
		if (strncmp(p->fact, logs[i][0], strlen(logs[i][0])) == 0)
			return logs[i][1];
	return "application";
}

static bool same_bytes(const struct evidence *a, const struct evidence *b)
{
	return a == b || (a->sha256 != NULL && b->sha256 != NULL && strcmp(a->sha256, b->sha256) == 0);
}

static const char *machine_of(const struct about *a)
{
	const char *name = a->computer != NULL ? a->computer : a->device;

	return name != NULL && *name != '\0' && *name != '.' ? name : NULL;
}

static bool names_machine(const struct evidence *e)
{
	for (size_t i = 0; i < e->nparts; i++)
		if (machine_of(&e->parts[i].about) != NULL)
			return true;
	return false;
}

static bool share_machine(const struct evidence *a, const struct evidence *b)
{
	for (size_t i = 0; i < a->nparts; i++) {
		const char *one = machine_of(&a->parts[i].about);

		for (size_t k = 0; one != NULL && k < b->nparts; k++) {
			const char *other = machine_of(&b->parts[k].about);

			if (other != NULL && host_same(one, other))
				return true;
		}
	}
	return false;
}

/* A file that does not say whose it is may be of any machine: nobody has shown that it is another. */
static bool same_witness(const struct proof *a, const struct proof *b)
{
	if (a->e->sha256 == NULL || b->e->sha256 == NULL)
		return a->e->sha256 == b->e->sha256;
	if (strcmp(a->probe, b->probe) != 0 || proof_log(a) != proof_log(b))
		return same_bytes(a->e, b->e) && proof_log(a) == proof_log(b);
	return same_bytes(a->e, b->e) || !names_machine(a->e) || !names_machine(b->e) ||
	       share_machine(a->e, b->e);
}

/* Those that say whose they are first: two of them can be told apart, and the others add nothing then. */
size_t proofs_witnesses(const struct proof *const *all, size_t n)
{
	const struct proof *heard[PROOFS_MOST];
	size_t count = 0;

	for (int named = 1; named >= 0; named--)
		for (size_t i = 0; i < n && count < PROOFS_MOST; i++) {
			bool again = names_machine(all[i]->e) != (named != 0);

			for (size_t k = 0; k < count && !again; k++)
				again = same_witness(heard[k], all[i]);
			if (!again)
				heard[count++] = all[i];
		}
	return count;
}
