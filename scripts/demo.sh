#!/usr/bin/env bash
# Why does the digit model see these digits? Explains ten held-out MNIST digits with
# grad*input. Run through "make demo", which gets libtensorflow and builds the command.
set -euo pipefail
cd "$(dirname "$0")/.."

picture=out/digits.png
mkdir -p out

# The table has for each digit what the model sees in it (prediction), how sure it is
# (probs) and the share of the attribution that the strongest 5 % of the pixels carry.
bin/tfexplain explain \
  --model testdata/digits/model \
  --input testdata/digits/images/*.png \
  --target logits \
  --predict probs \
  --class argmax \
  --method 'grad*input' \
  --out "$picture" out/digits.json

printf '\nthe picture: %s\n' "$picture"
