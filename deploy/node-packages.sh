#!/bin/sh
# node-packages.sh FOLDER: what FOLDER/package-lock.json names, into FOLDER/node_modules. Never fails: without it tests skip.
set -eu
without() { echo "Without $1: the tests of clients for Node are skipped by name."; exit 0; }
command -v node >/dev/null 2>&1 || without node
command -v npm >/dev/null 2>&1 || without npm
echo "Installing $1/package-lock.json into $1/node_modules …"
(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000 >/dev/null) ||
    { rm -rf "$1/node_modules"; without "what npm could not install"; }
touch "$1/node_modules/.package-lock.json"
