import { describe, expect, it } from 'vitest';
import type { ParamValue } from '../../../src/core/hunt.ts';
import { type Hiding, hiddings } from '../../../src/pipeline/check/never-exclude.ts';
import { parseExpression } from '../../../src/query/syntax/parse.ts';

const TEMPORARY = 'programs in a temporary folder, which everybody can write';
/** What other tests are about: a service of Windows, and a destination that is only a port or a looked-up name. */
const OTHER_RULES = /service-host|browser|port-alone|looked-up/;

function hidings(when: string, params: Readonly<Record<string, ParamValue>> = {}, looksUp = false): Hiding[] {
  const parsed = parseExpression(when);
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join('; '));
  return hiddings(parsed.value, { params, looksUp });
}

/** Programs, and folders of programs, that the condition hides. */
function hidden(when: string, params: Readonly<Record<string, ParamValue>> = {}): string[] {
  const own = hidings(when, params).filter(({ rule }) => !OTHER_RULES.test(rule));
  return own.map(({ what }) => what.replace(' by name alone', ''));
}

function rules(when: string, looksUp = false): string[] {
  return hidings(when, {}, looksUp).map(({ rule, severity }) => `${severity} ${rule}`);
}

describe('a protected program by name alone', () => {
  it.each<[when: string, program: string]>([
    ['process.name == "powershell.exe"', 'powershell'],
    ['"powershell.exe" == process.name', 'powershell'],
    ['process.name == "bash"', 'bash'],
    ['process.name == "CMD.EXE"', 'cmd'],
    ['TO_LOWER(process.name) == "cmd.exe"', 'cmd'],
    ['TO_UPPER(process.name) == "CMD.EXE"', 'cmd'],
    ['process.name : "cmd.exe"', 'cmd'],
    ['process.name IN ("teams.exe", "rclone.exe")', 'rclone'],
    ['process.name LIKE "*shell*"', 'powershell'],
    ['process.name LIKE ("teams*", "mshta*")', 'mshta'],
    ['process.name RLIKE "powersh.*"', 'powershell'],
    ['process.name RLIKE "(cmd|ftp)[.]exe"', 'cmd'],
    ['STARTS_WITH(process.name, "cert")', 'certutil'],
    ['ENDS_WITH(process.name, "hta.exe")', 'mshta'],
    ['COALESCE(process.name, process.executable) LIKE "*"', 'cmd'],
    ['process.name == "teams.exe" OR process.name == "curl.exe"', 'curl'],
    ['process.name == "curl.exe" AND (user.name == "backup" OR destination.port == 443)', 'curl'],
    ['(process.name == "curl.exe" OR user.name == "a") AND (process.name == "ssh.exe" OR host.name == "b")', 'curl'],
    ['process.name == "sc.exe" AND host.name == "build-7"', 'sc'],
    ['process.name == "sc.exe" AND destination.port == 443', 'sc'],
    ['process.name == "sc.exe" AND user.name IS NOT NULL', 'sc'],
    ['process.name == "sc.exe" AND user.name != "SYSTEM"', 'sc'],
    ['process.name == "sc.exe" AND user.name LIKE "*"', 'sc'],
    ['process.name == "sc.exe" AND NOT process.code_signature.trusted', 'sc'],
    ['process.name == "sc.exe" AND process.code_signature.trusted == false', 'sc'],
    ['process.name == "sc.exe" AND process.pe.original_file_name == "sc.exe"', 'sc'],
    ['process.name != "teams.exe"', 'cmd'],
    ['process.name IS NOT NULL', 'cmd'],
    ['NOT process.name == "teams.exe"', 'cmd'],
    ['NOT process.name NOT IN ("teams.exe", "plink.exe")', 'plink'],
    ['NOT (process.name != "wget.exe" OR host.name == "b")', 'wget'],
    [String.raw`process.executable LIKE "*\\\\PowerShell.exe"`, 'powershell'],
    ['ENDS_WITH(process.executable, "/ssh")', 'ssh'],
  ])('%s', (when, program) => expect(hidden(when)).toContain(program));

  it('by a parameter, alone or a list', () => {
    expect(hidden('process.name == ?tool', { tool: 'ngrok.exe' })).toEqual(['ngrok']);
    expect(hidden('process.name IN (?tools)', { tools: ['teams.exe', 'ngrok.exe'] })).toEqual(['ngrok']);
    expect(hidden('process.name IN (?tools)', { tools: ['teams.exe', 'slack.exe'] })).toEqual([]);
  });

  it('behind ten thousand other names', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `process.name == "p${at}.exe"`);
    expect(hidden(names.join(' OR '))).toEqual([]);
    expect(hidden([...names, 'process.name == "aws.exe"'].join(' OR '))).toEqual(['aws']);
  });

  it('under a pattern of wildcards, at once', () => {
    expect(hidden(`process.name LIKE "${'*a'.repeat(200)}z"`)).toEqual([]);
    expect(hidden(`process.name LIKE "${'*'.repeat(5_000)}certutil.exe"`)).toEqual(['certutil']);
  });
});

describe('a temporary folder', () => {
  it.each([
    String.raw`process.executable LIKE "C:\\\\Users\\\\*\\\\AppData\\\\Local\\\\Temp\\\\*"`,
    String.raw`process.executable LIKE "*\\\\Temp\\\\*" AND process.name == "setup.exe"`,
    String.raw`process.executable == "C:\\Users\\ann\\Downloads\\tool.exe"`,
    'STARTS_WITH(process.executable, "/tmp/")',
    'host.name == "b" OR process.executable LIKE "/tmp/*"',
  ])('%s', (when) => expect(hidden(when)).toEqual([TEMPORARY]));
});

