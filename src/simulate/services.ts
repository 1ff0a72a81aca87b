import { publicAddress, publicNetwork, type Region, REGIONS } from './addresses.ts';
import { BACKS, FRONTS } from './names.ts';
import { Draws, type Label } from './random.ts';

/** Something on the internet that answers under a name. */
export interface Service {
  readonly domain: string;
  readonly addresses: readonly string[];
}

/** What an office reaches outside, the most visited of each kind first. */
export interface Services {
  readonly sites: readonly Service[];
  readonly delivery: readonly Service[];
  readonly applications: readonly Service[];
  readonly updates: readonly Service[];
  readonly telemetry: readonly Service[];
  readonly mail: readonly Service[];
  readonly calls: readonly Service[];
  readonly storage: readonly Service[];
  readonly resolvers: readonly Service[];
  readonly vault: readonly Service[];
  /** A public `/24` that is the office's own. */
  readonly ownNetwork: string;
}

const SITES = 380; // fewer than the names there are, so that each site has its own

/** Where services stand: an office in Europe reaches mostly its own continent and North America. */
const WEIGHTED: readonly Region[] = ['europe', 'europe', 'europe', 'america', 'america', 'asia', ...REGIONS];

export function makeServices(seed: Label): Services {
  const names = new Draws(seed, 'names').shuffle(FRONTS.flatMap((front) => BACKS.map((back) => front + back)));
  const kind = (label: string, count: number, addresses: number) =>
    Array.from({ length: count }, (_, rank) =>
      makeService(`${label}${rank}.${names[0] ?? ''}.example`, addresses, seed),
    );
  return {
    sites: names.slice(0, SITES).map((name) => makeService(`www.${name}.example`, 2, seed)),
    delivery: kind('cdn', 14, 6),
    applications: kind('app', 12, 3),
    updates: kind('update', 6, 8),
    telemetry: kind('telemetry', 4, 4),
    mail: kind('mail', 2, 6),
    calls: kind('call', 3, 6),
    storage: kind('files', 3, 6),
    resolvers: kind('resolver', 2, 1),
    vault: kind('vault', 1, 2),
    ownNetwork: publicNetwork('europe', new Draws(seed, 'own network')),
  };
}

function makeService(domain: string, addresses: number, seed: Label): Service {
  const draws = new Draws(seed, 'service', domain);
  const region = draws.pick(WEIGHTED);
  return { domain, addresses: Array.from({ length: addresses }, () => publicAddress(region, draws)) };
}
