/* Pages that ask for one file and give the command that makes it. */
#include "pages.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct input_def rights = {.key = "user_rights", .label = "User rights", .type = INPUT_FILE};
static const struct input_def iis_log = {
        .key = "iis_log", .label = "IIS log of the NDES server", .type = INPUT_FILE};

#define SECEDIT \
	"mkdir C:\\casebook 2>nul & secedit /export /areas USER_RIGHTS /cfg C:\\casebook\\user-rights.inf"
#define FETCH                                                                                             \
	"mkdir C:\\casebook 2>nul & copy \"%SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex*.log\" "  \
	"C:\\casebook\\ & wevtutil epl Application C:\\casebook\\Application.evtx & wevtutil epl System " \
	"C:\\casebook\\System.evtx"

const struct page *page_dispute(void)
{
	static struct block blocks[] = {
	        {BLOCK_CHECK, MARK_BAD, "Yes",
	         "IIS_IUSRS lacks the right to impersonate a client after authentication; it is given to LOCAL "
	         "SERVICE, NETWORK SERVICE alone.",
	         0, 0},
	        {BLOCK_DETAIL, MARK_NONE, NULL,
	         "rights-lacks.inf line 7; read 22 Nov 2026 13:40 UTC, it may be older", 0, 0},
	        {BLOCK_DETAIL, MARK_NONE, NULL, "SeImpersonatePrivilege = *S-1-5-19,*S-1-5-20", 0, 0},
	        {BLOCK_CHECK, MARK_OK, "No", "The application pool SCEP is started, says appcmd.", 0, 0},
	        {BLOCK_DETAIL, MARK_NONE, NULL,
	         "pools.txt line 2; read 22 Nov 2026 13:41 UTC, it may be older", 0, 0},
	        {BLOCK_HINT, MARK_NONE, NULL, "One new file settles it: User rights, made now by", 0, 0},
	        {BLOCK_COMMAND, MARK_NONE, NULL, SECEDIT, 0, 0},
	};
	static struct field fields[] = {{&rights, NULL, false, false}};
	static struct pick picks[] = {
	        {.label = "Go on with both", .hint = "the report has both sides and convicts nobody"},
	        {.label = "Look at the evidence"}};
	static struct page p;

	p = *page_question();
	p.kind = PAGE_CONFIRM;
	p.ask = "IIS_IUSRS lacks the right to impersonate? The sources disagree.";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.fields = fields;
	p.nfields = N(fields);
	p.picks = picks;
	p.npicks = N(picks);
	p.copy = SECEDIT;
	return &p;
}

const struct page *page_trip(void)
{
	static struct block blocks[] = {
	        {BLOCK_CHECK, MARK_OPEN, "IIS log of the NDES server", "needed here", 0, 0},
	        {BLOCK_CHECK, MARK_OPEN, "Event logs of the NDES server", "needed here", 0, 0},
	        {BLOCK_HINT, MARK_NONE, NULL,
	         "Server admin, on the NDES server, in a Command Prompt as administrator. It only reads, and writes "
	         "into C:\\casebook; bring that folder here.",
	         0, 0},
	        {BLOCK_COMMAND, MARK_NONE, NULL, FETCH, 0, 0},
	};
	static struct field fields[] = {{&iis_log, NULL, false, false}};
	static struct pick picks[] = {{.label = "Go on without", .hint = "stays open; the case says so"},
	                              {.label = "Answer by eye", .hint = "8 answers"}};
	static struct page p;

	p = *page_question();
	p.ask = "Did the device's request arrive at the NDES server?";
	p.blocks = blocks;
	p.nblocks = N(blocks);
	p.fields = fields;
	p.nfields = N(fields);
	p.picks = picks;
	p.npicks = N(picks);
	p.copy = FETCH;
	return &p;
}
