/* For the help: what a page is, what it needs, what becomes of it without, and its terms. */
#include "page_int.h"

#include <string.h>

static const struct {
	const char *word, *means;
} terms[] = {
        {"SCEP",
         "The protocol by which a device asks for its certificate: over HTTP, with a challenge from Intune."},
        {"NDES",
         "Microsoft's SCEP server: a role of Windows Server, run by IIS, between the device and the CA."},
        {"RA certificate",
         "Two certificates of NDES itself, for signing and for encryption. Expired, NDES cannot answer."},
        {"MSCEP-RA", "The template names of the RA certificates, by which NDES finds them in its store."},
        {"HTTP.sys",
         "The part of Windows that takes web requests and hands them to IIS. It can refuse by itself."},
        {"HTTPERR", "The log of HTTP.sys: requests that it refused, which IIS therefore never saw."},
        {"application pool",
         "The process of IIS that runs NDES, under an account of its own. Stopped, it answers 503."},
        {"GetCACaps", "The first request of a device: what the server can do. It needs no challenge."},
        {"GetCACert", "The second request: the certificates of the CA and of NDES."},
        {"PKIOperation", "The third request: the device asks for its certificate and gets it, or a refusal."},
        {"policy module", "The part of Intune's connector in NDES that checks a device's challenge."},
        {"connector", "Software of Microsoft on the server that links it with Intune."},
        {"application proxy", "Microsoft's reverse proxy in the cloud, by which devices outside reach NDES."},
        {"Event log", "Windows' own logs, files that end in .evtx."},
        {"challenge", "A one-time password that Intune puts into the request of a device."},
};

static const char *what(const struct page_maker *m)
{
	switch (m->p->kind) {
	case PAGE_FORM:
		return "This page takes what is known before anything is looked at. Only the first field matters\n"
		       "now; what stays empty is asked where it matters. Enter begins.";
	case PAGE_FIX:
		return "This page says what is wrong, by what evidence, and who does what where.\n"
		       "Space ticks a step that was done. Check again asks the same checks as before and\n"
		       "compares; without anything done it can prove nothing. y copies the steps.";
	case PAGE_END:
		return "The way ends here: what was found, what it rests on, what is still open.\n"
		       "Nothing more is asked. Read the report, write it for somebody, or close the case;\n"
		       "< goes back, every answer is kept.";
	case PAGE_CONFIRM:
		return "Something is asked before the case goes on. The marked line is the careful one.\n"
		       "Nothing is recorded until you choose; < leaves it as it was.";
	case PAGE_ASK:
		break;
	}
	if (m->p->script != NULL)
		return "This page names files of one place, and takes them: who goes there, one command, one folder.\n"
		       "You need somebody who may log on there. y copies the command, w writes it as a file to send.\n"
		       "Drop the folder on this window, or paste its path. Without it, Go on without puts the step\n"
		       "off: it stays open and answers nothing. o answers by eye.";
	return "This page asks one question. Where checks could tell, their answer is marked, with what was seen.\n"
	       "Where they could not, the mark stands on the answer that claims nothing.\n"
	       "o shows all answers, m why it is asked, r runs the checks again.";
}

static bool speaks_of(const struct page *p, const char *word)
{
	if (strstr(p->ask, word) != NULL || strstr(p->label, word) != NULL)
		return true;
	for (size_t i = 0; i < p->nblocks; i++)
		if ((p->blocks[i].text != NULL && strstr(p->blocks[i].text, word) != NULL) ||
		    (p->blocks[i].label != NULL && strstr(p->blocks[i].label, word) != NULL))
			return true;
	for (size_t i = 0; i < p->npicks; i++)
		if (strstr(p->picks[i].label, word) != NULL)
			return true;
	for (size_t i = 0; i < p->nfields; i++)
		if (strstr(p->fields[i].def->label, word) != NULL)
			return true;
	return false;
}

void pm_about(struct page_maker *m)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	buf_fmt(&b, "%s\n", what(m));
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		if (speaks_of(m->p, terms[i].word))
			buf_fmt(&b, "%s: %s\n", terms[i].word, terms[i].means);
	m->p->about = arena_strdup(m->mem, buf_cstr(&b));
	buf_release(&b);
}
