import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Digits } from "#apps/simulator/phone-number.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { expectProblem, open, opened, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
let pool: readonly string[];

/** The carrier's lookup is away: nothing but our own tables makes one handset of the spellings. */
beforeAll(async () => {
  api = await startApi({
    on: "postgres",
    settings: { vonageApiHost: "http://127.0.0.1:9" },
    simulator: { rented: [{ country: "GB", msisdn: "447418300950" as Digits }] },
  });
  pool = await rent(api, 6);
});
afterAll(() => api.stop());

let messages = 0;

/** A text as the carrier brings it. */
const texted = async (from: string, to: string, text: string): Promise<void> => {
  messages += 1;
  const body = {
    msisdn: from.replace("+", ""),
    to: to.replace("+", ""),
    messageId: `0B${String(messages).padStart(14, "0")}`,
    text,
    type: "text",
  };
  const reply = await api.ask("POST", "/webhooks/vonage/inbound", { key: null, body });
  expect(reply.status).toBe(200);
};

const arrives = (handset: string, text: string) =>
  eventually(
    () => api.simulator.inbox(handset.replace("+", "")).some((each) => each.text === text),
    `"${text}" arrives`,
  );

/** Opens for somebody whose number is given in any spelling, with somebody new. */
const openedWith = (number: string) =>
  opened(api, {
    participants: [{ number, country: "GB" }, { number: somebody() }],
    intro: false,
  });

/** The domestic form of a number of the range for fiction. */
const withTrunkPrefix = (number: string): string => number.replace("+44", "+440");

describe("one handset has one number", () => {
  test.each([
    ["trunk prefix in Britain", "+44 07700 900051", "+447700900051", "447700900051"],
    ["trunk prefix in brackets", "+44 (0)7700 900052", "+447700900052", "447700900052"],
    ["trunk prefix in Australia", "+61 0491 570 006", "+61491570006", "61491570006"],
    ["trunk prefix in Germany", "+49 0171 0000001", "+491710000001", "491710000001"],
    ["trunk prefix in Ireland", "+353 087 000 0001", "+353870000001", "353870000001"],
    ["0 that belongs in Italy", "+39 06 0000 0001", "+390600000001", "390600000001"],
    ["Mexico's mark, in texts alone", "+525500000001", "+525500000001", "5215500000001"],
    ["Mexico's mark, in the opening alone", "+5215500000002", "+525500000002", "525500000002"],
    ["Benin's old form, in texts alone", "+2290197000001", "+2290197000001", "22997000001"],
    ["Benin's old form, in the opening alone", "+22997000002", "+2290197000002", "2290197000002"],
  ])("%s: opened, and relayed both ways", async (_, written, number, writesAs) => {
    const { id, participants } = await openedWith(written);
    const [person, other] = participants;
    expect(person.number).toBe(number);
    await texted(writesAs, other.virtualNumber, "out");
    await arrives(other.number, "out");
    await texted(other.number, person.virtualNumber, "back");
    await arrives(number, "back");
    const found = await api.ask(
      "GET",
      `/v1/conversations?state=open&participant=${encodeURIComponent(written)}`,
    );
    expect(found.body.items.map((each: { id: string }) => each.id)).toEqual([id]);
    const explained = await api.ask("POST", "/v1/routes/explain", {
      body: { from: `+${writesAs}`, to: other.virtualNumber },
    });
    expect(explained.body).toMatchObject({ outcome: "relay", conversationId: id });
  });

  test("so parts of one text are joined whichever form each comes from", async () => {
    const { participants } = await openedWith("+525500000011");
    const [, other] = participants;
    for (const [part, from] of [
      [1, "525500000011"],
      [2, "5215500000011"],
    ]) {
      messages += 1;
      const body = {
        msisdn: from,
        to: other.virtualNumber.slice(1),
        messageId: `0B${String(messages).padStart(14, "0")}`,
        text: `part ${part} `,
        type: "text",
        concat: "true",
        "concat-ref": "9",
        "concat-total": "2",
        "concat-part": String(part),
      };
      await api.ask("POST", "/webhooks/vonage/inbound", { key: null, body });
    }
    await arrives(other.number, "part 1 part 2 ");
  });

  test("so somebody joins a conversation by any form, and is texted", async () => {
    const { id, participants } = await openedWith(somebody());
    const joining = somebody();
    const swapped = await api.ask("POST", `/v1/conversations/${id}/participants/${participants[0].id}/swap`, {
      body: { number: withTrunkPrefix(joining) },
    });
    expect(swapped.status, JSON.stringify(swapped.body)).toBe(200);
    const number = swapped.body.participants.map((each: { number: string }) => each.number);
    expect(number).toContain(joining);
    await texted(participants[1].number, participants[0].virtualNumber, "hello, new one");
    await arrives(joining, "hello, new one");
  });

  test("so nobody is joined with himself", async () => {
    const ann = somebody();
    const reply = await open(api, { participants: [{ number: ann }, { number: withTrunkPrefix(ann) }] });
    expectProblem(reply, 422, "invalid-request", ["participants.1.number"]);
  });

  test("so none of our own numbers takes part", async () => {
    const number = withTrunkPrefix(pool[0]!);
    const reply = await open(api, { participants: [{ number: somebody() }, { number }] });
    expectProblem(reply, 422, "invalid-request", ["participants.1.number"]);
  });
});

