import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Health, HealthAnswer } from './health.ts';
import type { Metrics } from './metrics.ts';

/** A request is a line and a few headers: who takes longer to send it wants something else. */
const REQUEST_TIMEOUT_MS = 10_000;

/** The HTTP side. Three pages to read; whatever else is asked gets a short answer without a word about why. */
export function appOf(health: Health, metrics: Metrics, onError: (error: unknown) => void): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: 1_024,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    frameworkErrors: (_error, _request, reply) => void (reply as FastifyReply).code(400).send({ error: 'Bad request' }),
  });
  app.addHook('onRequest', async (_request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.get('/healthz', (_request, reply) => answer(reply, health.alive()));
  app.get('/readyz', async (_request, reply) => answer(reply, await health.ready()));
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not found' }));
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) onError(error);
    return reply.code(statusCode).send({ error: statusCode < 500 ? 'Bad request' : 'Internal error' });
  });
  return app;
}

function answer(reply: FastifyReply, { well, body }: HealthAnswer): FastifyReply {
  return reply.code(well ? 200 : 503).send(body);
}
