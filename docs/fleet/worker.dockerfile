# A worker of a fleet, from this checkout: docker build --file docs/fleet/worker.dockerfile --tag gantry-worker .
FROM node:24-slim
WORKDIR /gantry
COPY . .
RUN npx --yes pnpm@12 install --frozen-lockfile --config.confirm-modules-purge=false
ENTRYPOINT ["node", "/gantry/apps/cli/bin/gantry.js"]
