#!/usr/bin/env bash
# cuda.sh REQUIREMENTS FOLDER: puts the CUDA libraries of NVIDIA's wheels into
# FOLDER/lib, ptxas and its kin into FOLDER/bin, libdevice into FOLDER/nvvm, and the
# licences into FOLDER/licenses. Nothing of Python stays.
set -euo pipefail
(($# == 2)) || { echo 'usage: cuda.sh REQUIREMENTS FOLDER' >&2; exit 1; }
requirements=$1 folder=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install --quiet --no-deps --no-cache-dir --no-compile --only-binary=:all: --require-hashes \
  --disable-pip-version-check --target "$work" --requirement "$requirements"

mkdir -p "$folder"/{lib,bin,licenses}
mv "$work"/nvidia/*/lib/*.so* "$folder/lib/"
mv "$work"/nvidia/cuda_nvcc/bin/* "$folder/bin/"
mv "$work"/nvidia/cuda_nvcc/nvvm "$folder/nvvm"
for info in "$work"/*.dist-info; do
  name=$(basename "$info" .dist-info)
  found=$(find "$info" -iname 'licen[sc]e*' -type f | head -n 1)
  if [[ -z $found ]]; then
    echo "cuda.sh: no licence in the wheel $name" >&2
    exit 1
  fi
  cp "$found" "$folder/licenses/$name.txt"
done
echo "$(find "$folder/lib" -type f | wc -l) libraries, $(du -sm "$folder" | cut -f 1) MB in $folder"
