/*
 * Exports and command output of the NDES server: user.rights, registry.export, setup.msi,
 * apppool.state, service.state, account.state.  Each row is a small file in the shape of the real
 * thing and the facts that it must give; every row is also read as UTF-16.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

#include "file_page.h"
#include "probe_seen.h"

#include <cmocka.h>

struct row {
	const char *probe, *text;
	const char *facts[12]; /* key, JSON, key, JSON, ... NULL */
};

#define REG "Windows Registry Editor Version 5.00\r\n\r\n"
#define HTTP_KEY "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters]\r\n"
#define MSCEP_KEY "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP"
#define INF "[Unicode]\r\nUnicode=yes\r\n[Privilege Rights]\r\n"
#define MSI_START "=== Verbose logging started: 11/22/2026  14:00:00  Build type: SHIP UNICODE 5.00 ===\r\n"

#define HOST_BEGIN                                                                              \
	"<configuration><system.applicationHost><applicationPools><add name=\"SCEP\" "          \
	"enable32BitAppOnWin64=\"true\"/></applicationPools>"                                   \
	"<sites><site name=\"Default Web Site\" id=\"1\"><application path=\"/CertSrv/mscep\" " \
	"applicationPool=\"SCEP\"/>"                                                            \
	"<application path=\"/CertificateRegistrationSvc\" "                                    \
	"applicationPool=\"CRP\"/></site></sites></system.applicationHost><system.webServer/>"
#define HOST_END "</configuration>"
#define LIMITS(url, query)                                                           \
	"<system.webServer><security><requestFiltering><requestLimits maxUrl=\"" url \
	"\" maxQueryString=\"" query "\"/></requestFiltering></security></system.webServer>"

