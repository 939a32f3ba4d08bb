# shellcheck shell=bash
# Makes the Python environments of this clone from their lock files; sourced by scripts/up and scripts/test.
#
# An environment lies in .venv-NAME-HASH, where HASH stands for the lock file, the interpreter and the clone's
# place. The file `whole` inside is written last: without it the folder is half made and is made again.

clone=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# One line of progress: seconds since $1, what, outcome.
progress() {
    local spent_ms=$(( ${EPOCHREALTIME/[.,]/} / 1000 - $1 ))
    printf '%5d.%d s  %-16s %s\n' $((spent_ms / 1000)) $((spent_ms % 1000 / 100)) "$2" "$3"
}

# One line of what is being done now.
doing() {
    printf '           %-16s %s\n' "$1" "$2"
}

now_ms() {
    echo $(( ${EPOCHREALTIME/[.,]/} / 1000 ))
}

# Sets `python` to an interpreter of version 3.11 or later that can make virtual environments.
find_python() {
    local candidate found_without_venv="" candidates=(python3 python3.14 python3.13 python3.12 python3.11)
    [ -z "${RINGDESK_PYTHON:-}" ] || candidates=("$RINGDESK_PYTHON")
    for candidate in "${candidates[@]}"; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$candidate
            return
        fi
        found_without_venv=${found_without_venv:-$candidate}
    done
    if [ -n "$found_without_venv" ]; then
        fail "$found_without_venv cannot make virtual environments; on Debian install what is missing with: sudo apt-get install python3-venv"
    fi
    [ -z "${RINGDESK_PYTHON:-}" ] || fail "RINGDESK_PYTHON names $RINGDESK_PYTHON, which is not Python 3.11 or later"
    fail "Python 3.11 or later is needed and was not found; install it, or name its path in RINGDESK_PYTHON"
}

# make_environment NAME LOCK: sets `environment` to a whole environment with exactly the packages of the lock.
make_environment() {
    local name=$1 lock=$clone/$2 started hash log
    started=$(now_ms)
    find_python
    hash=$({ cat "$lock"; "$python" -c 'import sys; print(sys.version, sys.base_prefix)'; echo "$clone"; } | sha256sum | cut -c1-12)
    environment=$clone/.venv-$name-$hash
    if [ ! -e "$environment/whole" ]; then
        command -v flock >/dev/null || fail "the tool flock is needed; on Debian install it with: apt-get install util-linux"
        [ -w "$clone" ] || fail "$clone cannot be written; clone Ringdesk into a folder of your own"
        mkdir -p -m 700 "$clone/var" && mkdir -p "$clone/var/log"
        log=$clone/var/log/python-packages.log
        exec 9>"$clone/.venv-$name.lock"
        flock -n 9 || { doing "Python packages" "another command is installing them; waiting"; flock 9; }
        if [ ! -e "$environment/whole" ]; then
            trap 'rm -rf "$environment"' EXIT
            doing "Python packages" "installing $(packages_in "$lock"), once, into ${environment##*/}"
            stoppable fill_environment "$lock" 3>&1 >"$log" 2>&1 </dev/null ||
                fail "the Python packages of ${lock##*/} could not be installed: $(pip_complaint "$log") (all of it: $log)"
            trap - EXIT
        fi
        exec 9>&-
        remove_older_environments "$name"
        progress "$started" "Python packages" "installed from ${lock#"$clone"/}"
    fi
    link_environment "$name"
}

# Runs something in a process group of its own, so that a signal to us ends it and whatever it started.
stoppable() {
    local job status=0
    set -m
    "$@" &
    job=$!
    set +m
    trap 'kill -TERM -- "-$job" 2>/dev/null || true; wait "$job" || true; exit 130' INT TERM HUP
    wait "$job" || status=$?
    trap - INT TERM HUP
    return "$status"
}

fill_environment() {
    rm -rf "$environment" &&
        "$python" -m venv "$environment" &&
        "$environment/bin/python" -m pip install --require-hashes --retries 2 --no-input --disable-pip-version-check \
            --progress-bar off -r "$1" | tell_fetched "$(packages_in "$1")" &&
        install_command &&
        touch "$environment/whole"
}

packages_in() {
    grep -c == "$1"
}

# Passes pip's words on, and says on the terminal (3) when another quarter of $1 packages is there.
tell_fetched() {
    local line fetched=0
    while IFS= read -r line; do
        printf '%s\n' "$line"
        case $line in
            Collecting* | Processing*)
                fetched=$((fetched + 1))
                ((fetched * 4 / $1 == (fetched - 1) * 4 / $1)) || doing "Python packages" "$fetched of $1 fetched"
                ;;
            Installing*) doing "Python packages" "unpacking them" ;;
        esac >&3
    done
}

# The clone itself is not installed: it is put on the path, and its command beside the interpreter, which the
# command finds by its own place: the first line of a script cannot name a path with blanks in it. With -P Python
# does not look for modules in the current folder, which may hold anything.
install_command() {
    local packages
    packages=$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') &&
        echo "$clone" >"$packages/ringdesk.pth" &&
        cat >"$environment/bin/ringdesk" <<'TEXT' &&
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -P -m ringdesk "$@"
TEXT
        chmod +x "$environment/bin/ringdesk"
}

# The cause in pip's own words. Without a network its complaint is long and says so only in between, and on a full
# disk there may be no room even for the complaint.
pip_complaint() {
    if [ "$(df --output=avail -k "$clone" | tail -n 1)" -lt 10000 ]; then
        echo "the disk is full; make room below $clone and start again"
    elif grep -qiE 'name resolution|network is unreachable|connection (refused|timed out)|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError' "$1"; then
        echo "the package index cannot be reached; check the network and start again"
    else
        grep -iE '^error|no space left' "$1" | tail -n 1 | cut -c1-300
    fi
}

# Keeps the one before, which a Ringdesk that still runs may be using.
remove_older_environments() {
    local previous old
    previous=$(readlink "$clone/$(link_name "$1")" 2>/dev/null || true)
    for old in "$clone/.venv-$1"-*/; do
        old=${old%/}
        [ "$old" = "$environment" ] || [ "${old##*/}" = "$previous" ] || rm -rf "$old"
    done
}

link_name() {
    if [ "$1" = run ]; then echo .venv; else echo ".venv-$1"; fi
}

# .venv and .venv-test are links for people's fingers; a folder that someone made by hand is left alone.
link_environment() {
    local link
    link=$clone/$(link_name "$1")
    if [ -L "$link" ] || [ ! -e "$link" ]; then
        [ "$(readlink "$link" 2>/dev/null)" = "${environment##*/}" ] || ln -sfn "${environment##*/}" "$link"
    fi
}
