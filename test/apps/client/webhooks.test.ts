import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { verifyWebhook } from "#apps/client/webhooks.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const now = () => NOW;
const SECRET = `whsec_${btoa("a secret of twenty-four o")}`;
const BODY = JSON.stringify({
  type: "link.up",
  timestamp: "2026-01-31T12:00:00.000Z",
  data: { subject: "smpp-1" },
});

const signed = (secret: string, body: string, id = "evt_1", at = NOW) => ({
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(at / 1_000)),
  "webhook-signature": new Webhook(secret).sign(id, new Date(at), body),
});

const anySecret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((octets) => `whsec_${Buffer.from(octets).toString("base64")}`);

describe("a webhook", () => {
  test("that the reference implementation signs is taken, whatever it says, as text and as octets", async () => {
    const property = fc.asyncProperty(anySecret, fc.string({ unit: "grapheme" }), async (secret, text) => {
      const body = JSON.stringify({ type: "message.sent", data: { text } });
      const headers = signed(secret, body);
      const expected = { ...JSON.parse(body), id: "evt_1" };
      expect(await verifyWebhook(secret, headers, body, { now })).toEqual(expected);
      expect(await verifyWebhook(secret, new Headers(headers), Buffer.from(body), { now })).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test("of which one character is another is refused, in its body, its id, its time and its secret", async () => {
    const headers = signed(SECRET, BODY);
    const refused = { reason: "wrong-signature" };
    await expect(
      verifyWebhook(SECRET, headers, BODY.replace("smpp-1", "smpp-2"), { now }),
    ).rejects.toMatchObject(refused);
    await expect(
      verifyWebhook(SECRET, { ...headers, "webhook-id": "evt_2" }, BODY, { now }),
    ).rejects.toMatchObject(refused);
    const later = { ...headers, "webhook-timestamp": String(NOW / 1_000 + 1) };
    await expect(verifyWebhook(SECRET, later, BODY, { now })).rejects.toMatchObject(refused);
    const other = `whsec_${btoa("another secret of 24 octets")}`;
    await expect(verifyWebhook(other, headers, BODY, { now })).rejects.toMatchObject(refused);
  });

  test("is refused at every age at which the reference implementation refuses it", async () => {
    const ages = fc.integer({ min: -400, max: 400 }).filter((seconds) => Math.abs(seconds) !== 300);
    const property = fc.asyncProperty(ages, async (seconds) => {
      const at = NOW - seconds * 1_000;
      const verified = verifyWebhook(SECRET, signed(SECRET, BODY, "evt_1", at), BODY, { now });
      if (seconds > 300) await expect(verified).rejects.toMatchObject({ reason: "too-old" });
      else if (seconds < -300) await expect(verified).rejects.toMatchObject({ reason: "too-new" });
      else expect(await verified).toMatchObject({ type: "link.up" });
    });
    await fc.assert(property, { numRuns: 50 });
    // The reference goes by the clock of the machine.
    const today = signed(SECRET, BODY, "evt_1", Date.now());
    expect(new Webhook(SECRET).verify(BODY, today)).toMatchObject({ type: "link.up" });
    expect(await verifyWebhook(SECRET, today, BODY)).toMatchObject({ type: "link.up" });
  });

  test("with several signatures is taken if one of them is right: secrets are rotated with an overlap", async () => {
    const headers = signed(SECRET, BODY);
    const right = headers["webhook-signature"];
    for (const signatures of [`v1,AAAA ${right}`, `${right} v1,AAAA`, `v1a,${right.slice(3)} v1,!? ${right}`])
      expect(
        await verifyWebhook(SECRET, { ...headers, "webhook-signature": signatures }, BODY, { now }),
      ).toBeTruthy();
    for (const signatures of [`v1a,${right.slice(3)}`, "v1,", right.slice(3), "v1,AAAA"])
      await expect(
        verifyWebhook(SECRET, { ...headers, "webhook-signature": signatures }, BODY, { now }),
      ).rejects.toMatchObject({ reason: "wrong-signature" });
  });

  test("says why it is refused", async () => {
    const headers = signed(SECRET, BODY);
    const reasonOf = (secret: string, own: object, body = BODY) =>
      verifyWebhook(secret, own as Record<string, string>, body, { now }).catch(({ name, reason }) => [
        name,
        reason,
      ]);
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"])
      expect(await reasonOf(SECRET, { ...headers, [name]: undefined })).toEqual([
        "WebhookError",
        "missing-header",
      ]);
    expect(await reasonOf(SECRET, { ...headers, "webhook-timestamp": "soon" })).toEqual([
      "WebhookError",
      "malformed-timestamp",
    ]);
    expect(await reasonOf("whsec_???", headers)).toEqual(["WebhookError", "malformed-secret"]);
    expect(await reasonOf(SECRET, signed(SECRET, "{"), "{")).toEqual(["WebhookError", "malformed-body"]);
    expect(await reasonOf(SECRET, { "Webhook-Id": "evt_1", ...headers })).toMatchObject({ id: "evt_1" });
  });
});