static const struct row rows[] = {
        {"user.rights",
         INF
         "SeImpersonatePrivilege = *S-1-5-19,*S-1-5-20,*S-1-5-32-544,*S-1-5-32-568,*S-1-5-6\r\n[Version]\r\n",
         {"impersonate_iis_iusrs", "true", "rights", "1"}},
        {"user.rights",
         INF "SeBatchLogonRight = *S-1-5-32-544,CONTOSO\\svc-ndes\r\nSeImpersonatePrivilege = "
             "*S-1-5-19,*S-1-5-20\r\n",
         {"impersonate_iis_iusrs", "false", "batch_logon", "[\"*S-1-5-32-544\",\"CONTOSO\\\\svc-ndes\"]"}},
        {"user.rights",
         INF "SeImpersonatePrivilege = Administratoren,IIS_IUSRS\r\n",
         {"impersonate_iis_iusrs", "true"}},
        {"user.rights",
         INF "SeShutdownPrivilege = *S-1-5-32-544\r\n[Version]\r\n",
         {"impersonate_iis_iusrs", "false"}},
        /* cut off: before the right, within its line */
        {"user.rights", INF "SeShutdownPrivilege = *S-1-5-32-544\r\n", {"impersonate_iis_iusrs", "null"}},
        {"user.rights",
         INF "SeImpersonatePrivilege = *S-1-5-19,*S-1-5-20,*S-1-5-3",
         {"impersonate_iis_iusrs", "null", "rights", "1"}},
        {"user.rights",
         INF "SeImpersonatePrivilege = *S-1-5-32-5680\r\n",
         {"impersonate_iis_iusrs", "false"}},

        {"registry.export",
         REG HTTP_KEY "\"MaxFieldLength\"=dword:0000fffe\r\n\"MaxRequestBytes\"=dword:0000FFFE\r\n",
         {"MaxFieldLength", "65534", "MaxRequestBytes", "65534", "limits_ok", "true"}},
        {"registry.export",
         REG HTTP_KEY "\"MaxFieldLength\"=dword:00004000\r\n\"MaxRequestBytes\"=dword:0000fffe\r\n",
         {"MaxFieldLength", "16384", "limits_ok", "false"}},
        {"registry.export",
         REG HTTP_KEY "\"EnableErrorLogging\"=dword:00000001\r\n",
         {"MaxFieldLength", "null", "MaxRequestBytes", "null", "limits_ok", "null", "http_parameters",
          "true"}},
        {"registry.export",
         REG "[-HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\HTTP\\Parameters]\r\n\"MaxFieldLength\"="
             "dword:0000fffe\r\n",
         {"MaxFieldLength", "null", "http_parameters", "false"}},
        {"registry.export",
         REG MSCEP_KEY "\\Modules\\NDESPolicy]\r\n\"NDESCertThumbprint\"=\"\xE2\x80\x8E"
                       "AB 12 cd EF 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff\"\r\n",
         {"NDESCertThumbprint", "\"ab12cdef00112233445566778899aabbccddeeff\"", "connector", "\"old\""}},
        {"registry.export",
         REG MSCEP_KEY "]\r\n\"SignatureTemplate\"=\"IPSECIntermediateOffline\"\r\n\"EncryptionTemplate\"="
                       "\"IPSECIntermediateOffline\"\r\n"
                       "\"GeneralPurposeTemplate\"=\"ScepUser\"\r\n" MSCEP_KEY
                       "\\CAInfo]\r\n\"Configuration\"=\"CA01\\\\Contoso CA\"\r\n",
         {"templates_default", "false", "general_template", "\"ScepUser\"", "ca", "\"CA01\\\\Contoso CA\"",
          "mscep", "true"}},
        {"registry.export",
         "REGEDIT4\r\n" HTTP_KEY "\"MaxFieldLength\"=-\r\n\"MaxRequestBytes\"=hex:fe,ff,\\\r\n  00,00\r\n",
         {"MaxFieldLength", "null", "MaxRequestBytes", "null"}},
        {"registry.export", /* reg query, key by key into one file */
         "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\r\n    "
         "MaxFieldLength    "
         "REG_DWORD    0xfffe\r\n    MaxRequestBytes    REG_DWORD    0x4000\r\n\r\n\r\n"
         "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP\r\n    GeneralPurposeTemplate    "
         "REG_SZ    "
         "Scep User\r\n\r\n\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\MicrosoftIntune\\NDESConnector\r\n",
         {"MaxFieldLength", "65534", "MaxRequestBytes", "16384", "limits_ok", "false", "general_template",
          "\"Scep User\"", "connector", "\"old\""}},

        /* What is nearest counts; what a whole configuration does not set has IIS' default. */
        {"iis.config",
         HOST_BEGIN "<location path=\"Default Web Site\">" LIMITS(
                 "4096", "65534") "</location><location "
                                  "path=\"default web site/certsrv\">" LIMITS("65534",
                                                                              "65535") "</location>" HOST_END,
         {"max_url", "65534", "max_query_string", "65535", "limits_ok", "true", "mscep_pool", "\"SCEP\"",
          "scep_pool_32bit", "true"}},
        {"iis.config",
         HOST_BEGIN "<location path=\"Other Site\">" LIMITS("65534", "65534") "</location>" HOST_END,
         {"max_url", "4096", "max_query_string", "2048", "limits_default", "true", "limits_ok", "false",
          "whole", "true"}},
        /* A part that was copied out of it says what it says, and nothing of what it does not. */
        {"iis.config",
         "<configuration><system.applicationHost><applicationPools><add name=\"SCEP\"/></applicationPools>"
         "</system.applicationHost></configuration>",
         {"whole", "false", "scep_pool", "true", "max_url", "null", "limits_ok", "null", "mscep_application",
          "null"}},
        /* A web.config may inherit what it does not say; appcmd prints what is in force. */
        {"iis.config",
         "<configuration><system.webServer><security><requestFiltering><requestLimits "
         "maxUrl=\"65534\"/></requestFiltering></security></system.webServer></configuration>",
         {"max_url", "65534", "max_query_string", "null", "limits_ok", "null", "whole", "false"}},
        {"iis.config",
         "<system.webServer><security><requestFiltering><requestLimits "
         "maxUrl=\"65534\"/></requestFiltering></security></system.webServer>",
         {"max_url", "65534", "max_query_string", "2048", "limits_ok", "false"}},

        /* In German; what the terminal properties say has no language. */
        {"setup.msi",
         "=== Verbose logging started: 22.11.2026  10:11:12  Build type: SHIP UNICODE ===\r\n"
         "MSI (s) (A4:B0) [10:12:13:456]: Produkt: X -- Installation fehlgeschlagen.\r\n"
         "Property(S): ProductVersion = 6.2008.60.607\r\n"
         "Property(S): ProductName = Microsoft Intune Connector\r\n"
         "MSI (c) (10:20) [10:12:13:500]: MainEngineThread is returning 1603\r\n",
         {"result", "1603", "product_version", "\"6.2008.60.607\"", "old_connector", "true",
          "supported_version", "false"}},
        {"setup.msi",
         MSI_START "MSI (c) (28:54) [16:13:11:905]: Product: Microsoft Intune Connector -- Installation "
                   "completed successfully.\r\n"
                   "MSI (c) (28:54) [16:13:11:999]: Windows Installer installed the product. Product Name: "
                   "Microsoft Intune Connector. "
                   "Product Version: 6.1711.4.0. Product Language: 1033. Manufacturer: Microsoft "
                   "Corporation. Installation success or "
                   "error status: 0.\r\n",
         {"result", "0", "completed", "true", "product_version", "\"6.1711.4.0\"", "supported_version",
          "false"}},
        {"setup.msi",
         MSI_START
         "MSI (s) (A4:10) [14:00:05:001]: Product: Microsoft Intune Connector -- Installation completed "
         "successfully.\r\n" MSI_START "CustomAction ConfigureIISLimits returned actual error code 1168 but "
         "will be translated to success due to continue marking\r\n"
         "CustomAction WriteIIS7ConfigChanges returned actual error code 1603 (note this may not be 100% "
         "accurate)\r\n"
         "MSI (s) (A4:10) [14:01:00:000]: Product Name: Microsoft Intune Connector. Product Version: "
         "6.2109.51.0. Product Language: "
         "1031. Manufacturer: Microsoft Corporation. Installation success or error status: 1603.\r\n",
         {"result", "1603", "completed", "false", "installations", "2", "failed_action",
          "\"WriteIIS7ConfigChanges\"", "supported_version", "true"}},
        {"setup.msi",
         MSI_START "MSI (c) (10:20) [12:00:00:000]: MainEngineThread is returning 1602\r\n",
         {"result", "1602", "completed", "false", "product", "null"}},
        /* The last sentences have one order in every language; what removes is no installation. */
        {"setup.msi",
         "MSI (s) (A4:10) [09:01:00:118]: Windows Installer a install\xC3\xA9 le produit. Nom du produit\xC2\xA0: "
         "Microsoft Intune Connector. Version du produit\xC2\xA0: 6.2109.51.0. Langue du produit\xC2\xA0: 1033. "
         "Fabricant\xC2\xA0: Microsoft Corporation. R\xC3\xA9ussite de l\xE2\x80\x99installation ou \xC3\xA9tat "
         "d\xE2\x80\x99"
         "erreur\xC2\xA0: 1603.\r\n",
         {"result", "1603", "completed", "false", "product", "\"Microsoft Intune Connector\"",
          "product_version", "\"6.2109.51.0\"", "old_connector", "true"}},
        {"setup.msi",
         "MSI (s) (A4:10) [09:01:00:118]: \xE8\xA3\xBD\xE5\x93\x81\xE5\x90\x8D: Microsoft Intune Connector"
         "\xE3\x80\x81\xE8\xA3\xBD\xE5\x93\x81\xE3\x83\x90\xE3\x83\xBC\xE3\x82\xB8\xE3\x83\xA7\xE3\x83\xB3: "
         "6.2109.51.0\xE3\x80\x81\xE8\xA8\x80\xE8\xAA\x9E: 1033\xE3\x80\x81\xE8\xA3\xBD\xE9\x80\xA0\xE5\x85\x83: "
         "Microsoft Corporation\xE3\x80\x81\xE7\x8A\xB6\xE6\x85\x8B: 0\xE3\x80\x82\r\n",
         {"result", "0", "completed", "true", "product", "\"Microsoft Intune Connector\""}},
        {"setup.msi",
         MSI_START "MSI (s) (A4:10) [14:01:00:000]: Windows Installer removed the product. Product Name: "
                   "Microsoft Intune Connector. Product Version: 6.1711.4.0. Product Language: 1033. "
                   "Manufacturer: Microsoft Corporation. Removal success or error status: 0.\r\n",
         {"result", "null", "completed", "null", "installations", "0"}},
        {"setup.msi",
         MSI_START "MSI (c) (10:20) [12:00:00:000]: Command Line: REMOVE=ALL CLIENTPROCESSID=4312\r\n"
                   "MSI (c) (10:20) [12:00:09:000]: MainEngineThread is returning 0\r\n",
         {"result", "null", "completed", "null", "installations", "0"}},
        {"setup.msi",
         MSI_START "MSI (s) (10:20) [12:00:00:000]: Command Line: UPGRADINGPRODUCTCODE={1} REMOVE=ALL\r\n"
                   "MSI (c) (10:20) [12:00:09:000]: MainEngineThread is returning 0\r\n",
         {"result", "0", "completed", "true", "installations", "1"}},
        /* No name between the colon and the dashes; dashes among more blanks. */
        {"setup.msi",
         MSI_START "Product: -- Installation failed.\r\n",
         {"result", "null", "product", "null", "installations", "0"}},
        {"setup.msi",
         MSI_START "MSI (s) (A4:10) [14:01:00:000]: Product: -- Installation failed.\r\n",
         {"result", "null", "product", "null", "installations", "0"}},
        {"setup.msi",
         MSI_START "Product: Microsoft Intune Connector --   Installation failed.\r\n",
         {"result", "1603", "product", "\"Microsoft Intune Connector\"", "old_connector", "true"}},
        {"setup.msi",
         MSI_START "Action start 14:00:01: INSTALL.\r\n",
         {"result", "null", "completed", "null", "installations", "0"}},

        /* Get-Service | Export-Csv, and Win32_Service with another delimiter */
        {"service.state",
         "#TYPE System.ServiceProcess.ServiceController\r\n"
         "\"Name\",\"RequiredServices\",\"DisplayName\",\"MachineName\",\"ServiceName\",\"Status\","
         "\"StartType\"\r\n"
         "\"W3SVC\",\"x\",\"World, Wide \"\"Web\"\"\",\".\",\"W3SVC\",\"Running\",\"Automatic\"\r\n"
         "\"NDESConnectorSvc\",\"x\",\"Intune: "
         "Connector\",\".\",\"NDESConnectorSvc\",\"Stopped\",\"Automatic\"\r\n",
         {"iis", "\"running\"", "old_connector", "\"stopped\"", "app_proxy_connector", "null"}},
        {"service.state",
         "Status;Name;DisplayName;State;StartName;CimClass\r\n"
         "OK;W3SVC;WWW;Start Pending;LocalSystem;root/cimv2:Win32_Service\r\n"
         "OK;WAPCSvc;Connector;Running;NT SERVICE\\WAPCSvc;root/cimv2:Win32_Service\r\n",
         {"iis", "\"starting\"", "app_proxy_connector", "\"running\""}},

        /* Get-Service cuts names at its column; what begins otherwise is another one. */
        {"service.state",
         "Status   Name               DisplayName\r\n------   ----               -----------\r\n"
         "Running  PFXCertificateC... PFX Certificate Connector for Microsoft I...\r\n"
         "Stopped  PFXRevokeConnec... PFX Revoke\r\n",
         {"certificate_connector", "\"running\"", "old_connector", "null"}},

        /* What PowerShell shows of a store: by the issuers, else by the command that filters. */
        {"certificate.store",
         "PS C:\\> gci cert:\\LocalMachine\\Root | where {$_.Issuer -ne $_.Subject}\r\n\r\n   PSParentPath: "
         "Microsoft.PowerShell.Security\\Certificate::LocalMachine\\Root\r\n\r\nThumbprint  Subject\r\n"
         "----------  -------\r\n3B9F0D1C2E4A5B6C7D8E9FA0B1C2D3E4F5061728  CN=Issuing CA\r\n",
         {"form", "\"powershell\"", "store", "\"root\"", "intermediate_in_root", "true"}},
        {"certificate.store",
         "PS C:\\> gci cert:\\LocalMachine\\Root\r\n\r\n   PSParentPath: "
         "Microsoft.PowerShell.Security\\Certificate::LocalMachine\\Root\r\n\r\nThumbprint  Subject\r\n"
         "----------  -------\r\n3B9F0D1C2E4A5B6C7D8E9FA0B1C2D3E4F5061728  CN=Issuing CA\r\n",
         {"store", "\"root\"", "intermediate_in_root", "null", "intermediates", "0"}},
        {"certificate.store",
         "PS C:\\> gci cert:\\LocalMachine\\Root | ? {$_.Issuer -ne $_.Subject} | ft Thumbprint\r\nPS C:\\>\r\n",
         {"store", "\"root\"", "intermediate_in_root", "false", "count", "0"}},
        {"certificate.store",
         "PS C:\\> gci cert:\\LocalMachine\\Root | ? {$_.Issuer -ne $_.Subject} | ft Thumbprint\r\n",
         {"intermediate_in_root", "null"}},
        {"certificate.store",
         "\"PSParentPath\",\"Subject\",\"Issuer\",\"NotAfter\",\"Thumbprint\"\r\n"
         "\"Microsoft.PowerShell.Security\\Certificate::LocalMachine\\My\",\"CN=N-MSCEP-RA\",\"CN=CA\","
         "\"31.12.2019 08:00:00\",\"3B9F0D1C2E4A5B6C7D8E9FA0B1C2D3E4F5061728\"\r\n",
         {"store", "\"my\"", "expired", "1", "intermediate_in_root", "null"}},
        /* Format-List * puts the end of a certificate first. */
        {"certificate.store",
         "PSPath       : Microsoft.PowerShell.Security\\Certificate::LocalMachine\\My\\3B9F\r\n"
         "NotAfter     : 31.12.2019 08:00:00\r\nNotBefore    : 31.12.2017 08:00:00\r\n"
         "Thumbprint   : 3B9F0D1C2E4A5B6C7D8E9FA0B1C2D3E4F5061728\r\nIssuer       : CN=CA\r\n"
         "Subject      : CN=N-MSCEP-RA\r\n\r\n",
         {"store", "\"my\"", "count", "1", "expired", "1", "intermediate_in_root", "null"}},

        {"apppool.state",
         "APPPOOL \"DefaultAppPool\" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)\r\nAPPPOOL \"SCEP\" "
         "(MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\r\n",
         {"scep", "\"stopped\"", "scep_exists", "true", "pools",
          "{\"DefaultAppPool\":\"started\",\"SCEP\":\"stopped\"}"}},
        {"apppool.state",
         "APPPOOL \"DefaultAppPool\" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)\r\n",
         {"scep", "null", "scep_exists", "false"}},
        {"apppool.state", /* written twice into one file: the later one counts */
         "APPPOOL \"SCEP\" (MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\r\nAPPPOOL \"SCEP\" "
         "(MgdVersion:v4.0,MgdMode:Integrated,state:Started)\r\n",
         {"scep", "\"started\"", "scep_exists", "true", "pools", "{\"SCEP\":\"started\"}"}},
        {"apppool.state", /* the listing of IIS:\AppPools */
         "Name                     State        Applications\r\n----                     -----        "
         "------------\r\nSCEP                     Stopped      Default Web Site\r\n                         "
         "        "
         "     /CertSrv/mscep\r\n",
         {"scep", "\"stopped\"", "scep_exists", "true"}},
        {"apppool.state",
         "\r\nValue\r\n-----\r\nStarted\r\n\r\n",
         {"scep", "\"started\"", "scep_exists", "null"}},
        {"apppool.state",
         "Name                 Status       CLR Ver  Pipeline Mode  Start Mode\r\n----                 "
         "------       -------  -------------  "
         "----------\r\n.NET v4.5            Started      v4.0     Integrated     OnDemand\r\nSCEP           "
         "      Started      v4.0     "
         "Integrated     OnDemand\r\n",
         {"scep", "\"started\"", "pools", "{\".NET v4.5\":\"started\",\"SCEP\":\"started\"}"}},

        {"service.state",
         "\r\nSERVICE_NAME: W3SVC\r\nDISPLAY_NAME: World Wide Web Publishing Service\r\n        TYPE         "
         "      : 20  WIN32_SHARE_PROCESS  \r\n"
         "        STATE              : 4  RUNNING \r\n                                (STOPPABLE)\r\n        "
         "WIN32_EXIT_CODE    : 0  (0x0)\r\n\r\n"
         "SERVICE_NAME: WAPCSvc\r\nDISPLAY_NAME: Microsoft Entra private network connector\r\n        TYPE   "
         "            : 10  WIN32_OWN_PROCESS\r\n"
         "        STATE              : 1  STOPPED \r\n        WIN32_EXIT_CODE    : 1077  (0x435)\r\n",
         {"iis", "\"running\"", "app_proxy_connector", "\"stopped\"", "certificate_connector", "null"}},
        {"service.state",
         "SERVICE_NAME: WAPCSvc\r\nDISPLAY_NAME: Connector\r\n        TYP                : 10  "
         "WIN32_OWN_PROCESS\r\n        STATUS             : 4  WIRD "
         "AUSGEF\xC3\x9CHRT\r\n",
         {"app_proxy_connector", "\"running\""}},
        {"service.state",
         "Status   Name               DisplayName\r\n------   ----               -----------\r\nStopped  "
         "PFXCertificateC... PFX Certificate "
         "Connector\r\nRunning  WAS                Windows Process Activation Service\r\n",
         {"was", "\"running\"", "certificate_connector", "\"stopped\""}},
        {"service.state",
         "Image Name                     PID Services\r\n========================= ======== "
         "=====\r\nsvchost.exe                   1234 W3SVC, "
         "WAS\r\nlsass.exe                      700 N/A\r\n",
         {"iis", "\"running\"", "services", "{\"W3SVC\":\"running\",\"WAS\":\"running\"}"}},

        {"service.state",
         "Name                : WAPCSvc\r\nDisplayName         : Microsoft Entra private network "
         "connector\r\nStatus              : Running\r\n\r\nStatus      : Stopped\r\nName        : W3SVC\r\n",
         {"app_proxy_connector", "\"running\"", "iis", "\"stopped\""}},

        {"account.state",
         "DistinguishedName : CN=svc-ndes,DC=contoso,DC=com\r\nEnabled           : True\r\nLockedOut         "
         ": True\r\nPasswordExpired   : "
         "False\r\nSamAccountName    : svc-ndes\r\n",
         {"enabled", "true", "locked", "true", "password_expired", "false", "usable", "false"}},
        {"account.state",
         "User name                    svc-ndes\r\nFull Name                    NDES\r\nComment              "
         "        x  y\r\nUser's comment"
         "               -  -\r\nCountry/region code          000 (System Default)\r\nAccount active         "
         "      Yes\r\nAccount expires"
         "              Never\r\n\r\nPassword last set            1/2/2026 3:00:00 PM\r\nPassword expires    "
         "         Never\r\n",
         {"enabled", "true", "locked", "null", "usable", "null"}},
        {"account.state",
         "Benutzername                 svc-ndes\r\nVollst\xC3\xA4ndiger Name           NDES  "
         "Dienst\r\nBeschreibung                 a  b\r\n"
         "Benutzerbeschreibung         c  d\r\nL\xC3\xA4nder-/Regionscode          000 "
         "(Systemstandard)\r\nKonto aktiv                  Nein\r\n",
         {"enabled", "false", "usable", "false"}},
};

