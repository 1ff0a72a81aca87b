import { isoTime } from '../../core/time.ts';
import type { Start } from '../happening.ts';
import type { Instance } from '../instances.ts';
import { fileName } from '../programs.ts';
import { Draws } from '../random.ts';
import { defendAgent } from './defend-agent.ts';

/** Hash of a file: the same wherever the same program lies under the same path. */
export function fileHash(path: string): string {
  return new Draws('file', path).hex(64);
}

/** Arguments of the command lines that are simulated: blanks part them, quotes group. */
function argumentsOf(line: string): readonly string[] {
  return (line.match(/"[^"]*"|[^\s"]+/g) ?? []).map((each) => each.replaceAll('"', ''));
}

/** The number that Defend has for an instance, and that of the parent. */
export function defendEntity({ pid, uuid }: Instance): string {
  return Buffer.from(`${pid}-${uuid}`).toString('base64url');
}

const INGEST_LAG_MS = 4_000;

/** A start of a process as Elastic Defend tells it. */
export function defendStart({ at, process, parent, commandLine, originalName }: Start, sequence: number): string {
  const { host, user } = process;
  const dataset = 'endpoint.events.process';
  return JSON.stringify({
    '@timestamp': isoTime(at),
    ...defendAgent(host, dataset),
    event: {
      kind: 'event',
      module: 'endpoint',
      dataset,
      category: ['process'],
      type: ['start'],
      action: 'start',
      outcome: 'unknown',
      id: `${host.name}+${sequence.toString(36).padStart(8, '0')}`,
      sequence,
      created: isoTime(at),
      ingested: isoTime(at + INGEST_LAG_MS),
    },
    process: {
      ...defendProcess(process),
      command_line: commandLine,
      args: argumentsOf(commandLine),
      args_count: argumentsOf(commandLine).length,
      hash: { sha256: fileHash(process.executable ?? '') },
      pe: { original_file_name: originalName ?? fileName(process.executable ?? '') },
      parent: defendProcess(parent),
    },
    user: { name: user.name, domain: user.domain, id: user.id },
    message: 'Endpoint process event',
  });
}

function defendProcess(instance: Instance): Readonly<Record<string, unknown>> {
  const { executable, signer, pid } = instance;
  const signature =
    signer === null ? { exists: false } : { exists: true, trusted: true, status: 'trusted', subject_name: signer };
  return {
    name: executable === null ? 'System' : fileName(executable),
    executable: executable ?? undefined,
    pid,
    entity_id: defendEntity(instance),
    code_signature: signature,
  };
}

/** What Sysmon's event 1 tells, as fields of ECS below `process`. */
export function sysmonStart({ process, parent, commandLine, originalName }: Start): Readonly<Record<string, unknown>> {
  const program = (instance: Instance) => ({
    name: instance.executable === null ? undefined : fileName(instance.executable),
    executable: instance.executable ?? 'System',
    pid: instance.pid,
    entity_id: `{${instance.uuid}}`,
  });
  return {
    ...program(process),
    command_line: commandLine,
    args: argumentsOf(commandLine),
    args_count: argumentsOf(commandLine).length,
    hash: { sha256: fileHash(process.executable ?? '') },
    pe: { original_file_name: originalName ?? fileName(process.executable ?? '') },
    parent: program(parent),
  };
}
