import { eventsContract } from "#test/contracts/events.contract.ts";
import { createMemoryStorage } from "./storage-harness.ts";

eventsContract("the memory", createMemoryStorage);
