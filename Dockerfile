# Built and run by docker-compose.yml; by itself:
#   docker build -t confab . && docker run --init -p 3000:3000 -v confab:/data -e JWT_SECRET=… -e MONGODB_URI=… confab

# Install scripts are left out in both stages: bcrypt brings its binaries ready-made, and the development dependency
# `node`, which would fetch a Node of its own, is not needed where Node is.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
COPY web/package.json web/
RUN npm ci --ignore-scripts
COPY .swcrc ./
COPY scripts/build.mjs scripts/compile.mjs scripts/build-docs.mjs scripts/build-steps.mjs scripts/
COPY contract contract/
COPY src src/
COPY tools tools/
COPY bench bench/
COPY web web/
COPY README.md CHANGELOG.md ./
COPY client/README.md client/
COPY docs docs/
RUN node scripts/build.mjs

FROM node:24-bookworm-slim
# DATA_DIR holds what must outlive the container: locks, and the embedded database when MONGODB_URI is not set.
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json .npmrc LICENSE ./
COPY client/package.json client/
COPY web/package.json web/
RUN npm ci --omit=dev --ignore-scripts \
    && npm cache clean --force \
    && mkdir /data \
    && chown node:node /data
COPY --from=build /app/dist dist/
USER node
VOLUME /data
EXPOSE 3000
# By Node itself: the slim image has neither curl nor wget. Start may take a while when indexes are built.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between: SIGTERM reaches the server, which drains and ends. Arguments follow: `… confab --help`.
ENTRYPOINT ["node", "--enable-source-maps", "dist/src/main.js"]
