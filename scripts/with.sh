#!/bin/sh
# Runs a command in a tree that has been set up for it:
#
#   sh scripts/with.sh deps eslint .               Node and the packages
#   sh scripts/with.sh build-node node ...         and a fresh build of server and agent
#   sh scripts/with.sh app node dist/server/...    and the media tools and a fresh build
#   sh scripts/with.sh tests vitest run            and a browser
#
# `exec` leaves no launcher behind, so signals and exit codes are the command's own.
set -eu
node_bin=$(node scripts/setup/main.mjs "$1") || exit
shift
PATH=$node_bin:$PWD/node_modules/.bin:$PATH
export PATH
exec "$@"
