# syntax=docker/dockerfile:1

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without scripts: the image brings Node.js, so that the package of that name need not fetch one.
RUN npm ci --omit=dev --ignore-scripts --no-fund --no-audit

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data NODE_COMPILE_CACHE=/app/.cache/compile
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY config ./config
COPY views ./views
COPY src ./src
RUN install -d -o node -g node -m 0700 /data .cache
USER node
# One start and stop shows that the image runs, and leaves its compiled code there for the next starts.
RUN NODE_ENV=development ISSUER=http://localhost:3000 DATA_DIR=/tmp/first timeout --preserve-status 10 node src/main.ts \
  && node --eval "import('/app/src/storage/mongo-redis/index.ts')" \
  && rm -r /tmp/first
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --retries=6 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As process 1: src/run.ts takes the signals.
CMD ["node", "src/main.ts"]
