import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { hasErrors, sortProblems, type Checked } from '../core/problem.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { readOne } from '../definition/read-site.ts';
import { defaultSite, parseConfig, type ConfigFile, type SiteConfig } from '../definition/site.ts';
import { diskFiles, isMissing } from '../definition/files.ts';
import { elasticOf, type ElasticConfig } from './elastic.ts';
import { kibanaOf, type KibanaConfig } from './kibana.ts';
import { gatherSettings, SettingReader, unknownVariables, type Flags, type Variables } from './gather.ts';
import { type ChannelConfig, channelsOf, channelVariables } from './notify.ts';
import { redisOf, type RedisConfig } from './redis.ts';

/** Everything that is settled before a command begins. */
export interface Config {
  /** Absolute path of `hunt.config.yml`; null where there is none. */
  readonly file: string | null;
  /** Folder (absolute) of what Tracehound keeps. */
  readonly home: string;
  readonly site: SiteConfig;
  /** The site's own GeoIP databases, absolute paths. */
  readonly geoip: { readonly city: string | null; readonly asn: string | null };
  /** null: no Elasticsearch is configured. */
  readonly elasticsearch: ElasticConfig | null;
  /** null: no Kibana is configured. */
  readonly kibana: KibanaConfig | null;
  /** null: no Redis is configured, and work stays in the process. */
  readonly redis: RedisConfig | null;
  /** Channels that can be told of news. */
  readonly notify: readonly ChannelConfig[];
  readonly limits: Limits;
  readonly unattended: Unattended;
  readonly retention: Retention;
  /** Where health and metrics are served; null: nowhere. */
  readonly serve: { readonly host: string; readonly port: number } | null;
}

/** For how long `hunt prune` leaves what is kept, ms; null: for ever. */
export interface Retention {
  readonly findings: number | null;
  readonly sightings: number | null;
  readonly runs: number | null;
  /** Notifications that were sent, or whose finding was never written. */
  readonly outbox: number | null;
  /** Of the embedded store; those of Elasticsearch are not ours. */
  readonly events: number | null;
}

interface Unattended {
  /** How long running queries may go on after a worker was told to stop, ms. */
  readonly graceMs: number;
  /** Waits before the second, third … attempt at a tile; after the last it waits for a backfill, ms. */
  readonly backOffMs: readonly number[];
}

interface Limits {
  /** Hunts that run at once. */
  readonly concurrency: number;
  /** Longest time of one query, ms. */
  readonly deadlineMs: number;
  /** Most rows of one query; one more is asked for. */
  readonly rowsMax: number;
}

/** Two hunts at once keep an Elasticsearch node of the usual size busy; more only wait for each other. */
const CONCURRENCY = 2;
const DEADLINE_MS = 10 * MINUTE_MS;
/** ES|QL answers 10,000 rows at most by default, and one of them only tells that there are more. */
const ROWS_MAX = 9_999;
/** Less than the 90 s after which systemd, by default, kills what it has told to stop. */
const GRACE_MS = 30 * SECOND_MS;
/** Whoever reaches it reads names of hunts and sources: only this machine, until somebody says otherwise. */
const SERVE_HOST = '127.0.0.1';
/** The port that Prometheus' list of port allocations gives to OpenTelemetry exporters; free on most machines. */
const SERVE_PORT = 9_464;
/** An outage of minutes, of hours, and of a day (design.md, "Time"). */
const BACK_OFF_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];

export interface ConfigSources {
  readonly cwd: string;
  readonly env?: Variables;
  readonly flags?: Flags;
}

/**
 * The configuration of a working folder: flags, then variables, then `hunt.config.yml`, then defaults. Every problem at
 * once, each naming the setting or variable, what it may be and what was found; secrets are in no message.
 */
export async function readConfig({ cwd, env = process.env, flags = {} }: ConfigSources): Promise<Checked<Config>> {
  const path = resolve(cwd, 'hunt.config.yml');
  const file = await readConfigFile(path, cwd);
  const config = file?.ok === true ? file.value : null;
  const fromFile = config === null ? null : { path, config };
  const settings = new SettingReader(gatherSettings(cwd, flags, env, fromFile));
  const value: Config = {
    file: file === null ? null : path,
    home: settings.readPath('home') ?? resolve(cwd, '.tracehound'),
    site: config?.site ?? defaultSite(cwd),
    geoip: { city: settings.readPath('geoipCity'), asn: settings.readPath('geoipAsn') },
    elasticsearch: await elasticOf(settings),
    kibana: await kibanaOf(settings),
    redis: await redisOf(settings),
    notify: await channelsOf(fromFile, env),
    limits: {
      concurrency: settings.read('concurrency', CONCURRENCY),
      deadlineMs: settings.read('deadline', DEADLINE_MS),
      rowsMax: settings.read('rowsMax', ROWS_MAX),
    },
    unattended: {
      graceMs: settings.read('grace', GRACE_MS),
      backOffMs: settings.read('backOff', BACK_OFF_MS),
    },
    retention: {
      findings: settings.read('retentionFindings', null),
      sightings: settings.read('retentionSightings', null),
      runs: settings.read('retentionRuns', null),
      outbox: settings.read('retentionOutbox', null),
      events: settings.read('retentionEvents', null),
    },
    serve: serveOf(settings),
  };
  const problems = sortProblems([
    ...(file?.problems ?? []),
    ...settings.problems,
    ...unknownVariables(env, channelVariables(config)),
  ]);
  return hasErrors(problems) ? { ok: false, problems } : { ok: true, value, problems };
}

function serveOf(settings: SettingReader): Config['serve'] {
  const host = settings.read('serveHost', SERVE_HOST);
  const port = settings.read('servePort', SERVE_PORT);
  return port === 'none' ? null : { host, port };
}

/** The checked file, or null where there is none. */
async function readConfigFile(path: string, cwd: string): Promise<Checked<ConfigFile> | null> {
  if (!(await exists(path))) return null;
  return readOne(diskFiles, path, 'hunt.config.yml', (file, bytes) => parseConfig(path, file, cwd, bytes));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}
