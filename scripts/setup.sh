#!/usr/bin/env bash
# Installs the Debian packages that the build needs and that are missing.
# Quick and silent about what is there already; safe to run any number of times.
set -euo pipefail

say() { echo "setup: $*"; }
fail() {
    local code=$1
    shift
    printf 'setup: %s\n' "$@" >&2
    exit "$code"
}

# --- Swift ------------------------------------------------------------------------------------

wanted="6.3"
if ! command -v swift >/dev/null; then
    fail 69 "Swift is not installed, or not on PATH." \
        "Get Swift $wanted or newer for Debian 12 from https://www.swift.org/install/linux/," \
        "check that 'swift --version' answers in this shell, and run the same command again."
fi
found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
if [ -z "$found" ] || [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]; then
    fail 69 "'swift --version' reports '${found:-nothing}'; this project needs Swift $wanted or newer." \
        "Get it from https://www.swift.org/install/linux/ and put it first on PATH."
fi

# --- Debian packages --------------------------------------------------------------------------

packages=(
    ca-certificates       # HTTPS, for all that is fetched
    git                   # the Swift package manager fetches sources with it
    pkg-config            # and asks it where libraries lie
    libstdc++-12-dev      # C and C++ headers, and the OpenMP library that oneDNN runs on
    libcurl4-openssl-dev  # HTTP client of workers and commands
    libdnnl-dev           # convolutions
    libopenblas-dev       # matrix products
    libspng-dev           # PNG
    libsqlite3-dev        # the job store
    libturbojpeg0-dev     # JPEG
    libwebp-dev           # WebP
    libzip-dev            # PyTorch checkpoints are zip archives
    zlib1g-dev            # compression in the HTTP server's library
)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    missing=()
    for library in libcurl openblas spng sqlite3 libturbojpeg libwebp libwebpdemux libzip zlib; do
        pkg-config --exists "$library" 2>/dev/null || missing+=("$library")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        fail 69 "This is not a Debian system, so nothing is installed for you." \
            "pkg-config does not find: ${missing[*]}." \
            "Install these libraries with their headers, and oneDNN 2 (not 3); then run again."
    fi
    say "not a Debian system: pkg-config finds every library; oneDNN 2 is taken to be there"
    exit 0
fi

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
done
# Any Python 3 with pip will do: it fetches weights and sample photos, and installs nothing.
command -v python3 >/dev/null || missing+=(python3)
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)

if [ ${#missing[@]} -eq 0 ]; then
    say "Swift $found and all libraries are here"
    exit 0
fi

release=$(. /etc/os-release && echo "${ID:-?} ${VERSION_ID:-?}")
[ "$release" = "debian 12" ] || say "made for Debian 12; this is '$release', which may name things otherwise"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        fail 77 "These packages are missing, and installing them takes root: ${missing[*]}" \
            "As root, run: apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
fi

say "installing with apt-get: ${missing[*]}"
"${as_root[@]}" apt-get update -qq ||
    say "apt-get update reported a problem; going on with the package lists that are here"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    fail 69 "apt-get could not install: ${missing[*]}" \
        "Its own words stand above; once it is mended, run the same command again."
say "Swift $found and all libraries are here now"
