/*
 * collection.about: the about.txt that collect-ndes.cmd writes, and the metadata.txt in a bundle of
 * IntuneCertificateConnectorDiagnostics: which computer the files beside it are from
 * and when they were taken.  What it says is given to each of them as it is read (beside.h); here it is
 * shown.
 */
#include "beside.h"
#include "file_kind.h"

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
        {NULL, FACT_BOOL, NULL, NULL},
};

static void each(void *arg, const struct file_line *line)
{
	if (line->number == 1) {
		beside_forget(); /* what opening it has read */
		*(bool *)arg = beside_is(line->p, line->n);
	}
	beside_line(line->p, line->n);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *file = call_arg(call, "file");
	bool mine = false;
	enum evidence_outcome how = file_each_line(out, file, each, &mine);

	if (how != EV_MEASURED)
		return how;
	if (!mine || !beside_known()) {
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
                         "about.txt of collect-ndes.cmd; metadata.txt of Test-IntuneCertificateConnector -CollectLogs",
                 .fetch = "collect-ndes.cmd C:\\casebook"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
