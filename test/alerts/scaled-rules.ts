import { parse, stringify } from "yaml";

/** Times are so many times shorter than in the file. */
export const FACTOR = 12;
/** Longer ones are cut to this: an hour of patience would be five minutes even so. */
const FOR_SECONDS_MAX = 15;
const RANGE_SECONDS_MIN = 10;
const RANGE_SECONDS_MAX = 60;
/** Where the week before is compared with, behind the range that is compared. */
const OFFSET_SECONDS = 90;

interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

const secondsOf = (duration: string): number => Number.parseInt(duration, 10) * UNITS[duration.at(-1)!]!;

const within = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.round(value)));

/** What is compared with an age; a date stays as it is. */
const AGE = /(sms_proxy_(?!bind_certificate)\w*_seconds(?:\{[^}]*\})?\)) > (\d+)/g;

const scaledExpression = (expr: string): string =>
  expr
    .replaceAll(
      /\[(\d+[smhd])\]/g,
      (_, range: string) => `[${within(secondsOf(range) / FACTOR, RANGE_SECONDS_MIN, RANGE_SECONDS_MAX)}s]`,
    )
    .replaceAll(/offset \d+d/g, `offset ${OFFSET_SECONDS}s`)
    .replaceAll(AGE, (_, figure: string, bound: string) => `${figure} > ${Number(bound) / FACTOR}`);

/** The rules of a file with all their times shortened, so that each can be seen to fire within minutes. */
export const scaledRules = (yaml: string): string => {
  const { groups } = parse(yaml) as Rules;
  return stringify({
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => ({
        ...rule,
        expr: scaledExpression(rule.expr),
        ...(rule.for !== undefined && {
          for: `${within(secondsOf(rule.for) / FACTOR, 1, FOR_SECONDS_MAX)}s`,
        }),
      })),
    })),
  });
};

export const alertNames = (yaml: string): readonly string[] =>
  (parse(yaml) as Rules).groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
