/*
 * collection.about: the about.txt that collect-ndes.cmd writes, and the metadata.txt in a bundle of
 * IntuneCertificateConnectorDiagnostics: which computer the files beside it are from
 * and when they were taken.  What it says is given to each of them as it is read (beside.h); here it is
 * shown.
 */
#include "beside.h"
#include "file_kind.h"
#include "slice.h"

#define MISSING_MOST 200

static const struct param_def params[] = {
        {"file", true, "the about.txt of a collection, or the metadata.txt of a diagnostic bundle"},
        {NULL, false, NULL},
};

static const char *const roles[] = {"unknown", "ndes", "server", "device", "console", NULL};

static const struct fact_def facts[] = {
        {"computer", FACT_STR, NULL, "the computer that the files beside it are from",
         SPEAKS({"known", "The files beside it are from {value}."})},
        {"taken", FACT_TIME, NULL, "when they were taken", SILENT},
        {"zone", FACT_STR, NULL, "the time zone of that computer, as Windows names it", SILENT},
        {"role", FACT_STR, roles, "ndes when NDES is installed there, else server",
         SPEAKS({"= ndes", "NDES is installed on that computer."},
                {"= unknown", "It is not known what that computer is."},
                {"other", "That computer is another one than the NDES server."})},
        {"admin", FACT_BOOL, NULL, "they were taken with an administrator's rights",
         SPEAKS({"= false", "They were taken without an administrator's rights, so some are missing."},
                {"= true", "They were taken with an administrator's rights."})},
        {"days", FACT_INT, NULL, "of how many days its event logs are", SILENT},
        {"missing", FACT_LIST, NULL,
         "files that could not be read there, with the exit code or the outcome of each", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct about_file {
	bool mine;
	struct value_builder missing;
	struct arena *mem;
};

static void add_missing(struct about_file *a, struct slice name, struct slice why)
{
	if (a->missing.n < MISSING_MOST && name.n != 0)
		vb_add(&a->missing, NULL,
		       value_str(arena_fmt(a->mem, "%.*s (%.*s)", (int)name.n, name.p, (int)why.n, why.p)));
}

/* collect-ndes.cmd: "file=account.ldif rc=1 bytes= at=...", "file=iis\ rc=16 files=0 at=...". */
static void take_file(struct about_file *a, struct slice line)
{
	struct slice rest = line, word, name = {0}, code = {0};
	bool empty = false;

	if (!slice_begin(line, "file="))
		return;
	while ((word = slice_next(&rest)).n != 0) {
		struct slice key = slice_cut(&word, '=');

		if (slice_are(key, "file"))
			name = word;
		else if (slice_are(key, "rc"))
			code = word;
		else if (slice_are(key, "bytes") || slice_are(key, "files"))
			empty = word.n == 0 || slice_are(word, "0");
	}
	if (empty)
		add_missing(a, name, code);
}

/* casebook collect: "row=services file=services.txt outcome=no answer in time code=0 bytes=0 ms=60000". */
static void take_row(struct about_file *a, struct slice line)
{
	static const char *const fine[] = {"got", "done", "not there", "not asked"};
	struct slice rest = slice_after(line, " file="), how = slice_after(line, " outcome=");
	const char *end = mem_find(how.p, how.n, " code=", 6);

	if (!slice_begin(line, "row=") || end == NULL)
		return;
	how.n = (size_t)(end - how.p);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (slice_are(how, fine[i]))
			return;
	add_missing(a, slice_next(&rest), how);
}

static void each(void *arg, const struct file_line *line)
{
	struct about_file *a = arg;

	if (line->number == 1) {
		beside_forget(); /* what opening it has read */
		a->mine = beside_is(line->p, line->n);
	}
	beside_line(line->p, line->n);
	take_file(a, slice_trim(slice_of(line->p, line->n)));
	take_row(a, slice_trim(slice_of(line->p, line->n)));
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *file = call_arg(call, "file");
	struct about_file a = {.mem = ev_mem(out)};
	enum evidence_outcome how;

	vb_init(&a.missing, a.mem);
	how = file_each_line(out, file, each, &a);
	if (how != EV_MEASURED)
		return how;
	if (!a.mine || !beside_known()) {
		ev_why(out,
		       "%s: names no computer; collect-ndes.cmd writes about.txt, Test-IntuneCertificateConnector "
		       "metadata.txt",
		       file);
		return EV_UNREADABLE;
	}
	ev_str(out, "computer", beside_computer());
	if (beside_time() != ABOUT_NO_TIME)
		ev_time(out, "taken", beside_time());
	ev_str(out, "zone", beside_zone());
	ev_str(out, "role", role_name(beside_role()));
	if (beside_admin() != TRI_UNKNOWN)
		ev_bool(out, "admin", beside_admin() == TRI_YES);
	if (beside_days() > 0)
		ev_int(out, "days", beside_days());
	if (a.missing.n != 0)
		ev_value(out, "missing", vb_list(&a.missing));
	return EV_MEASURED;
}

static unsigned recognise(const struct sample *s)
{
	return s->text != NULL && beside_is(s->text, s->text_n) ? 99 : 0;
}

const struct probe_impl probe_collection_about = {
        .desc = {.id = "collection.about",
                 .title = "What a collection says of itself",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 10000,
                 .by_hand = "type C:\\casebook\\about.txt",
                 .source =
                         "about.txt of collect-ndes.cmd and of casebook collect; metadata.txt of Test-IntuneCertificateConnector -CollectLogs",
                 .fetch = "collect-ndes.cmd C:\\casebook"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
