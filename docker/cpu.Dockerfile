# tfexplain with libtensorflow for CPUs. Build from the top of the repository:
#
#   docker build -f docker/cpu.Dockerfile -t tfexplain:cpu .
#
# docker/README.md says how to run it; docker/check executes every line without Docker.

FROM golang:1.26-trixie AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -trimpath -ldflags='-s -w' -o /out/tfexplain ./cmd/tfexplain

FROM debian:trixie-slim AS libtensorflow
# Only pip is used, and only in this stage; Debian keeps no old versions to pin.
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -o Dpkg::Use-Pty=0 --no-install-recommends python3 python3-pip ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY scripts/libtensorflow.sh /usr/local/bin/libtensorflow.sh
ARG TF_VERSION=2.21.0
RUN libtensorflow.sh "$TF_VERSION" /opt/libtensorflow

FROM debian:trixie-slim
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tfexplain" \
      org.opencontainers.image.description="Explains what a TensorFlow SavedModel answered (CPU)" \
      org.opencontainers.image.source="https://github.com/tfexplain/tfexplain-go" \
      org.opencontainers.image.documentation="https://github.com/tfexplain/tfexplain-go/blob/main/docker/README.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="docker.io/library/debian:trixie-slim"
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tfexplain \
 && install -d -o tfexplain -g tfexplain /work
COPY LICENSE /usr/share/doc/tfexplain/LICENSE
COPY testdata/digits/model /usr/share/tfexplain/digits/model
COPY testdata/digits/images /usr/share/tfexplain/digits/images
COPY docker/smoke.sh /usr/share/tfexplain/smoke.sh
COPY --from=libtensorflow /opt/libtensorflow /opt/libtensorflow
COPY --from=build /out/tfexplain /usr/local/bin/tfexplain
ENV TFEXPLAIN_LIBTENSORFLOW=/opt/libtensorflow
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /work
# It loads TensorFlow, about a second of one core.
HEALTHCHECK --interval=5m --timeout=30s CMD ["tfexplain", "doctor"]
ENTRYPOINT ["tfexplain"]
CMD ["--help"]