/* The same words in the code pages of consoles and of programs. */
static const struct row paged[] = {
        /* French, OEM 850 and ANSI 1252 */
        {"account.state",
         "Nom d\x27utilisateur              svc-ndes\r\nNom complet                      Enr\x93lement des "
         "p\x82riph\x82riques\r\nCommentaire                      a\r\nCommentaires de "
         "l\x27utilisateur  b\r\nCode du pays ou de la r\x82gion    000\r\nCompte : actif                   "
         "Verrouill\x82\r\n",
         {"locked", "true", "usable", "false"}},
        {"account.state",
         "Nom d\x27utilisateur              svc-ndes\r\nNom complet                      Enr\xF4lement des "
         "p\xE9riph\xE9riques\r\nCommentaire                      a\r\nCommentaires de "
         "l\x27utilisateur  b\r\nCode du pays ou de la r\xE9gion    000\r\nCompte : actif                   "
         "Verrouill\xE9\r\n",
         {"locked", "true", "usable", "false"}},
        /* Spanish, OEM 850: "S\xA1" */
        {"account.state",
         "Nombre de usuario               svc-ndes\r\nNombre completo                 "
         "Inscripci\xA2n\r\nComentario                      a\r\nComentario del usuario          b\r\nC\xA2"
         "digo "
         "de pa\xA1s o regi\xA2n        000\r\nCuenta activa                   S\xA1\r\n",
         {"enabled", "true"}},
};

