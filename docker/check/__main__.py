"""Executes the Dockerfiles without Docker, and tries what comes of them.

    python3 docker/check [--work DIR] cpu|cuda|newcomer ...

There is no Docker on the machines that build this project. So every instruction is
done in a root file system that debootstrap makes: RUN by chroot in namespaces of its own,
COPY between the roots, each stage from the base image's stand-in. The result is then run
as its user, without network, on a read-only root. "newcomer" is the README's way from
clone to an explained model, on a Debian with only Go, gcc, make, git and pip.

The stand-ins of the base images stay in the work folder, 1 GB; all else is removed.

Needs root, debootstrap, Go, and a pip and apt that reach their registries: their
settings are lent to each RUN, as Docker lends its proxy settings.
"""
import argparse
import os
import pathlib
import shutil
import sys

import images
import newcomer
import rootfs

TOP = pathlib.Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="+", choices=["cpu", "cuda", "newcomer"])
    # Not in the repository: Go would take what lies there for packages of its own.
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    parser.add_argument("--work", type=pathlib.Path, default=cache / "tfexplain/docker-check", help="default %(default)s")
    given = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("docker-check needs root and debootstrap (apt-get install debootstrap)")
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    host = rootfs.Machine(work / "host")
    for what in given.what:
        print(f"\n== {what}")
        if what == "newcomer":
            newcomer.walk(TOP, work, host)
            continue
        place, bases = work / what, work / "base"
        try:
            image = images.Build(TOP / f"docker/{what}.Dockerfile", TOP, place, bases, host).image()
            try_out(image, place / "mounted", rootfs.debian("trixie", bases).size())
        finally:
            shutil.rmtree(place, ignore_errors=True)


def try_out(image, place, base):
    """Runs an image as it would be run: its user, no network, a read-only root.

    place is a folder for what is mounted, base the size of the base image in MB.
    """

    def run(words, entrypoint=True, **more):
        command = (image.entrypoint if entrypoint else []) + words
        print("--", " ".join(command), flush=True)
        return image.root.run(command, image.env, image.user, image.dir, read_only=True, **more)

    print(f"-- the image: {image.root.size()} MB on disk, of which Debian {base} MB; parts:")
    for part in ("/opt/libtensorflow", "/opt/cuda", "/usr/local/bin/tfexplain", "/usr/share/tfexplain"):
        if (mb := image.root.size(part)) > 0:
            print(f"   {mb:6} MB  {part}")
    for name, value in image.labels.items():
        print(f"   {name}={value}")
    uid = int(image.user.split(":")[0])
    if uid == 0:
        sys.exit("the image runs as root")

    run(image.health, entrypoint=False)
    run(image.cmd)
    run(["/usr/share/tfexplain/smoke.sh"], entrypoint=False, tmp=True)

    # A model that is mounted read-only, a folder to work in, and nothing else that can be written.
    shutil.copytree(TOP / "testdata/text/model", place / "models/text")
    (place / "work").mkdir()
    (place / "work/text.json").write_text('{"text": [["the", "film", "was", "not", "great", "", "", ""]]}\n')
    os.chown(place / "work", uid, uid)
    run(["explain", "--model", "/models/text", "--signature", "words", "--target", "logits", "--method", "deeplift",
         "--class", "1", "--versus", "0", "--max-delta", "1e-4", "--input", "text.json", "--out", "tokens.json", "tokens.html"],
        binds=[f"{place}/models:/models:ro", f"{place}/work:/work"])
    for file in ("tokens.json", "tokens.html"):
        written = (place / "work" / file).stat()
        if written.st_uid != uid or written.st_size == 0:
            sys.exit(f"{file}: written by user {written.st_uid}, {written.st_size} bytes")
    print("-- all of it worked without root, network, or a place to write but /work and, for smoke.sh, /tmp")


main()
