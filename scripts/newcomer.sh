#!/usr/bin/env bash
# newcomer.sh REPOSITORY: what the README tells a newcomer to do, from clone to a model of
# one's own explained. "make docker-check" runs it on a clean Debian with Go, gcc, make, git
# and python3-pip. Each line it runs must stand in the README.
set -euo pipefail
repository=$1

# says runs a line of the README, with DIR and OUTPUT filled in.
says() {
  local line=$1
  [[ $(<README.md) == *"$line"* ]] || { echo "newcomer.sh: the README does not say: $line" >&2; exit 1; }
  line=${line//--model DIR/--model "$model"}
  line=${line//--target OUTPUT/--target logits}
  printf '\n$ %s\n' "$line"
  eval "$line"
}

git clone --quiet "$repository" tfexplain-go
cd tfexplain-go
model=
says 'make demo'

# A model of one's own: a folder somewhere, and a picture.
mkdir -p ~/mine
cp -r testdata/digits/model ~/mine/model
cp testdata/digits/images/7.png photo.png
model=~/mine/model
says 'make build && export PATH=$PWD/bin:$PATH'
says 'tfexplain inspect --model DIR'
says 'tfexplain explain --help'
says $'tfexplain explain --model DIR --target OUTPUT --method deeplift --class argmax \\\n        --input photo.png --out report.html why.npz'
says 'source <(tfexplain completion bash)'
says 'bin/tfexplain doctor'
says 'bin/tfexplain methods'
[[ -s report.html && -s why.npz && -s out/digits.png && -s out/digits.json ]]
