/* argv -> a row of commands[].  No logic of its own. */
#include "cli.h"

#include <locale.h>
#include <signal.h>

int main(int argc, char **argv)
{
	/* A closed pipe behind us is a failed write, not a death. */
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_CTYPE, ""); /* the words and numbers are English everywhere */
	return cli_main(argc, argv);
}
