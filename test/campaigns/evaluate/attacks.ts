// What the README of the recorded captures says that a correct hunt finds, row by row. Addresses, hosts and file names of
// the captures stand in this file and nowhere else: test/live/captures-unnamed.test.ts looks for them in hunts/.

/** Files that are one story, examined together. */
export interface Capture {
  readonly name: string;
  /** Names of files below the folder of the captures, without `.ndjson.gz`. */
  readonly files: readonly string[];
  /**
   * The networks that are the site's own. Labs have no internet: what is private and not theirs plays it, so the site's
   * list `non-public` names these in place of all private blocks.
   */
  readonly networks: readonly string[];
  /** Blocks that a site would allow after a look: then what is no attack falls silent. */
  readonly allowed?: readonly string[];
  /** An event that holds one of these words (lower case) is of the attack and of no benign history. */
  readonly intruder: readonly string[];
}

/** An attack that is named, and which findings show it. */
export interface AttackRow {
  readonly capture: string;
  readonly what: string;
  /** The words of the README it stands for. */
  readonly readme: string;
  /** A finding shows it if it says all of one of these. */
  readonly shownBy: readonly Shown[];
  /** False: nothing bad, named because a hunt must show it all the same. */
  readonly isAttack?: false;
}

/** What a finding must say; each that is given. Lower case. */
export interface Shown {
  /** The program it is about: `process.name` or another column that names it, alone or at the end of a path. */
  readonly program?: string;
  /** An address that it reached. */
  readonly to?: string;
  /** Who saw or did it: a host, or an address where the source knows no host. */
  readonly by?: string;
  /** Words anywhere in its columns or title. */
  readonly words?: readonly string[];
}

const SHIRE = ['172.18.38.0/23'];
const HOME_LAB = ['192.168.2.0/24'];

/** The script block of the agent in PowerShell: what its encoded command decodes to, on the host that calls. */
const STAGER: Shown = { by: 'workstation5', words: ['psversiontable'] };

export const CAPTURES: readonly Capture[] = [
  {
    name: 'empire-regsvr32',
    files: ['empire-regsvr32-launcher', 'empire-dllinjection'],
    networks: SHIRE,
    intruder: ['10.10.10.5', 'regsvr32', 'powershell'],
  },
  {
    name: 'empire-psinject',
    files: ['empire-psinject'],
    networks: SHIRE,
    intruder: ['10.10.10.5', 'powershell', 'notepad'],
  },
  {
    name: 'empire-two-agents-dnsclient',
    files: ['empire-two-agents-dnsclient'],
    networks: ['172.18.39.0/24'],
    intruder: ['10.0.10.106', 'powershell'],
  },
  {
    name: 'covenant-psremoting',
    files: ['covenant-psremoting'],
    networks: ['172.18.39.0/24'],
    intruder: ['172.18.39.8', 'powershell', 'wsmprovhost', 'pgustavo'],
  },
  {
    name: 'covenant-dcom-browsing',
    files: ['covenant-dcom-browsing'],
    networks: SHIRE,
    intruder: ['10.10.10.5', 'grunthttp', 'notepad', 'iexplore', '65077', '65082'],
  },
  {
    name: 'purplesharp-playbook',
    files: ['purplesharp-playbook'],
    networks: SHIRE,
    intruder: ['purplesharp', 'powershell'],
  },
  {
    name: 'lolbin-bitsadmin',
    files: ['lolbin-bitsadmin'],
    networks: HOME_LAB,
    intruder: ['bitsadmin', '151.101.208.133', 'raw.githubusercontent.com'],
  },
  {
    name: 'lolbin-mshta',
    files: ['lolbin-mshta'],
    networks: HOME_LAB,
    intruder: ['mshta', '151.101.248.133', 'raw.githubusercontent.com'],
  },
  {
    name: 'lolbin-wmic-xsl',
    files: ['lolbin-wmic-xsl'],
    networks: HOME_LAB,
    intruder: ['wmic.exe', '151.101.248.133', 'raw.githubusercontent.com'],
  },
  {
    name: 'lolbin-cmstp',
    files: ['lolbin-cmstp'],
    networks: HOME_LAB,
    intruder: ['powershell', 'cmstp', 'githubusercontent.com', 'github.com'],
  },
  {
    name: 'msf-procdump',
    files: ['msf-procdump', 'msf-procdump-zeek'],
    networks: ['192.168.1.0/24'],
    intruder: ['10.0.5.13', 'happy_image', 'winx64_payload', 'procdump', 'powershell'],
  },
  {
    name: 'apt29-day1-zeek',
    files: ['apt29-day1-zeek'],
    networks: ['10.0.0.0/23'],
    intruder: ['192.168.0.4', '192.168.0.5'],
  },
  {
    name: 'pfirewall-home',
    files: ['pfirewall-home'],
    networks: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
    allowed: ['64.39.104.0/24'],
    intruder: ['64.39.104.113'],
  },
];

