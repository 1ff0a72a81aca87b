// MITRE ATT&CK for Enterprise, of the version below: tactics in the order of the matrix, with the techniques that can show in events of
// hosts and networks. © The MITRE Corporation, reproduced by its terms of use (NOTICE).

/** The version of ATT&CK that the ids and names here are of. */
export const ATTACK_VERSION = '18';

export interface Tactic {
  readonly id: string;
  readonly name: string;
  /** Ids of its techniques, sub-techniques left out. */
  readonly techniques: readonly string[];
}

export const TACTICS: readonly Tactic[] = [
  tactic('TA0043', 'Reconnaissance', 'T1589 T1590 T1591 T1592 T1593 T1594 T1595 T1596 T1597 T1598'),
  tactic('TA0042', 'Resource Development', 'T1583 T1584 T1585 T1586 T1587 T1588 T1608 T1650'),
  tactic('TA0001', 'Initial Access', 'T1078 T1091 T1133 T1189 T1190 T1195 T1199 T1200 T1566 T1659 T1669'),
  tactic(
    'TA0002',
    'Execution',
    'T1047 T1053 T1059 T1072 T1106 T1129 T1203 T1204 T1559 T1569 T1609 T1610 T1648 T1651 T1674 T1675',
  ),
  tactic(
    'TA0003',
    'Persistence',
    'T1037 T1053 T1078 T1098 T1112 T1133 T1136 T1137 T1176 T1197 T1205 T1505 T1542 T1543 T1546 T1547 T1554 T1556 T1574 T1653 T1668 T1671',
  ),
  tactic(
    'TA0004',
    'Privilege Escalation',
    'T1037 T1053 T1055 T1068 T1078 T1098 T1134 T1484 T1543 T1546 T1547 T1548 T1574 T1611',
  ),
  tactic(
    'TA0005',
    'Defense Evasion',
    'T1006 T1014 T1027 T1036 T1055 T1070 T1078 T1112 T1127 T1134 T1140 T1197 T1202 T1205 T1207 T1211 T1216 T1218 T1220 T1221 T1222 T1480 T1484 T1497 T1542 T1548 T1550 T1553 T1556 T1562 T1564 T1574 T1599 T1600 T1620 T1622 T1656 T1672 T1678',
  ),
  tactic(
    'TA0006',
    'Credential Access',
    'T1003 T1040 T1056 T1110 T1111 T1187 T1212 T1528 T1539 T1552 T1555 T1556 T1557 T1558 T1606 T1621 T1649',
  ),
  tactic(
    'TA0007',
    'Discovery',
    'T1007 T1010 T1012 T1016 T1018 T1033 T1040 T1046 T1049 T1057 T1069 T1082 T1083 T1087 T1120 T1124 T1135 T1201 T1217 T1482 T1497 T1518 T1526 T1538 T1580 T1613 T1614 T1615 T1619 T1622 T1652 T1654 T1673',
  ),
  tactic('TA0008', 'Lateral Movement', 'T1021 T1072 T1080 T1091 T1210 T1534 T1550 T1563 T1570'),
  tactic(
    'TA0009',
    'Collection',
    'T1005 T1025 T1039 T1056 T1074 T1113 T1114 T1115 T1119 T1123 T1125 T1185 T1213 T1530 T1557 T1560 T1602',
  ),
  tactic(
    'TA0011',
    'Command and Control',
    'T1001 T1008 T1071 T1090 T1092 T1095 T1102 T1104 T1105 T1132 T1205 T1219 T1568 T1571 T1572 T1573 T1659 T1665',
  ),
  tactic('TA0010', 'Exfiltration', 'T1011 T1020 T1029 T1030 T1041 T1048 T1052 T1537 T1567'),
  tactic(
    'TA0040',
    'Impact',
    'T1485 T1486 T1489 T1490 T1491 T1495 T1496 T1498 T1499 T1529 T1531 T1561 T1565 T1657 T1667',
  ),
];

