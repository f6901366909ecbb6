@echo off
rem Runs Slipway from the folder it was unpacked to, with the JDK 25 (or newer) of
rem JAVA_HOME or of the path. Options for the JVM itself go into SLIPWAY_JAVA_OPTS.
setlocal DisableDelayedExpansion
set "home=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
set "options=migrate.args"
if "%~1"=="serve" set "options=serve.args"
"%java%" "@%home%\jvm\common.args" "@%home%\jvm\%options%" %SLIPWAY_JAVA_OPTS% ^
  -cp "%home%\lib\*" dev.slipway.Main %*
exit /b %ERRORLEVEL%
