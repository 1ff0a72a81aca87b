import type { Instant } from '../../core/time.ts';
import { worth } from '../read-values.ts';
import { Malformed } from '../scan.ts';
import { readTime, type WallClock } from '../wall-clock.ts';
import { channelOf, type WindowsEvent } from './windows-event.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** Names under which recorders write one fact of the envelope, the first that is there counts. */
const ENVELOPE = {
  code: ['EventID', 'EventId', 'event_id'],
  channel: ['Channel', 'log_name', 'LogName'],
  computer: ['Hostname', 'Computer', 'computer_name', 'MachineName'],
  provider: ['SourceName', 'ProviderName', 'source_name', 'Provider'],
  providerGuid: ['ProviderGuid', 'provider_guid'],
  recordId: ['RecordNumber', 'EventRecordID', 'record_number'],
  level: ['Severity', 'LevelDisplayName', 'Level', 'level'],
  task: ['Category', 'TaskDisplayName', 'task', 'Task'],
  opcode: ['Opcode', 'OpcodeDisplayName', 'opcode'],
  keywords: ['EventType', 'KeywordsDisplayNames', 'keywords', 'Keywords'],
  version: ['Version', 'version'],
  processId: ['ExecutionProcessID', 'process_id'],
  threadId: ['ExecutionThreadID', 'ThreadID', 'thread_id'],
  activityId: ['ActivityID', 'activity_id'],
  userId: ['UserID', 'SecurityUserID'],
  userName: ['AccountName'],
  userDomain: ['Domain'],
  userType: ['AccountType'],
  message: ['Message', 'message'],
} as const;
/** When it was recorded; those with a zone come before those without, unless a zone was named. */
const TIMES = ['TimeCreated', 'EventTime', 'SystemTime', '@timestamp', 'EventReceivedTime'];
/** What recorders and shippers add of their own. */
const SHIPPING = new Set(
  `EventReceivedTime SourceModuleName SourceModuleType SeverityValue OpcodeValue EventTypeOrignal @version @metadata host port tags type
  beat TaskValue LevelValue Keywords Task Level Severity Opcode EventType RelatedActivityID ThreadID process_id thread_id user`.split(
    /\s+/,
  ),
);
const SHIPPED: ReadonlySet<string> = new Set([...Object.values(ENVELOPE).flat(), ...TIMES, ...SHIPPING]);
/** Objects that hold an event's own data apart. */
const DATA_OBJECTS = ['event_data', 'EventData', 'user_data', 'UserData'];

/** Whether the keys of a JSON object are those of a Windows event as recorders write it. */
export function isWindowsJson(keys: readonly string[]): boolean {
  const has = (names: readonly string[]) => names.some((name) => keys.includes(name));
  if (keys.length <= 2 && keys.includes('Event')) return true;
  return has(ENVELOPE.code) && (has(ENVELOPE.channel) || has(ENVELOPE.provider));
}

/**
 * Reads one event of a line of JSON: flat as nxlog and the recorders of public captures write it, with `event_data` as
 * Winlogbeat 6 did, or below `Event.System` as evtx_dump does. `zoned`: a zone was named, so times without one count.
 */
export function readWindowsJson(text: string, clock: WallClock, zoned: boolean): WindowsEvent {
  const parsed = parse(text);
  const inner = objectAt(parsed, 'Event');
  const record = inner === null ? parsed : fromTree(inner);
  const of = (name: keyof typeof ENVELOPE) => firstOf(record, ENVELOPE[name]);
  const account = objectAt(record, 'user') ?? {};
  const code = of('code');
  const channel = of('channel') ?? channelOf(of('provider'));
  if (code === null || channel === null) throw new Malformed('a Windows event has an EventID and a Channel', 0);
  return {
    code,
    channel,
    computer: of('computer'),
    provider: of('provider'),
    providerGuid: of('providerGuid'),
    recordId: of('recordId'),
    level: of('level'),
    task: of('task'),
    opcode: of('opcode'),
    keywords: of('keywords'),
    version: of('version'),
    processId: of('processId'),
    threadId: of('threadId'),
    activityId: of('activityId'),
    user: {
      id: of('userId') ?? firstOf(account, ['identifier']),
      name: of('userName') ?? firstOf(account, ['name']),
      domain: of('userDomain') ?? firstOf(account, ['domain']),
      type: of('userType') ?? firstOf(account, ['type']),
    },
    created: createdOf(record, clock, zoned),
    message: of('message'),
    data: dataOf(record),
  };
}

