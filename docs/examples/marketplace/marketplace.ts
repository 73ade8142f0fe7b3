// Riders and drivers, on the sandbox: SMS_PROXY_URL, SMS_PROXY_KEY, CARRIER_URL (the simulated handsets).
import { type Conversation, createClient, type FeedEvent, problemOf } from "@sms-proxy/client";

const { SMS_PROXY_URL = "http://localhost:3000", SMS_PROXY_KEY = "" } = process.env;
const { CARRIER_URL = "http://localhost:3001" } = process.env;
const client = createClient({ baseUrl: SMS_PROXY_URL, apiKey: SMS_PROXY_KEY });

// ── What the market knows ────────────────────────────────────────────────────

interface Person {
  readonly name: string;
  readonly number: string;
}

interface Ride {
  readonly id: string;
  readonly rider: Person;
  driver: Person;
  conversation: Conversation;
  /** Texts that went through, by what became of them. */
  readonly texts: Map<string, number>;
  isOver: boolean;
}

const rides = new Map<string, Ride>();

// ── What the market does ─────────────────────────────────────────────────────

/** A driver takes a ride: from now on the two can text each other. Asked twice, it is still one conversation. */
const accept = async (id: string, rider: Person, driver: Person): Promise<Ride | null> => {
  try {
    const conversation = await client.conversations.open(
      { participants: [rider, driver], reference: id, idleTtl: "2h", metadata: { ride: id } },
      { idempotencyKey: `accept-${id}` },
    );
    const ride: Ride = { id, rider, driver, conversation, texts: new Map(), isOver: false };
    rides.set(conversation.id, ride);
    say(`${driver.name} takes ${id} of ${rider.name}`);
    return ride;
  } catch (error) {
    const problem = problemOf(error);
    switch (problem?.kind) {
      case "opted-out":
        say(`${id}: one of them wants no texts; the app's own chat has to do`);
        return null;
      case "pool-exhausted":
        say(`${id}: no virtual number is free; rent more`);
        return null;
      default:
        throw error;
    }
  }
};

/** Another driver takes over. The rider goes on texting the same thread or gets a new one; the old driver hears nothing more. */
const handOver = async (ride: Ride, driver: Person): Promise<void> => {
  const leaving = ride.conversation.participants[1];
  ride.conversation = await client.conversations.swap(ride.conversation.id, leaving.id, driver);
  say(`${driver.name} takes ${ride.id} over from ${ride.driver.name}`);
  ride.driver = driver;
};

/** The ride is over: one last text from the market itself, and nobody reaches anybody any more. */
const finish = async (ride: Ride): Promise<void> => {
  const [rider] = ride.conversation.participants;
  await client.conversations.send(ride.conversation.id, {
    to: rider.id,
    text: `Thanks for riding with ${ride.driver.name}!`,
  });
  await client.conversations.close(ride.conversation.id, { reason: "ride finished" });
  say(`${ride.id} is over`);
};

/** What happens, as it happens, until every ride is over. A real market keeps `event.cursor`, and begins there after a restart. */
const watch = async (after: string): Promise<void> => {
  const types = ["message.*", "conversation.*", "participant.opted-out"];
  for await (const event of client.events({ after, types })) {
    note(event);
    if (
      event.type === "conversation.closed" &&
      rides.size > 0 &&
      [...rides.values()].every(({ isOver }) => isOver)
    )
      return;
  }
};

const note = (event: FeedEvent): void => {
  switch (event.type) {
    case "message.received":
    case "message.delivered":
    case "message.failed": {
      const ride = rides.get(event.data.conversationId ?? "");
      ride?.texts.set(event.type, (ride.texts.get(event.type) ?? 0) + 1);
      break;
    }
    case "participant.opted-out":
      say("Somebody wants no more texts");
      break;
    case "conversation.closed": {
      const ride = rides.get(event.subject ?? "");
      if (ride) ride.isOver = true;
      break;
    }
    // More types may come.
    default:
  }
};

// ── An evening ───────────────────────────────────────────────────────────────

const say = (line: string): void => console.log(line);

/** Somebody types a text into their own phone. */
const text = async ({ number }: Person, to: string, words: string): Promise<void> => {
  const init = { method: "POST", body: JSON.stringify({ to, text: words }) };
  const { status } = await fetch(`${CARRIER_URL}/handsets/${number}/messages`, init);
  if (status !== 202) throw new Error(`The handset answers ${status}`);
};

/** Waits until a phone shows these words, and answers who sent them, as the phone shows it. */
const reads = async ({ name, number }: Person, words: string): Promise<string> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(`${CARRIER_URL}/handsets/${number}/messages`);
    const shown = (await response.json()) as { from: string; text: string }[];
    const found = shown.find((each) => each.text.includes(words));
    if (found) {
      say(`${name}'s phone: ${found.from}: ${found.text}`);
      return found.from;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} never reads: ${words}`);
};

const ria: Person = { name: "Ria", number: "+447700900301" };
const dev: Person = { name: "Dev", number: "+447700900302" };
const eve: Person = { name: "Eve", number: "+447700900303" };

const { next } = await client.events.page();
const watching = watch(next);

const ride = await accept(`ride-${Date.now()}`, ria, dev);
if (ride === null) throw new Error("The evening is over before it began");
await text(ria, await reads(ria, "Dev"), "I am at the north gate");
await text(dev, await reads(dev, "north gate"), "Flat tyre, sorry. A colleague comes.");
await reads(ria, "Flat tyre");

await handOver(ride, eve);
await text(eve, await reads(eve, "Ria"), "Red car, two minutes");
await reads(ria, "Red car");

await finish(ride);
await reads(ria, "Thanks for riding with Eve");
await watching;
say(`Texts that came: ${ride.texts.get("message.received") ?? 0}`);