static void check_row(const struct row *row, const char *path)
{
	struct probe_seen seen;

	probe_run(&seen, row->probe, "file", path, NULL);
	if (seen.e.outcome != EV_MEASURED)
		print_message("%s: %s\n%s\n", row->probe, seen.e.why, row->text);
	assert_int_equal(seen.e.outcome, EV_MEASURED);
	for (size_t i = 0; row->facts[i] != NULL; i += 2) {
		const struct value *v = evidence_fact(&seen.e, row->facts[i]);
		const char *json = v != NULL ? seen_json(&seen, row->facts[i]) : "null";

		if (strcmp(json, row->facts[i + 1]) != 0)
			print_message("%s %s in:\n%s\n", row->probe, row->facts[i], row->text);
		assert_string_equal(json, row->facts[i + 1]);
	}
	probe_seen_release(&seen);
}

/* ASCII and the few letters beyond it, as Windows tools redirect: UTF-16LE with BOM. */
static const char *as_utf16(const char *text)
{
	unsigned char *wide = malloc(2 * strlen(text) + 2);
	size_t n = 0;
	const char *path;

	wide[n++] = 0xFF;
	wide[n++] = 0xFE;
	for (size_t i = 0, len = strlen(text); i < len;) {
		uint32_t cp;

		i += utf8_decode(text + i, len - i, &cp);
		wide[n++] = (unsigned char)cp;
		wide[n++] = (unsigned char)(cp >> 8);
	}
	path = test_file("wide.txt", wide, n);
	free(wide);
	return path;
}

