import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ADMIN, startApi } from "#test/apps/api/running-api.ts";
import { answerWithHostility } from "#test/apps/console/hostile.ts";
import { openBrowser } from "#test/support/browser.ts";

/**
 * Takes pictures of every screen and dialog, in both colours and at 320 pixels, to be looked at: `node test/pictures/look.ts FOLDER [NAME…]`.
 * With names, only of those.
 */
const [folder = "build/look", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
if (!browser) process.exit(1);

let answers = 0;
const receiver = createServer((_, response) => {
  answers += 1;
  response
    .writeHead(answers % 2 === 0 ? 200 : 503)
    .end(answers % 2 === 0 ? "ok" : "database is busy, try later");
});
receiver.listen(0, "127.0.0.1");
await once(receiver, "listening");
const { port } = receiver.address() as AddressInfo;
const api = await startApi({ redeem: () => ADMIN, settings: { webhookNetworks: ["127.0.0.0/8"] } });

const post = async (path: string, body: object) => (await api.ask("POST", path, { body })).body;

const seed = async () => {
  for (const [country, count] of [
    ["GB", 6],
    ["US", 4],
  ] as const)
    await post("/v1/numbers/rent", { country, count });
  await post("/v1/services", {
    ...{ slug: "rides", name: "Rides Ltd" },
    rules: {
      ...{ quarantine: "14d", language: "de", notDelivered: true, ttl: null },
      leaks: { phone: "mask", email: "mask", link: "observe" },
      limits: { perMinute: 20, sameTextTo: 6 },
      quietHours: { days: ["sun"] },
      texts: { de: { help: "Fragen? hilfe@example.com" } },
    },
  });
  const url = `http://127.0.0.1:${port}/hooks`;
  const working = await post("/v1/webhook-endpoints", { url, events: ["message.*", "conversation.*"] });
  const paused = await post("/v1/webhook-endpoints", {
    url: "http://127.0.0.1:1/nobody",
    events: ["*"],
    service: "rides",
  });
  await post(`/v1/webhook-endpoints/${paused.id}/pause`, {});
  const people = ["Maria", "Jonas", "Ines", "Ole", "Samira", "Kit"].map((name, index) => ({
    number: `+44770090010${index}`,
    name,
  }));
  let conversation = "";
  for (const [index, one] of people.entries()) {
    const opened = await post("/v1/conversations", {
      participants: [one, people[(index + 1) % people.length]],
      reference: `ride-471${index}`,
      intro: false,
    });
    conversation = opened.id;
    const [first, second] = opened.participants;
    await fetch(`${api.simulator.httpUrl}/handsets/${first.number}/messages`, {
      method: "POST",
      body: JSON.stringify({ to: second.virtualNumber, text: "I am at the corner" }),
    });
  }
  for (let tries = 0; tries < 4; tries += 1) await post(`/v1/webhook-endpoints/${working.id}/test`, {});
  return { conversation, webhook: working.id as string };
};

const { conversation, webhook } = await seed();
const SCREENS: Readonly<Record<string, string>> = {
  now: "/",
  find: "/console/find",
  conversations: "/console/conversations",
  conversation: `/console/conversations/${conversation}`,
  numbers: "/console/numbers",
  links: "/console/links",
  explain: "/console/explain",
  failures: "/console/failures?since=week",
  events: "/console/events",
  webhooks: "/console/webhooks",
  webhook: `/console/webhooks/${webhook}`,
  services: "/console/services",
  service: "/console/services/rides",
  audit: "/console/audit",
  playground: "/console/playground",
};
const DIALOGS: Readonly<Record<string, readonly [string, string]>> = {
  "dialog-webhook": ["/console/webhooks", "Add…"],
  "dialog-replay": [`/console/webhooks/${webhook}`, "Replay…"],
  "dialog-close": [`/console/conversations/${conversation}`, "Close…"],
  "dialog-rent": ["/console/numbers", "Rent…"],
};

try {
  for (const isHostile of [false, true])
    for (const [kind, width] of [
      ["wide", 1280],
      ["narrow", 320],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        if (isHostile && colorScheme === "dark") continue;
        const viewport = { width, height: width === 320 ? 640 : 820 };
        const context = await browser.newContext({
          viewport,
          colorScheme,
          reducedMotion: "reduce",
          locale: "en-GB",
        });
        const page = await context.newPage();
        if (isHostile) await answerWithHostility(page);
        await page.goto(`${api.url}/#pass`);
        await page.waitForSelector("nav");
        const go = async (path: string): Promise<void> => {
          await page.goto(`${api.url}${path}`);
          await page.waitForSelector("main:not(:has(.loading)) h1");
          await page.waitForTimeout(path === "/" ? 4_000 : 800);
        };
        const picture = (name: string) =>
          page.screenshot({
            path: `${folder}/${name}-${isHostile ? "hostile-" : ""}${kind}-${colorScheme}.png`,
            fullPage: true,
          });
        for (const [name, path] of Object.entries(SCREENS)) {
          if (only.length > 0 && !only.includes(name)) continue;
          if (isHostile && !["now", "links", "failures", "webhook"].includes(name)) continue;
          await go(path);
          await picture(name);
        }
        for (const [name, [path, button]] of Object.entries(isHostile ? {} : DIALOGS)) {
          if (only.length > 0 && !only.includes(name)) continue;
          await go(path);
          await page.getByRole("button", { name: button }).first().click();
          await page.locator("dialog[open]").waitFor();
          await picture(name);
        }
        await context.close();
      }
} finally {
  await browser.close();
  await api.stop();
  receiver.close();
}
