/*
 * apple.profiles: what `profiles show -type configuration` and `mdmclient QueryInstalledProfiles` print on a
 * Mac: the profiles that are installed, and what they carry.  A Mac installs a profile with SCEP only
 * together with its certificate, so that a listed one says that the enrolment came about; one that is missing
 * may have been rolled back or never sent.
 */
#include "dev_log.h"

#include <string.h>

#include "slice.h"

static const struct param_def params[] = {
        {"file", true, "output of profiles show -type configuration, or of mdmclient QueryInstalledProfiles"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"profiles", FACT_INT, NULL, "profiles that are installed",
         SPEAKS({"= 0", "No profile is installed on the Apple device."},
                {"> 0", "{n} {n?profile is|profiles are} installed on the Apple device."})},
        {"managed", FACT_BOOL, NULL, "one of them enrols the device in MDM (com.apple.mdm)",
         SPEAKS({"= true", "A profile on the Apple device enrols it in MDM."},
                {"= false", "No profile on the Apple device enrols it in MDM."})},
        {"scep_profiles", FACT_INT, NULL, "payloads with SCEP (com.apple.security.scep)",
         SPEAKS({"= 0", "No profile with SCEP is installed on the Apple device."},
                {"> 0", "{n} {n?profile|profiles} with SCEP {n?is|are} installed on the Apple device."})},
        {"trusted_certificates", FACT_INT, NULL, "payloads with a certificate to trust",
         SPEAKS({"= 0", "No profile brings the Apple device a certificate to trust."},
                {"> 0", "Profiles bring the Apple device {n} {n?certificate|certificates} to trust."})},
        {"scep_urls", FACT_LIST, NULL, "URLs in payloads with SCEP, when they are shown",
         SPEAKS({"not empty", "Installed profiles name {list}."})},
        {"names", FACT_LIST, NULL, "names of the profiles", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define LIST_MAX 60u

struct profiles {
	struct evidence_out *out;
	const char *file;
	struct value_builder names, urls;
	int64_t profiles, scep, trusted;
	bool sign, mdm, listed, whole, in_scep;
};

static void keep(struct profiles *p, struct value_builder *list, struct slice w)
{
	if (list->n < LIST_MAX && w.n != 0 && w.n < 300)
		vb_add(list, NULL, value_str(arena_strndup(ev_mem(p->out), w.p, w.n)));
}

static void pin(struct profiles *p, const char *fact, const struct file_line *line)
{
	ev_pin(p->out, fact, p->file, line->number, line->offset, PIN_NO_TIME, line->p, line->n);
}

static void payload(struct profiles *p, struct slice type, const struct file_line *line)
{
	p->sign = true;
	p->in_scep = slice_begin(type, "com.apple.security.scep");
	if (p->in_scep) {
		p->scep++;
		pin(p, "scep_profiles", line);
	} else if (slice_begin(type, "com.apple.security.root") ||
	           slice_begin(type, "com.apple.security.pkcs1") ||
	           slice_begin(type, "com.apple.security.pem")) {
		p->trusted++;
	} else if (slice_are(type, "com.apple.mdm")) {
		p->mdm = true;
		pin(p, "managed", line);
	}
}

/* "name = value;", "\"a name\" = value": its value without quotes and semicolon. */
static struct slice assigned(struct slice w, const char *name)
{
	struct slice v = w, key = slice_trim(slice_cut(&v, '='));

	if (key.n > 1 && key.p[0] == '"')
		key = slice_of(key.p + 1, key.n - 2);
	if (v.n == 0 || !slice_are(key, name))
		return slice_of(w.p, 0);
	v = slice_trim(v);
	if (v.n != 0 && v.p[v.n - 1] == ';')
		v.n--;
	if (v.n > 1 && v.p[0] == '"' && v.p[v.n - 1] == '"')
		v = slice_of(v.p + 1, v.n - 2);
	return slice_trim(v);
}

static void url_in(struct profiles *p, struct slice w)
{
	struct slice url = assigned(w, "URL");

	if (p->in_scep && slice_begin(url, "http"))
		keep(p, &p->urls, url);
}

/* "_computerlevel[1] attribute: name: X", "...[1]      payload[2] type = com.apple.security.scep" */
static bool of_profiles(struct profiles *p, struct slice w, const struct file_line *line)
{
	struct slice v = slice_after(w, "] attribute: ");

	if (v.n != 0) {
		p->sign = true;
		if (slice_begin(v, "profileIdentifier:")) {
			p->profiles++;
			p->in_scep = false;
		}
		if (slice_begin(v, "name:"))
			keep(p, &p->names, slice_after(v, ":"));
		return true;
	}
	v = slice_after(w, "] type = ");
	if (v.n != 0 && slice_have(w, " payload[")) {
		payload(p, v, line);
		return true;
	}
	if (slice_begin(w, "There are ") && slice_have(w, "configuration profiles installed")) {
		p->sign = true;
		/* The list of a person says nothing of the computer's. */
		p->whole = p->whole || slice_have(w, "system");
	}
	return false;
}

static void of_query(struct profiles *p, struct slice w, const struct file_line *line)
{
	struct slice type = assigned(w, "PayloadType");

	if (type.n == 0) {
		if (slice_begin(w, "ProfileList ") || slice_begin(w, "\"ProfileList\""))
			p->sign = p->listed = true;
		return;
	}
	if (slice_are(type, "Configuration"))
		p->profiles++;
	else
		payload(p, type, line);
}

static void each(void *arg, const struct file_line *line)
{
	struct profiles *p = arg;
	struct slice w = slice_trim(slice_of(line->p, line->n));

	if (!of_profiles(p, w, line))
		of_query(p, w, line);
	/* The brace that ends the answer: nothing is cut off. */
	p->whole = p->whole || (p->listed && line->n != 0 && line->p[0] == '}');
	url_in(p, w);
	if (assigned(w, "PayloadDisplayName").n != 0)
		keep(p, &p->names, assigned(w, "PayloadDisplayName"));
}

static void send(struct profiles *p)
{
	struct about a = about_nothing;

	a.platform = "ios";
	a.traces = TRACE_DEVICE;
	ev_part(p->out, 0, &a);
	ev_int(p->out, "profiles", p->profiles);
	if (p->mdm || p->whole)
		ev_bool(p->out, "managed", p->mdm);
	ev_int(p->out, "scep_profiles", p->scep);
	ev_int(p->out, "trusted_certificates", p->trusted);
	ev_value(p->out, "scep_urls", vb_list(&p->urls));
	ev_value(p->out, "names", vb_list(&p->names));
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct profiles p = {.out = out, .file = call_arg(call, "file")};
	enum evidence_outcome how;

	vb_init(&p.names, ev_mem(out));
	vb_init(&p.urls, ev_mem(out));
	how = file_each_line(out, p.file, each, &p);
	if (p.sign)
		send(&p);
	if (how != EV_MEASURED || p.sign)
		return how;
	ev_why(out, "%s: no profile of an Apple device in it; make it with profiles show -type configuration",
	       p.file);
	return EV_UNREADABLE;
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL)
		return 0;
	if (sample_has(s, "] attribute: profileIdentifier:"))
		return 92;
	if (sample_has(s, "configuration profiles installed") && sample_has(s, "There are no "))
		return 80;
	return sample_has(s, "ProfileList") && sample_has(s, "PayloadType = ") ? 88 : 0;
}

const struct probe_impl probe_apple_profiles = {
        .desc = {.id = "apple.profiles",
                 .title = "Profiles of an Apple device",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "sudo profiles show -type configuration",
                 .source =
                         "Apple: profiles(1), ProfileList of MDM; scripts that read its output (profileIdentifier)",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
