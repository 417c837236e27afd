#!/usr/bin/env bash
# Why does the digit model see these digits? Explains ten held-out MNIST digits by three
# methods, and why the 8 is no 3. Run through "make demo", which gets libtensorflow and
# builds the command.
set -euo pipefail
cd "$(dirname "$0")/.."

digits=out/digits.png
numbers=out/digits.json
versus=out/why-8-not-3.png
mkdir -p out

# For each digit: what the model sees in it (prediction) and how sure it is (probs). For
# each method: what the attributions add up to (sum), how far that is from the difference
# to a black picture (delta), and the share of the strongest 5 % of the pixels.
echo 'Ten digits, three methods'
echo
bin/tfexplain explain \
  --model testdata/digits/model \
  --input testdata/digits/images/*.png \
  --target logits \
  --predict probs \
  --class argmax \
  --method 'grad*input' --method elrp --method deeplift \
  --out "$digits" "$numbers"

printf '\nWhy is this an 8 and not a 3?\n\n'
bin/tfexplain explain \
  --model testdata/digits/model \
  --input testdata/digits/images/8.png \
  --target logits \
  --predict probs \
  --class 8 --versus 3 \
  --method deeplift \
  --out "$versus"

printf '\nthe pictures: %s\n              %s\nthe numbers:  %s\n' "$digits" "$versus" "$numbers"
