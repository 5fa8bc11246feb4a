@echo off
rem Collects what casebook reads from an NDES server, or from the server of its application proxy's connector. Windows
rem built-ins only, Windows Server 2012 R2 to 2025, in any language. It reads, and writes into one new folder; it asks
rem for no value that can hold a secret: no private key, no PFX, no password. Run it as administrator.
rem   collect-ndes.cmd [FOLDER] [DAYS OF EVENTS]
rem Made from assets/collectors.tsv and assets/collect-ndes.in by assets/collect_ndes.py; not to be edited.
setlocal EnableExtensions DisableDelayedExpansion
rem A window of 32 bits has another System32
if not defined PROCESSOR_ARCHITEW6432 goto native
if defined CB_AGAIN goto native
set "CB_AGAIN=1"
"%SystemRoot%\Sysnative\cmd.exe" /d /c ""%~f0" %*"
exit /b
:native
if defined ProgramW6432 set "ProgramFiles=%ProgramW6432%"
rem Windows' own find, sort, tar and whoami, not those of Git or Cygwin
set "PATH=%SystemRoot%\System32;%SystemRoot%;%SystemRoot%\System32\Wbem;%SystemRoot%\System32\WindowsPowerShell\v1.0"
set "AC=%SystemRoot%\System32\inetsrv\appcmd.exe"
set "BASE=%~1"
if not defined BASE set "BASE=%SystemDrive%\casebook"
for %%B in ("%BASE%\.") do set "BASE=%%~fB"
set "DAYS=%~2"
if not defined DAYS set "DAYS=7"
set DAYS| findstr /r /x "DAYS=[1-9][0-9]*" >nul && goto days
echo "%~2" is no number of days
exit /b 1
:days
set /a "SPAN=DAYS*86400"

rem A folder of its own each time: what lies in another was collected at another time
set "OUT=%BASE%"
set "N=1"
:fresh
if not exist "%OUT%" if not exist "%OUT%.zip" goto new
set /a "N+=1"
set "OUT=%BASE%-%N%"
goto fresh
:new
mkdir "%OUT%"
if exist "%OUT%\" goto made
echo Cannot make "%OUT%"
exit /b 1
:made
set "ABOUT=%OUT%\about.txt"
set "MISSING=%OUT%\missing.txt"
set "STEP=0"
set "ADMIN=yes"
fltmc >nul 2>&1 || set "ADMIN=no"
echo casebook collects into "%OUT%"
if "%ADMIN%"=="no" echo This is no administrator's window: several files will be missing.

call :step "Whose server, and when"
rem The second half says it again without PowerShell, which may be forbidden
>"%ABOUT%" echo casebook collection
>>"%ABOUT%" echo admin=%ADMIN%
>>"%ABOUT%" echo span_days=%DAYS%
>>"%ABOUT%" echo computer=%COMPUTERNAME%
if exist "%SystemRoot%\System32\certsrv\mscep\mscep.dll" >>"%ABOUT%" echo role=ndes
powershell -NoProfile -NonInteractive -Command "$ErrorActionPreference='SilentlyContinue';$r='HKLM:\SYSTEM\CurrentControlSet\';$p=Get-ItemProperty ($r+'Services\Tcpip\Parameters');$n=Get-ItemProperty ($r+'Control\Nls\CodePage');$v=Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion';$z=[TimeZoneInfo]::Local;$t=[DateTime]::UtcNow;'casebook-about=1';'computer='+$env:COMPUTERNAME;'fqdn='+$p.Hostname+'.'+$p.Domain;'utc='+$t.ToString('s')+'Z';'zone='+$z.Id;'offset_min='+$z.GetUtcOffset($t).TotalMinutes;'boot='+(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString('s')+'Z';'build='+$v.CurrentBuild+'.'+$v.UBR;'install='+$v.InstallationType;'producttype='+(Get-ItemProperty ($r+'Control\ProductOptions')).ProductType;'oemcp='+$n.OEMCP;'acp='+$n.ACP;'culture='+(Get-Culture).Name;'ui='+(Get-UICulture).Name;'ps='+$PSVersionTable.PSVersion;'mode='+$ExecutionContext.SessionState.LanguageMode;'elevated='+([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole([Security.Principal.WindowsBuiltInRole]'Administrator');'ssh='+[bool]$env:SSH_CONNECTION;'mscep='+(Test-Path HKLM:\SOFTWARE\Microsoft\Cryptography\MSCEP);'certsvc='+(Test-Path HKLM:\SYSTEM\CurrentControlSet\Services\CertSvc);'appproxy='+(Test-Path HKLM:\SYSTEM\CurrentControlSet\Services\WAPCSvc)" >>"%ABOUT%" 2>nul <nul
>>"%ABOUT%" echo powershell=%ERRORLEVEL%
>>"%ABOUT%" echo local=%DATE% %TIME%
chcp >>"%ABOUT%" 2>nul <nul
reg query HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation /v ActiveTimeBias >>"%ABOUT%" 2>nul <nul
reg query HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation /v TimeZoneKeyName >>"%ABOUT%" 2>nul <nul
reg query "HKCU\Control Panel\International" /v sShortDate >>"%ABOUT%" 2>nul <nul
reg query HKLM\SYSTEM\CurrentControlSet\Control\Nls\CodePage /v OEMCP >>"%ABOUT%" 2>nul <nul

