@echo off
rem Collects what casebook reads from an NDES server, with Windows built-ins only. It changes nothing and takes
rem no secret: no private key, no PFX, no password. Run it as administrator; hand over the folder or zip it.
rem   collect-ndes.cmd [FOLDER] [SERVICE ACCOUNT]
rem The folder should be new: what lies in it already is handed over as well.
setlocal
set "OUT=%~1"
if "%OUT%"=="" set "OUT=%TEMP%\casebook"
if not exist "%OUT%\" mkdir "%OUT%"
if not exist "%OUT%\" exit /b 1
set "APPCMD=%windir%\System32\inetsrv\appcmd.exe"
set "SITE=Default Web Site"
echo casebook collects into %OUT%
fltmc >nul 2>&1 || echo This is not an administrator's window: some files will be missing.

rem Whose files these are and when they were taken: casebook gives it to each of them
set "ROLE=server"
if exist "%windir%\System32\certsrv\mscep\mscep.dll" set "ROLE=ndes"
set "NAME=%COMPUTERNAME%"
if defined USERDNSDOMAIN set "NAME=%COMPUTERNAME%.%USERDNSDOMAIN%"
set "NOW="
for /f "delims=" %%T in ('powershell -NoProfile -NonInteractive -Command "(Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')" 2^>nul') do set "NOW=%%T"
set "ZONE="
for /f "delims=" %%Z in ('tzutil /g 2^>nul') do set "ZONE=%%Z"
(
echo casebook collection
echo computer: %NAME%
echo time: %NOW%
echo zone: %ZONE%
echo role: %ROLE%
) > "%OUT%\about.txt"

rem IIS logs of the last three days, else the newest one; the folder and the number of the site may have been moved
set "LOGS=%SystemDrive%\inetpub\logs\LogFiles"
set "SITEID=1"
set "MOVED="
for /f "delims=" %%D in ('%APPCMD% list site "%SITE%" /text:logFile.directory 2^>nul') do call set "MOVED=%%D"
for /f "delims=" %%I in ('%APPCMD% list site "%SITE%" /text:id 2^>nul') do if exist "%MOVED%\W3SVC%%I\" set "SITEID=%%I"
if exist "%MOVED%\W3SVC%SITEID%\" set "LOGS=%MOVED%"
set "LOGS=%LOGS%\W3SVC%SITEID%"
netsh http flush logbuffer >nul 2>&1
robocopy "%LOGS%" "%OUT%\iis" u_ex*.log ex*.log /maxage:3 /r:0 /w:0 >nul 2>&1
set "NEWEST="
if not exist "%OUT%\iis\*.log" for /f "delims=" %%F in ('dir /b /od "%LOGS%\*ex*.log" 2^>nul') do set "NEWEST=%%F"
if defined NEWEST robocopy "%LOGS%" "%OUT%\iis" "%NEWEST%" /r:0 /w:0 >nul 2>&1
robocopy "%SystemRoot%\System32\LogFiles\HTTPERR" "%OUT%\httperr" httperr*.log /maxage:7 /r:0 /w:0 >nul 2>&1

rem Event logs
for %%L in (Application System) do wevtutil epl %%L "%OUT%\%%L.evtx" /ow:true
wevtutil epl Microsoft-Windows-CAPI2/Operational "%OUT%\CAPI2.evtx" /ow:true 2>nul
wevtutil epl Microsoft-Intune-CertificateConnectors/Admin "%OUT%\Connector-Admin.evtx" /ow:true 2>nul
wevtutil epl Microsoft-Intune-CertificateConnectors/Operational "%OUT%\Connector-Operational.evtx" /ow:true 2>nul

rem Registry: limits of HTTP.sys, the policy module and the templates of NDES, which connector has keys. MSCEP is
rem asked value by value, since the password that NDES keeps lies beside them.
set "MSCEP=HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP"
reg export HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters "%OUT%\http.reg" /y >nul
reg export %MSCEP%\Modules "%OUT%\mscep-modules.reg" /y >nul 2>&1
reg export %MSCEP%\CAInfo "%OUT%\mscep-cainfo.reg" /y >nul 2>&1
(for %%V in (SignatureTemplate EncryptionTemplate GeneralPurposeTemplate) do @reg query %MSCEP% /v %%V) > "%OUT%\mscep.txt" 2>nul
reg query %MSCEP%\EnforcePassword /v EnforcePassword >> "%OUT%\mscep.txt" 2>nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune >> "%OUT%\mscep.txt" 2>nul

rem User rights, pools, configuration in force, services
secedit /export /areas USER_RIGHTS /cfg "%OUT%\user-rights.inf" /quiet >nul
%APPCMD% list apppool > "%OUT%\apppools.txt"
%APPCMD% list config "%SITE%/CertSrv/mscep" /section:requestFiltering > "%OUT%\request-filtering.xml"
%APPCMD% list config "%SITE%/CertSrv/mscep" /section:access > "%OUT%\ssl-settings.xml"
%APPCMD% list app "%SITE%/CertificateRegistrationSvc" | find "APP " >nul && %APPCMD% list config "%SITE%/CertificateRegistrationSvc" /section:windowsAuthentication > "%OUT%\crs-windows-authentication.xml"
sc query state= all > "%OUT%\services.txt"

rem Certificates, without keys: the text says which store it is, the .sst holds their dates in a form that is the
rem same in every language
certutil -silent -store Root > "%OUT%\root-store.txt"
powershell -NoProfile -NonInteractive -Command "Get-ChildItem Cert:\LocalMachine\My | Export-Certificate -Type SST -FilePath $env:OUT\my-store.sst" >nul

rem The old connector's set-up log
if exist C:\NDESConnectorSetup\*.log robocopy C:\NDESConnectorSetup "%OUT%\setup" *.log /r:0 /w:0 >nul 2>&1

if not "%~2"=="" net user "%~2" /domain > "%OUT%\account.txt" 2>nul

echo Done. Give this folder, or a zip of it, to:  casebook run --evidence FOLDER
endlocal
