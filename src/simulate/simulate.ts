// simulate: a seeded office and planted attacks. In: a request. Out: events in ECS, in the order of time, and the truth
// about what was planted. May import: core.
import { unreachable } from '../core/error.ts';
import { DAY_MS, HOUR_MS, type Span } from '../core/time.ts';
import { planAttack } from './attacks/attacks.ts';
import { type Unseen, unseenBySysmon } from './blind.ts';
import { everyday } from './everyday.ts';
import { processesOf } from './instances.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { makeOffice, type Office } from './office.ts';
import { type Attack, planted } from './plant.ts';
import type { Moment, OutputName, Shape } from './shapes/shape.ts';
import { defendShape } from './shapes/shape-defend.ts';
import { checkRequest, type SimulationRequest } from './request.ts';
import { pfirewallShape } from './shapes/shape-pfirewall.ts';
import { sysmonShape } from './shapes/shape-sysmon.ts';
import { windowsShape } from './shapes/shape-windows.ts';
import { zeekShape } from './shapes/shape-zeek.ts';
import { Tally } from './tally.ts';

const BATCH = 2_000; // documents, about 3 MB

export interface Simulation {
  /** Index or data stream that the documents belong to. */
  readonly index: string;
  /** Of the file, where it is no NDJSON. */
  readonly file: Shape['file'];
  readonly span: Span;
  /**
   * The documents, each a line of JSON, some thousand at a time. To be gone through once; memory holds what happens in
   * one hour, and the connections that are open.
   */
  readonly batches: () => Generator<readonly string[]>;
  /** The truth; complete when all documents were gone through. */
  readonly manifest: () => Manifest;
}

/** Makes an office and what takes place in it. Throws USAGE for a request that makes none. */
export function simulate(request: SimulationRequest): Simulation {
  checkRequest(request);
  const office = makeOffice(request.seed, request.hosts);
  const span = { start: request.end - request.days * DAY_MS, end: request.end };
  const attacks = request.attacks.map((name) => planAttack(name, office, span));
  const shape = shapeOf(request.shape, unseenBySysmon(attacks.flatMap(({ plants }) => plants)));
  const tally = new Tally();
  return {
    index: shape.index,
    file: shape.file,
    span,
    *batches() {
      for (const moments of hourly(office, span, attacks, request.density, shape)) {
        for (let at = 0; at < moments.length; at += BATCH) {
          yield moments.slice(at, at + BATCH).map((moment) => {
            tally.add(moment);
            return shape.line(moment);
          });
        }
      }
    },
    manifest: () => manifestOf(request, { office, span, attacks, index: shape.index, tally }),
  };
}

/** All moments of the span in order of time, hour by hour; what lies after the end of an hour waits for its own. */
function* hourly(
  office: Office,
  span: Span,
  attacks: readonly Attack[],
  density: number,
  shape: Shape,
): Generator<readonly Moment[]> {
  const processes = processesOf(office);
  const plants = attacks.flatMap(({ plants }) => plants);
  let waiting: Moment[] = [];
  for (let start = span.start; start < span.end; start += HOUR_MS) {
    const hour = { start, end: Math.min(start + HOUR_MS, span.end) };
    const happenings = [
      ...everyday(office, hour, density, processes),
      ...plants.flatMap((plant) => [...planted(plant, hour, office)]),
    ];
    const moments = [...waiting, ...happenings.flatMap((happening) => shape.moments(happening))];
    waiting = moments.filter(({ at }) => at >= hour.end);
    yield moments.filter(({ at }) => at < hour.end).sort((a, b) => a.at - b.at);
  }
}

function shapeOf(name: OutputName, unseen: Unseen): Shape {
  switch (name) {
    case 'defend':
      return defendShape();
    case 'sysmon':
      return sysmonShape('agent', unseen);
    case 'winlogbeat':
      return sysmonShape('winlogbeat', unseen);
    case 'windows-json':
    case 'windows-xml':
      return windowsShape(name, unseen);
    case 'pfirewall':
      return pfirewallShape();
    case 'zeek':
    case 'zeek-json':
      return zeekShape(name);
    default:
      return unreachable(name);
  }
}
