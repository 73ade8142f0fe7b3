import type { WebhookEndpoint } from "#apps/client/main.ts";
import { type Command, LIMITED, limitOf, type Shown, take } from "#apps/ops/command.ts";
import { tableOf } from "#apps/ops/table.ts";

const shown = (endpoints: readonly WebhookEndpoint[]): Shown => ({
  data: endpoints,
  lines: tableOf(endpoints, [
    ["id", ({ id }) => id],
    ["url", ({ url }) => url],
    ["events", ({ events }) => events],
    ["state", ({ state, disabledReason }) => (disabledReason ? `${state} (${disabledReason})` : state)],
    ["last delivered", ({ lastDeliveredAt }) => lastDeliveredAt],
    ["failing since", ({ failingSince }) => failingSince],
  ]),
});

const ID = { name: "ID" } as const;

export const WEBHOOK_COMMANDS: readonly Command[] = [
  {
    words: "webhooks list",
    options: LIMITED,
    about: "Where events are delivered, and how that goes",
    run: async (given, { client, show }) => {
      show(shown(await take(client.webhookEndpoints.list(), limitOf(given))));
      return true;
    },
  },
  {
    words: "webhooks deliveries",
    takes: [ID],
    about: "The last attempts to deliver to an endpoint, with what was answered",
    run: async ({ args: [id] }, { client, show }) => {
      const { items } = await client.webhookEndpoints.deliveries(id!).page();
      show({
        data: items,
        lines: tableOf(items, [
          ["at", ({ at }) => at],
          ["event", ({ type }) => type],
          ["attempt", ({ attempt }) => attempt],
          ["outcome", ({ outcome }) => outcome],
          ["status", ({ status }) => status],
          ["ms", ({ tookMs }) => tookMs],
        ]),
      });
      return true;
    },
  },
  {
    words: "webhooks test",
    takes: [ID],
    about: "Sends a test event to an endpoint, now",
    run: async ({ args: [id] }, { client, show }) => {
      const delivery = await client.webhookEndpoints.test(id!);
      const { outcome, status, tookMs } = delivery;
      show({ data: delivery, lines: [`${outcome}: HTTP ${status ?? "-"} after ${tookMs} ms`] });
      return outcome === "delivered";
    },
  },
  {
    words: "webhooks pause",
    takes: [ID],
    about: "Delivers nothing to an endpoint until it is resumed",
    run: async ({ args: [id] }, { client, show }) => {
      show(shown([await client.webhookEndpoints.pause(id!)]));
      return true;
    },
  },
  {
    words: "webhooks resume",
    takes: [ID],
    about: "Delivers to it again, from where it was",
    run: async ({ args: [id] }, { client, show }) => {
      show(shown([await client.webhookEndpoints.resume(id!)]));
      return true;
    },
  },
  {
    words: "webhooks replay",
    takes: [ID, { name: "SINCE" }],
    about: "Delivers again what has happened since a time, RFC 3339",
    run: async ({ args: [id, since] }, { client, show }) => {
      show(shown([await client.webhookEndpoints.replay(id!, { since: since! })]));
      return true;
    },
  },
];
