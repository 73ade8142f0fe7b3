import { describe, expect, test } from "vitest";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { createBindJournal } from "#adapters/smpp/delivery/bind-journal.ts";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";

const createFixture = () => {
  const journal = recordedJournal();
  let now = 0;
  const bind = createBindJournal({
    ...{ journal, link: "smpp-1", direction: "transceiver", address: "smpps://localhost:2775" },
    now: () => now,
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { journal, bind, pass };
};

describe("a bind", () => {
  test("that the carrier refuses is told with its reason, what to do, and when it is tried again", () => {
    const { journal, bind } = createFixture();
    bind.onDown({ kind: "bind-refused", status: STATUS.invalidPassword }, { inMs: 300_000, alarm: true });
    expect(journal.entries()).toEqual([
      {
        event: "bindRefused",
        fact: {
          ...{ link: "smpp-1", direction: "transceiver", address: "smpps://localhost:2775", alarm: true },
          ...{ code: "smpp-0x0e", cause: "ESME_RINVPASWD", againInMs: 300_000 },
          detail: expect.stringContaining("SMPP_PASSWORD"),
        },
      },
    ]);
  });

  test("tells how long it was up and how long it was down, however often it failed meanwhile", () => {
    const { journal, bind, pass } = createFixture();
    bind.onUp();
    pass(5_000);
    bind.onDown({ kind: "silent" }, { inMs: 900, alarm: false });
    pass(2_000);
    bind.onDown({ kind: "unreachable", code: "ECONNREFUSED" }, { inMs: 900, alarm: false });
    pass(3_000);
    bind.onUp();
    bind.onDown({ kind: "stopped" }, null);
    expect(journal.told("linkUp").map(({ downMs }) => downMs)).toEqual([null, 5_000]);
    expect(journal.told("linkDown")).toMatchObject([
      { code: "silent", upMs: 5_000, againInMs: 900 },
      { code: "unreachable", cause: "ECONNREFUSED", upMs: null },
      { code: "stopped", upMs: 0, againInMs: null, alarm: false },
    ]);
  });
});
