/**
 * The fewest items of a list that still fail, by leaving out ever shorter runs of them (delta debugging). Asks at most
 * `asksMax` times; what it has then is given. The whole list is known to fail.
 */
export async function shrinkList<T>(
  items: readonly T[],
  stillFails: (items: readonly T[]) => Promise<boolean>,
  asksMax = 300,
): Promise<readonly T[]> {
  let kept = items;
  let asks = 0;
  for (let run = Math.ceil(items.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let at = 0; at < kept.length && asks < asksMax;) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + run)];
      asks++;
      if (fewer.length > 0 && (await stillFails(fewer))) kept = fewer;
      else at += run;
    }
  }
  return kept;
}
