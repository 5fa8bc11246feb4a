/* The server of casebook-probe with the probes of bad_probes.c. */
#include "serve.h"

int main(void)
{
	return serve();
}
