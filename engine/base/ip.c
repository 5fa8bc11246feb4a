/* Where an address lies, by its number alone. */
#include <casebook/url.h>

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

static const char *place4(uint32_t at)
{
	static const struct {
		uint32_t net, mask;
		const char *place;
	} nets[] = {
	        {0x0A000000, 0xFF000000, "inside"},
	        {0xAC100000, 0xFFF00000, "inside"},
	        {0xC0A80000, 0xFFFF0000, "inside"},
	        {0x7F000000, 0xFF000000, "inside"},
	        {0xA9FE0000, 0xFFFF0000, "inside"},
	        {0x64400000, 0xFFC00000, NULL}, /* a carrier's, or a VPN's */
	        {0x00000000, 0xFF000000, NULL},
	};

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if ((at & nets[i].mask) == nets[i].net)
			return nets[i].place;
	return "outside";
}

const char *ip_place(const char *ip)
{
	static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	unsigned char b[16];
	struct in_addr v4;

	if (inet_pton(AF_INET, ip, &v4) == 1)
		return place4(ntohl(v4.s_addr));
	if (inet_pton(AF_INET6, ip, b) != 1)
		return NULL;
	if (memcmp(b, mapped, sizeof(mapped)) == 0) {
		memcpy(&v4.s_addr, b + 12, 4);
		return place4(ntohl(v4.s_addr));
	}
	if ((b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && (b[1] & 0xC0) == 0x80))
		return "inside";
	if (strcmp(ip, "::1") == 0)
		return "inside";
	return (b[0] & 0xE0) == 0x20 ? "outside" : NULL; /* 2000::/3 is what is given out */
}