describe("wishes belong to the handset", () => {
  test.each([
    ["a trunk prefix", "+447700901001", "+4407700901001"],
    ["Mexico's mark", "+525500000021", "+5215500000021"],
    ["Benin's old form", "+2290197000021", "+22997000021"],
  ])("a STOP texted from either form holds for the other: %s", async (_, canonical, other) => {
    for (const [texting, asking] of [
      [canonical, other],
      [other, canonical],
    ] as const) {
      const { participants } = await openedWith(canonical);
      await texted(texting, participants[1].virtualNumber, "STOP");
      expectProblem(
        await open(api, { participants: [{ number: asking, country: "GB" }, { number: somebody() }] }),
        409,
        "opted-out",
      );
      expect((await api.ask("GET", `/v1/opt-outs/${asking}`)).status).toBe(200);
      expect((await api.ask("DELETE", `/v1/opt-outs/${asking}`)).status).toBe(204);
      expect((await api.ask("GET", `/v1/opt-outs/${texting}`)).status).toBe(404);
    }
  });

  test("an opt-out that the platform records in another form holds", async () => {
    const ann = somebody();
    const put = await api.ask("PUT", `/v1/opt-outs/${withTrunkPrefix(ann)}`);
    expect(put).toMatchObject({ status: 200, body: { number: ann } });
    expectProblem(
      await open(api, { participants: [{ number: ann }, { number: somebody() }] }),
      409,
      "opted-out",
    );
  });

  test("an opt-out for a number with a 0 that can be nobody's is refused, not kept for nobody", async () => {
    expectProblem(await api.ask("PUT", "/v1/opt-outs/+45020000001"), 422, "invalid-request", ["number"]);
  });

  test("a BLOCK holds for the two in every form", async () => {
    const { participants } = await openedWith(somebody());
    const [ann, ben] = participants;
    await texted(ann.number, ben.virtualNumber, "BLOCK");
    const again = { participants: [{ number: withTrunkPrefix(ann.number) }, { number: ben.number }] };
    expectProblem(await open(api, again), 409, "opted-out");
  });
});

describe("a virtual number has one spelling", () => {
  test("it is registered, drained and given back in any", async () => {
    const registered = await api.ask("POST", "/v1/numbers", { body: { number: "+44 07418 300950" } });
    expect(registered).toMatchObject({ status: 201, body: { number: "+447418300950", country: "GB" } });
    const again = await api.ask("POST", "/v1/numbers", { body: { number: "+447418300950" } });
    expect(again.body).toEqual(registered.body);
    const drained = await api.ask("POST", "/v1/numbers/+4407418300950/drain");
    expect(drained).toMatchObject({ status: 200, body: { number: "+447418300950", state: "draining" } });
    expect((await api.ask("DELETE", "/v1/numbers/+4407418300950")).status).toBe(204);
    expect((await api.ask("DELETE", "/v1/numbers/+447418300950")).status).toBe(404);
  });

  test("a participant's own number is not registered in another", async () => {
    const { participants } = await openedWith(somebody());
    const number = withTrunkPrefix(participants[0].number);
    expectProblem(await api.ask("POST", "/v1/numbers", { body: { number } }), 422, "invalid-request", [
      "number",
    ]);
  });

  test("a text to another form of it reaches the other one", async () => {
    const { participants } = await openedWith(somebody());
    const [ann, ben] = participants;
    await texted(ann.number, withTrunkPrefix(ben.virtualNumber), "to the domestic form");
    await arrives(ben.number, "to the domestic form");
  });
});
