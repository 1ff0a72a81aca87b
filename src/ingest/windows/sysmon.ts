import { setQuestion } from '../domain-parts.ts';
import type { EcsDocument } from '../ecs-document.ts';
import type { EventData } from './event-data.ts';
import { setEnds } from '../network-fields.ts';
import { setAccount, setCommandLine, setExecutable, setFile } from './process-fields.ts';
import { readAddress, readNumber, readPort, worth } from '../read-values.ts';
import { readTime } from '../wall-clock.ts';
import type { WindowsEvent } from './windows-event.ts';

/** Action, category and types of each event, as Elastic's windows integration sets them. */
const KINDS: Readonly<Record<string, readonly [action: string, category: string, ...types: readonly string[]]>> = {
  1: ['Process creation', 'process', 'start'],
  2: ['A process changed a file creation time', 'file', 'change'],
  3: ['Network connection', 'network', 'start', 'connection', 'protocol'],
  4: ['Sysmon service state changed', 'process', 'change'],
  5: ['Process terminated', 'process', 'end'],
  6: ['Driver loaded', 'driver', 'start'],
  7: ['Image loaded', 'process', 'change'],
  8: ['CreateRemoteThread', 'process', 'change'],
  9: ['RawAccessRead', 'process', 'access'],
  10: ['ProcessAccess', 'process', 'access'],
  11: ['FileCreate', 'file', 'creation'],
  12: ['RegistryEvent (Object create and delete)', 'configuration,registry', 'change'],
  13: ['RegistryEvent (Value Set)', 'configuration,registry', 'change'],
  14: ['RegistryEvent (Key and Value Rename)', 'configuration,registry', 'change'],
  15: ['FileCreateStreamHash', 'file', 'access'],
  16: ['Sysmon config state changed', 'configuration', 'change'],
  17: ['PipeEvent (Pipe Created)', 'file', 'creation'],
  18: ['PipeEvent (Pipe Connected)', 'file', 'access'],
  22: ['DNSEvent (DNS query)', 'network', 'connection', 'protocol', 'info'],
  23: ['FileDelete (File Delete archived)', 'file', 'deletion'],
  24: ['ClipboardChange (New content in the clipboard)', '', 'change'],
  25: ['ProcessTampering (Process image change)', 'process', 'change'],
  26: ['FileDeleteDetected (File Delete logged)', 'file', 'deletion'],
};
/** Events whose hashes are those of the file, not of the process. */
const FILE_HASHES = new Set(['6', '7', '15']);

/** Fields of a Sysmon event. Its time is `UtcTime`, when it took place; `event.created`, when it was written down. */
export function mapSysmon({ code, user }: WindowsEvent, data: EventData, document: EcsDocument): void {
  const [action, category, ...types] = (Object.hasOwn(KINDS, code) ? KINDS[code] : undefined) ?? ['', ''];
  const time = data.read('UtcTime', (text) => readTime(text ?? ''));
  document
    .time('@timestamp', time === null ? null : 'instant' in time ? time.instant : time.wall)
    .set('event.action', action)
    .set('event.category', category.split(',').filter(Boolean))
    .set('event.type', types)
    .set('rule.name', data.take('RuleName'))
    .set('user.id', user.id);
  setProcess(data, document);
  setAccount(document, data.take('User', 'SourceUser'));
  setHashes(data.take('Hashes', 'Hash'), FILE_HASHES.has(code) ? 'file' : 'process', document);
  if (code === '1') setCreation(data, document);
  if (code === '3') setConnection(data, document);
  if (code === '22') setLookup(data, document);
  setFile(document, data.take('TargetFilename', code === '7' || code === '6' ? 'ImageLoaded' : 'TargetFilename'));
  document.set('file.name', document.get('file.name') ?? data.take('PipeName'));
  setRegistry(data, document);
  data.dropEmpty();
}

function setProcess(data: EventData, document: EcsDocument): void {
  document
    .set('process.entity_id', data.take('ProcessGuid', 'SourceProcessGuid', 'SourceProcessGUID'))
    .set('process.pid', data.read('ProcessId', readNumber) ?? data.read('SourceProcessId', readNumber))
    .set('process.thread.id', data.read('SourceThreadId', readNumber));
  setExecutable(document, data.take('Image', 'SourceImage'));
}

function setCreation(data: EventData, document: EcsDocument): void {
  setCommandLine(document, data.take('CommandLine'));
  document
    .set('process.working_directory', data.take('CurrentDirectory'))
    .set('process.pe.original_file_name', data.take('OriginalFileName'))
    .set('process.pe.company', data.look('Company'))
    .set('process.pe.description', data.look('Description'))
    .set('process.pe.file_version', data.look('FileVersion'))
    .set('process.pe.product', data.look('Product'))
    .set('process.parent.entity_id', data.take('ParentProcessGuid'))
    .set('process.parent.pid', data.read('ParentProcessId', readNumber));
  setExecutable(document, data.take('ParentImage'), 'process.parent');
  setCommandLine(document, data.take('ParentCommandLine'), 'process.parent');
}

