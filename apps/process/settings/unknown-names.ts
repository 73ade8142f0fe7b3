/** Names that begin like this are ours alone, so one that we do not know is a slip. */
const OWN_PREFIX = /^(SMPP|VONAGE|SIMULATOR)_/;

/** Elsewhere only a near miss of a name long enough counts: the environment is full of other programs' variables. */
const NEAR = 2;
const NEAR_LENGTH_MIN = 8;
const OWN_NEAR = 4;

/** How many letters must be added, dropped or changed to turn one name into the other; two swapped letters count as two. */
const distance = (from: string, to: string): number => {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = rows[i - 1]![j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(change, rows[i - 1]![j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[from.length]![to.length]!;
};

/** One line for each variable that looks like a misspelt setting of ours. */
export const unknownNames = (present: readonly string[], known: readonly string[]): readonly string[] =>
  present.flatMap((name) => {
    if (known.includes(name)) return [];
    const own = OWN_PREFIX.test(name);
    if (!own && name.length < NEAR_LENGTH_MIN) return [];
    const [nearest] = known
      .map((each) => ({ each, away: distance(name, each) }))
      .sort((one, other) => one.away - other.away);
    if (nearest !== undefined && nearest.away <= (own ? OWN_NEAR : NEAR)) {
      return [`${name} is not a setting: did you mean ${nearest.each}?`];
    }
    return own ? [`${name} is not a setting`] : [];
  });
