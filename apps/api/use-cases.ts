import { linkReportOf } from "#apps/process/link-report.ts";
import { VERSION } from "#apps/process/version.ts";
import type { AuditQuery } from "#core/ports/audit-log.ts";
import type { Page } from "#core/ports/conversations.ts";
import { rulesOf } from "#core/ports/services.ts";
import { spendingWithin } from "#core/ports/spending.ts";
import { addService } from "#core/use-cases/add-service.ts";
import { addWebhookEndpoint } from "#core/use-cases/add-webhook-endpoint.ts";
import { broadcastResults } from "#core/use-cases/broadcast-results.ts";
import { changeService } from "#core/use-cases/change-service.ts";
import {
  patchWebhookEndpoint,
  pauseWebhookEndpoint,
  replayWebhooks,
  resumeWebhookEndpoint,
  rotateWebhookSecret,
} from "#core/use-cases/change-webhook-endpoint.ts";
import { checkReadiness } from "#core/use-cases/check-readiness.ts";
import { closeConversation } from "#core/use-cases/close-conversation.ts";
import { controlLink } from "#core/use-cases/control-link.ts";
import { drainNumber } from "#core/use-cases/drain-number.ts";
import { erasePerson } from "#core/use-cases/erase-person.ts";
import { explainRoute } from "#core/use-cases/explain-route.ts";
import { exportPerson } from "#core/use-cases/export-person.ts";
import { findService } from "#core/use-cases/find-service.ts";
import { getConversation } from "#core/use-cases/get-conversation.ts";
import { getMessage } from "#core/use-cases/get-message.ts";
import { getOptOut } from "#core/use-cases/get-opt-out.ts";
import { importOptOuts } from "#core/use-cases/import-opt-outs.ts";
import { createOpeningWatch } from "#core/use-cases/limit-openings.ts";
import { listConversations } from "#core/use-cases/list-conversations.ts";
import { listFailures } from "#core/use-cases/list-failures.ts";
import { listLinks, processName } from "#core/use-cases/list-links.ts";
import { listMessages } from "#core/use-cases/list-messages.ts";
import { listNumbers } from "#core/use-cases/list-numbers.ts";
import { listServices } from "#core/use-cases/list-services.ts";
import { listWebhookEndpoints } from "#core/use-cases/list-webhook-endpoints.ts";
import { moveBroadcast } from "#core/use-cases/move-broadcast.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { optIn } from "#core/use-cases/opt-in.ts";
import { optOut } from "#core/use-cases/opt-out.ts";
import { patchConversation } from "#core/use-cases/patch-conversation.ts";
import { placeHold } from "#core/use-cases/place-hold.ts";
import { readEvents, watchEvents } from "#core/use-cases/read-events.ts";
import { reassignNumber } from "#core/use-cases/reassign-number.ts";
import { registerNumber } from "#core/use-cases/register-number.ts";
import { releaseNumber } from "#core/use-cases/release-number.ts";
import { removeService } from "#core/use-cases/remove-service.ts";
import { rentNumbers } from "#core/use-cases/rent-numbers.ts";
import { rentWithinBudget } from "#core/use-cases/rent-within-budget.ts";
import { retryFailed } from "#core/use-cases/retry-failed.ts";
import { retryMessage } from "#core/use-cases/retry-message.ts";
import { searchAvailableNumbers } from "#core/use-cases/search-available-numbers.ts";
import { searchMessages } from "#core/use-cases/search-messages.ts";
import { sendBroadcast } from "#core/use-cases/send-broadcast.ts";
import { sendMessage } from "#core/use-cases/send-message.ts";
import { serviceNames } from "#core/use-cases/service-names.ts";
import { showBroadcast } from "#core/use-cases/show-broadcast.ts";
import { showPool } from "#core/use-cases/show-pool.ts";
import { swapParticipant } from "#core/use-cases/swap-participant.ts";
import { tellExhaustedPool } from "#core/use-cases/tell-exhausted-pool.ts";
import { testWebhookEndpoint } from "#core/use-cases/test-webhook-endpoint.ts";
import type { ApiOptions, ApiPorts } from "./context.ts";
import { eventStreams } from "./event-stream.ts";
import { testBody } from "./webhook-body.ts";

