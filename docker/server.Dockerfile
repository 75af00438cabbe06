# The server with its built-in node, the web client and all the tools that they start.
#
#   docker build -f docker/server.Dockerfile -t boilarr .
#
# GPUs need no other image: the drivers of Intel's and AMD's add 28 MB to the 555 MB of the tools, and NVIDIA's come from the
# host. docs/install.md has the flags.

# What is built here is the same for every processor, so it is built on the machine's own.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup scripts/setup
RUN node scripts/setup/main.mjs deps
COPY nest-cli.json angular.json tsconfig.json tsconfig.build.json ./
COPY contracts contracts
COPY engine engine
COPY node-agent node-agent
COPY server server
COPY client client
RUN node scripts/setup/main.mjs build \
 && find dist \( -name '*.map' -o -name '.tsbuildinfo' \) -delete

# Without what is optional nothing is for one processor alone: better-sqlite3 brings itself for each.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.[cm]ts' \) -delete

# dovi_tool, which Debian does not have, as a pinned release. `--build-arg DOVI_TOOL=0` leaves it out: then nothing is fetched,
# and of the jobs with Dolby Vision only those are taken that encode Profile 8.1 anew.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS dovi-tool
ARG DOVI_TOOL=1
ARG DOVI_TOOL_URL=
ARG TARGETARCH
COPY docker/dovi-tool /build
RUN NODE_USE_ENV_PROXY=1 /build/install /dovi-tool

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="Boilarr" \
      org.opencontainers.image.description="Makes home media libraries smaller without losing anything." \
      org.opencontainers.image.source="https://github.com/boilarr/boilarr" \
      org.opencontainers.image.licenses="GPL-3.0-or-later"

# In run level 1 Debian does not start the Redis that it installs; Boilarr runs one of its own.
RUN apt-get update \
 && intel= && if [ "$(dpkg --print-architecture)" = amd64 ]; then intel="intel-media-va-driver libmfx-gen1.2"; fi \
 && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ffmpeg x265 mkvtoolnix redis-server mesa-va-drivers $intel tini tzdata \
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log

# The checksum says that it is the release; this says that it runs.
COPY --from=dovi-tool /dovi-tool/ /usr/local/
RUN if [ -e /usr/local/bin/dovi_tool ]; then dovi_tool --version; fi

WORKDIR /app
COPY LICENSE package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY docker/rootfs/usr/local/lib/boilarr /usr/local/lib/boilarr
COPY docker/rootfs/usr/local/bin/boilarr /usr/local/bin/

# Writable for everybody, like /tmp, so that a volume made from it suits any `user:`.
RUN mkdir -m 1777 /config

# BOILARR_PORT stands above what config.yaml says, so that health check and published port are always right.
# The variable of NVIDIA's container toolkit says which of the host's libraries are wanted: those of the encoders.
ENV NODE_ENV=production \
    HOME=/tmp \
    BOILARR_CONFIG_DIR=/config \
    BOILARR_PORT=2645 \
    NVIDIA_DRIVER_CAPABILITIES=compute,video,utility

VOLUME /config
EXPOSE 2645 2646
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
  CMD node /usr/local/lib/boilarr/health-check.mjs "$BOILARR_PORT"
ENTRYPOINT ["/usr/bin/tini", "-s", "--", "/usr/local/lib/boilarr/entrypoint"]
CMD ["boilarr"]
