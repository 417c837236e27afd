#!/usr/bin/env bash
# Benchmarks of the working tree and of another revision, compared: see usage below.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'EOF'
usage: scripts/benchstat.sh REV [PATTERN] [PACKAGE...]

Runs the benchmarks that match PATTERN (default: all) of the packages (default: those
that have any) in the working tree and at the git revision REV, one round here and one
there in turn, and compares them by benchstat. ROUNDS (default 6) is the number of
rounds, BENCHTIME (default 0.3s) the time of each benchmark in a round.
EOF
}

case ${1:-} in
  '' | -h | --help) usage; exit $(($# == 0)) ;;
esac
rev=$1 pattern=${2:-.}
shift $(($# > 1 ? 2 : 1))
packages=("$@")
if ((${#packages[@]} == 0)); then
  mapfile -t packages < <(git ls-files -co --exclude-standard '*_test.go' | xargs grep -l '^func Benchmark' | xargs -n1 dirname | sort -u)
fi

work=$(mktemp -d)
clean() {
  git worktree remove --force "$work/old" 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
git worktree add --quiet --detach "$work/old" "$rev"

# Compiles the tests of a package of a tree; a package that is not there is left out.
compile() { # TREE NAME PACKAGE
  if [[ -d $1/$3 ]]; then (cd "$1" && go test -c -o "$work/$2.test/${3//\//_}" "./$3"); fi
}
mkdir "$work/old.test" "$work/new.test"
for p in "${packages[@]}"; do
  compile "$work/old" old "${p#./}"
  compile "$PWD" new "${p#./}"
done

# Prints one round of a package in a tree.
round() { # TREE NAME PACKAGE
  local test=$work/$2.test/${3//\//_}
  if [[ -x $test ]]; then
    (cd "$1/$3" && "$test" -test.run '^$' -test.bench "$pattern" -test.benchmem -test.benchtime "${BENCHTIME:-0.3s}")
  fi
}
for ((i = 0; i < ${ROUNDS:-6}; i++)); do
  for p in "${packages[@]}"; do
    round "$work/old" old "${p#./}" >>"$work/old.txt"
    round "$PWD" new "${p#./}" >>"$work/new.txt"
  done
done
go tool benchstat "$rev=$work/old.txt" "here=$work/new.txt"
