import type { EcsDocument } from '../ecs-document.ts';
import type { EventData } from './event-data.ts';
import { setCommandLine, setFile } from './process-fields.ts';
import { readAccount, readNumber, worth } from '../read-values.ts';
import type { WindowsEvent } from './windows-event.ts';

/** Fields of PowerShell's operational channel: commands (4103), script blocks (4104), their start and end. */
export function mapPowerShell({ code, user }: WindowsEvent, data: EventData, document: EcsDocument): void {
  document
    .set('event.category', ['process'])
    .set('event.type', [code === '4105' ? 'start' : code === '4106' ? 'end' : 'info'])
    .set('user.id', user.id)
    .set('powershell.file.script_block_id', data.take('ScriptBlockId'))
    .set('powershell.file.script_block_text', data.take('ScriptBlockText'))
    .set('powershell.sequence', data.read('MessageNumber', readNumber))
    .set('powershell.total', data.read('MessageTotal', readNumber))
    .set('powershell.runspace_id', data.take('RunspaceId'));
  setFile(document, data.take('Path'));
  if (code === '4103') setCommand(data, document);
  data.dropEmpty();
}

function setCommand(data: EventData, document: EcsDocument): void {
  const context = contextOf(data.take('ContextInfo'));
  const of = (name: string) => worth(context.get(name));
  document
    .set('process.entity_id', of('Host ID'))
    .set('process.title', of('Host Name'))
    .set('event.sequence', readNumber(of('Sequence Number')))
    .set('powershell.id', of('Shell ID'))
    .set('powershell.engine.version', of('Engine Version'))
    .set('powershell.pipeline_id', of('Pipeline ID'))
    .set('powershell.runspace_id', of('Runspace ID'))
    .set('powershell.process.executable_version', of('Host Version'))
    .set('powershell.command.name', of('Command Name'))
    .set('powershell.command.type', of('Command Type'))
    .set('powershell.command.path', of('Command Path'))
    .set('powershell.command.invocation_details', detailsOf(data.take('Payload')));
  setCommandLine(document, of('Host Application'));
  setFile(document, of('Script Name'));
  const [account, connected] = [readAccount(of('User')), readAccount(of('Connected User'))];
  document
    .set('user.name', account?.name)
    .set('user.domain', account?.domain)
    .set('source.user.name', connected?.name)
    .set('source.user.domain', connected?.domain)
    .add('related.user', account?.name, connected?.name);
}

/** `        Host Name = ConsoleHost`, a line each. */
function contextOf(text: string | null): ReadonlyMap<string, string> {
  const lines = (text ?? '').split(/\r?\n/);
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const cut = line.indexOf('=');
      return cut < 0 ? [] : [[line.slice(0, cut).trim(), line.slice(cut + 1).trim()]];
    }),
  );
}

const DETAIL = /^(CommandInvocation|ParameterBinding|NonTerminatingError|TerminatingError)\(([^)]*)\):\s*(.*)$/s;
const BINDING = /^name="([^"]*)";\s*value="(.*)"$/s;

/** `CommandInvocation(Out-String): "Out-String"`; a value may go on over further lines. */
function detailsOf(text: string | null): readonly Readonly<Record<string, string>>[] {
  const parts = (text ?? '').split(
    /\r?\n(?=(?:CommandInvocation|ParameterBinding|NonTerminatingError|TerminatingError)\()/,
  );
  return parts.flatMap((part) => {
    const found = DETAIL.exec(part.trim());
    if (found === null) return [];
    const [, type = '', command = '', value = ''] = found;
    const binding = BINDING.exec(value);
    const named = binding === null ? { value } : { name: binding[1] ?? '', value: binding[2] ?? '' };
    return [{ type, related_command: command, ...named }];
  });
}
