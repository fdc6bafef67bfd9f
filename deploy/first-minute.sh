#!/usr/bin/env bash
# Runs the README's first commands on a Debian that has nothing yet: a chroot with git and certificates, the Go of this
# machine, and a clone of this commit. It needs root, debootstrap, and Go; Debian's own Go is older than go.mod asks for,
# so a person installs it from https://go.dev/dl, and the script copies what is in $(go env GOROOT).
#
#   sudo deploy/first-minute.sh [folder]     the folder is kept, and used again, if it is named
#
# FIRST_MINUTE_TESTS names the packages to test; default: all, as the README has it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
suite=${DEBIAN_SUITE:-bookworm}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
say() { printf '== %s (after %d s)\n' "$*" "$SECONDS"; }

root=${1:-$(mktemp -d)}
clean() {
	trap - EXIT
	umount "$root/dev/pts" "$root/proc" 2>/dev/null || true
	[ -n "${kept-}" ] || rm -rf --one-file-system "$root"
}
[ $# -eq 0 ] || kept=yes
trap clean EXIT

if [ ! -e "$root/etc/debian_version" ]; then
	say "a fresh Debian $suite"
	debootstrap --variant=minbase --include=ca-certificates,git "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { tail "$root.log"; exit 1; }
	rm -f "$root.log"
fi
say "the Go of this machine: $(go version)"
rm -rf "$root/usr/local/go" "$root/home/new"
cp -a "$(go env GOROOT)" "$root/usr/local/go"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$root/proc" "$root/dev/pts"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev/pts" || mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -sf pts/ptmx "$root/dev/ptmx"

say "a user who has just cloned it"
chroot "$root" sh -c 'id new >/dev/null 2>&1 || useradd --create-home --shell /bin/bash new; install -d -o new /home/new'
git clone -q --no-hardlinks . "$root/home/new/lenswatch"
chroot "$root" chown -R new /home/new
as_new() {
	chroot --userspec=new "$root" /usr/bin/env -i HOME=/home/new PATH=/usr/local/go/bin:/usr/bin:/bin TERM=xterm-256color LANG=C.UTF-8 \
		GOPROXY="$(go env GOPROXY)" /bin/bash -c "cd /home/new/lenswatch
$1"
}

say "go run . demo, on a terminal, until it shows a session"
# script(1) is the terminal. Its input stays open until the demo has shown something.
as_new 'setsid -w script -qefc "stty rows 36 cols 120; go run . demo" ../screen.txt < <(sleep 900) >/dev/null 2>&1 &
demo=$!
for ((i = 0; i < 900; i++)); do
	grep -q "Activity Monitor" ../screen.txt 2>/dev/null && break
	sleep 1
done
grep -q "Activity Monitor" ../screen.txt || { tail -c 2000 ../screen.txt; exit 1; }
echo "it shows a session after $i s, with nothing downloaded or compiled before"
kill $demo; wait $demo || true'

say "go test ./..."
as_new "go test ${FIRST_MINUTE_TESTS:-./...}"
say "go install ."
as_new 'go install . && "$(go env GOPATH)/bin/lenswatch" version'
say "done"
