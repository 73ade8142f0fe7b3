/**
 * The proof under faults at speed, in its long form: `node test/bench/faults.ts [window] [seed]`. The gateway is killed ten times, and
 * between these the database crashes and the carrier cuts the link, all under full load.
 */
import { type Fault, faultRun } from "#test/bench/parts/fault-run.ts";

const [window = "100", seed = String(Date.now() % 100_000)] = process.argv.slice(2);
const EVERY_MS = 4_000;
const faults: readonly Fault[] = Array.from({ length: 10 }, (_, n): readonly Fault[] =>
  n % 3 === 2 ? ["gateway", "database"] : n % 2 === 1 ? ["gateway", "link"] : ["gateway"],
).flat();

/** mulberry32: enough to choose moments by. */
const randomFrom = (start: number) => {
  let state = start;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

console.log(`window ${window}, seed ${seed}`);
const findings = await faultRun({
  pairs: 20_000,
  window: Number(window),
  faults,
  everyMs: EVERY_MS,
  random: randomFrom(Number(seed)),
  say: (fault) => console.log(fault),
});
const kills = faults.filter((fault) => fault === "gateway").length;
console.log({ ...findings, kills, duplicatesPerKill: findings.duplicates / kills });
const { lost, misrouted, outOfOrder, duplicates } = findings;
process.exit(lost + misrouted + outOfOrder === 0 && duplicates <= kills * Number(window) ? 0 : 1);
