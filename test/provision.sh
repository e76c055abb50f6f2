#!/usr/bin/env bash
# Installs what the tests need and the machine lacks, where it may; else says in one line how.
set -uo pipefail

has_chromium() {
  [ -n "${CHROMIUM_PATH:-}" ] && return 0
  # The names that test/browser.ts looks for.
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}

missing=()
has_chromium || missing+=(chromium)
# Debian puts it where only root looks by default.
PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nats-server >/dev/null 2>&1 || missing+=(nats-server)
PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
[ ${#missing[@]} -eq 0 ] && exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "The tests need ${missing[*]}; on Debian: sudo apt-get install ${missing[*]}" >&2
exit 1
