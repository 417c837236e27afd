#!/usr/bin/env bash
# Explains ten digits inside the image and checks what comes of it; --gpu also demands a
# GPU. All it writes is in /tmp.
#
#   docker run --rm --read-only --tmpfs /tmp --network none \
#     --entrypoint /usr/share/tfexplain/smoke.sh tfexplain:cpu
set -euo pipefail

fail() {
  printf 'smoke.sh: %s\n' "$*" >&2
  exit 1
}

digits=/usr/share/tfexplain/digits
out=$(mktemp -d /tmp/smoke.XXXXXX)
trap 'rm -rf "$out"' EXIT

tfexplain version
tfexplain doctor
if [[ ${1:-} == --gpu ]]; then
  devices=$(tfexplain doctor --json)
  [[ $devices == *'"type": "GPU"'* ]] || fail 'TensorFlow found no GPU: was the container started with --gpus all?'
fi

# In the CUDA image each library finds those it needs, but for the driver's, which the
# host brings, and the tools that TensorFlow runs are there.
if [[ -d /opt/cuda ]]; then
  missing=$(for file in /opt/cuda/lib/*.so*; do ldd "$file"; done | grep 'not found' | grep -v -e libcuda.so.1 -e libnvidia-ml.so.1 || true)
  [[ -z $missing ]] || fail "CUDA libraries lack: $missing"
  ptxas --version
  [[ -s /opt/cuda/nvvm/libdevice/libdevice.10.bc ]] || fail 'there is no libdevice.10.bc'
fi

# Completeness within 1e-4 of logits of 7 to 18, ten times what float32 keeps of them.
tfexplain explain --model $digits/model --input $digits/images/*.png --target logits --predict probs \
  --class argmax --method 'grad*input' deeplift --max-delta 1e-4 --out "$out/digits.json" "$out/digits.png" | tee "$out/table"

# Each picture is named after its digit, which the model sees and explains.
right=$(awk '$1 ~ /^[0-9]\.png$/ && $2 == substr($1, 1, 1) && $4 == $2' "$out/table" | wc -l)
((right == 10)) || fail "$right of 10 digits were seen as what they are"
for file in digits.json digits.png; do
  [[ -s $out/$file ]] || fail "$file was not written"
done
echo 'smoke.sh: ten digits seen and explained, and every DeepLIFT sum adds up'
