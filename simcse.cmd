@echo off
rem Starts SimCSE on Windows; see the script simcse beside it, which does the same elsewhere.
setlocal
set "here=%~dp0"

set "java="
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "java=%JAVA_HOME%\bin\java.exe"
if not defined java for %%j in (java.exe) do set "java=%%~$PATH:j"
if not defined java goto nojava
set "major="
for /f "tokens=3" %%v in ('""%java%" -version 2^>^&1 ^| findstr /c:" version ""') do (
  for /f "tokens=1 delims=.-+" %%m in ("%%~v") do set "major=%%m"
)
if not defined major goto nojava
if %major% lss 17 goto nojava

if not exist "%here%mvnw.cmd" (
  for %%d in ("%here%..") do set "image=%%~fd"
  goto start
)
set "image=%here%simcse-cli\target\image"
set "stamp=%here%simcse-cli\target\image.stamp"
powershell -NoProfile -Command "$s = Get-Item -ErrorAction SilentlyContinue $env:stamp; if (-not $s) { exit 1 }; $m = 'api','core','djl','tf','cli' | %% { $env:here + 'simcse-' + $_ }; $f = @(($env:here + 'pom.xml'), ($env:here + 'simcse.cmd'), ($env:here + '.mvn'), ($env:here + 'src')) + ($m | %% { $_ + '\pom.xml'; $_ + '\src\main' }); if (Get-ChildItem -Recurse $f | ? { $_.LastWriteTime -gt $s.LastWriteTime } | Select -First 1) { exit 1 }"
if not errorlevel 1 goto start
echo Building SimCSE (first use, or its sources changed)... 1>&2
if not exist "%here%target" mkdir "%here%target"
:lock
mkdir "%here%target\launcher.lock.d" 2>nul && goto build
rem Another process is building. Were it killed, this folder would have to be deleted by hand.
ping -n 2 127.0.0.1 >nul
goto lock

:build
pushd "%here%"
call mvnw.cmd -q -B -ntp -P "!checks" -Dmaven.test.skip=true -pl simcse-cli -am package >target\launcher-build.log 2>&1
set "status=%errorlevel%"
popd
rmdir "%here%target\launcher.lock.d"
if %status% equ 0 goto start
type "%here%target\launcher-build.log" 1>&2
echo simcse: the build failed; all that it said is in %here%target\launcher-build.log 1>&2
exit /b 2

:start
set "later="
if %major% geq 24 set "later=--enable-native-access=ai.djl.pytorch_engine,ai.djl.tokenizers,com.sun.jna,org.bytedeco.javacpp,tensorflow.nativelib --sun-misc-unsafe-memory-access=allow"
rem What the user chooses for the JVM, in any of its ways, wins: two collectors are one too many for it, and of two
rem values it might take ours. A file of options may hold a choice of each kind.
set "collector=-XX:+UseSerialGC"
set "direct=-XX:MaxDirectMemorySize=1t"
set "files=/c:"@" /c:"-XX:VMOptionsFile=" /c:"-XX:Flags=""
(set JAVA_TOOL_OPTIONS&set JDK_JAVA_OPTIONS&set _JAVA_OPTIONS&set SIMCSE_JAVA_OPTS) 2>nul | findstr /r /c:"-XX:[+-]Use[A-Z][A-Za-z0-9]*GC" %files% >nul && set "collector="
(set JAVA_TOOL_OPTIONS&set JDK_JAVA_OPTIONS&set _JAVA_OPTIONS&set SIMCSE_JAVA_OPTS) 2>nul | findstr /r /c:"-XX:MaxDirectMemorySize=" %files% >nul && set "direct="
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
if not defined ONEDNN_PRIMITIVE_CACHE_CAPACITY set "ONEDNN_PRIMITIVE_CACHE_CAPACITY=32"
if not defined OPT_OUT_TRACKING set "OPT_OUT_TRACKING=true"
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=3"
if not defined TF_ENABLE_ONEDNN_OPTS set "TF_ENABLE_ONEDNN_OPTS=1"
"%java%" %collector% %direct% -Dfile.encoding=UTF-8 "-Dsimcse.image=%image%" "-Dsimcse.embedded=%image%\model" -Dai.djl.offline=true ^
  "-DPYTORCH_LIBRARY_PATH=%image%\natives\pytorch" "-DRUST_LIBRARY_PATH=%image%\natives\tokenizers\tokenizers.dll" ^
  "-Djava.library.path=%image%\natives\tensorflow" -Dorg.bytedeco.javacpp.pathsFirst=true ^
  -Dorg.bytedeco.javacpp.cacheLibraries=false "-Djna.boot.library.path=%image%\natives\jna" -Djna.nounpack=true ^
  %later% %SIMCSE_JAVA_OPTS% -p "%image%\modules" -m org.simcse.cli/org.simcse.cli.Main %*
exit /b %errorlevel%

:nojava
echo simcse: needs Java 17 or later, and found none through JAVA_HOME or PATH. Install a JDK: winget install EclipseAdoptium.Temurin.17.JDK, or from https://adoptium.net. 1>&2
exit /b 2
