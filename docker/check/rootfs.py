"""Root file systems made by debootstrap, and commands that run in them in namespaces of their own."""
import os
import pathlib
import shutil
import subprocess
import sys

HOST = "/run/host"  # where the client configuration of this machine lies while a command runs

# $1 root, $2 folder of client configuration, $3 "" or "ro", $4 "" or "tmp", $5 user, $6 working
# folder, $7 binds; then the command. Mounts end with the namespace, which ends with this
# script, however that comes about.
ENTER = r"""
set -eu
root=$1 host=$2 ro=$3 tmp=$4 user=$5 dir=$6 binds=$7
shift 7
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  touch "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
if [ -n "$host" ]; then
  mount -t tmpfs tmpfs "$root/run"
  mkdir "$root/run/host"
  mount --bind -o ro "$host" "$root/run/host"
  for file in resolv.conf hosts; do
    touch "$root/etc/$file"
    mount --bind "/etc/$file" "$root/etc/$file"
  done
fi
for bind in $binds; do
  from=${bind%%:*} to=${bind#*:} options=rw
  case $to in *:ro) to=${to%:ro} options=ro ;; esac
  mkdir -p "$root$to"
  mount --bind "$from" "$root$to"
  mount -o "remount,bind,$options" "$root$to"
done
if [ -n "$ro" ]; then mount -o remount,bind,ro "$root"; fi
if [ -n "$tmp" ]; then mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"; fi
exec chroot --userspec="$user" --groups= "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$dir" "$@"
"""


class Machine:
    """What this machine's package clients are set to, so that they work in a root file system, too."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        passed = ["http_proxy", "https_proxy", "no_proxy"]
        self.env = {n: os.environ[n] for p in passed for n in (p, p.upper()) if n in os.environ}
        self.env |= {n: v for n, v in os.environ.items() if n.startswith("PIP_") and n != "PIP_FIND_LINKS"}
        acquire = [line for line in output("apt-config", "dump").splitlines() if line.startswith("Acquire::")]
        self.file("apt.conf", "\n".join(acquire) + "\n", "APT_CONFIG")
        for conf in ("~/.config/pip/pip.conf", "~/.pip/pip.conf", "/etc/pip.conf"):
            if (path := pathlib.Path(conf).expanduser()).exists():
                self.file("pip.conf", path.read_text(), "PIP_CONFIG_FILE")
                break
        bundle = pathlib.Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
        if bundle.exists():
            self.file("ca.crt", bundle.read_text(), "SSL_CERT_FILE", "PIP_CERT", "GIT_SSL_CAINFO")
        for name in ("GOPROXY", "GOSUMDB", "GONOSUMDB"):
            if value := output("go", "env", name).strip():
                self.env[name] = value

    def file(self, name, text, *variables):
        (self.folder / name).write_text(text)
        self.env |= {v: f"{HOST}/{name}" for v in variables}


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


class Rootfs:
    """One root file system, in a folder of its own."""

    def __init__(self, path):
        self.path = path

    def copy(self, path):
        shutil.rmtree(path, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", self.path, path], check=True)
        return Rootfs(path)

    def run(self, command, env, user="0:0", dir="/", host=None, read_only=False, tmp=False, binds=(), capture=False):
        """Runs a command; without host it has no network and none of this machine's settings."""
        inside = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root" if user == "0:0" else "/nonexistent"}
        inside |= (host.env if host else {}) | env
        words = ["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child"] + ([] if host else ["--net"])
        words += ["sh", "-c", ENTER, "enter", str(self.path), str(host.folder) if host else "", "ro" if read_only else "", "tmp" if tmp else "", user, dir]
        words += [" ".join(binds), "env", "-i", *(f"{n}={v}" for n, v in inside.items()), *command]
        sys.stdout.flush()
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if capture else None, text=True)
        if done.returncode:
            raise SystemExit(f"exit status {done.returncode} of {command}")
        return done.stdout

    def size(self, *paths):
        """MB on disk, of the whole or of paths in it that exist."""
        found = [self.path / p.lstrip("/") for p in paths or ("",)]
        found = [p for p in found if p.exists()]
        return sum(int(output("du", "-sm", str(p)).split()[0]) for p in found)


def debian(suite, folder):
    """A minimal Debian, made once."""
    made = folder / suite
    if not (made / ".complete").exists():
        print(f"debootstrap: Debian {suite}")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        mirror = [os.environ["DEBIAN_MIRROR"]] if "DEBIAN_MIRROR" in os.environ else []
        with open(folder / f"{suite}.log", "w") as log:
            if subprocess.run(["debootstrap", "--variant=minbase", suite, str(made), *mirror], stdout=log, stderr=log).returncode:
                raise SystemExit(f"debootstrap failed, see {log.name}")
        # As in Debian's own images: no cached packages.
        for rest in ("var/cache/apt/archives", "var/lib/apt/lists"):
            shutil.rmtree(made / rest)
            (made / rest / "partial").mkdir(parents=True)
        (made / ".complete").touch()
    return Rootfs(made)


def golang(tag, suite, folder, host):
    """What golang:TAG-SUITE has that a build of ours needs: gcc, make, git, and this machine's Go."""
    version = output("go", "version").split()[2].removeprefix("go")
    if version != tag and not version.startswith(tag + "."):
        raise SystemExit(f"the Dockerfile wants Go {tag}, this machine has {version}")
    made = folder / f"golang-{suite}"
    if not (made / ".complete").exists():
        root = debian(suite, folder).copy(made)
        (made / ".complete").unlink()
        packages = "gcc libc6-dev make git ca-certificates"
        quiet = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends"
        with_go = ["sh", "-c", f"({quiet} {packages}) >/var/log/golang.log 2>&1 || {{ cat /var/log/golang.log; exit 1; }}"]
        root.run(with_go, {}, host=host)
        subprocess.run(["cp", "-a", output("go", "env", "GOROOT").strip(), made / "usr/local/go"], check=True)
        (made / ".complete").touch()
    return Rootfs(made)
