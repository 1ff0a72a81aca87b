import type { Instant } from '../../core/time.ts';

/** An event of a Windows channel, whatever it was written in: the envelope, and its own data by name. */
export interface WindowsEvent {
  readonly code: string;
  readonly channel: string;
  readonly computer: string | null;
  readonly provider: string | null;
  readonly providerGuid: string | null;
  readonly recordId: string | null;
  readonly level: string | null;
  readonly task: string | null;
  readonly opcode: string | null;
  readonly keywords: string | null;
  readonly version: string | null;
  readonly processId: string | null;
  readonly threadId: string | null;
  readonly activityId: string | null;
  /** The account that the event was written under. */
  readonly user: {
    readonly id: string | null;
    readonly name: string | null;
    readonly domain: string | null;
    readonly type: string | null;
  };
  /** When Windows recorded it. */
  readonly created: Instant;
  readonly message: string | null;
  readonly data: ReadonlyMap<string, string>;
}

/** Channels by their provider, for events that name no channel. */
const CHANNEL_OF: Readonly<Record<string, string>> = {
  'Microsoft-Windows-Sysmon': 'Microsoft-Windows-Sysmon/Operational',
  'Microsoft-Windows-Security-Auditing': 'Security',
  'Microsoft-Windows-PowerShell': 'Microsoft-Windows-PowerShell/Operational',
  'Microsoft-Windows-DNS-Client': 'Microsoft-Windows-DNS-Client/Operational',
  PowerShell: 'Windows PowerShell',
};

export function channelOf(provider: string | null): string | null {
  return provider !== null && Object.hasOwn(CHANNEL_OF, provider) ? (CHANNEL_OF[provider] ?? null) : null;
}

const SUCCESS_BIT = 0x20_0000_0000_0000n;
const FAILURE_BIT = 0x10_0000_0000_0000n;

/** The outcome that the keywords of an audit event tell: as words, or as bits of a mask. */
export function auditOutcome(keywords: string | null): 'success' | 'failure' | null {
  if (keywords === null) return null;
  if (/audit[_ ]success/i.test(keywords)) return 'success';
  if (/audit[_ ]failure/i.test(keywords)) return 'failure';
  if (!/^(?:0x[0-9a-f]{1,16}|-?\d{1,20})$/.test(keywords.toLowerCase())) return null;
  // A mask in decimal went through a JSON number: its exact value, not the digits that are left of it.
  const mask = BigInt.asUintN(64, BigInt(/^0x/i.test(keywords) ? keywords : Number(keywords)));
  return (mask & SUCCESS_BIT) !== 0n ? 'success' : (mask & FAILURE_BIT) !== 0n ? 'failure' : null;
}

const LEVELS: Readonly<Record<string, string>> = {
  0: 'information',
  1: 'critical',
  2: 'error',
  3: 'warning',
  4: 'information',
  5: 'verbose',
  info: 'information',
  audit_success: 'information',
  audit_failure: 'error',
};

/** A level as Elastic's agents write it. */
export function levelName(level: string | null): string | null {
  if (level === null) return null;
  const plain = level.trim().toLowerCase();
  return Object.hasOwn(LEVELS, plain) ? (LEVELS[plain] ?? null) : plain;
}