/** Everything that can be asked of the API, of all services or of one (`ownService`), wired: routes call these and nothing below. */
export const apiUseCases = (
  {
    storage,
    insight,
    market,
    links,
    pacing,
    clock,
    ids,
    isDraining,
    draining,
    timer,
    journal,
    webhookSender: sender,
    signer,
  }: ApiPorts,
  options: ApiOptions,
  ownService: string | null = null,
) => {
  const {
    conversations,
    services,
    numbers,
    optOuts,
    linkReports,
    linkSettings,
    pairBlocks,
    traffic,
    broadcasts,
    events,
    webhooks,
    audit,
    erasures,
    holds,
    reports,
    sums,
  } = storage;
  const { reassignAfterMs } = options;
  const rules = rulesOf(services, {
    ttlMs: options.conversationTtlMs,
    idleTtlMs: options.idleTtlMs,
    quarantineMs: options.quarantineMs,
    messageTtlMs: options.messageTtlMs,
  });
  const spending = spendingWithin(options.spendCap, { sums, events, clock, rulesOf: rules });
  const read = readEvents({ events });
  // One for openings and swaps: whoever waits for a number of a country profits from the one that is being rented.
  const rentMore = tellExhaustedPool(
    { events, clock },
    rentWithinBudget({ market, numbers, clock, ids, journal }, options.rentCountries),
  );
  const ownLinks = () => links.map((link) => linkReportOf(link, pacing, clock.elapsed()));
  const list = listLinks({ linkReports, linkSettings, ownProcess: processName("api", ids.next()), ownLinks });
  const retry = retryMessage({ conversations, clock, rulesOf: rules });
  return {
    openConversation: openConversation({
      ...{ conversations, insight, clock, rentMore, rulesOf: rules, reassignAfterMs },
      openings: createOpeningWatch({ sums, events, clock }),
      spending,
    }),
    getConversation: getConversation({ conversations }),
    listConversations: listConversations({ conversations }),
    patchConversation: patchConversation({ conversations, clock }),
    closeConversation: closeConversation({ conversations, clock, rulesOf: rules }),
    swapParticipant: swapParticipant({
      ...{ conversations, insight, clock, rentMore, rulesOf: rules, reassignAfterMs, spending },
    }),
    sendMessage: sendMessage({ conversations, clock, rulesOf: rules, spending }),
    sendBroadcast: sendBroadcast({ broadcasts, conversations, traffic, optOuts, clock }),
    showBroadcast: showBroadcast({ broadcasts, clock }),
    moveBroadcast: moveBroadcast({ broadcasts, clock }),
    broadcastResults: broadcastResults({ broadcasts }),
    searchMessages: searchMessages({ conversations, clock }),
    listMessages: listMessages({ conversations }),
    getMessage: getMessage({ conversations }),
    retryMessage: retry,
    retryFailed: retryFailed({ conversations, clock, retry }),
    findService: findService({ services }, ownService),
    serviceNames: serviceNames({ services }),
    listServices: listServices({ services }),
    addService: addService({ services, sender, clock }),
    changeService: changeService({ services, sender }),
    removeService: removeService({ services }),
    listNumbers: listNumbers({ numbers }),
    registerNumber: registerNumber({ numbers, market, insight, clock }),
    searchAvailableNumbers: searchAvailableNumbers({ market }),
    rentNumbers: rentNumbers({ market, numbers, clock, journal }),
    showPool: showPool({ numbers, clock }),
    drainNumber: drainNumber({ numbers }),
    releaseNumber: releaseNumber({ market, numbers, clock, reassignAfterMs }),
    listFailures: listFailures({ numbers, clock }),
    explainRoute: explainRoute({ conversations, traffic, numbers, clock, rulesOf: rules }),
    getOptOut: getOptOut({ optOuts }),
    optOut: optOut({ optOuts, clock }),
    importOptOuts: importOptOuts({ optOuts, clock }),
    listOptOuts: (serviceId: string | null, page: Page) => optOuts.list(serviceId, page),
    listBlocks: (serviceId: string | null, page: Page) => pairBlocks.list(serviceId, page),
    removeBlock: (id: string) => pairBlocks.remove(id, clock.now()),
    optIn: optIn({ optOuts, clock }),
    listLinks: list,
    controlLink: controlLink({ linkSettings, listLinks: list, clock }),
    readEvents: read,
    openEventStream: eventStreams({ read, watch: watchEvents({ events }), timer, draining, journal }),
    addWebhookEndpoint: addWebhookEndpoint({ webhooks, events, sender, clock }),
    getWebhookEndpoint: (id: string) => webhooks.get(id),
    listWebhookEndpoints: listWebhookEndpoints({ webhooks }),
    patchWebhookEndpoint: patchWebhookEndpoint({ webhooks, sender }),
    removeWebhookEndpoint: (id: string) => webhooks.remove(id),
    pauseWebhookEndpoint: pauseWebhookEndpoint({ webhooks }),
    resumeWebhookEndpoint: resumeWebhookEndpoint({ webhooks }),
    rotateWebhookSecret: rotateWebhookSecret({ webhooks, sender, clock }),
    replayWebhooks: replayWebhooks({ webhooks, events }),
    testWebhookEndpoint: testWebhookEndpoint({ webhooks, sender, clock, testBody }),
    listDeliveries: (id: string, limit: number) => webhooks.attempts(id, limit),
    readAudit: (query: AuditQuery) => audit.read(query),
    signer,
    erasePerson: erasePerson({
      ...{ erasures, conversations, audit, clock, signer, rulesOf: rules },
      tool: `sms-proxy ${VERSION}`,
    }),
    getErasure: (id: string) => erasures.get(id),
    exportPerson: exportPerson({ conversations, optOuts, services, clock }),
    reassignNumber: reassignNumber({ conversations, pairBlocks, events, clock, rulesOf: rules }),
    listReports: (serviceId: string | null, page: Page) => reports.list(serviceId, page),
    placeHold: placeHold({ holds, clock }),
    listHolds: (isActive: boolean, page: Page) =>
      holds.list({ activeAt: isActive ? clock.now() : null }, page),
    releaseHold: (id: string) => holds.release(id, clock.now()),
    checkReadiness: checkReadiness({ storage, links, isDraining, clock }),
  };
};

export type ApiUseCases = ReturnType<typeof apiUseCases>;
