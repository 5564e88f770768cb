#!/bin/sh
# Measures how fast the tool is: sh test/bench/run.sh [part...]; without a part all of them, in about a quarter of an hour.
# What is measured is dist/, so it must be built: dist/bench/src is dist itself.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p dist/bench
ln -sfn .. dist/bench/src
node_modules/.bin/tsc -p test/bench
exec node dist/bench/test/bench/main.js "$@"
