/** A program as it is installed. In its path `{user}` stands for the user's name, `{week}` for a version that moves on. */
export interface Program {
  /** Null for the kernel: it has no file. */
  readonly path: string | null;
  /** Whose signature the file carries; null: unsigned. */
  readonly signer: string | null;
  /** Whether one process lasts as long as the host runs, or one a day. */
  readonly lasts: 'boot' | 'day';
  readonly account: 'user' | 'system';
}

const user = (path: string, signer: string | null): Program => ({ path, signer, lasts: 'day', account: 'user' });
const service = (path: string | null, signer: string | null): Program => ({
  path,
  signer,
  lasts: 'boot',
  account: 'system',
});

/** Programs that hunts know by name bear those names; what runs below "Tidepad" and the like is invented. */
export const PROGRAMS = {
  chrome: user('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'Google LLC'),
  edge: user('C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe', 'Microsoft Corporation'),
  firefox: user('C:\\Program Files\\Mozilla Firefox\\firefox.exe', 'Mozilla Corporation'),
  outlook: user('C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE', 'Microsoft Corporation'),
  postbox: user('C:\\Program Files\\Tidepad\\Post\\tidepost.exe', 'Tidepad AS'),
  chat: user('C:\\Users\\{user}\\AppData\\Local\\Tidepad\\Talk\\tidetalk.exe', 'Tidepad AS'),
  sync: user('C:\\Program Files\\Tidepad\\Drive\\tidedrive.exe', 'Tidepad AS'),
  updater: user('C:\\Users\\{user}\\AppData\\Local\\Tidepad\\update-4.2.{week}\\tidepad-4.2.{week}.exe', 'Tidepad AS'),
  mstsc: user('C:\\Windows\\System32\\mstsc.exe', 'Microsoft Windows'),
  ssh: user('C:\\Windows\\System32\\OpenSSH\\ssh.exe', 'Microsoft Windows'),
  powershell: user('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'Microsoft Windows'),
  svchost: service('C:\\Windows\\System32\\svchost.exe', 'Microsoft Windows Publisher'),
  lsass: service('C:\\Windows\\System32\\lsass.exe', 'Microsoft Windows Publisher'),
  kernel: service(null, null),
  dns: service('C:\\Windows\\System32\\dns.exe', 'Microsoft Windows'),
  web: service('C:\\Windows\\System32\\inetsrv\\w3wp.exe', 'Microsoft Windows'),
  watch: service('C:\\Program Files\\Harborwatch\\watchagent.exe', 'Harborwatch GmbH'),
  backup: service('C:\\Program Files\\Stonevault\\stonevault.exe', 'Stonevault Inc'),
  gateway: service('C:\\Program Files\\Gateproxy\\gateproxy.exe', null),
} as const satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof PROGRAMS;

/** The file name at the end of a Windows path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1);
}
