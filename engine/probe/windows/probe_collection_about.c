/*
 * collection.about: the about.txt that collect-ndes.cmd writes: which computer the files beside it are from
 * and when they were taken.  What it says is given to each of them as it is read (beside.h); here it is
 * shown.
 */
#include "beside.h"
#include "file_kind.h"

#include <string.h>

static const struct param_def params[] = {
        {"file", true, "the about.txt of a collection"},
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
        {NULL, FACT_BOOL, NULL, NULL},
};

static const char first_line[] = "casebook collection";

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *file = call_arg(call, "file");
	struct file_text *text;
	struct file_line line;
	struct err err;
	bool mine = false;
	int got;

	if (file_text_open(file, out, &text, &err) != 0)
		return file_refuse(out, &err);
	beside_forget();
	while ((got = file_text_next(text, &line, &err)) > 0) {
		mine |= line.number == 1 && line.n >= sizeof(first_line) - 1 &&
		        memcmp(line.p, first_line, sizeof(first_line) - 1) == 0;
		beside_line(line.p, line.n);
	}
	file_text_close(text);
	if (got < 0)
		return file_refuse(out, &err);
	if (!mine || !beside_known()) {
		ev_why(out, "%s: names no computer; collect-ndes.cmd writes about.txt", file);
		return EV_UNREADABLE;
	}
	ev_str(out, "computer", beside_computer());
	if (beside_time() != ABOUT_NO_TIME)
		ev_time(out, "taken", beside_time());
	ev_str(out, "zone", beside_zone());
	ev_str(out, "role", role_name(beside_role()));
	return EV_MEASURED;
}

static unsigned recognise(const struct sample *s)
{
	return s->text != NULL && s->text_n >= sizeof(first_line) - 1 &&
	                       memcmp(s->text, first_line, sizeof(first_line) - 1) == 0
	               ? 99
	               : 0;
}

const struct probe_impl probe_collection_about = {
        .desc = {.id = "collection.about",
                 .title = "What a collection says of itself",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 10000,
                 .by_hand = "type C:\\casebook\\about.txt",
                 .source = "about.txt of collect-ndes.cmd",
                 .fetch = "collect-ndes.cmd C:\\casebook"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
