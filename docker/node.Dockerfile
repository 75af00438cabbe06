# The node agent with the tools that it starts, for machines that help the server.
#
#   docker build -f docker/node.Dockerfile -t boilarr-node .
#
# GPUs need no other image, see docker/server.Dockerfile.

# The agent has nothing native, so it is built once, on the machine's own processor.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup scripts/setup
RUN node scripts/setup/main.mjs deps
COPY nest-cli.json tsconfig.json tsconfig.build.json LICENSE ./
COPY contracts contracts
COPY engine engine
COPY node-agent node-agent
COPY server server
RUN node scripts/setup/main.mjs build-node
COPY scripts/release scripts/release
RUN node scripts/release/package-node.mjs /agent

# dovi_tool, which Debian does not have, as a pinned release. `--build-arg DOVI_TOOL=0` leaves it out: then nothing is fetched,
# and of the jobs with Dolby Vision only those are taken that encode Profile 8.1 anew.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS dovi-tool
ARG DOVI_TOOL=1
ARG DOVI_TOOL_URL=
ARG TARGETARCH
COPY docker/dovi-tool /build
RUN NODE_USE_ENV_PROXY=1 /build/install /dovi-tool

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="Boilarr node" \
      org.opencontainers.image.description="Encodes for a Boilarr server on a machine of its own." \
      org.opencontainers.image.source="https://github.com/boilarr/boilarr" \
      org.opencontainers.image.licenses="GPL-3.0-or-later"

RUN apt-get update \
 && intel= && if [ "$(dpkg --print-architecture)" = amd64 ]; then intel="intel-media-va-driver libmfx-gen1.2"; fi \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ffmpeg x265 mkvtoolnix mesa-va-drivers $intel tini tzdata \
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log

# The checksum says that it is the release; this says that it runs.
COPY --from=dovi-tool /dovi-tool/ /usr/local/
RUN if [ -e /usr/local/bin/dovi_tool ]; then dovi_tool --version; fi

WORKDIR /app
COPY --from=build /agent ./
COPY docker/rootfs/usr/local/lib/boilarr /usr/local/lib/boilarr
COPY docker/rootfs/usr/local/bin/boilarr-node /usr/local/bin/

# Writable for everybody, like /tmp, so that a volume made from it suits any `user:`.
RUN mkdir -m 1777 /work

# The variable of NVIDIA's container toolkit says which of the host's libraries are wanted: those of the encoders.
ENV NODE_ENV=production \
    HOME=/tmp \
    BOILARR_WORK_DIR=/work \
    BOILARR_NODE_HEALTH_PORT=2647 \
    NVIDIA_DRIVER_CAPABILITIES=compute,video,utility

VOLUME /work
EXPOSE 2647
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
  CMD node /usr/local/lib/boilarr/health-check.mjs "$BOILARR_NODE_HEALTH_PORT"
ENTRYPOINT ["/usr/bin/tini", "-s", "--", "/usr/local/lib/boilarr/entrypoint"]
CMD ["boilarr-node"]
