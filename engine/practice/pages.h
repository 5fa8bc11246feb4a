/* Error pages of the servers, compiled in. */
#ifndef CASEBOOK_PRACTICE_PAGES_H
#define CASEBOOK_PRACTICE_PAGES_H

#include <stddef.h>

#define PAGE(name)                                \
	extern const unsigned char page_##name[]; \
	extern const size_t page_##name##_size;
PAGE(iis_401)
PAGE(iis_403)
PAGE(iis_404)
PAGE(iis_500)
PAGE(httpsys_503)
PAGE(appproxy_403)
PAGE(appproxy_500)
PAGE(appproxy_502)
PAGE(appproxy_504)
PAGE(ndes_general)
#undef PAGE

#endif
