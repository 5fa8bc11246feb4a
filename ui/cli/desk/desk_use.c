/* casebook desk use, init, take: naming a desk, making one, choosing a branch. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

#include "case_cmd.h"
#include "config.h"
#include "desk_cmd.h"

/* A folder is remembered by its whole path: casebook is started anywhere. */
static char *whole(const char *where)
{
	return strstr(where, "://") == NULL ? realpath(where, NULL) : NULL;
}

int desk_use_cmd(struct cli *c)
{
	const char *where = c->args[0];
	char *path = whole(where);
	struct err err;
	int rc;

	if (strcmp(where, "none") == 0) {
		rc = config_write("desk", NULL, &err);
	} else {
		rc = desk_where_check(where, &err);
		if (rc == 0)
			rc = config_write("desk", path != NULL ? path : where, &err);
	}
	free(path);
	if (rc != 0)
		return cli_fail(&err);
	if (strcmp(where, "none") != 0)
		fputs("Cases go there with `casebook desk push`, whole and with the names in them; secrets are taken "
		      "out\nbefore a case is written at all. `casebook desk status` shows what would go.\n",
		      stderr);
	return EXIT_DONE;
}

int desk_init_cmd(struct cli *c)
{
	const char *where = desk_named(c);
	struct err err;

	if (where == NULL)
		return EXIT_USAGE;
	if (desk_init(where, &err) != 0)
		return desk_fail(&err);
	fprintf(stderr, "casebook: the desk is there: %s\n", where);
	return EXIT_DONE;
}

/* The id of the case that a person names: one here by its number, one of the book by the beginning of its id.
 */
static int id_of(struct store *s, struct desk *d, const char *ref, char out[CASE_ID], struct err *err)
{
	struct arena *mem = arena_new();
	const char *const *ids;
	struct casefile cf;
	size_t n, found = 0;
	int rc;

	if (store_load(s, ref, &cf, err) == 0) {
		snprintf(out, CASE_ID, "%s", cf.id);
		casefile_release(&cf);
		arena_free(mem);
		return 0;
	}
	rc = err->code == FAIL_NOT_FOUND ? desk_cases(mem, d, &ids, &n, err) : -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (strncmp(ids[i], ref, strlen(ref)) == 0 && strlen(ref) >= 4) {
			snprintf(out, CASE_ID, "%s", ids[i]);
			found++;
		}
	arena_free(mem);
	if (rc == 0 && found != 1)
		rc = err_set(err, FAIL_NOT_FOUND, 0,
		             "%s case whose id begins with %.40s is here or in the desk",
		             found == 0 ? "no" : "more than one", ref);
	return rc;
}

int desk_take_cmd(struct cli *c)
{
	char id[CASE_ID];
	struct store_import in;
	struct store *s;
	struct desk *d;
	struct err err;
	int rc = desk_both(c, true, &d, &s);

	if (rc != EXIT_DONE)
		return rc;
	if (id_of(s, d, c->args[0], id, &err) != 0 ||
	    desk_take(d, s, id, c->args[1], clock_now_ms(), &in, &err) != 0)
		rc = desk_fail(&err);
	else
		fprintf(stderr,
		        "casebook: case #%" PRIu32 " goes on with that branch; the other stays in the desk\n",
		        in.number);
	store_close(s);
	desk_close(d);
	return rc;
}
