// Health check of the image: whether the role that runs in this container says that it is ready.
const port = process.env.TRACEHOUND_SERVE_PORT || '9464';

try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(8_000) });
  process.stdout.write(`${answer.status} ${(await answer.text()).slice(0, 2_000)}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`no answer on port ${port}: ${error.message}\n`);
  process.exitCode = 1;
}
