@echo off
rem Starts the node agent; "boilarr-node --help" lists its options.
node -e "process.exit(parseInt(process.versions.node, 10) < 24 ? 1 : 0)" 2>nul
if errorlevel 1 (
  echo boilarr-node: Node 24 or newer is needed; install it from nodejs.org 1>&2
  exit /b 1
)
node "%~dp0dist\node-agent\src\main.js" %*