static void every_export_gives_its_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(&rows[i], test_file("narrow.txt", rows[i].text, SIZE_MAX));
		check_row(&rows[i], as_utf16(rows[i].text));
	}
}

static const char *in_utf8(const char *page, const char *text)
{
	static char out[512];
	char *from = (char *)text, *to = out;
	size_t n = strlen(text), room = sizeof(out) - 1;
	iconv_t c = iconv_open("UTF-8", page);

	assert_int_equal(iconv(c, &from, &n, &to, &room), 0);
	iconv_close(c);
	*to = '\0';
	return out;
}

static void code_pages_are_known_by_how_they_read(void **state)
{
	struct buf out;
	static const struct {
		const char *text, *page;
	} texts[] = {
	        {"Protok\xF3\xB3 zdarze\xF1, \xB9\xEA\x9C\xE6 w us\xB3udze", "CP1250"},
	        {"Us\x88uga zosta\x88"
	         "a zatrzymana, b\x88\xA5"
	         "d po\x88\xA5"
	         "czenia",
	         "CP852"},
	        {"\xD1\xEB\xF3\xE6\xE1\xE0 \xF3\xF7\xE5\xF2\xED\xFB\xF5 \xE7\xE0\xEF\xE8\xF1\xE5\xE9",
	         "CP1251"},
	        {"\x91\xAB\xE3\xA6\xA1\xA0 \xE3\xE7\xA5\xE2\xAD\xEB\xE5 \xA7\xA0\xAF\xA8\xE1\xA5\xA9",
	         "CP866"},
	        {"\x83\x86\x81[\x83U\x81[\x96\xBC \x83T\x81[\x83r\x83X\x82\xAA\x92\xE2\x8E~\x82\xB5\x82\xDC\x82\xB5\x82\xBD",
	         "CP932"},
	        {"Der Dienst wurde f\x81r den Benutzer ge\x94"
	         "ffnet, gr\x94\xE1"
	         "er",
	         "CP850"},
	        {"Der Dienst wurde f\xFCr den Benutzer ge\xF6"
	         "ffnet, gr\xF6\xDF"
	         "er",
	         "CP1252"},
	        {"Le service a \x82t\x82 arr\x88t\x82", "CP850"},
	        {"Mozilla/5.0 caf\xE9", "CP1252"},
	};

	(void)state;
	buf_init(&out, BUF_MAX_LINE);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		file_page_take((const unsigned char *)texts[i].text, strlen(texts[i].text));
		buf_clear(&out);
		file_page_put(&out, texts[i].text, strlen(texts[i].text), true);
		if (strcmp(buf_cstr(&out), in_utf8(texts[i].page, texts[i].text)) != 0)
			fail_msg("%zu: %s is not %s", i, buf_cstr(&out), texts[i].page);
	}
	for (size_t i = 0; i < sizeof(paged) / sizeof(paged[0]); i++)
		check_row(&paged[i], test_file("paged.txt", paged[i].text, SIZE_MAX));
	buf_release(&out);
}

