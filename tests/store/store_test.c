/* Helpers of the store's tests. */
#include "store_test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/xalloc.h>

#include "fault_vfs.h"

static char *make_below(const char *parent)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_fmt(&b, "%s/casebook-store-XXXXXX", parent);
	assert_non_null(mkdtemp(b.p));
	return buf_steal(&b);
}

char *folder_make(void)
{
	const char *tmp = getenv("TMPDIR");

	return make_below(tmp != NULL ? tmp : "/tmp");
}

char *folder_make_quick(void)
{
	return access("/dev/shm", W_OK) == 0 ? make_below("/dev/shm") : folder_make();
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void folder_remove(char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(path);
}

char *in_folder(const char *folder, const char *name)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_fmt(&b, "%s/%s", folder, name);
	return buf_steal(&b);
}

char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char chunk[65536];
	struct buf b;
	size_t got;

	if (f == NULL)
		return NULL;
	buf_init(&b, BUF_MAX_TEXT);
	while ((got = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(&b, chunk, got);
	fclose(f);
	if (n != NULL)
		*n = b.n;
	return buf_steal(&b);
}

void write_file(const char *path, const void *mem, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(mem, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

struct store *open_or_fail(const char *path)
{
	struct store *s;
	struct err err;

	assert_ok(store_open(path, false, &s, &err), &err);
	return s;
}

int latest_schema(void)
{
	char *folder = folder_make(), *path = in_folder(folder, "cases.db");
	struct store *s = open_or_fail(path);
	sqlite3_stmt *st;
	int version;

	assert_int_equal(sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	store_close(s);
	folder_remove(folder);
	free(path);
	return version;
}

int open_quick(const char *path, bool read_only, struct store **out, struct err *err)
{
	const struct store_options opt = {.path = path, .read_only = read_only, .vfs = FAULT_VFS};

	fault_vfs_register();
	return store_open_with(&opt, out, err);
}

void assert_ok(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%s: %s", err_str(err->code), err->msg);
}

void case_make(struct casefile *cf, const char *title)
{
	casefile_init(cf, NULL, "intune-scep-ndes",
	              "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", T0);
	cf->title = arena_strdup(cf->mem, title);
	cf->host = arena_strdup(cf->mem, "admin-pc");
}

static void story_evidence(struct record *r, uint32_t i, struct arena *mem)
{
	struct fact *facts = arena_array(mem, 3, sizeof(*facts));
	struct pin *pins = arena_array(mem, 1, sizeof(*pins));

	facts[0] = (struct fact){"status", value_int(403 + (int)(i % 3))};
	facts[1] = (struct fact){"page", value_str("forbidden-iis")};
	facts[2] = (struct fact){"error", value_null()};
	pins[0] = (struct pin){
	        .fact = "status",
	        .file = "u_ex261118.log",
	        .line = i,
	        .offset = i * 100u,
	        .at_ms = PIN_NO_TIME,
	        .text = arena_fmt(mem, "GET /certsrv/mscep/mscep.dll \"operation=GetCACaps\" %u", i)};
	r->u.evidence = (struct evidence){.probe = "scep.url",
	                                  .target = "https://ndes.contoso.example/certsrv/mscep/mscep.dll",
	                                  .step = "server-url",
	                                  .started_ms = r->at_ms,
	                                  .took_ms = 184,
	                                  .outcome = EV_MEASURED,
	                                  .host = "admin-pc",
	                                  .by_hand = "curl -v 'https://ndes.contoso.example'",
	                                  .facts = facts,
	                                  .nfacts = 3,
	                                  .pins = pins,
	                                  .npins = 1};
}

void add_story(struct casefile *cf, uint32_t i)
{
	struct record r = {.at_ms = T0 + 1000 * (int64_t)i};
	struct arena *mem = arena_new();

	switch (i % 6) {
	case 0:
		r.kind = REC_INPUT;
		r.u.input = (struct rec_input){
		        "server_url", arena_fmt(mem, "https://ndes%u.contoso.example/", i), BY_PERSON};
		break;
	case 1:
		r.kind = REC_EVIDENCE;
		story_evidence(&r, i, mem);
		break;
	case 2:
		r.kind = REC_ANSWER;
		r.u.answer = (struct rec_answer){"server-url", "refused", BY_PROBE, "refused", i};
		break;
	case 3:
		r.kind = REC_NOTE;
		r.u.note.text = arena_fmt(mem, "Spoke with Zoë about \"proxy %u\".\nShe will look.", i);
		break;
	case 4:
		r.kind = REC_TICK;
		r.u.tick = (struct rec_tick){"app-pool-stopped", i % 3, true};
		break;
	default:
		r.kind = REC_RETRACT;
		r.u.retract.pos = i > 1 ? i - 1 : 1;
		break;
	}
	assert_non_null(casefile_append(cf, &r, NULL));
	arena_free(mem);
}

void add_note(struct casefile *cf, const char *text)
{
	struct record r = {.kind = REC_NOTE, .at_ms = T0 + 1000 * (int64_t)cf->nlog, .u.note.text = text};

	assert_non_null(casefile_append(cf, &r, NULL));
}

void assert_same_log(const struct casefile *a, const struct casefile *b)
{
	struct buf x, y;

	assert_int_equal(a->nlog, b->nlog);
	buf_init(&x, STORE_MAX_RECORD);
	buf_init(&y, STORE_MAX_RECORD);
	for (size_t i = 0; i < a->nlog; i++) {
		buf_clear(&x);
		buf_clear(&y);
		record_json(&x, &a->log[i]);
		record_json(&y, &b->log[i]);
		assert_string_equal(buf_cstr(&x), buf_cstr(&y));
	}
	buf_release(&x);
	buf_release(&y);
}