/** Names of the techniques that stored hunts are about; the matrix shows the id alone of any other. */
export const TECHNIQUE_NAMES: ReadonlyMap<string, string> = new Map(
  `T1001 Data Obfuscation|T1003 OS Credential Dumping|T1005 Data from Local System|T1007 System Service Discovery
T1008 Fallback Channels|T1011 Exfiltration Over Other Network Medium|T1012 Query Registry|T1014 Rootkit
T1016 System Network Configuration Discovery|T1018 Remote System Discovery|T1020 Automated Exfiltration
T1021 Remote Services|T1027 Obfuscated Files or Information|T1029 Scheduled Transfer|T1030 Data Transfer Size Limits
T1033 System Owner/User Discovery|T1036 Masquerading|T1039 Data from Network Shared Drive|T1040 Network Sniffing
T1041 Exfiltration Over C2 Channel|T1046 Network Service Discovery|T1047 Windows Management Instrumentation
T1048 Exfiltration Over Alternative Protocol|T1049 System Network Connections Discovery|T1053 Scheduled Task/Job
T1055 Process Injection|T1056 Input Capture|T1057 Process Discovery|T1059 Command and Scripting Interpreter
T1068 Exploitation for Privilege Escalation|T1069 Permission Groups Discovery|T1070 Indicator Removal
T1071 Application Layer Protocol|T1072 Software Deployment Tools|T1074 Data Staged|T1078 Valid Accounts
T1080 Taint Shared Content|T1082 System Information Discovery|T1083 File and Directory Discovery|T1087 Account Discovery
T1090 Proxy|T1095 Non-Application Layer Protocol|T1098 Account Manipulation|T1102 Web Service|T1104 Multi-Stage Channels
T1105 Ingress Tool Transfer|T1106 Native API|T1110 Brute Force|T1112 Modify Registry|T1114 Email Collection
T1119 Automated Collection|T1124 System Time Discovery|T1127 Trusted Developer Utilities Proxy Execution
T1129 Shared Modules|T1132 Data Encoding|T1133 External Remote Services|T1134 Access Token Manipulation
T1135 Network Share Discovery|T1136 Create Account|T1137 Office Application Startup
T1140 Deobfuscate/Decode Files or Information|T1185 Browser Session Hijacking|T1187 Forced Authentication
T1189 Drive-by Compromise|T1190 Exploit Public-Facing Application|T1195 Supply Chain Compromise|T1197 BITS Jobs
T1199 Trusted Relationship|T1201 Password Policy Discovery|T1202 Indirect Command Execution
T1203 Exploitation for Client Execution|T1204 User Execution|T1205 Traffic Signaling|T1207 Rogue Domain Controller
T1210 Exploitation of Remote Services|T1213 Data from Information Repositories|T1216 System Script Proxy Execution
T1217 Browser Information Discovery|T1218 System Binary Proxy Execution|T1219 Remote Access Tools
T1220 XSL Script Processing|T1221 Template Injection|T1222 File and Directory Permissions Modification
T1482 Domain Trust Discovery|T1484 Domain or Tenant Policy Modification|T1485 Data Destruction
T1486 Data Encrypted for Impact|T1489 Service Stop|T1490 Inhibit System Recovery|T1496 Resource Hijacking
T1497 Virtualization/Sandbox Evasion|T1498 Network Denial of Service|T1499 Endpoint Denial of Service
T1505 Server Software Component|T1518 Software Discovery|T1528 Steal Application Access Token
T1529 System Shutdown/Reboot|T1530 Data from Cloud Storage|T1531 Account Access Removal|T1534 Internal Spearphishing
T1537 Transfer Data to Cloud Account|T1539 Steal Web Session Cookie|T1542 Pre-OS Boot
T1543 Create or Modify System Process|T1546 Event Triggered Execution|T1547 Boot or Logon Autostart Execution
T1548 Abuse Elevation Control Mechanism|T1550 Use Alternate Authentication Material|T1552 Unsecured Credentials
T1553 Subvert Trust Controls|T1554 Compromise Host Software Binary|T1555 Credentials from Password Stores
T1556 Modify Authentication Process|T1557 Adversary-in-the-Middle|T1558 Steal or Forge Kerberos Tickets
T1559 Inter-Process Communication|T1560 Archive Collected Data|T1562 Impair Defenses|T1563 Remote Service Session Hijacking
T1564 Hide Artifacts|T1565 Data Manipulation|T1566 Phishing|T1567 Exfiltration Over Web Service|T1568 Dynamic Resolution
T1569 System Services|T1570 Lateral Tool Transfer|T1571 Non-Standard Port|T1572 Protocol Tunneling|T1573 Encrypted Channel
T1574 Hijack Execution Flow|T1583 Acquire Infrastructure|T1584 Compromise Infrastructure|T1587 Develop Capabilities
T1588 Obtain Capabilities
T1590 Gather Victim Network Information|T1595 Active Scanning|T1608 Stage Capabilities|T1614 System Location Discovery
T1615 Group Policy Discovery|T1620 Reflective Code Loading|T1649 Steal or Forge Authentication Certificates
T1654 Log Enumeration|T1665 Hide Infrastructure`
    .split(/[|\n]/)
    .map((line) => [line.slice(0, 5), line.slice(6)]),
);

function tactic(id: string, name: string, techniques: string): Tactic {
  return { id, name, techniques: techniques.split(' ') };
}

/** The technique that a sub-technique belongs to; a technique itself. */
export function parentOf(technique: string): string {
  return technique.split('.', 1)[0] ?? technique;
}

/** The tactics that a technique serves, or the technique of a sub-technique; none for an id that is not in the table. */
export function tacticsOf(technique: string): readonly Tactic[] {
  const parent = parentOf(technique);
  return TACTICS.filter(({ techniques }) => techniques.includes(parent));
}
