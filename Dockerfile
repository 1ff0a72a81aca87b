# syntax=docker/dockerfile:1
# The image of Tracehound: `docker build -t tracehound .`. docs/containers.md tells how it is run.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# No install scripts run: the only one that would is of the Node that a checkout brings along, and this image has one.
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /opt/tracehound
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE NOTICE ./
COPY bin ./bin
COPY hunts ./hunts
COPY jobs ./jobs
COPY containers/health.js ./health.js
RUN ln -s /opt/tracehound/bin/hunt.js /usr/local/bin/hunt \
  && install -d -o node -g node /site /var/lib/tracehound
# Without Elasticsearch, events and findings are kept here: mount a volume.
ENV TRACEHOUND_HOME=/var/lib/tracehound
# A number, so that a cluster which refuses root can see that it is none; the image calls it node.
USER 1000:1000
WORKDIR /site
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["node", "/opt/tracehound/health.js"]
ENTRYPOINT ["node", "/opt/tracehound/bin/hunt.js"]
CMD ["start"]
