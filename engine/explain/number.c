/*
 * What a number says by itself: an HRESULT or NTSTATUS taken apart ([MS-ERREF] 2.1, 2.3), the win32 code or
 * HTTP status that one carries, an OSStatus.  Knows nothing of texts.
 */
#include "explain_int.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	uint16_t number;
	const char *what;
} facilities[] = {
        {0, "general"},
        {1, "RPC"},
        {2, "COM calls"},
        {3, "storage"},
        {4, "one interface's own errors"},
        {7, "win32: the rest is a Windows error code"},
        {8, "Windows"},
        {9, "security: keys, providers, TLS"},
        {10, "control"},
        {11, "certificates and trust"},
        {12, "internet"},
        {15, "device set-up"},
        {16, "smart card"},
        {17, "COM+"},
        {19, ".NET"},
        {25, "HTTP: the rest is a status"},
        {32, "background transfer"},
        {36, "Windows Update"},
        {37, "directory service"},
        {38, "graphics"},
        {39, "shell"},
        {40, "TPM services"},
        {41, "TPM software"},
        {49, "drive encryption"},
        {50, "filtering platform"},
        {51, "remote management"},
        {52, "network driver"},
        {0x18, "device management enrolment"},
        {0x600, "device management"},
        {0x7D1, "Intune and Configuration Manager: the rest is often a status of SyncML or HTTP"},
};

static const char *facility(unsigned number)
{
	for (size_t i = 0; i < sizeof(facilities) / sizeof(facilities[0]); i++)
		if (facilities[i].number == number)
			return facilities[i].what;
	return NULL;
}

/* A row made of another: an HRESULT that wraps a win32 code or an HTTP status. */
static bool take_wrapped(struct found *f, const char *dialect, uint32_t inner, uint32_t outer)
{
	char code[16];
	size_t before = f->n;

	snprintf(code, sizeof(code), "%u", (unsigned)inner);
	if (!take(f, dialect, code))
		return false;
	if (f->n > before) {
		struct code_row *row = &f->rows[before];

		row->name = arena_fmt(f->mem, "0x%08X carries %s %s%s%s", (unsigned)outer, dialect, code,
		                      strcmp(row->name, "-") != 0 ? ", " : "",
		                      strcmp(row->name, "-") != 0 ? row->name : "");
	}
	return true;
}

/* The portal's numbers: 0x87D10000 with a status of SyncML, or with 10000 and an error of Apple's. */
static bool take_portal(struct found *f, uint32_t v)
{
	uint32_t low = v & 0xFFFFu;

	if (low < 1000)
		return take_wrapped(f, "syncml", low, v);
	return low > 11000 &&
	       (take_wrapped(f, "mcscep", low - 10000, v) || take_wrapped(f, "apple:MC*", low - 10000, v));
}

bool take_win32(struct found *f, uint32_t v)
{
	char code[16];

	snprintf(code, sizeof(code), "%u", (unsigned)v);
	return take(f, "win32", code);
}

static void take_apart(struct found *f, uint32_t v, const char *code)
{
	unsigned fac = v >> 16 & 0x7FFu, low = v & 0xFFFFu;
	const char *what = facility(fac);
	const char *note = (v & 0x20000000u) != 0 ? ", of a vendor's own" : "";

	if ((v & 0x10000000u) != 0 && v >> 30 == 3) { /* N and severity of an NTSTATUS inside */
		char inner[16];

		snprintf(inner, sizeof(inner), "0x%08X", (unsigned)(v & ~0x10000000u));
		take(f, "ntstatus", inner);
		take_made(f, "hresult", code, "an NTSTATUS inside an HRESULT",
		          arena_fmt(f->mem, "It carries the NTSTATUS %s.", inner));
		return;
	}
	if (v >> 30 == 3) {
		take_made(f, "ntstatus", code, "NTSTATUS, taken apart",
		          arena_fmt(f->mem,
		                    "Not in the table. Severity error; facility 0x%03X; code 0x%04X (%u)%s.",
		                    v >> 16 & 0xFFFu, low, low, note));
		return;
	}
	take_made(f, "hresult", code, "HRESULT, taken apart",
	          arena_fmt(f->mem, "Not in the table. Severity %s; facility %u%s%s%s%s; code 0x%04X (%u).",
	                    v >> 31 != 0 ? "failure" : "success", fac, what != NULL ? " (" : "",
	                    what != NULL ? what : "", what != NULL ? ")" : "", note, low, low));
}

