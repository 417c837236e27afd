"""Builds the root file system of a Dockerfile by doing what its instructions say."""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import time

import dockerfile
import rootfs

GO_ENV = {"GOPATH": "/go", "GOTOOLCHAIN": "local", "PATH": "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


@dataclasses.dataclass
class Stage:
    """A stage while it is built; the last one is the image."""

    root: rootfs.Rootfs
    base: str
    env: dict
    args: dict = dataclasses.field(default_factory=dict)
    labels: dict = dataclasses.field(default_factory=dict)
    user: str = "0:0"
    dir: str = "/"
    health: list = None
    entrypoint: list = None
    cmd: list = None


class Build:
    """One Dockerfile; all it makes is in place, but for the base images' stand-ins in bases."""

    def __init__(self, file, context, place, bases, host):
        self.file, self.place, self.bases, self.host = file, place, bases, host
        self.context = copy_context(context, place / "context")
        self.stages = {}

    def image(self):
        stage = None
        for instruction in dockerfile.parse(self.file):
            start = time.monotonic()
            print(f"{self.file.name}:{instruction.line} {instruction.name} {' '.join(instruction.text.split())}", flush=True)
            try:
                if instruction.name == "FROM":
                    stage = self.begin(instruction.text)
                else:
                    getattr(self, instruction.name.lower())(stage, instruction.text)
            except dockerfile.Refused as refused:
                raise SystemExit(f"{self.file}:{instruction.line}: {refused}") from None
            if (took := time.monotonic() - start) > 5:
                print(f"    {took:.0f} s", flush=True)
        return stage

    def begin(self, text):
        words = text.split()
        name = words[2] if len(words) == 3 and words[1].upper() == "AS" else f"stage-{len(self.stages)}"
        base, env = self.base(words[0])
        stage = Stage(base.copy(self.place / name), words[0], env)
        self.stages[name] = stage
        return stage

    def base(self, image):
        """The stand-in for a base image that comes from no registry here."""
        if match := re.fullmatch(r"debian:(\w+)-slim", image):
            print(f"    {image} stands for a debootstrap --variant=minbase of {match[1]}")
            return rootfs.debian(match[1], self.bases), {}
        if match := re.fullmatch(r"golang:([\d.]+)-(\w+)", image):
            print(f"    {image} stands for that, with gcc, make and git of Debian and this machine's Go")
            return rootfs.golang(match[1], match[2], self.bases, self.host), dict(GO_ENV)
        raise dockerfile.Refused(f"FROM {image}: only debian:SUITE-slim and golang:VERSION-SUITE are known here")

    def arg(self, stage, text):
        name, equals, value = text.partition("=")
        if not equals:
            raise dockerfile.Refused(f"ARG {name}: only an ARG with a default is known here")
        stage.args[name] = value

    def env(self, stage, text):
        stage.env |= dockerfile.pairs(text, stage.args | stage.env)

    def label(self, stage, text):
        stage.labels |= dockerfile.pairs(text, stage.args | stage.env)

    def user(self, stage, text):
        stage.user = text

    def workdir(self, stage, text):
        stage.dir = os.path.join(stage.dir, text)
        (stage.root.path / stage.dir.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def run(self, stage, text):
        if text.startswith(("[", "--")):
            raise dockerfile.Refused("RUN: only the shell form without options is known here")
        stage.root.run(["/bin/sh", "-c", text.replace("\n", " ")], stage.args | stage.env, stage.user, stage.dir, self.host)

    def copy(self, stage, text):
        options, words = dockerfile.flags(text)
        if set(options) - {"from"}:
            raise dockerfile.Refused(f"COPY {text}: only --from is known here")
        origin = self.stages[options["from"]].root.path if options else self.context
        *sources, target = words
        into = stage.root.path / os.path.join(stage.dir, target).lstrip("/")
        for source in sources:
            path = origin / source.lstrip("/")
            if not path.exists():
                raise dockerfile.Refused(f"COPY: there is no {source}; does .dockerignore leave it out?")
            end = into / path.name if not path.is_dir() and (target.endswith(("/", ".")) or len(sources) > 1) else into
            end.parent.mkdir(parents=True, exist_ok=True)
            # The content of a folder, all of it root's, as Docker does.
            subprocess.run(["cp", "-dR", "--preserve=mode,links,timestamps", *(["-T"] if path.is_dir() else []), path, end], check=True)

    def healthcheck(self, stage, text):
        _, words = dockerfile.flags(text[: text.index("CMD")])
        stage.health = dockerfile.command(text[text.index("CMD") + 3 :])

    def entrypoint(self, stage, text):
        stage.entrypoint = dockerfile.command(text)

    def cmd(self, stage, text):
        stage.cmd = dockerfile.command(text)


def copy_context(top, folder):
    """What Docker would send: the tree without what .dockerignore leaves out."""
    lines = (top / ".dockerignore").read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    shutil.rmtree(folder, ignore_errors=True)
    for dir, names, files in os.walk(top):
        at = pathlib.Path(dir).relative_to(top)
        # A "!" may bring back what lies in an ignored folder, so only those without one are cut.
        names[:] = [n for n in names if not dockerfile.ignored(patterns, str(at / n)) or any(p.startswith(f"!{at / n}/") for p in patterns)]
        for file in files:
            if not dockerfile.ignored(patterns, str(at / file)):
                (folder / at).mkdir(parents=True, exist_ok=True)
                shutil.copy2(top / at / file, folder / at / file, follow_symlinks=False)
    return folder
