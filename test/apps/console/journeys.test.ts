import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN, READER, type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { openBrowser } from "#test/support/browser.ts";
import { answerWithHostility, HOSTILE } from "./hostile.ts";
import { axeFinds, goIn, isWiderThanScreen, visit } from "./visit.ts";

const PASS = "0123456789abcdef";
let api: RunningApi;
/** Null where there is none: then nothing here is tested. */
const browser: Browser = (await openBrowser()) as Browser;

const opening = (a: string, b: string, names: readonly [string, string], reference: string) =>
  api.ask("POST", "/v1/conversations", {
    body: {
      participants: [
        { number: a, name: names[0] },
        { number: b, name: names[1] },
      ],
      reference,
      intro: false,
    },
  });

const addHook = async (url: string): Promise<string> => {
  const { body } = await api.ask("POST", "/v1/webhook-endpoints", { body: { url, events: ["link.*"] } });
  return body.id;
};

/** Of webhooks: says what it is told to say. */
const receiver = { status: 200, says: "taken" };
const hooks = createServer((_, response) => void response.writeHead(receiver.status).end(receiver.says));

beforeAll(async () => {
  if (!browser) return;
  hooks.listen(0, "127.0.0.1");
  await once(hooks, "listening");
  let isUsed = false;
  const redeem = (pass: string): string | null => {
    if (isUsed || pass !== PASS) return null;
    isUsed = true;
    return ADMIN;
  };
  api = await startApi({ redeem, settings: { webhookNetworks: ["127.0.0.0/8"] } });
  await api.ask("POST", "/v1/numbers/rent", { body: { country: "GB", count: 5 } });
});
afterAll(async () => {
  await browser?.close();
  await api?.stop();
  hooks.close();
});

const signedIn = async (key = ADMIN, path = "/", options = {}) => {
  const one = await visit(browser, options);
  await one.page.goto(`${api.url}${path}`);
  await one.page.fill("input[name=key]", key);
  await one.page.press("input[name=key]", "Enter");
  await one.page.waitForSelector("nav");
  return one;
};

const NARROW = { width: 320, height: 640 };
/** What a screen of 1280 by 720 has left at 200 %. */
const ZOOMED = { width: 640, height: 360 };

const isInView = (page: Page, box: { readonly y: number; readonly height: number } | null): boolean =>
  box !== null && box.y >= 0 && box.y + box.height <= page.viewportSize()!.height;

