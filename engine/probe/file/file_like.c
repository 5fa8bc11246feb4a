/*
 * Compares a text with what checks read by words that stand in such files and hardly elsewhere.  At least two
 * of them have to be there; the kind with most of them counts.  Says nothing of what the text means.
 */
#include "file_like.h"

#include <casebook/buf.h>

#include "file_kind.h"

#define WORDS_MAX 7

static const struct like {
	const char *kind, *lacks;
	const char *words[WORDS_MAX];
} likes[] = {
        {"an IIS log",
         "lines with a date, a method, a path and a status, best with #Fields above them",
         {"mscep", "GET /", "POST /", "sc-status", "W3SVC", "cs-uri", "GetCACaps"}},
        {"a log of a proxy or balancer, or of another web server",
         "one of IIS on the NDES server, where the status has its reasons; the codes below still count",
         {"HTTP/1.1\"", "HTTP/2.0\"", "HTTP/1.0\"", "nginx", "haproxy[", "NOSRV", "GET /certsrv"}},
        {"a log of HTTP.sys (HTTPERR)",
         "its #Fields line with s-reason",
         {"s-reason", "Connection_", "Timer_", "HTTPERR", "QueueFull", "AppOffline"}},
        {"events of Windows",
         "each event's number and source; Event Viewer, Copy, Copy details as text",
         {"Event ID", "EventID", "Event Viewer", "Log Name", "TimeCreated", "Microsoft-Windows-",
          "Qualifiers"}},
        {"the OMADM log of an Android device",
         "its lines as they were, with time and class",
         {"omadm", "CertificateEnrollment", "com.microsoft.", "jscep", "Company Portal", "Android"}},
        {"a console log of an Apple device",
         "lines with time and process; `log show`, or Console saved as text",
         {"profiled", "mdmclient", "NSError", "NSURLErrorDomain", "MCSCEPErrorDomain", "sysdiagnose", "iOS"}},
        {"a list of certificates",
         "the certificates themselves (PEM, .p7b, .sst), or all of certutil -store",
         {"Issuer", "Subject", "Serial", "NotAfter", "Thumbprint", "Cert Hash", "PSParentPath"}},
        {"registry values",
         "the key above them, or the head of an export by reg export or reg query",
         {"HKEY_", "HKLM", "REG_DWORD", "REG_SZ", "MaxFieldLength", "NDESCertThumbprint", "EnforcePassword"}},
        {"output of certutil",
         "the last line of the command, CertUtil: -verify ...",
         {"certutil", "CertUtil", "revocation", "CDP", "AIA", "CRL", "0x8009"}},
        {"a list of services",
         "their short names with their states; sc query state= all",
         {"Running", "Stopped", "Service", "Automatic", "StartType", "W3SVC", "Connector"}},
        {"a configuration of IIS",
         "the XML as appcmd list config or applicationHost.config has it",
         {"requestLimits", "maxUrl", "maxQueryString", "appcmd", "system.webServer", "authentication",
          "mscep"}},
        {"a set-up log",
         "the lines of Windows Installer, MSI (s) and Action ended",
         {"Action ended", "CustomAction", "MSI (", "Return value", "Installation", "MsiInstaller"}},
        {"a log of the old connector's policy module",
         "its entries as they were, <![LOG[...]LOG]!>",
         {"VerifyRequest", "NDESPlugin", "certificate registration point", "NDESConnector", "Notify"}},
        {"an export of user rights",
         "the section [Privilege Rights] of secedit /export",
         {"SeImpersonatePrivilege", "SeBatchLogonRight", "Privilege", "secedit", "S-1-5-", "IIS_IUSRS"}},
        {"the state of a device",
         "the lines of dsregcmd /status, AzureAdJoined and those below it",
         {"AzureAdJoined", "DomainJoined", "dsregcmd", "DeviceId", "TenantId", "MdmUrl", "Intune"}},
};

void file_like(const struct sample *s, struct buf *out)
{
	const struct like *best = NULL;
	unsigned most = 1;

	for (size_t i = 0; i < sizeof(likes) / sizeof(likes[0]) && s->text != NULL; i++) {
		unsigned n = 0;

		for (size_t w = 0; w < WORDS_MAX && likes[i].words[w] != NULL; w++)
			n += sample_has(s, likes[i].words[w]);
		if (n > most) {
			most = n;
			best = &likes[i];
		}
	}
	if (best != NULL)
		buf_fmt(out, "; most like %s, and what it lacks for that: %s", best->kind, best->lacks);
}