export const ATTACKS: readonly AttackRow[] = [
  {
    capture: 'empire-regsvr32',
    what: 'regsvr32 is told to fetch a scriptlet',
    readme: 'regsvr32.exe /i:http://… connects to …:8444 (S3, 1) and starts powershell.exe -enc',
    shownBy: [{ program: 'regsvr32.exe', words: ['launcher.sct'] }],
  },
  {
    capture: 'empire-regsvr32',
    what: 'regsvr32 connects to the web port of the operator',
    readme: 'regsvr32.exe … connects to …:8444 (S3, 1)',
    shownBy: [{ program: 'regsvr32.exe', to: '10.10.10.5' }],
  },
  {
    capture: 'empire-regsvr32',
    what: 'regsvr32 starts PowerShell with an encoded command',
    readme: 'and starts powershell.exe -enc',
    shownBy: [{ program: 'powershell.exe', words: ['regsvr32.exe', '-enc'] }, STAGER],
  },
  {
    capture: 'empire-regsvr32',
    what: 'PowerShell calls every 5 s',
    readme: 'which beacons to …:80: 9 connections in the first file, 51 in the second',
    shownBy: [{ program: 'powershell.exe', to: '10.10.10.5' }],
  },
  {
    capture: 'empire-regsvr32',
    what: 'PowerShell loads a library into notepad by a remote thread',
    readme: 'empire_dllinjection_LoadLibrary_CreateRemoteThread (public name)',
    shownBy: [{ program: 'powershell.exe', words: ['threads in notepad.exe'] }],
  },
  {
    capture: 'empire-psinject',
    what: 'PowerShell calls every 5 s',
    readme: 'powershell.exe (22) … on workstation5 … every 5.1 s',
    shownBy: [{ program: 'powershell.exe', to: '10.10.10.5' }, STAGER],
  },
  {
    capture: 'empire-psinject',
    what: 'notepad calls every 5 s',
    readme: 'notepad.exe (16) on workstation5 … every 5.1 s',
    shownBy: [{ program: 'notepad.exe', to: '10.10.10.5' }],
  },
  {
    capture: 'empire-psinject',
    what: 'PowerShell starts threads in notepad',
    readme: '88 CreateRemoteThread events (Sysmon 8) from powershell.exe into notepad.exe',
    shownBy: [{ program: 'powershell.exe', words: ['threads in notepad.exe'] }],
  },
  {
    capture: 'empire-two-agents-dnsclient',
    what: 'two agents in PowerShell call every 5 s',
    readme: 'two powershell.exe on it001 to …:443',
    shownBy: [{ program: 'powershell.exe', to: '10.0.10.106' }],
  },
  {
    capture: 'empire-two-agents-dnsclient',
    what: "another user's hash is put on for the network",
    readme: 'empire_mimikatz_opth (public name; over-pass-the-hash)',
    shownBy: [{ by: 'it001', words: ['put on the credentials of'] }],
  },
  {
    capture: 'covenant-psremoting',
    what: 'PowerShell reaches another host over WinRM',
    readme: 'powershell.exe on it001 (pgustavo) to …:5985, 3 times; the other end on hr001',
    shownBy: [{ program: 'powershell.exe', to: '172.18.39.106' }],
  },
  {
    capture: 'covenant-psremoting',
    what: 'the WinRM host starts PowerShell at the other end',
    readme: 'Then wsmprovhost.exe starts powershell.exe on hr001',
    shownBy: [{ program: 'powershell.exe', words: ['wsmprovhost.exe started'] }],
  },
  {
    capture: 'covenant-psremoting',
    what: 'that PowerShell calls the operator inside, once',
    readme: 'which calls …:80 once: a rare destination, not a beacon',
    shownBy: [{ program: 'powershell.exe', to: '172.18.39.8' }],
  },
  {
    capture: 'covenant-dcom-browsing',
    what: 'the implant reaches another workstation over DCOM',
    readme: 'GruntHTTP.exe on workstation5 to …:65077 and :65082 (lateral movement over DCOM)',
    shownBy: [
      { program: 'grunthttp.exe', to: '172.18.39.6' },
      { by: 'workstation6', words: ['iexplore.exe', 'started by dcom'] },
    ],
  },
  {
    capture: 'covenant-dcom-browsing',
    what: 'a library is put beside the browser of the other workstation',
    readme: 'covenant_dcom_iertutil_dll_hijack (public name)',
    shownBy: [{ by: 'workstation6', words: ['iertutil.dll'] }],
  },
  {
    capture: 'covenant-dcom-browsing',
    what: 'notepad below the browser calls the operator, once',
    readme: 'notepad.exe on workstation6, child of iexplore.exe, to …:80 once',
    shownBy: [{ program: 'notepad.exe', to: '10.10.10.5' }],
  },
  {
    capture: 'purplesharp-playbook',
    what: 'one program sweeps SMB and WinRM of three hosts',
    readme: 'PurpleSharp.exe on workstation5 reaches ports 445 (2 each) and 5985 (3 each) of … within 54 s',
    shownBy: [
      { program: 'purplesharp.exe', to: '172.18.38.5' },
      { program: 'purplesharp.exe', to: '172.18.39.6' },
    ],
  },
  {
    capture: 'purplesharp-playbook',
    what: 'the same program asks the directory',
    readme: 'and LDAP 389 on the DC (7)',
    shownBy: [{ program: 'purplesharp.exe', words: ['389'] }],
  },
  {
    capture: 'lolbin-bitsadmin',
    what: 'a BITS job fetches a script',
    readme: 'bitsadmin.exe has no connection; the download … is made by the BITS svchost.exe',
    shownBy: [{ program: 'bitsadmin.exe' }, { program: 'svchost.exe', to: '151.101.208.133' }],
  },
  {
    capture: 'lolbin-mshta',
    what: 'mshta fetches a scriptlet',
    readme: 'mshta.exe (pid 10076) to …:443; … 5156 names it',
    shownBy: [
      { program: 'mshta.exe', to: '151.101.248.133' },
      { program: 'mshta.exe', words: ['raw.githubusercontent.com'] },
    ],
  },
  {
    capture: 'lolbin-wmic-xsl',
    what: 'wmic fetches a style sheet',
    readme: 'WMIC.exe (Sysmon) = wmic.exe (5156) to …:443',
    shownBy: [{ program: 'wmic.exe', to: '151.101.248.133' }],
  },
  {
    capture: 'lolbin-wmic-xsl',
    what: 'wmic has the address in its command line',
    readme: 'URL in the command line',
    shownBy: [{ program: 'wmic.exe', words: ['raw.githubusercontent.com'] }],
  },
  {
    capture: 'lolbin-cmstp',
    what: 'PowerShell fetches from a code host',
    readme: 'powershell.exe to github.com and raw.githubusercontent.com',
    shownBy: [
      { program: 'powershell.exe', to: '151.101.248.133' },
      { program: 'powershell.exe', to: '140.82.113.3' },
    ],
  },
  {
    capture: 'lolbin-cmstp',
    what: 'cmstp installs a profile without asking',
    readme: 'then cmstp.exe /s /au',
    shownBy: [{ program: 'cmstp.exe' }],
  },
  {
    capture: 'msf-procdump',
    what: 'a picture that is a program starts another',
    readme: 'happy_image.jpeg.exe starts winx64_payload.exe on acct01',
    shownBy: [{ program: 'happy_image.jpeg.exe', words: ['winx64_payload.exe'] }],
  },
  {
    capture: 'msf-procdump',
    what: 'the payload connects to the operator',
    readme: 'which connects to …:4433 twice',
    shownBy: [{ program: 'winx64_payload.exe', to: '10.0.5.13' }],
  },
  {
    capture: 'msf-procdump',
    what: 'the browser fetched it',
    readme: 'the browser had fetched it from …:80 (4)',
    shownBy: [
      { program: 'msedge.exe', to: '10.0.5.13' },
      { program: 'happy_image.jpeg.exe', words: ['by msedge.exe'] },
    ],
  },
  {
    capture: 'msf-procdump',
    what: 'the same connections on the wire',
    readme: 'The same connections are in Zeek',
    shownBy: [{ by: '192.168.1.43', to: '10.0.5.13', words: ['4433'] }],
  },
  {
    capture: 'apt29-day1-zeek',
    what: 'hundreds of TLS connections within minutes',
    readme: '…:8443, 376 TLS connections in 4 minutes',
    shownBy: [{ by: '10.0.1.6', to: '192.168.0.4' }],
  },
  {
    capture: 'apt29-day1-zeek',
    what: 'one connection of half an hour with 32 MB',
    readme: '…:443, one connection of 1,901 s with 32 MB in and state S1',
    shownBy: [{ by: '10.0.1.4', to: '192.168.0.5', words: ['443'] }],
  },
  {
    capture: 'apt29-day1-zeek',
    what: 'one connection of twelve minutes on an odd port',
    readme: 'to …:1234, one of 705 s: long connections, no beacon',
    shownBy: [{ by: '10.0.1.4', to: '192.168.0.5', words: ['1234'] }],
  },
  {
    capture: 'apt29-day1-zeek',
    what: 'WebDAV after refused SMB',
    readme: '…:80, WebDAV (6), after 5 refused tries each on 445 and 139',
    shownBy: [{ by: '10.0.1.4', to: '192.168.0.4' }],
  },
  {
    capture: 'pfirewall-home',
    what: 'a call every minute (an agent of a vendor; no attack)',
    readme: '…:443 every 61 s (38 times, MAD 0) …: a beacon hunt must show it',
    shownBy: [{ to: '64.39.104.113' }],
    isAttack: false,
  },
];

/** Files that intruders brought along. */
export const FILES_OF_ATTACKS: readonly string[] = [
  'launcher.sct',
  'grunthttp.exe',
  'purplesharp.exe',
  'happy_image.jpeg.exe',
  'winx64_payload.exe',
  't1218.003_uacbypass.inf',
];
