import { eventsContract } from "#test/contracts/events.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

eventsContract("PostgreSQL", createPostgresStorage);
