/** Of types that could be answered, the one that an `Accept` header likes best (RFC 9110 §12.5.1); of equals, and without a header, the first. */
export const accepts = <T extends string>(header: string | undefined, offered: readonly [T, ...T[]]): T => {
  if (header === undefined) return offered[0];
  const ranges = header.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((each) => each.startsWith("q="))?.slice(2);
    return { type, weight: weight === undefined ? 1 : Number(weight) || 0 };
  });
  const weightOf = (type: string): number => {
    const names = [type, `${type.split("/")[0]}/*`, "*/*"];
    for (const name of names) {
      const range = ranges.find((each) => each.type === name);
      if (range) return range.weight;
    }
    return 0;
  };
  let best = offered[0];
  for (const type of offered) if (weightOf(type) > weightOf(best)) best = type;
  return best;
};
