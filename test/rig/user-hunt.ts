/** What a hunt of users finds, and where. */
export interface UserHunt {
  readonly index: string;
  /** Value of `labels.hunt` in the events that are this hunt's. */
  readonly label: string;
  readonly source: string;
  readonly name: string;
}

/** The text of a hunt that finds each user of its events, with the span in which it was seen. */
export function userHunt({ index, label, source, name }: UserHunt): string {
  return JSON.stringify({
    name,
    hypothesis: 'A user of this application is worth a look.',
    status: 'experimental',
    severity: 'low',
    sources: { any_of: [source] },
    window: '5m',
    esql: `FROM ${index} | WHERE labels.hunt == "${label}" | STATS n = COUNT(*), since = MIN(hunt.clock), until = MAX(hunt.clock), hosts = VALUES(host.name) BY user.name`,
    finding: {
      title: '{user.name}',
      key: ['user.name'],
      seen: { first: 'since', last: 'until' },
      drilldown: `FROM ${index} | WHERE user.name == ?user_name`,
    },
  });
}
