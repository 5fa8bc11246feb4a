@echo off
rem Collects what casebook reads from an NDES server, with Windows built-ins only. It changes nothing and takes
rem no secret: no private key, no PFX, no password. Run it as administrator; hand over the folder or zip it.
rem   collect-ndes.cmd [FOLDER] [SERVICE ACCOUNT]
setlocal
set OUT=%~1
if "%OUT%"=="" set OUT=%TEMP%\casebook
mkdir "%OUT%" 2>nul
set APPCMD=%windir%\System32\inetsrv\appcmd.exe

echo casebook collects into %OUT%
ver > "%OUT%\version.txt"
wmic os get LastBootUpTime,LocalDateTime > "%OUT%\boot.txt" 2>nul
w32tm /query /status > "%OUT%\time.txt" 2>&1

rem IIS logs of the last three days; times in them are UTC
netsh http flush logbuffer >nul 2>&1
mkdir "%OUT%\iis" 2>nul
forfiles /p "%SystemDrive%\inetpub\logs\LogFiles\W3SVC1" /m u_ex*.log /d -3 /c "cmd /c copy /y @path %OUT%\iis >nul" 2>nul
for /f "delims=" %%F in ('dir /b /o-d "%SystemDrive%\inetpub\logs\LogFiles\W3SVC1\u_ex*.log" 2^>nul') do (
  copy /y "%SystemDrive%\inetpub\logs\LogFiles\W3SVC1\%%F" "%OUT%\iis" >nul
  goto :iisdone
)
:iisdone
mkdir "%OUT%\httperr" 2>nul
copy /y "%SystemRoot%\System32\LogFiles\HTTPERR\httperr*.log" "%OUT%\httperr" >nul 2>&1

rem Event logs
for %%L in (Application System) do wevtutil epl %%L "%OUT%\%%L.evtx" /ow:true
wevtutil epl Microsoft-Windows-CAPI2/Operational "%OUT%\CAPI2.evtx" /ow:true 2>nul
wevtutil epl Microsoft-Intune-CertificateConnectors/Admin "%OUT%\Connector-Admin.evtx" /ow:true 2>nul
wevtutil epl Microsoft-Intune-CertificateConnectors/Operational "%OUT%\Connector-Operational.evtx" /ow:true 2>nul

rem Registry: limits of HTTP.sys, templates and policy module of NDES. EncryptedPassword is left out on purpose:
rem only the keys below are exported, and MSCEP's password key is not among them.
reg export HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters "%OUT%\http.reg" /y >nul
reg export HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\Modules "%OUT%\mscep-modules.reg" /y >nul 2>&1
reg export HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\CAInfo "%OUT%\mscep-cainfo.reg" /y >nul 2>&1
for %%V in (SignatureTemplate EncryptionTemplate GeneralPurposeTemplate) do reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP /v %%V >> "%OUT%\templates.txt" 2>nul

rem User rights, pools, configuration, services, certificates
secedit /export /areas USER_RIGHTS /cfg "%OUT%\user-rights.inf" >nul
"%APPCMD%" list apppool > "%OUT%\apppools.txt"
"%APPCMD%" list config "Default Web Site" /section:requestFiltering > "%OUT%\request-filtering.xml"
"%APPCMD%" list config "Default Web Site/CertificateRegistrationSvc" /section:windowsAuthentication > "%OUT%\crs-windows-authentication.xml" 2>nul
sc query state= all > "%OUT%\services.txt"
certutil -store Root > "%OUT%\root-store.txt"
certutil -store My > "%OUT%\my-store.txt"
netsh http show sslcert > "%OUT%\sslcert.txt"

rem The old connector's set-up log
copy /y C:\NDESConnectorSetup\*.log "%OUT%" >nul 2>&1

if not "%~2"=="" net user "%~2" /domain > "%OUT%\account.txt" 2>&1

echo Done. Give this folder, or a zip of it, to:  casebook run --evidence FOLDER
endlocal
