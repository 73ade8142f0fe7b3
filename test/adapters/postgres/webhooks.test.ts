import { webhooksContract } from "#test/contracts/webhooks.contract.ts";
import { createPostgresStorage } from "./storage-harness.ts";

webhooksContract("PostgreSQL", createPostgresStorage);