function createdOf(record: Record_, clock: WallClock, zoned: boolean): Instant {
  const times = TIMES.flatMap((name) => readTime(textOf(record[name]) ?? '') ?? []);
  const withZone = times.find((time) => 'instant' in time);
  const chosen = zoned ? times[0] : (withZone ?? times[0]);
  if (chosen === undefined) throw new Malformed('the event has no time', 0);
  return 'instant' in chosen ? chosen.instant : clock.instant(chosen.wall);
}

function dataOf(record: Record_): ReadonlyMap<string, string> {
  const own = DATA_OBJECTS.map((name) => objectAt(record, name)).find((found) => found !== null) ?? null;
  const data = new Map<string, string>();
  for (const [name, value] of Object.entries(own ?? record)) {
    if (own === null && SHIPPED.has(name)) continue;
    const text = dataText(value);
    if (text !== null && name !== '' && !name.startsWith('#')) data.set(name, text);
  }
  return data;
}

/** Values of data are texts, whatever JSON they were put into. */
function dataText(value: unknown): string | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : textOf(value);
}

/** What evtx_dump writes, made flat: attributes stand in `#attributes` or in `<name>_attributes`. */
function fromTree(event: Record_): Record_ {
  const system = objectAt(event, 'System') ?? {};
  const attribute = (element: string, name: string) =>
    (objectAt(objectAt(system, element) ?? {}, '#attributes') ?? objectAt(system, `${element}_attributes`) ?? {})[name];
  const plain = (element: string) => objectAt(system, element)?.['#text'] ?? system[element];
  return {
    EventID: plain('EventID'),
    Channel: plain('Channel'),
    Computer: plain('Computer'),
    ProviderName: attribute('Provider', 'Name'),
    ProviderGuid: attribute('Provider', 'Guid'),
    EventRecordID: plain('EventRecordID'),
    LevelDisplayName: plain('Level'),
    keywords: plain('Keywords'),
    Version: plain('Version'),
    ExecutionProcessID: attribute('Execution', 'ProcessID'),
    ExecutionThreadID: attribute('Execution', 'ThreadID'),
    ActivityID: attribute('Correlation', 'ActivityID'),
    UserID: attribute('Security', 'UserID'),
    TimeCreated: attribute('TimeCreated', 'SystemTime'),
    EventData: objectAt(event, 'EventData') ?? leavesOf(objectAt(event, 'UserData')) ?? {},
  };
}

/** The one element inside of `UserData` holds the values. */
function leavesOf(userData: Record_ | null): Record_ | null {
  const inner = Object.values(userData ?? {}).find((value) => typeof value === 'object' && value !== null);
  return inner === undefined ? userData : (inner as Record_);
}

function parse(text: string): Record_ {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record_;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Malformed('the line is no JSON', 0);
  }
  throw new Malformed('an event is a JSON object', 0);
}

function objectAt(record: Record_, name: string): Record_ | null {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record_) : null;
}

function firstOf(record: Record_, names: readonly string[]): string | null {
  for (const name of names) {
    const text = Object.hasOwn(record, name) ? worth(textOf(record[name])) : null;
    if (text !== null) return text;
  }
  return null;
}

function textOf(value: unknown): string | null {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? `${value}`
      : null;
}
