import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createSmppLink, type SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import { healthOf, healthWithReceiver, reasonOf } from "#adapters/smpp/delivery/link-health.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { createCounts } from "#adapters/smpp/session/counts.ts";
import type { ConnectionStatus } from "#adapters/smpp/session/smpp-connection.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { pduBytes, type RawPeer, rawPeer } from "./raw-peer.ts";
import { quickReconnect, quickTimes } from "./test-connection.ts";
import { until } from "./until.ts";

const aStatus = (change: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  state: "bound",
  boundSince: 0,
  inFlight: 0,
  windowMax: 10,
  bindingForMs: 0,
  unansweredForMs: 0,
  nextAttemptInMs: null,
  waiting: 0,
  unconfirmed: 0,
  unconfirmedForMs: 0,
  connections: 1,
  certificateExpiresAt: null,
  downs: new Map(),
  repeated: 0,
  lastDown: null,
  counts: createCounts(),
  ...change,
});

describe("a bind", () => {
  it("that is refused says so by the carrier's name for it, and when it is tried again", () => {
    const lastDown = { kind: "bind-refused", status: STATUS.invalidPassword } as const;
    const status = aStatus({ state: "waiting", lastDown, nextAttemptInMs: 300_000 });
    expect(healthOf(status, NOON)).toEqual({
      state: "down",
      reason: {
        code: "smpp-0x0e",
        name: "ESME_RINVPASWD",
        detail: "The carrier refuses the password: check SMPP_PASSWORD",
      },
      nextAttemptAt: NOON + 300_000,
    });
  });

  it("has a sentence for every status with which it may be refused", () => {
    fc.assert(
      fc.property(fc.nat(0xffff), (status) => {
        const { code, name, detail } = reasonOf({ kind: "bind-refused", status });
        expect(code).toMatch(/^smpp-0x[0-9a-f]{2,4}$/);
        expect(name).toMatch(/^(ESME_R[A-Z_]+|0x[0-9a-f]{2,4})$/);
        expect(detail.length).toBeGreaterThan(10);
      }),
    );
  });

  it("that is never answered is named within seconds, and so is a peer that never answers messages", () => {
    expect(healthOf(aStatus({ state: "binding", bindingForMs: 4_000 }), NOON)).toMatchObject({
      state: "connecting",
      reason: { code: "bind-unanswered" },
    });
    expect(healthOf(aStatus({ inFlight: 4, unansweredForMs: 4_000 }), NOON)).toMatchObject({
      state: "degraded",
      reason: { code: "submit-unanswered" },
    });
    expect(healthOf(aStatus({ inFlight: 4, unansweredForMs: 400 }), NOON)).toMatchObject({
      state: "up",
      reason: null,
    });
  });

  it("that sends without its receiver is degraded, for the receiver's reason", () => {
    const sender = healthOf(aStatus(), NOON);
    const lastDown = { kind: "bind-refused", status: STATUS.bindFailed } as const;
    const receiver = healthOf(aStatus({ state: "waiting", lastDown, nextAttemptInMs: 1_000 }), NOON);
    expect(healthWithReceiver(sender, receiver)).toMatchObject({
      state: "degraded",
      reason: { name: "ESME_RBINDFAIL" },
      nextAttemptAt: NOON + 1_000,
    });
    expect(healthWithReceiver(sender, healthOf(aStatus(), NOON))).toEqual(sender);
    expect(healthWithReceiver(receiver, sender)).toEqual(receiver);
  });
});

describe("a link to an SMSC", () => {
  let peer: RawPeer;
  let link: SmppLink;
  afterEach(async () => {
    await link.stop(0);
    await peer.close();
  });

  it("tells why it is down, when it tries again, and how often it went down for which reason", async () => {
    peer = await rawPeer((pdu, { socket }) => {
      if (pdu.kind === "bind") socket.write(pduBytes(0x80000009, 0x0f, pdu.sequence));
    });
    link = createSmppLink({
      name: "smpp-1",
      profile: VONAGE,
      connection: {
        endpoint: { host: "127.0.0.1", port: peer.port },
        credentials: { systemId: "me", password: "secret", systemType: "" },
        bindType: "receiver",
        times: quickTimes,
        reconnect: { ...quickReconnect, credentialsMs: 60_000 },
      },
      sink: {
        offer: (_, done) => done("accepted"),
        offerReceipt: (_, done) => done("accepted"),
        checkDuplicate: async () => null,
        resolveUnconfirmed: async () => null,
        matchSent: async () => null,
      },
      redeliveries: createRedeliveries(),
      clock: { now: () => NOON },
      ids: { next: () => "id" },
      onFault: (error) => {
        throw error;
      },
    });
    link.start();
    await until(() => link.health().state === "down", "it is refused");
    const health = link.health();
    expect(health).toMatchObject({ reason: { code: "smpp-0x0f", name: "ESME_RINVSYSID" } });
    expect(health.nextAttemptAt).toBeGreaterThan(NOON + 30_000);
    expect(link.direction).toBe("receiver");
    expect([...link.details().downs]).toEqual([["0x0f", 1]]);
  });
});

describe("a host that cannot be reached", () => {
  it.each([
    ["CERT_HAS_EXPIRED", /certificate.*expired/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /certificate.*another host/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /certificate.*NODE_EXTRA_CA_CERTS/],
    ["ECONNREFUSED", /refuses the connection/],
    ["ENOTFOUND", /name of the host/],
    ["ESOMETHING", /no connection to the host/],
  ])("says what stands in the way by %s", (code, detail) => {
    expect(reasonOf({ kind: "unreachable", code })).toEqual({
      code: "unreachable",
      name: code,
      detail: expect.stringMatching(detail),
    });
  });
});
