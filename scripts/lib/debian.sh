# shellcheck shell=bash
# Tools that the tests on real parts need, from Debian's packages; sourced by scripts/test.

# Prints the packages whose tools are not there.
missing_packages() {
    command -v sipp >/dev/null || echo sip-tester
    command -v chromium >/dev/null || echo chromium
    command -v firefox-esr >/dev/null || echo firefox-esr
    compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null || echo postgresql
    # Gives a browser an authority to trust.
    command -v certutil >/dev/null || echo libnss3-tools
    # Screenshots of the Chinese console show boxes without one.
    compgen -G "/usr/share/fonts/opentype/noto/NotoSansCJK*" >/dev/null || echo fonts-noto-cjk
}

install_tools_for_tests() {
    local packages started as_root=()
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    started=$(now_ms)
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            fail "the tests on real parts need Debian's packages ${packages[*]}; install them first with: sudo apt-get install --no-install-recommends ${packages[*]}"
        fi
        as_root=(sudo -n)
    fi
    mkdir -p -m 700 "$clone/var" && mkdir -p "$clone/var/log"
    local log=$clone/var/log/debian-packages.log
    if ! { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"; } \
        >"$log" 2>&1 </dev/null; then
        fail "Debian's packages ${packages[*]} could not be installed: $(grep '^E:' "$log" | tail -n 1) (all of it: $log)"
    fi
    progress "$started" "Debian packages" "installed: ${packages[*]}"
}
