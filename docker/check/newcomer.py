"""The README's way from clone to an explained model, on a clean Debian."""
import shutil
import subprocess
import time

import images
import rootfs

PACKAGES = "python3-pip"  # beside gcc, make and git of the root with Go


def walk(top, work, host):
    script = top / "scripts/newcomer.sh"
    print("golang:1.26-trixie stands for a Debian with Go, gcc, make and git; python3-pip is added")
    root = rootfs.golang("1.26", "trixie", work / "base", host).copy(work / "newcomer")
    try:
        # What is committed; git clones only what belongs to who asks.
        subprocess.run(["git", "clone", "--quiet", "--bare", "--no-hardlinks", top, root.path / "origin.git"], check=True)
        install = (f"apt-get update -qq && apt-get install -qq --no-install-recommends {PACKAGES} >/dev/null"
                   " && useradd --create-home newcomer && chown -R newcomer: /origin.git")
        root.run(["sh", "-c", install], {"DEBIAN_FRONTEND": "noninteractive"}, host=host)
        shutil.copy(script, root.path / "usr/local/bin/newcomer.sh")
        start = time.monotonic()
        env = {"HOME": "/home/newcomer", "USER": "newcomer", "PATH": images.GO_ENV["PATH"], "TERM": "dumb"}
        root.run(["newcomer.sh", "/origin.git"], env, "newcomer:newcomer", "/home/newcomer", host)
        print(f"-- from clone to the last line: {time.monotonic() - start:.0f} s")
    finally:
        shutil.rmtree(root.path, ignore_errors=True)