if not exist "%AC%" goto noiis
call :step "IIS: sites, pools, settings in force"
%windir%\System32\inetsrv\appcmd.exe list app /xml >"%OUT%\apps.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool >"%OUT%\apppools.txt" 2>nul <nul
call :done apppools.txt
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:processModel.identityType >"%OUT%\pool.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:processModel.userName >>"%OUT%\pool.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:processModel.loadUserProfile >>"%OUT%\pool.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:enable32BitAppOnWin64 >>"%OUT%\pool.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:autoStart >>"%OUT%\pool.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:failure.rapidFailProtection >>"%OUT%\pool.tmp" 2>nul <nul
%windir%\System32\inetsrv\appcmd.exe list apppool SCEP /text:failure.rapidFailProtectionMaxCrashes >>"%OUT%\pool.tmp" 2>nul <nul
powershell -NoProfile -NonInteractive -Command "$t=[IO.File]::ReadAllText($env:windir+'\System32\inetsrv\config\applicationHost.config') -replace '(?i)(?<=(password|validationKey|decryptionKey|connectionString)=.)[^\x22]*(?=\x22)','';$b=[Text.Encoding]::UTF8.GetBytes($t);$o=[Console]::OpenStandardOutput();$o.Write($b,0,$b.Length)" >"%OUT%\applicationHost.config" 2>nul <nul
for %%F in ("%OUT%\applicationHost.config") do if not "%%~zF"=="0" goto config
rem Without PowerShell: no line that holds a password, which takes the accounts of pools as well
findstr /v /i /l /c:password= /c:[enc: %windir%\System32\inetsrv\config\applicationHost.config >"%OUT%\applicationHost.config" 2>nul <nul
:config
call :done applicationHost.config
rem What stands between quotes must hold none
set "CB_SITE="
for /f "delims=" %%S in ('%AC% list app /path:/CertSrv/mscep /text:SITE.NAME 2^>nul') do if not defined CB_SITE set "CB_SITE=%%S"
if defined CB_SITE set "CB_SITE=%CB_SITE:"=%"
if not defined CB_SITE set "CB_SITE=Default Web Site"
set "SITEID=1"
for /f "delims=" %%I in ('%AC% list site "%CB_SITE%" /text:id 2^>nul') do set "SITEID=%%I"
set "LOGDIR=%SystemDrive%\inetpub\logs\LogFiles"
for /f "delims=" %%D in ('%AC% list site "%CB_SITE%" /text:logFile.directory 2^>nul') do call set "LOGDIR=%%D"
%windir%\System32\inetsrv\appcmd.exe list config "%CB_SITE%/CertSrv/mscep" /section:requestFiltering >"%OUT%\request-filtering.xml" 2>nul <nul
call :done request-filtering.xml
%windir%\System32\inetsrv\appcmd.exe list config "%CB_SITE%/CertSrv/mscep" /section:access >"%OUT%\ssl-settings.xml" 2>nul <nul
call :done ssl-settings.xml
%windir%\System32\inetsrv\appcmd.exe list config "%CB_SITE%/CertSrv/mscep" /section:anonymousAuthentication >"%OUT%\mscep-anonymousauthentication.xml" 2>nul <nul
call :done mscep-anonymousauthentication.xml
rem Of a path that is no application appcmd prints the settings of its site
findstr /i /c:CertificateRegistrationSvc "%OUT%\apps.tmp" >nul 2>&1 || goto nocrs
%windir%\System32\inetsrv\appcmd.exe list config "%CB_SITE%/CertificateRegistrationSvc" /section:windowsAuthentication >"%OUT%\crs-windows-authentication.xml" 2>nul <nul
call :done crs-windows-authentication.xml
:nocrs

call :step "Logs of IIS and HTTP.sys"
netsh http flush logbuffer >nul 2>&1 <nul
robocopy "%LOGDIR%\W3SVC%SITEID%" "%OUT%\iis" u_ex*.log ex*.log u_in*.log /maxage:3 /r:0 /w:0 /np /njh >nul 2>nul <nul
rem The one that HTTP.sys holds open shows an old date: the newest is known by its name
set "NEWEST="
for /f "delims=" %%F in ('dir /b /a-d /on "%LOGDIR%\W3SVC%SITEID%\*ex*.log" 2^>nul') do set "NEWEST=%%F"
if defined NEWEST if not exist "%OUT%\iis\%NEWEST%" robocopy "%LOGDIR%\W3SVC%SITEID%" "%OUT%\iis" "%NEWEST%" /r:0 /w:0 >nul 2>&1 <nul
call :folder iis
robocopy "%SystemRoot%\System32\LogFiles\HTTPERR" "%OUT%\httperr" httperr*.log /maxage:7 /r:0 /w:0 /np /njh >nul 2>nul <nul
call :folder httperr
goto iisdone
:noiis
>>"%MISSING%" echo   IIS is not installed here
:iisdone

call :step "Registry, services, rights"
reg query HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters /s >"%OUT%\http.txt" 2>nul <nul
call :done http.txt
netsh http show sslcert >"%OUT%\sslcert.txt" 2>nul <nul
call :done sslcert.txt
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP /v SignatureTemplate >"%OUT%\mscep.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP /v EncryptionTemplate >>"%OUT%\mscep.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP /v GeneralPurposeTemplate >>"%OUT%\mscep.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\EnforcePassword /v EnforcePassword >>"%OUT%\mscep.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\UseSinglePassword /v UseSinglePassword >>"%OUT%\mscep.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\PasswordMax /v PasswordMax >>"%OUT%\mscep.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\PasswordValidity /v PasswordValidity >>"%OUT%\mscep.txt" 2>nul <nul
call :done mscep.txt
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\CAInfo /s >"%OUT%\mscep-cainfo.txt" 2>nul <nul
call :done mscep-cainfo.txt
reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\Modules /s >"%OUT%\mscep-modules.txt" 2>nul <nul
call :done mscep-modules.txt
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune >"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\NDESConnector /v EncryptionCertThumbprint >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\NDESConnector /v SigningCertificate >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\PFXCertificateConnector /v EncryptionCertThumbprint >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\PFXCertificateConnector /v InstallFolder >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\PFXCertificateConnector /v BaseServiceAddress >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\PFXCertificateConnector\ConnectionStatus >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\PFXCertificateConnector\Proxy /v ProxyServer >>"%OUT%\connector.txt" 2>nul <nul
reg query HKLM\SOFTWARE\Microsoft\MicrosoftIntune\PFXCertificateConnector\Proxy /v Port >>"%OUT%\connector.txt" 2>nul <nul
call :done connector.txt
sc query state= all bufsize= 262144 >"%OUT%\services.txt" 2>nul <nul
call :done services.txt
netsh winhttp show proxy >"%OUT%\winhttp.txt" 2>nul <nul
call :done winhttp.txt
secedit /export /areas USER_RIGHTS /cfg "%OUT%\user-rights.inf" /log "%OUT%\user-rights.inf.log" /quiet >nul 2>nul <nul
call :done user-rights.inf
del "%OUT%\user-rights.inf.log" 2>nul

call :step "Certificates, without keys"
powershell -NoProfile -NonInteractive -Command "$u=[DateTime]::UtcNow.ToString('s')+'Z';foreach($n in 'My','Root','CA'){$s=New-Object Security.Cryptography.X509Certificates.X509Store($n,'LocalMachine');$s.Open('ReadOnly');'# store=LocalMachine\'+$n+' computer='+$env:COMPUTERNAME+' utc='+$u+' count='+$s.Certificates.Count;foreach($c in $s.Certificates){'# sha1='+$c.Thumbprint+' key='+$c.HasPrivateKey;'-----BEGIN CERTIFICATE-----';[Convert]::ToBase64String($c.RawData,'InsertLineBreaks');'-----END CERTIFICATE-----'};$s.Close()}" >"%OUT%\certs.pem" 2>nul <nul
call :done certs.pem
certutil -silent -v -store My >"%OUT%\my-store.txt" 2>nul <nul
call :done my-store.txt
certutil -silent -store Root >"%OUT%\root-store.txt" 2>nul <nul
call :done root-store.txt
powershell -NoProfile -NonInteractive -Command "$i=0;foreach($c in (Get-ChildItem Cert:\LocalMachine\My)){foreach($x in $c.Extensions){if($x.Oid.Value -eq '2.5.29.37'){foreach($e in $x.EnhancedKeyUsages){if($e.Value -eq '1.3.6.1.4.1.311.20.2.1'){$i++;$f=[IO.Path]::GetTempPath()+'casebook-ra'+$i+'.cer';[IO.File]::WriteAllBytes($f,$c.RawData);'# sha1='+$c.Thumbprint;certutil -t 10000 -verify -urlfetch $f;'# exit='+$LASTEXITCODE;Remove-Item $f}}}}}" >"%OUT%\ra-verify.txt" 2>nul <nul
call :done ra-verify.txt

set "CB_CA="
for /f "tokens=2,*" %%A in ('reg query HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\CAInfo /v Configuration 2^>nul') do if "%%A"=="REG_SZ" set "CB_CA=%%B"
if defined CB_CA set "CB_CA=%CB_CA:"=%"
if not defined CB_CA goto noca
call :step "The CA, asked from here"
certutil -config "%CB_CA%" -ping 20 >"%OUT%\ca-ping.txt" 2>nul <nul
call :done ca-ping.txt
certutil -config "%CB_CA%" -CAInfo >"%OUT%\ca-info.txt" 2>nul <nul
call :done ca-info.txt
certutil -silent -f -config "%CB_CA%" -ca.cert "%OUT%\ca.cer" >nul 2>nul <nul
call :done ca.cer
:noca

set "CB_SAM="
if not exist "%OUT%\pool.tmp" goto noaccount
for /f "usebackq skip=1 delims=" %%U in ("%OUT%\pool.tmp") do if not defined CB_SAM set "CB_SAM=%%U"
if not defined CB_SAM goto noaccount
set "CB_SAM=%CB_SAM:"=%"
set "DOMAIN="
for /f "tokens=1,2 delims=@" %%A in ("%CB_SAM%") do call :account "%%B" "%%A"
for /f "tokens=1,2 delims=\" %%A in ("%CB_SAM%") do call :account "%%A" "%%B"
rem An identity of the pool's own has no account in the directory
if not defined DOMAIN goto noaccount
set CB_SAM| findstr /r /x "CB_SAM=[A-Za-z0-9._$-]*" >nul || goto noaccount
call :step "The service account"
powershell -NoProfile -NonInteractive -Command "$s=[adsisearcher]'(sAMAccountName=%CB_SAM%)';foreach($a in 'objectClass','sAMAccountName','userAccountControl','msDS-User-Account-Control-Computed','msDS-UserPasswordExpiryTimeComputed','lockoutTime','pwdLastSet','accountExpires','badPwdCount','servicePrincipalName','msDS-SupportedEncryptionTypes','msDS-ManagedPasswordInterval'){[void]$s.PropertiesToLoad.Add($a)};$r=$s.FindOne();if($null -eq $r){'# none'}else{'# computer='+$env:COMPUTERNAME+' utc='+[DateTime]::UtcNow.ToString('s')+'Z';foreach($n in $r.Properties.PropertyNames){foreach($v in $r.Properties[$n]){$n+': '+$v}}}" >"%OUT%\account.ldif" 2>nul <nul
call :done account.ldif
net user %CB_SAM% /domain >"%OUT%\account.txt" 2>nul <nul
call :done account.txt
setspn -L %CB_SAM% >"%OUT%\spn.txt" 2>nul <nul
call :done spn.txt
:noaccount

call :step "Event logs of the last %DAYS% days"
wevtutil epl "Application" "%OUT%\Application.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done Application.evtx
wevtutil epl "System" "%OUT%\System.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done System.evtx
wevtutil epl "Microsoft-Windows-CAPI2/Operational" "%OUT%\CAPI2.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done CAPI2.evtx
wevtutil epl "Microsoft-Intune-CertificateConnectors/Operational" "%OUT%\Connector-Operational.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done Connector-Operational.evtx
wevtutil epl "Microsoft-Intune-CertificateConnectors/Admin" "%OUT%\Connector-Admin.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done Connector-Admin.evtx
wevtutil epl "Microsoft Intune Connector" "%OUT%\Old-Connector.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done Old-Connector.evtx
wevtutil epl "Microsoft-AadApplicationProxy-Connector/Admin" "%OUT%\AppProxy-Admin.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul 2>nul <nul
call :done AppProxy-Admin.evtx

call :step "Logs of the old connector"
if exist "%ProgramFiles%\Microsoft Intune\" robocopy "%ProgramFiles%\Microsoft Intune" "%OUT%\old-connector" NDESPlugin*.log /s /maxage:7 /max:33554432 /r:0 /w:0 /np /njh >nul 2>&1 <nul
if exist "%SystemDrive%\NDESConnectorSetup\" robocopy "%SystemDrive%\NDESConnectorSetup" "%OUT%\setup" *.log /r:0 /w:0 /np /njh >nul 2>&1 <nul

del "%OUT%\apps.tmp" "%OUT%\pool.tmp" 2>nul
>>"%ABOUT%" echo end=%TIME%
set "ZIP="
if exist "%SystemRoot%\System32\tar.exe" "%SystemRoot%\System32\tar.exe" -a -c -f "%OUT%.zip" -C "%OUT%" . >nul 2>&1 <nul && set "ZIP=%OUT%.zip"
echo.
if not exist "%MISSING%" goto whole
echo Not there, or not to be read; with the exit code of each:
type "%MISSING%"
del "%MISSING%"
echo.
:whole
echo Done. Look through it, then give it to:  casebook run --evidence FOLDER
echo   "%OUT%"
if defined ZIP echo   or, as one file, "%ZIP%"
endlocal
exit /b 0

:step
set /a "STEP+=1"
echo   %STEP%  %~1
exit /b 0

:account
if "%~1"=="" exit /b 0
if "%~2"=="" exit /b 0
set "DOMAIN=%~1"
set "CB_SAM=%~2"
exit /b 0

rem The line of a file in about.txt. A file of no bytes is taken away again and told at the end: 1 of reg is no such key,
rem 5 refused, 9009 no such program, 15007 no such event log.
:done
set "RC=%ERRORLEVEL%"
set "SIZE=0"
for %%F in ("%OUT%\%~1") do if not "%%~zF"=="" set "SIZE=%%~zF"
>>"%ABOUT%" echo file=%~1 rc=%RC% bytes=%SIZE% at=%TIME%
if not "%SIZE%"=="0" exit /b 0
>>"%MISSING%" echo   %~1 (%RC%)
if exist "%OUT%\%~1" del "%OUT%\%~1"
exit /b 0

rem robocopy: up to 7 it went well
:folder
set "RC=%ERRORLEVEL%"
set "N=0"
for %%F in ("%OUT%\%~1\*") do set /a "N+=1"
>>"%ABOUT%" echo file=%~1\ rc=%RC% files=%N% at=%TIME%
if not "%N%"=="0" exit /b 0
>>"%MISSING%" echo   %~1\ (%RC%)
exit /b 0
