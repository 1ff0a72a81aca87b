import type { EcsDocument } from '../ecs-document.ts';
import type { EventData } from './event-data.ts';
import { protocolName, setEnds } from '../network-fields.ts';
import { setCommandLine, setExecutable } from './process-fields.ts';
import { readAddress, readNumber, readPort } from '../read-values.ts';
import { auditOutcome, type WindowsEvent } from './windows-event.ts';

type Kind = readonly [action: string, category: string, ...types: readonly string[]];

/** Action, category and types of each event, as Elastic's system integration sets them. */
const KINDS: Readonly<Record<string, Kind>> = {
  1100: ['logging-service-shutdown', 'process', 'end'],
  1102: ['audit-log-cleared', 'iam', 'admin', 'change'],
  4624: ['logged-in', 'authentication', 'start'],
  4625: ['logon-failed', 'authentication', 'start'],
  4634: ['logged-out', 'authentication', 'end'],
  4647: ['logged-out', 'authentication', 'end'],
  4648: ['logged-in-explicit', 'authentication', 'start'],
  4672: ['logged-in-special', 'iam', 'admin'],
  4673: ['privileged-service-called', 'iam', 'admin'],
  4688: ['created-process', 'process', 'start'],
  4689: ['exited-process', 'process', 'end'],
  4697: ['service-installed', 'iam,configuration', 'admin', 'change'],
  4698: ['scheduled-task-created', 'iam,configuration', 'creation', 'admin'],
  4699: ['scheduled-task-deleted', 'iam,configuration', 'deletion', 'admin'],
  4700: ['scheduled-task-enabled', 'iam,configuration', 'change', 'admin'],
  4701: ['scheduled-task-disabled', 'iam,configuration', 'change', 'admin'],
  4702: ['scheduled-task-updated', 'iam,configuration', 'change', 'admin'],
  4720: ['added-user-account', 'iam', 'user', 'creation'],
  4768: ['kerberos-authentication-ticket-requested', 'authentication', 'start'],
  4769: ['kerberos-service-ticket-requested', 'authentication', 'start'],
  4771: ['kerberos-preauth-failed', 'authentication', 'start'],
  4776: ['credential-validated', 'authentication', 'start'],
  5140: ['network-share-object-accessed', 'network,file', 'info', 'access'],
  5145: ['network-share-object-access-checked', 'network,file', 'info', 'access'],
  5152: ['windows-firewall-packet-drop', 'network', 'connection', 'info', 'denied'],
  5154: ['windows-firewall-listen', 'network', 'info'],
  5156: ['windows-firewall-connection', 'network', 'connection', 'info', 'allowed'],
  5157: ['windows-firewall-packet-block', 'network', 'connection', 'info', 'denied'],
  5158: ['windows-firewall-bind-local-port', 'network', 'info'],
};
/** Events about the account that logs on, rather than the one that acts. */
const ABOUT_TARGET = new Set(['4624', '4625', '4634', '4647', '4768', '4769', '4771', '4776']);
const PLATFORM = new Set(['5152', '5154', '5156', '5157', '5158']);
const SHARES = new Set(['5140', '5145']);

const LOGON_TYPES: Readonly<Record<string, string>> = {
  2: 'Interactive',
  3: 'Network',
  4: 'Batch',
  5: 'Service',
  7: 'Unlock',
  8: 'NetworkCleartext',
  9: 'NewCredentials',
  10: 'RemoteInteractive',
  11: 'CachedInteractive',
};

/** Fields of an event of the Security log. */
export function mapSecurity({ code, keywords }: WindowsEvent, data: EventData, document: EcsDocument): void {
  const outcome = auditOutcome(keywords);
  document.set(
    'winlog.keywords',
    outcome === null ? null : [outcome === 'success' ? 'Audit Success' : 'Audit Failure'],
  );
  const kind = Object.hasOwn(KINDS, code) ? KINDS[code] : undefined;
  if (kind !== undefined) {
    const [action, category, ...types] = kind;
    document.set('event.action', action).set('event.category', category.split(',')).set('event.type', types);
  }
  if (code === '4688') setCreation(data, document);
  if (PLATFORM.has(code)) setPlatform(code, data, document);
  else setUser(code, data, document);
  if (SHARES.has(code)) setShare(data, document);
  if (code === '4697') document.set('service.name', data.look('ServiceName'));
}

/** Who, from where, by which process. */
function setUser(code: string, data: EventData, document: EcsDocument): void {
  const about = ABOUT_TARGET.has(code) ? 'Target' : 'Subject';
  document
    .set('user.id', data.look(`${about}UserSid`) ?? data.look('TargetSid'))
    .set('user.name', data.look(`${about}UserName`))
    .set('user.domain', data.look(`${about}DomainName`))
    .add('related.user', data.look(`${about}UserName`))
    .set('winlog.logon.id', data.look(`${about}LogonId`) ?? data.look('SubjectLogonId'))
    .set('winlog.logon.type', LOGON_TYPES[data.look('LogonType') ?? ''])
    .set('source.domain', data.take('WorkstationName', 'Workstation'));
  if (code === '4688' || code === '4648') setEffective(data, document);
  const address = data.read('IpAddress', readAddress);
  document.set('source.ip', address).add('related.ip', address).set('source.port', data.read('IpPort', readPort));
  if (document.get('process.pid') !== undefined) return;
  document.set('process.pid', data.read('ProcessId', readNumber));
  setProgram(document, data.take('ProcessName'));
}

function setEffective(data: EventData, document: EcsDocument): void {
  document
    .set('user.effective.id', data.look('TargetUserSid'))
    .set('user.effective.name', data.look('TargetUserName'))
    .set('user.effective.domain', data.look('TargetDomainName'))
    .add('related.user', data.look('TargetUserName'));
}

function setCreation(data: EventData, document: EcsDocument): void {
  document.set('process.pid', data.read('NewProcessId', readNumber));
  setExecutable(document, data.take('NewProcessName'));
  setExecutable(document, data.take('ParentProcessName'), 'process.parent');
  document.set('process.parent.pid', readNumber(data.look('ProcessId')));
  setCommandLine(document, data.look('CommandLine'));
}

const DIRECTIONS: Readonly<Record<string, string>> = { '%%14592': 'inbound', '%%14593': 'outbound' };

/** The Filtering Platform: a flow, or a port that a program bound; no user. */
function setPlatform(code: string, data: EventData, document: EcsDocument): void {
  const protocol = data.look('Protocol');
  setEnds(document, {
    transport: protocolName(protocol),
    source: data.read('SourceAddress', readAddress),
    destination: data.read('DestAddress', readAddress),
    sourcePort: data.read('SourcePort', readPort),
    destinationPort: data.read('DestPort', readPort),
  });
  const direction = DIRECTIONS[data.look('Direction') ?? ''];
  if (code !== '5158') document.set('network.direction', direction === undefined ? null : [direction]);
  document.set('network.iana_number', protocol);
  setProgram(document, data.take('Application'));
}

function setShare(data: EventData, document: EcsDocument): void {
  const [name, folder, share] = [data.look('RelativeTargetName'), data.look('ShareLocalPath'), data.look('ShareName')];
  document.set('file.name', name).set('file.directory', folder);
  if (name === null) return;
  document.set('file.path', folder === null ? null : `${folder}\\${name}`);
  document.set('file.target_path', share === null ? null : `${share}\\${name}`);
}

/** The Security log calls the kernel by the name "System", which is no path. */
function setProgram(document: EcsDocument, path: string | null): void {
  setExecutable(document, path);
  if (path === 'System') document.set('process.name', path);
}
