#!/bin/sh
# Chromium, a PostgreSQL server and OpenSSL for the tests: installed when this user may, else said what to install.
set -eu
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
fc-list 2>/dev/null | grep -qi noto || missing="$missing fonts-noto-core"
command -v openssl >/dev/null || missing="$missing openssl"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo"; else
    echo "The tests need these Debian packages. Please run:  sudo apt-get install$missing" >&2
    exit 1
fi
echo "Installing$missing"
$sudo env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends$missing" >/dev/null