describe.runIf(browser !== null)("a journey through the console", { timeout: 300_000 }, () => {
  test("from the terminal's link to the first text on the other phone, by one key", async () => {
    const { page, end } = await visit(browser);
    await page.goto(`${api.url}/#${PASS}`);
    await page.waitForSelector("#draft-0");
    expect(page.url()).not.toContain(PASS);
    await page.press("#draft-0", "Enter");
    const ben = page.getByRole("region", { name: "Ben’s phone" });
    await ben.locator(".bubble", { hasText: "Hello Ben" }).waitFor();
    await page.fill("#draft-1", "Hello Ann 🥐");
    await ben.getByText("Unicode").waitFor();
    await page.press("#draft-1", "Enter");
    const ann = page.getByRole("region", { name: "Ann’s phone" });
    await ann.locator(".bubble", { hasText: "Hello Ann 🥐" }).waitFor();
    await ann.locator(".bubble.own .mark[data-state=delivered]").waitFor();
    await end();
  });

  test("a used link leads to the form, and says why", async () => {
    const one = await visit(browser);
    await one.page.goto(`${api.url}/#${PASS}`);
    await one.page.getByRole("alert").filter({ hasText: "used already" }).waitFor();
    // The browser itself writes down that an answer was 401.
    await one.page.context().close();
  });

  test("finds a conversation by its number without putting it into the address, shows both phones and a text's way", async () => {
    const opened = await opening("+447700900011", "+447700900012", ["Maria", "Jonas"], "ride-1");
    const [maria, jonas] = opened.body.participants;
    await fetch(`${api.simulator.httpUrl}/handsets/${maria.number}/messages`, {
      method: "POST",
      body: JSON.stringify({ to: jonas.virtualNumber, text: "I am at the corner" }),
    });
    const { page, end } = await signedIn();
    await page.keyboard.press("/");
    await page.fill("#sought", "+44 7700 900011");
    await page.press("#sought", "Enter");
    await page.getByRole("link", { name: "Maria & Jonas" }).click();
    expect(page.url()).not.toContain("900011");
    const phone = page.getByRole("region", { name: "Jonas’s phone" });
    await phone.getByRole("link", { name: "I am at the corner" }).click();
    await page.getByText("goes on to Jonas").waitFor();
    expect(await page.content()).not.toContain("447700900011");
    await page
      .getByRole("region", { name: "Maria’s phone" })
      .getByRole("button", { name: "Show the number" })
      .click();
    await page.getByText("+447700900011").waitFor();
    expect(api.log.some((line) => line.includes("A real number was shown"))).toBe(true);
    await page.getByRole("button", { name: "Close…" }).click();
    await page.getByLabel("Reason").fill("arrived");
    await page.getByRole("button", { name: "Close the conversation" }).click();
    await page.getByText("The conversation is closed.").waitFor();
    await page.getByRole("link", { name: "Audit" }).click();
    const entry = page.locator(".audit li", { hasText: "conversation.close" }).first();
    await entry.locator(".mark[data-state=done]").waitFor();
    await entry.getByRole("link", { name: "conversation.close" }).click();
    await page.getByRole("link", { name: "Everything" }).waitFor();
    expect(page.url()).toContain("action=conversation.close");
    await end();
  });

  test("shows what strangers wrote as text alone, and stays whole", async () => {
    const { page, end } = await signedIn();
    for (const [index, words] of HOSTILE.entries()) {
      const [a, b] = [`+44770090003${index}`, `+44770090004${index}`];
      const opened = await opening(a, b, [words.slice(0, 100), "x".repeat(100)], words);
      const [first, second] = opened.body.participants;
      await fetch(`${api.simulator.httpUrl}/handsets/${first.number}/messages`, {
        method: "POST",
        body: JSON.stringify({ to: second.virtualNumber, text: `${words} ${"w".repeat(1_000)}` }),
      });
      await goIn(page, `/console/conversations/${opened.body.id}`);
      await page
        .getByRole("link", { name: words.trim().slice(0, 8) })
        .first()
        .waitFor();
      expect(await page.locator("main img").count()).toBe(0);
      expect(await page.title()).toBe("Conversation · sms-proxy");
      expect(await isWiderThanScreen(page)).toBe(false);
    }
    await answerWithHostility(page);
    const hook = await addHook("https://hooks.example.com/markup");
    for (const path of ["/", "/console/links", "/console/failures", `/console/webhooks/${hook}`]) {
      await goIn(page, path);
      await page.locator("main .written", { hasText: "<img src=x" }).first().waitFor();
      expect(await page.locator("main img").count(), path).toBe(0);
      expect(await page.title(), path).toContain("sms-proxy");
      expect(await isWiderThanScreen(page), path).toBe(false);
      // However much a carrier says, what is below can still be reached.
      expect(await page.evaluate("document.documentElement.scrollHeight"), path).toBeLessThan(3_000);
    }
    await end();
  });

  test("with a key that may only read, there is nothing to press and nobody's number", async () => {
    const opened = await opening("+447700900051", "+447700900052", ["Kit", "Lee"], "ride-5");
    const { page, end } = await signedIn(READER, `/console/conversations/${opened.body.id}`);
    await page.getByRole("region", { name: "Kit’s phone" }).waitFor();
    await page.getByText("may only read").waitFor();
    const buttons = await page.locator("main button").allTextContents();
    expect(buttons).toEqual([]);
    await page.getByRole("link", { name: "Numbers" }).click();
    await page.getByRole("heading", { name: "Numbers", level: 1 }).waitFor();
    expect(await page.locator("main button").count()).toBe(0);
    const hook = await addHook("https://hooks.example.com/read");
    for (const path of ["/console/webhooks", `/console/webhooks/${hook}`]) {
      await goIn(page, path);
      await page.getByText("https://hooks.example.com/read").first().waitFor();
      expect(await page.locator("main button").count(), path).toBe(0);
    }
    await end();
  });

  test("adds a webhook endpoint, tests, pauses and replays it, and shows each secret once", async () => {
    const { page, end } = await signedIn(ADMIN, "/console/webhooks");
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await press("Add…");
    await page.getByLabel("Address").fill(`http://127.0.0.1:${(hooks.address() as AddressInfo).port}/hook`);
    await press("Add");
    const secret = page.locator(".secret");
    const first = await secret.textContent();
    expect(first).toMatch(/^whsec_/);
    await press("I have kept it");
    await secret.waitFor({ state: "detached" });
    await press("Send a test");
    await page.getByRole("status").getByText("HTTP 200").waitFor();
    Object.assign(receiver, { status: 503, says: HOSTILE[0] });
    await press("Send a test");
    await page.getByRole("status").getByText("HTTP 503").waitFor();
    await page.locator("ol.attempts li", { hasText: "refused" }).getByText("<img src=x").waitFor();
    receiver.status = 200;
    await press("Pause");
    await page.getByRole("button", { name: "Resume" }).waitFor();
    await press("Resume");
    await page.getByRole("button", { name: "Pause", exact: true }).last().waitFor();
    await press("New secret…");
    await press("Make a new secret");
    await secret.waitFor();
    expect(await secret.textContent()).not.toBe(first);
    await press("Replay…");
    await press("Deliver again");
    await page.getByText("It is being delivered again.").waitFor();
    await press("Remove…");
    await press("Remove");
    await page.getByRole("heading", { name: "Webhooks", level: 1 }).waitFor();
    expect(await page.content()).not.toContain("whsec_");
    await end();
  });

  test("explains a route now, in words", async () => {
    const opened = await opening("+447700900061", "+447700900062", ["Ada", "Bob"], "ride-6");
    const { page, end } = await signedIn(ADMIN, "/console/explain");
    await page.fill("input[name=from]", "+447700900061");
    await page.fill("input[name=to]", opened.body.participants[1].virtualNumber);
    await page.press("input[name=to]", "Enter");
    await page.getByText("It goes through").waitFor();
    await page.getByRole("link", { name: opened.body.id }).waitFor();
    await end();
  });

  test("sends a text of the app's own, and replaces a participant", async () => {
    const opened = await opening("+447700900081", "+447700900082", ["Uma", "Vic"], "ride-8");
    const { page, end } = await signedIn(ADMIN, `/console/conversations/${opened.body.id}`);
    await page.getByLabel("Text", { exact: true }).fill("Your ride is here");
    await page.getByLabel("To").selectOption({ label: "Uma" });
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("region", { name: "Uma’s phone" }).getByText("your app").waitFor();
    await page.getByRole("region", { name: "Vic’s phone" }).getByRole("button", { name: "Replace…" }).click();
    await page.getByLabel("Number of the new participant").fill("+44 7700 900083");
    await page.getByLabel("Name").fill("Wim");
    await page.getByRole("button", { name: "Replace", exact: true }).click();
    await page.getByRole("region", { name: "Wim’s phone" }).waitFor();
    await page.getByText("Vic left").waitFor();
    await end();
  });

  test("by keyboard alone one gets into a dialog, out of it, and back to where one was", async () => {
    const opened = await opening("+447700900091", "+447700900092", ["Xia", "Yan"], "ride-9");
    const { page, end } = await signedIn(ADMIN, `/console/conversations/${opened.body.id}`);
    const replace = page
      .getByRole("region", { name: "Xia’s phone" })
      .getByRole("button", { name: "Replace…" });
    await replace.focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.type("+447700900093");
    expect(await page.getByLabel("Number of the new participant").inputValue()).toBe("+447700900093");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate("document.activeElement.textContent.trim()")).toBe("Replace…");
    await end();
  });

  test("keeps a number out of new conversations", async () => {
    const { page, end } = await signedIn(ADMIN, "/console/numbers?country=GB");
    const row = page.getByRole("row").nth(1);
    await row.getByRole("button", { name: /^Drain/ }).click();
    await page.getByRole("button", { name: "Drain the number" }).click();
    await page.getByText("The number is being drained.").waitFor();
    await row.getByText("draining").waitFor();
    await end();
  });

  test("lets a text wait while the carrier throttles, and arrive when it is well again", async () => {
    const { page, end } = await signedIn(ADMIN, "/console/playground");
    const ben = page.getByRole("region", { name: "Ben’s phone" });
    await page.getByRole("switch", { name: /^Throttle/ }).check();
    await page.fill("#draft-0", "Are you there?");
    await page.press("#draft-0", "Enter");
    await page.getByRole("region", { name: "Ann’s phone" }).getByText("Are you there?").waitFor();
    expect(await ben.locator(".bubble", { hasText: "Are you there?" }).count()).toBe(0);
    await page.getByRole("switch", { name: /^Throttle/ }).uncheck();
    await ben.locator(".bubble", { hasText: "Are you there?" }).waitFor();
    await page.getByRole("link", { name: "Events" }).click();
    await page.getByText("message.received").first().waitFor();
    await end();
  });

  test("pauses a link and lets it send again, and sends again what has failed", async () => {
    const { page, end } = await signedIn(ADMIN, "/console/playground");
    const ann = page.getByRole("region", { name: "Ann’s phone" });
    await page.getByRole("switch", { name: /^Fail/ }).check();
    await page.fill("#draft-0", "Does this fail?");
    await page.press("#draft-0", "Enter");
    await ann.locator(".bubble.own", { hasText: "Does this fail?" }).locator("[data-state=failed]").waitFor();
    await page.fill("#draft-0", "And this?");
    await page.press("#draft-0", "Enter");
    await ann.locator(".bubble.own", { hasText: "And this?" }).locator("[data-state=failed]").waitFor();
    await page.getByRole("switch", { name: /^Fail/ }).uncheck();
    await page.getByRole("link", { name: "Open as conversation" }).click();
    await ann.getByRole("link", { name: "And this?" }).click();
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("link", { name: "It repeats a text that failed" }).click();
    await page.getByRole("link", { name: "It was sent again" }).waitFor();
    await page.getByRole("link", { name: "Failures" }).click();
    const retry = page.locator(".failures li").first();
    await retry.getByRole("button", { name: "Send again…" }).click();
    await retry.getByText("1 of these texts can be sent again.").waitFor();
    await retry.getByRole("button", { name: "Send again" }).click();
    await retry.getByText("1 sent again, 0 not").waitFor();
    expect(await axeFinds(page)).toEqual([]);
    await page.getByRole("link", { name: "Links" }).click();
    const link = page.locator(".card").first();
    await link.getByRole("button", { name: "Pause…" }).click();
    await page.getByRole("button", { name: "Pause the link" }).click();
    await link.locator(".mark[data-state=paused]").waitFor();
    await link.getByRole("button", { name: "Resume" }).click();
    await link.locator(".mark[data-state=up]").waitFor();
    await link.getByRole("button", { name: "Limits…" }).click();
    expect(await axeFinds(page)).toEqual([]);
    await page.locator("dialog").getByLabel("Under way").fill("7");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await link.getByText("of 7").waitFor();
    await end();
  });

  test("speaks German, in UTC and in dark colours, and stays so", async () => {
    const { page, end } = await signedIn();
    await page.getByText("Settings").click();
    await page.getByLabel("Language").selectOption("de");
    await page.getByLabel("Farben").selectOption("dark");
    await page.getByLabel("Zeiten").selectOption("utc");
    expect(page.url()).toContain("zone=utc");
    await page.getByRole("link", { name: "Nummern" }).click();
    expect(page.url()).toContain("zone=utc");
    await page.reload();
    await page.getByRole("heading", { name: "Nummern", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.getByRole("button", { name: "Abmelden" }).click();
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
    await end();
  });

  test("changes the rules of a service, hears beside the field what is wrong, and takes them back", async () => {
    await api.ask("POST", "/v1/services", { body: { slug: "boats", rules: { quarantine: "9d" } } });
    const rulesNow = async () => (await api.ask("GET", "/v1/services/boats")).body.rules;
    const { page, end } = await signedIn(ADMIN, "/console/services");
    await page.getByRole("link", { name: "Rules boats" }).click();
    const group = (name: string) => page.getByRole("region", { name, exact: true });
    const leaks = group("Leaks");
    await leaks.getByRole("combobox", { name: "Leaks" }).selectOption("own");
    await leaks.getByRole("combobox", { name: "Telephone numbers" }).selectOption("mask");
    const limits = group("Limits");
    await limits.getByRole("combobox", { name: "Limits" }).selectOption("own");
    await limits.getByRole("textbox", { name: "A minute" }).fill("0");
    const save = page.getByRole("button", { name: "Save" });
    await save.click();
    await limits.getByRole("alert").filter({ hasText: "must be 1 or more" }).waitFor();
    expect(await rulesNow()).toEqual({ quarantine: "9d" });
    await limits.getByRole("textbox", { name: "A minute" }).fill("7");
    await save.click();
    await page.getByText("The service is changed").waitFor();
    expect(await rulesNow()).toMatchObject({
      ...{ quarantine: "9d", leaks: { phone: "mask", email: "off" } },
      limits: { perMinute: 7, perHour: 200, action: "hold" },
    });
    expect(await limits.getByRole("alert").count()).toBe(0);
    for (const [in_, name] of [
      [leaks, "Leaks"],
      [limits, "Limits"],
    ] as const)
      await in_.getByRole("combobox", { name }).selectOption("");
    await save.click();
    await expect.poll(rulesNow).toEqual({ quarantine: "9d" });
    await end(422);
  });

  test("a reader sees the rules of a service, and nothing to change them with", async () => {
    await api.ask("POST", "/v1/services", {
      body: { slug: "trams", rules: { leaks: { phone: "block" }, ttl: null } },
    });
    const { page, end } = await signedIn(READER, "/console/services/trams");
    await page.getByText("not passed on").waitFor();
    expect(await page.locator("main :is(form, input, select, button)").count()).toBe(0);
    await end();
  });

  test("every screen and dialog is clean to axe in both colours, and fits 320 pixels and a zoom of 200 %", async () => {
    const opened = await opening("+447700900071", "+447700900072", ["Eva", "Finn"], "ride-7");
    const hook = await addHook("https://hooks.example.com/whole");
    const { page, end } = await visit(browser, { viewport: NARROW, deviceScaleFactor: 2 });
    const expectClean = async (what: string): Promise<void> => {
      expect(await axeFinds(page), what).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await axeFinds(page, ["color-contrast"]), `${what}, dark`).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
      expect(await isWiderThanScreen(page), what).toBe(false);
    };
    await page.goto(api.url);
    await page.waitForSelector("input[name=key]");
    await expectClean("signing in");
    await page.fill("input[name=key]", ADMIN);
    await page.press("input[name=key]", "Enter");
    await page.waitForSelector("nav");
    // With the buttons that open dialogs.
    const screens: readonly (readonly [string, ...string[]])[] = [
      ["/"],
      ["/console/find"],
      ["/console/conversations"],
      [`/console/conversations/${opened.body.id}`, "Close…", "Replace…"],
      ["/console/numbers", "Rent…", "Register…"],
      ["/console/links"],
      ["/console/explain"],
      ["/console/failures?since=week"],
      ["/console/events"],
      ["/console/webhooks", "Add…"],
      [`/console/webhooks/${hook}`, "Replay…", "Remove…"],
      ["/console/services", "Add…"],
      ["/console/services/default"],
      ["/console/audit"],
      ["/console/playground"],
      ["/console/nowhere"],
    ];
    for (const [path, ...buttons] of screens) {
      await page.setViewportSize(NARROW);
      await goIn(page, path);
      await expectClean(path);
      await page.setViewportSize(ZOOMED);
      expect(await isWiderThanScreen(page), `${path}, zoomed`).toBe(false);
      for (const name of buttons) {
        await page.locator("main").getByRole("button", { name }).first().click();
        await page.locator("dialog[open]").waitFor();
        await expectClean(`${path} ${name}`);
        const submit = page.locator("dialog .actions button").last();
        await submit.scrollIntoViewIfNeeded();
        expect(await isInView(page, await submit.boundingBox()), `${path} ${name}, zoomed`).toBe(true);
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
      }
    }
    await end();
  });
});
