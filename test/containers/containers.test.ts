// What can be said of image and stack without a container engine. test/live/containers.test.ts runs their commands.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { diskFiles } from '../../src/definition/files.ts';
import { parseConfig } from '../../src/definition/site.ts';
import { readCompose, COMPOSE_FILE, type ComposeService } from '../rig/compose.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { services, volumes } = await readCompose();
const composeText = await readFile(COMPOSE_FILE, 'utf8');
const dockerfile = await readFile(`${ROOT}/Dockerfile`, 'utf8');
const all = Object.entries(services);
const isOneShot = ({ restart }: ComposeService): boolean => restart === 'no';
const lasting = all.filter(([, service]) => !isOneShot(service));
const ours = all.filter(([, { image }]) => image.startsWith('tracehound:'));
const commands = makeProgram({ stdout: process.stdout, stderr: process.stderr }, () => Promise.resolve()).commands;

describe('docker-compose.yml', () => {
  it('has the whole stack: one scheduler, two workers, what they need, and what sets it up', () => {
    expect(Object.keys(services).sort()).toEqual([
      'elasticsearch',
      'kibana',
      'kibana-setup',
      'redis',
      'scheduler',
      'secrets',
      'setup',
      'users',
      'worker',
    ]);
    expect(services['worker']?.deploy?.replicas).toBe(2);
  });

  it.each(all)('%s may not take all memory', (_name, { deploy }) => {
    expect(deploy?.resources?.limits?.memory).toMatch(/^\d+(m|g)$/);
  });

  it.each(lasting)('%s is looked after: a health check, and started again', (_name, { healthcheck, restart }) => {
    expect(healthcheck?.test?.length).toBeGreaterThan(1);
    expect(restart).toBe('unless-stopped');
  });

  it.each(all)('%s waits for what it needs, in the right way', (_name, { depends_on = {} }) => {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      const service = services[other];
      if (service === undefined) throw new Error(`"${other}" is no service`);
      expect(condition).toBe(isOneShot(service) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it('starts from nothing in an order that ends', () => {
    const started = new Set<string>();
    while (started.size < all.length) {
      const next = all.find(
        ([name, { depends_on = {} }]) =>
          !started.has(name) && Object.keys(depends_on).every((need) => started.has(need)),
      );
      if (next === undefined) throw new Error(`None of the rest can start after ${[...started].join()}`);
      started.add(next[0]);
    }
    expect([...started][0]).toBe('secrets');
  });

  it('takes the version of Elasticsearch and Kibana from one variable, and no floating tag', async () => {
    const moved = await readCompose({ STACK_VERSION: '9.5.3' });
    const elastic = Object.values(moved.services).filter(({ image }) => image.startsWith('docker.elastic.co/'));
    expect(new Set(elastic.map(({ image }) => image))).toEqual(
      new Set(['docker.elastic.co/elasticsearch/elasticsearch:9.5.3', 'docker.elastic.co/kibana/kibana:9.5.3']),
    );
    expect(elastic).toHaveLength(4);
    const defaults = [...composeText.matchAll(/\$\{STACK_VERSION:-([^}]+)\}/g)].map(([, version]) => version);
    expect(new Set(defaults)).toEqual(new Set(['8.19.21']));
    for (const [, { image }] of all) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  it('holds no secret: passwords and keys are files of volumes, each for those who need it', () => {
    for (const [name, { environment = {} }] of all) {
      for (const [key, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|TOKEN|API_?KEY|\.key$|_KEY$/i.test(key))
          expect(`${name} ${key} ${value}`).toMatch(/ (\/|tracehound\/)/);
      }
    }
    expect(composeText).not.toMatch(/(requirepass|--pass|-a) +[^$\s]/);
    const holders = (volume: string) =>
      all.filter(([, { volumes = [] }]) => JSON.stringify(volumes).includes(`"${volume}:`)).map(([name]) => name);
    expect(holders('authority')).toEqual(['secrets']);
    expect(holders('elasticsearch-secrets')).toEqual(['secrets', 'elasticsearch', 'users', 'setup', 'kibana-setup']);
    expect(holders('tracehound-secrets')).toEqual(['secrets', 'users', 'setup', 'kibana-setup', 'scheduler', 'worker']);
  });

  it('names volumes that exist, and uses each', () => {
    const named = all.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => (typeof volume === 'string' ? (volume.split(':')[0] ?? '') : volume.source)),
    );
    const used = new Set(named.filter((name) => !name.startsWith('.')));
    expect([...used].sort()).toEqual(Object.keys(volumes).sort());
  });

  it('opens its ports to this machine only', () => {
    for (const [, { ports = [] }] of all) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(ours)('%s runs a command of ours, with few rights, by settings that exist', (_name, service) => {
    const [command, ...flags] = service.command ?? [];
    const known = commands.find((each) => each.name() === command)?.options.map(({ long }) => long);
    expect(known).toEqual(expect.arrayContaining(flags));
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    const variables = Object.values(SETTINGS).map(({ variable }) => variable as string);
    const given = Object.keys(service.environment ?? {});
    expect(given.filter((variable) => !variables.includes(variable))).toEqual([]);
    expect(given).toContain('TRACEHOUND_REDIS_PASSWORD_FILE');
  });

  it('runs a site whose configuration is right', async () => {
    const path = `${ROOT}/containers/site/hunt.config.yml`;
    const parsed = parseConfig(path, 'hunt.config.yml', ROOT, await diskFiles.read(path, 100_000));
    expect(parsed).toMatchObject({ ok: true, problems: [] });
  });
});

describe('Dockerfile', () => {
  const lines = dockerfile.split('\n').filter((line) => !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')));
  const instruction = (name: string) =>
    last.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  it('ends in an image without root, build tools or development dependencies', () => {
    expect(lines.filter((line) => line.startsWith('FROM'))).toHaveLength(3);
    expect(instruction('USER')).toEqual(['1000:1000']);
    expect(instruction('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(instruction('COPY').join('\n')).not.toMatch(/\bsrc\b|\btest\b|--from=build .*node_modules/);
    expect(dockerfile).toContain('npm ci --ignore-scripts --omit=dev');
  });

  it('has the Node that the checkout pins', async () => {
    const { devDependencies } = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(dockerfile).toContain(`NODE_IMAGE=node:${devDependencies['node']}-`);
  });

  it('checks health as the stack does', () => {
    const [check = ''] = instruction('HEALTHCHECK');
    for (const name of ['scheduler', 'worker'])
      expect(services[name]?.healthcheck?.test).toEqual([
        'CMD',
        ...(JSON.parse(check.replace(/^.* CMD /, '')) as string[]),
      ]);
  });

  it('copies what is in the repository, and what .dockerignore lets through', async () => {
    const allowed = (await readFile(`${ROOT}/.dockerignore`, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
    const tracked = execFileSync('git', ['ls-files', '--', ...copied], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const missing = copied.filter((path) => !tracked.some((file) => file === path || file.startsWith(`${path}/`)));
    expect(missing).toEqual([]);
  });
});
