"""Reads the part of the Dockerfile language that this project uses; refuses the rest by name."""
import dataclasses
import json
import re
import shlex

KNOWN = {"FROM", "ARG", "ENV", "LABEL", "RUN", "COPY", "USER", "WORKDIR", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


class Refused(Exception):
    """Something that is written here but that this interpreter does not do."""


@dataclasses.dataclass
class Instruction:
    name: str
    text: str  # after the name, lines joined
    line: int


def parse(path):
    """The instructions of a Dockerfile in order."""
    found, text, start = [], "", 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.lstrip().startswith("#") or not text and not line.strip():
            continue  # a comment between the lines of one instruction is dropped, as Docker does
        start = start if text else number
        if line.rstrip().endswith("\\"):
            text += line.rstrip()[:-1] + "\n"
            continue
        name, _, rest = (text + line).strip().partition(" ")
        if name.upper() not in KNOWN or "<<" in rest:
            raise Refused(f"{path}:{start}: {name} is not known here, or holds a here-document")
        found.append(Instruction(name.upper(), rest.strip(), start))
        text = ""
    if text:
        raise Refused(f"{path}:{start}: the last line ends in a backslash")
    return found


def expand(text, variables):
    """Replaces $NAME and ${NAME}, as Docker does outside RUN."""

    def value(match):
        name = match.group(1) or match.group(2)
        if name not in variables:
            raise Refused(f"${name} is not set where {text!r} uses it")
        return variables[name]

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)


def pairs(text, variables):
    """name=value words, with quotes, as in ENV and LABEL."""
    out = {}
    for word in shlex.split(text.replace("\n", " ")):
        name, equals, value = word.partition("=")
        if not equals:
            raise Refused(f"{word!r}: only NAME=value is known here")
        out[name] = expand(value, variables)
    return out


def flags(text):
    """The --name=value at the start, and the other words."""
    words = shlex.split(text.replace("\n", " "))
    given = {}
    while words and words[0].startswith("--"):
        name, _, value = words.pop(0)[2:].partition("=")
        given[name] = value
    return given, words


def command(text):
    """The words of CMD or ENTRYPOINT; only the form that needs no shell."""
    try:
        words = json.loads(text)
    except json.JSONDecodeError:
        raise Refused(f"{text!r}: only the JSON form is known here") from None
    return words


def ignored(patterns, path):
    """Whether .dockerignore leaves a path out: the last pattern that fits it or a parent decides."""
    verdict = False
    parts = path.split("/")
    parents = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for pattern in patterns:
        keep, glob = pattern.startswith("!"), pattern.lstrip("!").rstrip("/")
        form = "".join({"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
                       for part in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", glob))
        if any(re.fullmatch(form, p) for p in parents):
            verdict = not keep
    return verdict