void take_hresult(struct found *f, uint32_t v)
{
	const char *code = arena_fmt(f->mem, "0x%08X", (unsigned)v);
	bool whole = take(f, "hresult", code);
	whole = take(f, "ntstatus", code) || whole;

	if ((v & 0xFFFF0000u) == 0x80070000u && take_wrapped(f, "win32", v & 0xFFFFu, v))
		whole = true;
	if ((v & 0xFFFFF000u) == 0x80190000u && take_wrapped(f, "http", v & 0xFFFu, v))
		whole = true;
	if ((v & 0xFFFF0000u) == 0x87D10000u && take_portal(f, v))
		whole = true;
	if (!whole)
		take_apart(f, v, code);
}

/* Whether a number of this size is an HRESULT and not a length or a time. */
bool hresult_likely(const struct explain *x, uint32_t v)
{
	char code[16];

	snprintf(code, sizeof(code), "0x%08X", (unsigned)v);
	if (explain_row(x, "hresult", code) != NULL || explain_row(x, "ntstatus", code) != NULL)
		return true;
	if (v >> 28 == 0xC)
		return (v >> 16 & 0xFFFu) < 0x40;
	return v >> 28 == 8 && facility(v >> 16 & 0x7FFu) != NULL && v != 0x80000000u;
}

void take_negative(struct found *f, long long v)
{
	const char *code = arena_fmt(f->mem, "%lld", v);
	bool known;

	if (v < INT32_MIN)
		return;
	if (v <= -1000000) {
		take_hresult(f, (uint32_t)(int32_t)v);
		return;
	}
	known = take(f, "apple:NSURLErrorDomain", code);
	if (take(f, "apple:NSOSStatusErrorDomain", code) || known)
		return;
	take_made(f, "apple:NSOSStatusErrorDomain", code, "a small negative number",
	          arena_fmt(f->mem,
	                    "Not in the table. On Apple's systems such a number is an OSStatus or, between "
	                    "-998 and "
	                    "-3007, of NSURLErrorDomain; as 32 bits it is 0x%08X.",
	                    (unsigned)(uint32_t)(int32_t)v));
}

void take_cut(struct found *f, const char *digits)
{
	size_t n = strlen(digits), shown = 0;
	const char *list = "";

	for (size_t i = 0; i < f->x->nrows && shown < 6; i++) {
		const struct code_row *row = &f->x->rows[i];

		if (strcmp(row->dialect, "hresult") != 0 || strncasecmp(row->code + 2, digits, n) != 0)
			continue;
		list = arena_fmt(f->mem, "%s%s%s%s%s", list, shown != 0 ? ", " : "", row->code,
		                 strcmp(row->name, "-") != 0 ? " " : "",
		                 strcmp(row->name, "-") != 0 ? row->name : "");
		shown++;
	}
	take_made(f, "hresult", arena_fmt(f->mem, "0x%s", digits), "cut off",
	          arena_fmt(f->mem, "%zu digits of eight: the text was cut. %s%s%s", n,
	                    shown != 0 ? "The table knows these that begin so: "
	                               : "The table knows none that begins so",
	                    list, "."));
}

/* status[.substatus[.win32]]: the whole, then its parts. */
void take_status(struct found *f, unsigned status, long sub, unsigned long long win32)
{
	if (sub >= 0 && win32 != 0)
		take(f, "iis", arena_fmt(f->mem, "%u.%ld.%llu", status, sub, win32));
	if (sub >= 0)
		take(f, "iis", arena_fmt(f->mem, "%u.%ld", status, sub));
	if (sub >= 0 && win32 > 65535 && win32 <= UINT32_MAX)
		take_hresult(f, (uint32_t)win32);
	else if (sub >= 0 && win32 != 0 && win32 <= 65535 && !take_win32(f, (uint32_t)win32))
		take_made(f, "win32", arena_fmt(f->mem, "%llu", win32), "-",
		          "Not in the table: a Windows error code (net helpmsg tells its text).");
	take(f, "http", arena_fmt(f->mem, "%u", status));
	if (sub < 0)
		take(f, "iis", arena_fmt(f->mem, "%u", status));
	if (f->n != 0 && sub > 0 &&
	    explain_row(f->x, "iis", arena_fmt(f->mem, "%u.%ld", status, sub)) == NULL)
		take_made(f, "iis", arena_fmt(f->mem, "%u.%ld", status, sub), "-",
		          "Not in the table: a substatus of IIS.");
}
