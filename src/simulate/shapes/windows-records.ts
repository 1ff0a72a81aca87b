import { unreachable } from '../../core/error.ts';
import { isoTime } from '../../core/time.ts';
import type { Connection, Happening, Installed, Logon, Lookup, Script, Start } from '../happening.ts';
import type { Instance } from '../instances.ts';
import { DNS_DOMAIN, type Host, type User } from '../office.ts';
import { fileName } from '../programs.ts';
import { Draws } from '../random.ts';
import { fileHash } from './shape-process.ts';

/** An event of a Windows channel, before it is written as JSON or XML. */
export interface WindowsRecord {
  readonly channel: keyof typeof CHANNELS;
  readonly code: number;
  readonly user: User | null;
  /** The process that wrote it; of the DNS client and of PowerShell the one it is about. */
  readonly pid: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Channels, with their providers and the providers' GUIDs, the same on every machine. */
export const CHANNELS = {
  'Microsoft-Windows-Sysmon/Operational': ['Microsoft-Windows-Sysmon', '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'],
  Security: ['Microsoft-Windows-Security-Auditing', '{54849625-5478-4994-A5BA-3E3B0328C30D}'],
  System: ['Service Control Manager', '{555908D1-A6D7-4695-8E1E-26931D2012F4}'],
  'Microsoft-Windows-PowerShell/Operational': [
    'Microsoft-Windows-PowerShell',
    '{A0C1853B-5C40-4B15-8766-3CF1C58F985A}',
  ],
  'Microsoft-Windows-DNS-Client/Operational': [
    'Microsoft-Windows-DNS-Client',
    '{1C95126E-7EEA-49A9-A3FE-A378B03DDB4D}',
  ],
} as const;

export const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const DNS = 'Microsoft-Windows-DNS-Client/Operational';
const SYSMON_PID = 2_644;
const PROTOCOLS = { tcp: 6, udp: 17 } as const;

/** What Windows, with Sysmon and all auditing switched on, writes down of a happening. */
export function windowsRecords(of: Happening): readonly WindowsRecord[] {
  switch (of.kind) {
    case 'connection':
      return [sysmon(3, of, connectionData(of)), security(5156, platformData(of))];
    case 'lookup':
      return lookupRecords(of);
    case 'start':
      return [sysmon(1, of, startData(of)), security(4688, creationData(of))];
    case 'logon':
      return [security(4624, logonData(of))];
    case 'script':
      return [scriptRecord(of)];
    case 'service':
      return installedRecords(of);
    default:
      return unreachable(of);
  }
}

export function fullName({ name }: Host): string {
  return `${name.toUpperCase()}.${DNS_DOMAIN}`;
}

/** Windows' own form of a moment: without `T` and zone. */
function utc(at: number): string {
  return isoTime(at).replace('T', ' ').replace('Z', '');
}

function sysmon(code: number, of: Happening, data: WindowsRecord['data']): WindowsRecord {
  const common = { RuleName: '-', UtcTime: utc(of.at), ...processData(of.process) };
  return { channel: SYSMON, code, user: SYSTEM, pid: SYSMON_PID, data: { ...common, ...data } };
}

function security(code: number, data: WindowsRecord['data']): WindowsRecord {
  return { channel: 'Security', code, user: null, pid: 4, data };
}

const SYSTEM: User = { name: 'SYSTEM', domain: 'NT AUTHORITY', id: 'S-1-5-18', works: null };

function processData({ pid, uuid, executable, user }: Instance): WindowsRecord['data'] {
  return {
    ProcessGuid: `{${uuid}}`,
    ProcessId: executable === null ? 4 : pid,
    Image: executable ?? 'System',
    User: `${user.domain}\\${user.name}`,
  };
}

function connectionData({ process, remote, localPort, direction, transport }: Connection): WindowsRecord['data'] {
  const [from, to] = ends(process.host.ip, localPort, remote, direction);
  return {
    Protocol: transport,
    Initiated: direction === 'egress' ? 'true' : 'false',
    SourceIsIpv6: 'false',
    SourceIp: from.ip,
    SourceHostname: direction === 'egress' ? fullName(process.host) : '-',
    SourcePort: from.port,
    SourcePortName: '-',
    DestinationIsIpv6: 'false',
    DestinationIp: to.ip,
    DestinationHostname: '-',
    DestinationPort: to.port,
    DestinationPortName: '-',
  };
}

function ends(ip: string, port: number, remote: Connection['remote'], direction: Connection['direction']) {
  const here = { ip, port };
  return direction === 'egress' ? ([here, remote] as const) : ([remote, here] as const);
}

function platformData({ process, remote, localPort, direction, transport }: Connection): WindowsRecord['data'] {
  const [from, to] = ends(process.host.ip, localPort, remote, direction);
  return {
    ProcessID: process.executable === null ? 4 : process.pid,
    Application: process.executable === null ? 'System' : devicePath(process.executable),
    Direction: direction === 'egress' ? '%%14593' : '%%14592',
    SourceAddress: from.ip,
    SourcePort: from.port,
    DestAddress: to.ip,
    DestPort: to.port,
    Protocol: PROTOCOLS[transport],
    FilterRTID: 70_901,
    LayerName: direction === 'egress' ? '%%14611' : '%%14610',
    LayerRTID: direction === 'egress' ? 48 : 44,
    RemoteUserID: 'S-1-0-0',
    RemoteMachineID: 'S-1-0-0',
  };
}

/** The Filtering Platform names a program by its device, in lower case. */
function devicePath(path: string): string {
  return path.replace(/^[A-Z]:/i, '\\device\\harddiskvolume3').toLowerCase();
}

function startData({ process, parent, commandLine, originalName }: Start): WindowsRecord['data'] {
  const path = process.executable ?? 'System';
  return {
    OriginalFileName: originalName ?? fileName(path),
    Company: process.signer ?? '-',
    CommandLine: commandLine,
    CurrentDirectory: path.slice(0, path.lastIndexOf('\\') + 1),
    IntegrityLevel: process.user.works === null ? 'System' : 'Medium',
    Hashes: `SHA256=${fileHash(path).toUpperCase()}`,
    ParentProcessGuid: `{${parent.uuid}}`,
    ParentProcessId: parent.pid,
    ParentImage: parent.executable ?? 'System',
    ParentCommandLine: parent.executable ?? 'System',
  };
}

function creationData({ process, parent, commandLine }: Start): WindowsRecord['data'] {
  return {
    ...subject(process.user),
    NewProcessId: hex(process.pid),
    NewProcessName: process.executable ?? 'System',
    TokenElevationType: process.user.works === null ? '%%1936' : '%%1938',
    ProcessId: hex(parent.pid),
    CommandLine: commandLine,
    TargetUserSid: 'S-1-0-0',
    TargetUserName: '-',
    TargetDomainName: '-',
    TargetLogonId: '0x0',
    ParentProcessName: parent.executable ?? 'System',
    MandatoryLabel: process.user.works === null ? 'S-1-16-16384' : 'S-1-16-8192',
  };
}

function logonData({ account, type, from, process }: Logon): WindowsRecord['data'] {
  return {
    SubjectUserSid: 'S-1-0-0',
    SubjectUserName: '-',
    SubjectDomainName: '-',
    SubjectLogonId: '0x0',
    TargetUserSid: account.id,
    TargetUserName: account.name,
    TargetDomainName: account.domain,
    TargetLogonId: logonId(account),
    LogonType: type,
    LogonProcessName: type === 3 ? 'Kerberos' : 'User32 ',
    AuthenticationPackageName: type === 3 ? 'Kerberos' : 'Negotiate',
    WorkstationName: from.name.toUpperCase(),
    IpAddress: from.ip,
    IpPort: new Draws('logon', from.name, process.host.name).whole(49_152, 65_535),
    ProcessId: type === 3 ? '0x0' : hex(process.pid),
    ProcessName: type === 3 ? '-' : (process.executable ?? '-'),
  };
}

/** The question, its end, and what a server answered. The service asks; the process that wanted it is named by number. */
function lookupRecords(of: Lookup): readonly WindowsRecord[] {
  const { name, addresses, process, type = 'A' } = of;
  const results = addresses.map((address) => `::ffff:${address};`).join('');
  const number = type === 'TXT' ? 16 : 1;
  const status = addresses.length === 0 && type === 'A' ? 9003 : 0;
  const client = (code: number, data: WindowsRecord['data']): WindowsRecord => ({
    channel: DNS,
    code,
    user: process.user,
    pid: process.pid,
    data: { QueryName: name, QueryType: number, ...data },
  });
  return [
    sysmon(22, of, { QueryName: name, QueryStatus: status, QueryResults: results === '' ? '-' : results }),
    client(3006, { QueryOptions: '1073766400', IsNetworkQuery: 0, NetworkQueryIndex: 0, InterfaceIndex: 0 }),
    client(3020, { NetworkIndex: 0, InterfaceIndex: 0, Status: status, QueryResults: results }),
    client(3008, { QueryOptions: '1073766400', QueryStatus: status, QueryResults: results }),
  ];
}

function scriptRecord({ process, text }: Script): WindowsRecord {
  const id = new Draws('script', process.uuid, text).uuid();
  const data = { MessageNumber: 1, MessageTotal: 1, ScriptBlockText: text, ScriptBlockId: id, Path: '' };
  return {
    channel: 'Microsoft-Windows-PowerShell/Operational',
    code: 4104,
    user: process.user,
    pid: process.pid,
    data,
  };
}

function installedRecords({ name, path, account, process }: Installed): readonly WindowsRecord[] {
  const audited = { ServiceFileName: path, ServiceType: '0x10', ServiceStartType: 3, ServiceAccount: 'LocalSystem' };
  const told = { ImagePath: path, ServiceType: 'user mode service', StartType: 'demand start' };
  const data = { ServiceName: name, ...told, AccountName: 'LocalSystem' };
  return [
    security(4697, { ...subject(account), ServiceName: name, ...audited }),
    { channel: 'System', code: 7045, user: account, pid: process.pid, data },
  ];
}

function subject(user: User): WindowsRecord['data'] {
  const { id, name, domain } = user;
  return { SubjectUserSid: id, SubjectUserName: name, SubjectDomainName: domain, SubjectLogonId: logonId(user) };
}

function logonId({ id, works }: User): string {
  return works === null ? '0x3e7' : hex(new Draws('logon', id).whole(0x10_0000, 0xff_ffff));
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
