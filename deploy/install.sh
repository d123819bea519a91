#!/bin/sh
# Installs a coordinator or a worker as a service of this host, or brings one up to date.
#
#   deploy/install.sh coordinator
#   deploy/install.sh worker
#
# Needs the built program (make build) and root. What the administrator has changed beneath
# /etc/pipeline is kept. PROGRAM names another program file, DESTDIR another root for packages;
# with DESTDIR no user is made and nothing is told to the service manager.
set -eu

usage() {
    echo "usage: $0 coordinator | worker" >&2
    exit 64
}

[ $# -eq 1 ] || usage
case $1 in
    coordinator | worker) role=$1 ;;
    *) usage ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
program=${PROGRAM:-$root/.build/release/pipeline}
destination=${DESTDIR:-}

[ -x "$program" ] || {
    echo "$0: there is no program '$program'; 'make build' makes it" >&2
    exit 66
}
if [ -z "$destination" ] && [ "$(id -u)" -ne 0 ]; then
    echo "$0: only root may install services; run it with sudo" >&2
    exit 77
fi

own() { # owner, mode, folder: makes a folder that belongs to the service
    if [ -n "$destination" ]; then
        install -d -m "$2" "$destination$3"
    else
        install -d -o "$1" -g "$1" -m "$2" "$3"
    fi
}

offer() { # mode, source, target: installs a file that an administrator may have changed
    if [ -e "$destination$3" ]; then
        echo "kept $3"
    else
        install -m "$1" "$2" "$destination$3"
        echo "made $3"
    fi
}

if [ -z "$destination" ] && ! getent passwd pipeline >/dev/null; then
    useradd --system --user-group --home-dir /var/lib/pipeline --no-create-home \
        --shell /usr/sbin/nologin pipeline
fi

# Beside the old one and then in its place: a service that runs keeps the file it was started from.
install -D -m 755 "$program" "$destination/usr/local/bin/pipeline.new"
mv "$destination/usr/local/bin/pipeline.new" "$destination/usr/local/bin/pipeline"
install -d "$destination/usr/local/share/pipeline/Pipelines" \
    "$destination/usr/local/share/doc/pipeline" "$destination/etc/systemd/system"
install -m 644 "$root"/Pipelines/* "$destination/usr/local/share/pipeline/Pipelines/"
install -m 644 "$root"/docs/*.md "$destination/usr/local/share/doc/pipeline/"
install -d -m 755 "$destination/etc/pipeline"

case $role in
    coordinator)
        own pipeline 700 /var/backups/pipeline
        offer 644 "$here/coordinator.env" /etc/pipeline/coordinator.env
        units="pipeline-coordinator.service pipeline-backup.service pipeline-backup.timer"
        ;;
    worker)
        offer 644 "$here/worker.env" /etc/pipeline/worker.env
        units="pipeline-worker@.service"
        ;;
esac
for unit in $units; do
    install -m 644 "$here/$unit" "$destination/etc/systemd/system/$unit"
done
if [ -z "$destination" ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi

case $role in
    coordinator)
        cat <<-'END'
		next:
		  edit /etc/pipeline/coordinator.env, then
		  systemctl enable --now pipeline-coordinator pipeline-backup.timer
		  for each worker's host: PIPELINE_TOKEN_FILE=/var/lib/pipeline/tokens/admin \
		    pipeline token create HOST --role worker --output HOST.token
		an upgrade: systemctl restart pipeline-coordinator
		END
        ;;
    worker)
        cat <<-'END'
		next:
		  edit /etc/pipeline/worker.env, and put this host's token into
		  /etc/pipeline/worker.token (mode 600, root), then
		  systemctl enable --now pipeline-worker@1
		an upgrade: systemctl restart 'pipeline-worker@*'
		END
        ;;
esac