static void every_export_is_recognised_by_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen seen;

		if (strncmp(rows[i].text, "\r\nValue", 7) == 0 || strncmp(rows[i].text, "Name  ", 6) == 0)
			continue; /* a single word, or a table without a sign of its own: named by the person
			           */
		probe_run(&seen, "file.recognise", "file", test_file("x.bin", rows[i].text, SIZE_MAX), NULL);
		if (strcmp(seen_str(&seen, "kind"), rows[i].probe) != 0)
			print_message("%s\n", rows[i].text);
		assert_string_equal(seen_str(&seen, "kind"), rows[i].probe);
		probe_seen_release(&seen);
	}
}

/* Get-WebAppPoolState says no names: read when a person names the check, never guessed by shape; of several
 * that differ nothing follows. */
static void states_of_pools_without_names(void **state)
{
	static const struct {
		const char *text, *scep;
	} tables[] = {
	        {"\r\nValue\r\n-----\r\nStopped\r\n\r\n", "\"stopped\""},
	        {"Value\n-----\nStarted\nStarted\n", "\"started\""},
	        {"Value\n-----\nStarted\nStopped\n", NULL},
	        {"Value\n-----\n42\n", NULL},
	        {"Value\n-----\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const char *path = test_file("pools.txt", tables[i].text, SIZE_MAX);
		struct probe_seen seen;

		probe_run(&seen, "file.recognise", "file", path, NULL);
		assert_string_equal(seen.e.nfacts ? seen_json(&seen, "kind") : "null", "null");
		probe_seen_release(&seen);
		probe_run(&seen, "apppool.state", "file", path, NULL);
		assert_int_equal(seen.e.outcome, tables[i].scep ? EV_MEASURED : EV_UNREADABLE);
		if (tables[i].scep)
			assert_string_equal(seen_json(&seen, "scep"), tables[i].scep);
		else
			assert_int_equal(seen.e.npins, 0);
		probe_seen_release(&seen);
	}
}

static void other_files_are_refused_with_a_reason(void **state)
{
	static const char *const probes[] = {"user.rights",   "registry.export", "setup.msi",
	                                     "apppool.state", "service.state",   "account.state"};
	static const char jpeg[] = "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0";

	(void)state;
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		const char *paths[] = {test_file("a.jpg", jpeg, sizeof(jpeg)), NULL};
		struct probe_seen seen;

		probe_run(&seen, probes[i], "file", paths[0], NULL);
		assert_int_equal(seen.e.outcome, EV_UNREADABLE);
		assert_non_null(strstr(seen.e.why, "a.jpg"));
		probe_seen_release(&seen);
		probe_run(&seen, probes[i], "file", test_file("words.txt", "nothing of interest\n", SIZE_MAX),
		          NULL);
		assert_int_equal(seen.e.outcome, EV_UNREADABLE);
		assert_non_null(strstr(seen.e.why, "words.txt"));
		probe_seen_release(&seen);
		probe_run(&seen, probes[i], "file", "/nowhere/at-all", NULL);
		assert_int_equal(seen.e.outcome, EV_UNREADABLE);
		probe_seen_release(&seen);
	}
}

