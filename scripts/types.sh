#!/bin/sh
# The types of everything: the rooms and their tests, the set-up's JSDoc, and the client with its templates.
set -eu
tsc -p tsconfig.json --noEmit
tsc -p scripts/tsconfig.json
ngc -p client/tsconfig.json --noEmit
