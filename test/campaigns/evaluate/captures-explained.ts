// Findings of medium or above that show none of the attacks, each with the reason why it is there. One that none of these
// covers is below the floor.

export interface Explained {
  readonly capture: string;
  readonly hunt: string;
  /** Words (lower case) that its columns hold. */
  readonly words: readonly string[];
  readonly because: string;
}

export const EXPLAINED: readonly Explained[] = [
  {
    capture: 'purplesharp-playbook',
    hunt: 'lateral-movement/remote-execution-child',
    words: ['wsmprovhost.exe'],
    because: 'The other end of the sweep over WinRM: the same attack, though no row names it.',
  },
  {
    capture: 'pfirewall-home',
    hunt: 'egress/smb-outside',
    words: ['445'],
    because: 'A laptop outside of its office tries a share there by a public address: named under false positives.',
  },
];