function setConnection(data: EventData, document: EcsDocument): void {
  const initiated = data.take('Initiated');
  const sourceV6 = data.take('SourceIsIpv6');
  data.take('DestinationIsIpv6');
  setEnds(document, {
    transport: data.take('Protocol')?.toLowerCase() ?? null,
    source: data.read('SourceIp', readAddress),
    destination: data.read('DestinationIp', readAddress),
    sourcePort: data.read('SourcePort', readPort),
    destinationPort: data.read('DestinationPort', readPort),
  });
  const [sourceName, destinationName] = [data.take('SourcePortName'), data.take('DestinationPortName')];
  document
    .set('network.direction', initiated === null ? null : initiated.toLowerCase() === 'true' ? 'egress' : 'ingress')
    .set('network.type', sourceV6 === null ? null : sourceV6.toLowerCase() === 'true' ? 'ipv6' : 'ipv4')
    .set('network.protocol', destinationName ?? sourceName)
    .set('source.domain', data.take('SourceHostname'))
    .set('destination.domain', data.take('DestinationHostname'));
}

function setLookup(data: EventData, document: EcsDocument): void {
  const name = data.take('QueryName');
  document.set('network.protocol', 'dns').set('sysmon.dns.status', dnsStatus(data.take('QueryStatus')));
  const { answers, addresses, names } = readResults(data.take('QueryResults'));
  if (name !== null) setQuestion(document, name);
  document
    .set('dns.answers', answers)
    .set('dns.resolved_ip', addresses)
    .add('related.hosts', ...names, name)
    .add('related.ip', ...addresses);
}

interface Results {
  readonly answers: readonly { readonly type: string; readonly data: string }[];
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = { 2: 'NS', 5: 'CNAME', 12: 'PTR', 15: 'MX', 16: 'TXT', 33: 'SRV' };

/** `type:  5 www.example.com;::ffff:10.0.0.1;`: records by number, addresses without one. */
export function readResults(text: string | null): Results {
  const parts = (text ?? '').split(';').map((part) => part.trim());
  const answers = parts.flatMap((part) => {
    const record = /^type:\s*(\d+)\s*(.*)$/.exec(part);
    const address = readAddress(part);
    if (address !== null) return [{ type: address.includes(':') ? 'AAAA' : 'A', data: address }];
    return record === null ? [] : [{ type: TYPES[record[1] ?? ''] ?? record[1] ?? '', data: record[2] ?? '' }];
  });
  return {
    answers,
    addresses: answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ data }) => data),
    names: answers.filter(({ type }) => ['CNAME', 'NS', 'PTR', 'MX'].includes(type)).map(({ data }) => data),
  };
}

const STATUSES: Readonly<Record<string, string>> = {
  0: 'SUCCESS',
  9001: 'DNS_ERROR_RCODE_FORMAT_ERROR',
  9002: 'DNS_ERROR_RCODE_SERVER_FAILURE',
  9003: 'DNS_ERROR_RCODE_NAME_ERROR',
  9501: 'DNS_INFO_NO_RECORDS',
  9701: 'DNS_ERROR_RECORD_DOES_NOT_EXIST',
  1460: 'ERROR_TIMEOUT',
  123: 'ERROR_INVALID_NAME',
  87: 'ERROR_INVALID_PARAMETER',
};

function dnsStatus(number: string | null): string | null {
  return number === null ? null : (STATUSES[number] ?? number);
}

/** `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`, or one of them. */
function setHashes(text: string | null, prefix: 'process' | 'file', document: EcsDocument): void {
  for (const part of (text ?? '').split(',')) {
    const [, name, value] = /^\s*(SHA1|MD5|SHA256|IMPHASH)=([0-9a-f]+)\s*$/i.exec(part) ?? [];
    if (name === undefined || value === undefined || /^0+$/.test(value)) continue;
    const plain = name.toLowerCase();
    document
      .set(plain === 'imphash' ? `${prefix}.pe.imphash` : `${prefix}.hash.${plain}`, value.toLowerCase())
      .add('related.hash', value.toLowerCase());
  }
}

function setRegistry(data: EventData, document: EcsDocument): void {
  const path = worth(data.take('TargetObject'));
  if (path === null) return;
  const [, hive, key] = /^([^\\]+)\\(.*)$/s.exec(path) ?? [];
  document
    .set('registry.path', path)
    .set('registry.hive', hive)
    .set('registry.key', key)
    .set('registry.value', path.slice(path.lastIndexOf('\\') + 1));
}
