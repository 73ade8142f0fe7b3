import { runWorld } from "./world.ts";

const from = Number(process.argv[2] ?? 1),
  runs = Number(process.argv[3] ?? 1),
  steps = Number(process.argv[4] ?? 60);
const t = performance.now();
let events = 0,
  texts = 0,
  dup = 0;
const rules = new Map<string, number[]>();
for (let seed = from; seed < from + runs; seed++) {
  const out = await runWorld({
    seed,
    steps,
    watch: process.env.W,
    ...(runs === 1
      ? { tell: (at, line) => console.log(`${(at / 1000).toFixed(3).padStart(9)}  ${line}`) }
      : {}),
  });
  events += out.events;
  texts += out.texts;
  dup += out.repetitions;
  if (out.broken) {
    const k = out.broken.message.slice(0, 250);
    rules.set(k, [...(rules.get(k) ?? []), seed]);
  }
}
console.log({
  perSecond: runs / ((performance.now() - t) / 1000),
  events: events / runs,
  texts: texts / runs,
  dup,
});
for (const [k, seeds] of rules) console.log(seeds.length, k, seeds.slice(0, 5));
