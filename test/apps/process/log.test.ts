import fc from "fast-check";
import { expect, test } from "vitest";
import { createLog, type Log } from "#apps/process/log.ts";
import { msisdnArbitrary } from "#test/support/arbitraries.ts";

/** What a log says in `work`, line by line. */
const linesOf = (work: (log: Log) => void): readonly string[] => {
  const lines: string[] = [];
  work(createLog({ name: "test", level: "trace", destination: { write: (line) => lines.push(line) } }));
  return lines;
};

const only = (work: (log: Log) => void): Record<string, unknown> => JSON.parse(linesOf(work)[0]!);

test("whoever writes a phone number into the log, and wherever, it does not arrive there", () => {
  fc.assert(
    fc.property(msisdnArbitrary, fc.integer({ min: 0, max: 9 }), (msisdn, way) => {
      const ways: readonly ((log: Log) => void)[] = [
        (log) => log.info(`Text from ${msisdn}`),
        (log) => log.info(`Text from +${msisdn}.`),
        (log) => log.info({ sender: msisdn }, "Text"),
        (log) => log.info({ a: { b: [{ c: `to=+${msisdn}` }] } }, "Text"),
        (log) => log.info({ sender: Number(msisdn) }, "Text"),
        (log) => log.error(new Error(`Refused for ${msisdn}`)),
        (log) => log.error({ failure: new Error("x", { cause: new Error(`no ${msisdn}`) }) }, "Failed"),
        (log) => log.info(`Texts:\n${msisdn}\u000b${msisdn}\t${msisdn}`),
        (log) => log.info(`from:${msisdn},to=${msisdn}`),
        (log) => log.child({ sender: msisdn }).info("Text"),
      ];
      const lines = linesOf(ways[way]!);
      expect(lines).toHaveLength(1);
      expect(() => JSON.parse(lines[0]!)).not.toThrow();
      expect(lines[0]).not.toContain(msisdn);
    }),
    { numRuns: 500 },
  );
});

test("an HTTP client's error is told without its request, wherever it stands", () => {
  const error = Object.assign(new Error("Request failed with status 401"), {
    code: "ERR_BAD_REQUEST",
    config: { headers: { Authorization: "Basic c2VjcmV0" }, data: '{"text":"meet me at nine"}' },
    response: { data: "meet me at nine" },
  });
  const lines = linesOf((log) => {
    log.error(error);
    log.error({ err: error }, "Failed");
    log.error({ outcome: { failure: error } }, "Failed");
    log.error({ failures: [error] }, "Failed");
  });
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    expect(line).toContain("ERR_BAD_REQUEST");
    expect(line).toContain("Request failed with status 401");
    expect(line).not.toMatch(/c2VjcmV0|meet me/);
  }
});

test("texts and secrets are left out by the name of their field", () => {
  const line = linesOf((log) =>
    log.info({ message: { text: "meet me", api_secret: "hunter2", id: "msg_1" } }, "Sent"),
  )[0];
  expect(line).not.toMatch(/meet me|hunter2/);
  expect(line).toContain("msg_1");
});

test("what a person needs is still there", () => {
  const id = "0198f3a2-1234-7123-8123-123456789012";
  const line = only((log) => log.warn({ id, port: 3000, took: 12.5, peer: "127.0.0.1:2775" }, "Bound"));
  expect(line).toMatchObject({
    level: "warn",
    name: "test",
    id,
    port: 3000,
    took: 12.5,
    peer: "127.0.0.1:2775",
    msg: "Bound",
  });
  expect(Date.parse(String(line.time))).not.toBeNaN();
});

test("a log says nothing below its level", () => {
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "warn", destination: { write: (line) => lines.push(line) } });
  log.info("quiet");
  expect(lines).toEqual([]);
});
