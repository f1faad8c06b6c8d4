FROM node:24-trixie AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/express/package.json packages/express/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

# Node comes with the packages; postgresql-client is for backups.
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \
  && useradd --system --user-group --uid 10001 --home-dir /data --no-create-home latchkey \
  && install -d -m 700 -o latchkey -g latchkey /data \
  && printf '#!/bin/sh\nexec /app/node_modules/.bin/node /app/src/cli.ts "$@"\n' > /usr/local/bin/latchkey \
  && chmod 755 /usr/local/bin/latchkey
WORKDIR /app
COPY --from=build /app /app
USER latchkey
ENV NODE_ENV=production HOST=0.0.0.0 DATABASE_URL=sqlite:/data/latchkey.sqlite
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node_modules/.bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node_modules/.bin/node", "src/main.js"]
