type Value = Readonly<Record<string, unknown>>;

/** Fields of a document by path. Lists stay whole. */
export function flatten(document: Value, prefix = ''): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(document)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fields.set(path, value);
    else for (const [inner, each] of flatten(value as Value, path)) fields.set(inner, each);
  }
  return fields;
}

/** Names in a recorded event, and the fields of ECS that Elastic's integrations make of them. */
const SYSMON: Readonly<Record<string, string>> = {
  ProcessGuid: 'process.entity_id',
  ProcessId: 'process.pid',
  Image: 'process.executable',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  OriginalFileName: 'process.pe.original_file_name',
  ParentProcessGuid: 'process.parent.entity_id',
  ParentProcessId: 'process.parent.pid',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  Protocol: 'network.transport',
  SourceIp: 'source.ip',
  SourcePort: 'source.port',
  SourceHostname: 'source.domain',
  DestinationIp: 'destination.ip',
  DestinationPort: 'destination.port',
  DestinationHostname: 'destination.domain',
  QueryName: 'dns.question.name',
  RuleName: 'rule.name',
};
const SECURITY: Readonly<Record<string, string>> = {
  Application: 'process.executable',
  SourceAddress: 'source.ip',
  SourcePort: 'source.port',
  DestAddress: 'destination.ip',
  DestPort: 'destination.port',
};

/**
 * A capture's document as its recorder had written it, by Windows' own names: what the mapping must undo. For events
 * whose names differ from field to field (1, 3, 22 of Sysmon; 4624, 4672, 4688, 5156 to 5158; DNS-Client). Null: another.
 */
export function asRecorded(document: Value): Value | null {
  const fields = flatten(document);
  const code = String(fields.get('event.code'));
  const dataset = String(fields.get('event.dataset'));
  const data = dataOf(dataset, code, fields);
  if (data === null) return null;
  const provider = fields.get('event.provider');
  return {
    EventTime: fields.get('event.created'),
    Hostname: fields.get('winlog.computer_name'),
    EventID: Number(code),
    SourceName: provider,
    ProviderGuid: fields.get('winlog.provider_guid'),
    Channel: fields.get('winlog.channel'),
    RecordNumber: fields.get('winlog.record_id'),
    ExecutionProcessID: fields.get('winlog.process.pid'),
    ThreadID: fields.get('winlog.process.thread.id'),
    Category: fields.get('winlog.task'),
    Opcode: fields.get('winlog.opcode'),
    Version: fields.get('winlog.version'),
    ActivityID: fields.get('winlog.activity_id'),
    Severity: fields.get('log.level'),
    EventType: (fields.get('winlog.keywords') as string[] | undefined)?.[0],
    UserID:
      fields.get('winlog.user.identifier') ?? (dataset === 'windows.sysmon_operational' ? fields.get('user.id') : null),
    AccountName: fields.get('winlog.user.name'),
    Domain: fields.get('winlog.user.domain'),
    AccountType: fields.get('winlog.user.type'),
    ...data,
  };
}

function dataOf(dataset: string, code: string, fields: ReadonlyMap<string, unknown>): Value | null {
  const left = Object.fromEntries(
    [...fields].flatMap(([path, value]) =>
      path.startsWith('winlog.event_data.') ? [[path.slice(18), Array.isArray(value) ? value.join(', ') : value]] : [],
    ),
  );
  if (dataset === 'windows.sysmon_operational') return sysmonData(code, fields, left);
  if (dataset === 'winlog.winlog' && /^30\d\d$/.test(code)) return left;
  if (dataset !== 'system.security') return null;
  if (['5156', '5157', '5158'].includes(code)) return { ...left, ...named(SECURITY, fields) };
  if (code === '4672') return left;
  if (code === '4688') {
    const hex = `0x${Number(fields.get('process.pid')).toString(16)}`;
    return {
      ...left,
      NewProcessId: hex,
      NewProcessName: fields.get('process.executable'),
      ParentProcessName: fields.get('process.parent.executable'),
    };
  }
  if (code !== '4624') return null;
  const pid = fields.get('process.pid');
  return {
    ...left,
    IpAddress: fields.get('source.ip') ?? left['IpAddress'],
    IpPort: fields.get('source.port') ?? left['IpPort'],
    WorkstationName: fields.get('source.domain'),
    ProcessName: fields.get('process.executable') ?? left['ProcessName'],
    ProcessId: pid === undefined ? undefined : `0x${Number(pid).toString(16)}`,
  };
}

function sysmonData(code: string, fields: ReadonlyMap<string, unknown>, left: Value): Value | null {
  if (!['1', '3', '22'].includes(code)) return null;
  const hashes = ['sha1', 'md5', 'sha256'].map((name) => [name.toUpperCase(), fields.get(`process.hash.${name}`)]);
  const all = [...hashes, ['IMPHASH', fields.get('process.pe.imphash')]].filter(([, hash]) => hash !== undefined);
  const [domain, name] = [fields.get('user.domain'), fields.get('user.name')];
  const answers = fields.get('dns.answers') as { type: string; data: string }[] | undefined;
  const direction = fields.get('network.direction');
  const status = fields.get('sysmon.dns.status');
  return {
    ...left,
    ...named(SYSMON, fields),
    UtcTime: String(fields.get('@timestamp')).replace('T', ' ').replace('Z', ''),
    Hashes: all.length === 0 ? undefined : all.map(([kind, hash]) => `${String(kind)}=${String(hash)}`).join(','),
    User: name === undefined ? undefined : `${textOf(domain)}\\${textOf(name)}`,
    DestinationPortName: code === '3' ? fields.get('network.protocol') : undefined,
    Initiated: direction === undefined ? undefined : direction === 'egress',
    SourceIsIpv6: direction === undefined ? undefined : fields.get('network.type') === 'ipv6',
    QueryStatus: status === undefined ? undefined : (STATUS_NUMBERS[textOf(status)] ?? status),
    QueryResults: answers?.map(resultOf).join(''),
  };
}

const STATUS_NUMBERS: Readonly<Record<string, string>> = {
  SUCCESS: '0',
  DNS_ERROR_RCODE_NAME_ERROR: '9003',
  DNS_INFO_NO_RECORDS: '9501',
  DNS_ERROR_RECORD_DOES_NOT_EXIST: '9701',
  ERROR_TIMEOUT: '1460',
  DNS_ERROR_RCODE_SERVER_FAILURE: '9002',
  ERROR_INVALID_NAME: '123',
  ERROR_INVALID_PARAMETER: '87',
};
const TYPE_NUMBERS: Readonly<Record<string, number>> = { NS: 2, CNAME: 5, PTR: 12, MX: 15, TXT: 16, SRV: 33 };

function resultOf({ type, data }: { readonly type: string; readonly data: string }): string {
  if (type === 'A') return `::ffff:${data};`;
  return type === 'AAAA' ? `${data};` : `type:  ${TYPE_NUMBERS[type] ?? type} ${data};`;
}

function named(names: Readonly<Record<string, string>>, fields: ReadonlyMap<string, unknown>): Value {
  return Object.fromEntries(Object.entries(names).map(([name, path]) => [name, fields.get(path)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
