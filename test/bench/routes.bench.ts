import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { writeLiveRoutes, writeSilentRoutes } from "#test/bench/parts/live-routes.ts";
import { startRawRunner } from "#test/bench/parts/raw-runner.ts";
import { runGateway } from "#test/bench/parts/relay-run.ts";
import { type Report, type Result, resultOf, type Sample } from "#test/bench/parts/report.ts";

/**
 * Of the many, so many text, each as likely as the others: four times what the gateway keeps at hand, so that most texts come
 * from somebody who is not.
 */
const TEXTING = 200_000;
const FEW = 10_000;
const MANY = 5_000_000;
const WINDOW = 1_000;

const SIZES = [
  { name: "10 thousand routes", texting: FEW, silent: 0 },
  { name: "5 million routes", texting: TEXTING, silent: MANY - TEXTING },
];

/** Whether the size of the route table changes the cost of a message; beside the statement alone on the same tables. */
export const routesBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, SIZES.length * 2 * rounds);
  const tables = [];
  for (const { name, texting, silent } of SIZES) {
    const url = await server.create(`routes_${texting}`);
    await writeLiveRoutes(url, texting);
    if (silent > 0) await writeSilentRoutes(url, silent);
    tables.push({ name, texting, url, raw: startRawRunner(texting) });
    say(`${name}: written`);
  }
  await server.settle();
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, texting, url, raw } of tables) {
      const run = { pairs: texting, window: WINDOW, rate: null, greet: false, measureMs: ms, profileDir };
      const { sample, problems: found } = await runGateway(server, url, run);
      problems.push(...found);
      keep(samples, `durable, ${name}`, sample);
      keep(samples, `statement alone, ${name}`, await raw.run(url, WINDOW / 2, ms, server.pid));
      say(`${name}: ${(sample.messages / sample.seconds).toFixed(0)}/s`);
    }
  }
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  return { name: "routes", results, ratios: ratiosOf(results), problems };
};

const keep = (samples: Map<string, Sample[]>, variant: string, sample: Sample): void => {
  samples.set(variant, [...(samples.get(variant) ?? []), sample]);
};

/** Time per message, and CPU per message over all processes but the generator, with many routes as against few. */
const ratiosOf = (results: readonly Result[]): Record<string, number> => {
  const of = (variant: string) => results.find((each) => each.variant === variant)!;
  const ratios: Record<string, number> = {};
  for (const what of ["durable", "statement alone"]) {
    const [few, many] = SIZES.map(({ name }) => of(`${what}, ${name}`));
    ratios[`${what}: time per message, many / few`] = few!.perSecond / many!.perSecond;
    ratios[`${what}: CPU per message, many / few`] = cpuOf(many!) / cpuOf(few!);
  }
  return ratios;
};

const cpuOf = ({ cpuMicrosPerMessage: { gateway = 0, postgres = 0 } }: Result): number => gateway + postgres;