describe('bound by more than the name', () => {
  it.each([
    String.raw`process.name == "powershell.exe" AND process.executable LIKE "C:\\\\Program Files\\\\*"`,
    String.raw`process.executable == "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"`,
    String.raw`process.executable LIKE "?:\\\\Windows\\\\System32\\\\*"`,
    'process.name == "powershell.exe" AND process.code_signature.trusted',
    'process.name == "powershell.exe" AND process.code_signature.subject_name == "Contoso"',
    'process.name == "curl.exe" AND process.hash.sha256 == "ab"',
    'process.name == "curl.exe" AND destination.ip == "203.0.113.7"',
    'process.name == "curl.exe" AND CIDR_MATCH(destination.ip, "203.0.113.0/24")',
    'process.name == "curl.exe" AND destination.domain LIKE "*.example.org"',
    'process.name == "curl.exe" AND user.name == "backup"',
    'process.name == "curl.exe" AND user.name IN ("backup", "build")',
    'process.name == "curl.exe" AND NOT user.name != "backup"',
    String.raw`process.name == "cmd.exe" AND process.parent.executable == "C:\\Program Files\\A\\a.exe"`,
    '(process.name == "curl.exe" OR process.name == "ssh.exe") AND user.name == "backup"',
    String.raw`process.executable LIKE "*\\\\Temp\\\\*" AND process.code_signature.subject_name == "Contoso"`,
    'process.name == "teams.exe"',
    'process.name NOT LIKE "*"',
    'host.name == "build-7"',
    'destination.port == 443',
    'event.action == "x" OR rule.name == "y"',
  ])('%s', (when) => expect(hidden(when)).toEqual([]));
});

describe('each rule', () => {
  const path = String.raw`process.executable LIKE "?:\\\\Program Files\\\\*"`;
  it.each<[rule: string, broken: string, kept: string]>([
    ['error never-exclude-shell', 'process.name == "pwsh.exe"', `process.name == "pwsh.exe" AND ${path}`],
    [
      'error never-exclude-script-host',
      'process.name == "cscript.exe"',
      'process.name == "cscript.exe" AND user.name == "build"',
    ],
    [
      'error never-exclude-administrative-tool',
      'process.name == "wmic.exe"',
      'process.name == "wmic.exe" AND destination.ip == "10.0.0.7"',
    ],
    [
      'error never-exclude-tunnel-or-sync-tool',
      'process.name == "OneDrive.exe"',
      'process.name == "OneDrive.exe" AND process.code_signature.trusted',
    ],
    [
      'error never-exclude-native-tool',
      'process.name == "replace.exe"',
      'process.name == "replace.exe" AND process.parent.executable == "C:/a.exe"',
    ],
    [
      'warning never-exclude-browser-by-name',
      'process.name IN ("chrome.exe", "msedge.exe")',
      'process.name == "chrome.exe" AND process.code_signature.trusted',
    ],
    [
      'warning never-exclude-service-host',
      String.raw`process.executable == "C:\\Windows\\System32\\svchost.exe" AND user.name == "SYSTEM"`,
      'process.name == "svchost.exe" AND destination.domain LIKE "*.windowsupdate.com"',
    ],
    ['error never-exclude-temporary-folder', String.raw`process.executable LIKE "?:\\\\Users\\\\Public\\\\*"`, path],
    [
      'error never-exclude-cloud-service',
      'destination.domain LIKE "*.amazonaws.com" AND process.name == "backup.exe"',
      `destination.domain LIKE "*.amazonaws.com" AND process.name == "backup.exe" AND ${path}`,
    ],
    [
      'error never-exclude-cloud-service',
      'destination.as.organization.name == "MICROSOFT-CORP-MSN-AS-BLOCK"',
      'destination.as.organization.name == "EXAMPLE-AS"',
    ],
    [
      'error never-exclude-cloud-service',
      'dns.question.name LIKE "*.dropbox.com" OR host.name == "a"',
      'dns.question.name LIKE "*.dropbox.com" AND host.name == "a"',
    ],
    [
      'warning never-exclude-port-alone',
      'destination.port IN (443, 8443) AND network.transport == "tcp"',
      `destination.port == 8443 AND ${path}`,
    ],
  ])('%s: %s', (rule, broken, kept) => {
    expect(rules(broken)).toEqual([rule]);
    expect(rules(kept)).toEqual([]);
  });

  it('a name of a destination counts where a source looks names up', () => {
    const broken = 'process.name == "agent.exe" AND destination.domain LIKE "*.example.org"';
    expect(rules(broken, true)).toEqual(['warning never-exclude-looked-up-name']);
    expect(rules(broken)).toEqual([]);
    expect(rules(`${broken} AND ${path}`, true)).toEqual([]);
    expect(rules(`${broken} AND destination.ip == "192.0.2.7"`, true)).toEqual([]);
  });

  it('several rules are all told, with a remedy each', () => {
    const told = hidings('process.name IN ("cmd.exe", "rclone.exe", "firefox.exe")');
    expect(told.map(({ rule }) => rule.slice('never-exclude-'.length))).toEqual([
      'shell',
      'tunnel-or-sync-tool',
      'browser-by-name',
    ]);
    expect(told.every(({ hint }) => hint.startsWith('Bind it to '))).toBe(true);
  });
});
