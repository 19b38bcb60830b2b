#!/bin/sh
# system-packages.sh install | for-tests
# The packages that pip cannot bring. `install` asks apt for them; `for-tests` does so only for root on Debian and otherwise
# changes nothing outside the checkout: the tests that need a missing package skip, and name it.
set -eu
run() { echo "+ $*"; "$@"; }

missing() {
    command -v chromium >/dev/null 2>&1 || echo chromium
}

install() {
    wanted=$(missing)
    [ -n "$wanted" ] || { echo "System packages: nothing is missing."; return 0; }
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then  # Debian starts services on installation; ours are started by our own supervisor
        printf '#!/bin/sh\nexit 101\n' > $policy
        chmod +x $policy
        trap 'rm -f $policy' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    run apt-get update -qq
    # shellcheck disable=SC2086
    run apt-get install -y -qq --no-install-recommends $wanted >/dev/null
}

case ${1:-} in
    install) install ;;
    for-tests)
        [ -n "$(missing)" ] || exit 0
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            install
        else
            echo "Without: $(missing | tr '\n' ' ')- the tests that need it are skipped by name; 'make system' installs it."
        fi ;;
    *) echo "usage: $0 install | for-tests" >&2; exit 2 ;;
esac