static void hostile_xml_is_refused(void **state)
{
	static const char *const bad[] = {
	        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM "
	        "\"file:///etc/passwd\">]><configuration><system.webServer>&a;</system.webServer>"
	        "</configuration>",
	        "<configuration><system.webServer></configuration>",
	        "<other><system.webServer/></other>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct probe_seen seen;

		probe_run(&seen, "iis.config", "file", test_file("web.config", bad[i], SIZE_MAX), NULL);
		assert_int_equal(seen.e.outcome, EV_UNREADABLE);
		assert_null(strstr(seen.e.why, "root:"));
		probe_seen_release(&seen);
	}
}

static void pins_name_the_line(void **state)
{
	struct probe_seen seen;

	(void)state;
	probe_run(&seen, "user.rights", "file", test_file("r.inf", rows[1].text, SIZE_MAX), NULL);
	assert_int_equal(seen_pin(&seen, "impersonate_iis_iusrs")->line, 5);
	assert_non_null(strstr(seen_pin(&seen, "impersonate_iis_iusrs")->text, "SeImpersonatePrivilege"));
	probe_seen_release(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_export_gives_its_facts),
	        cmocka_unit_test(every_export_is_recognised_by_content),
	        cmocka_unit_test(code_pages_are_known_by_how_they_read),
	        cmocka_unit_test(states_of_pools_without_names),
	        cmocka_unit_test(other_files_are_refused_with_a_reason),
	        cmocka_unit_test(hostile_xml_is_refused),
	        cmocka_unit_test(pins_name_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
